//! A picture to be painted in a style.

use bytes::Bytes;
use utsushi::{
    BlendPath, Framing, Model, OneStylePainter, PaintOptions, Painter, StyleCode, StyleError,
};
use utsushi_imaging::OutputFormat;

use super::look::{look, look_at_references, pixels};
use super::{Shared, Size, Subject, WorkError};

/// A picture to be painted, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style. For a network with one style, nothing, or its style by name.
    pub styles: Vec<StylePart>,
    /// The part of a reference that its style is read in.
    pub framing: Framing,
    /// Along what the parts are mixed.
    pub path: BlendPath,
    /// As [`PaintOptions::strength`].
    pub strength: f32,
    /// As [`PaintOptions::octaves`].
    pub octaves: Option<u32>,
    /// The only part that is painted; without it, all of the picture is.
    pub mask: Option<PartMask>,
    /// The part that stays as it is in the content, if any.
    pub keep: Option<PartMask>,
    /// The format of the result.
    pub format: OutputFormat,
    /// Whether the metadata of the content go along, as far as the format holds them.
    pub metadata: bool,
}

/// A part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PartMask {
    /// The bytes of a mask, white in the part, in the content's proportions.
    pub bytes: Bytes,
    /// Width of its soft edge, as in [`Mask::new`](utsushi::Mask::new).
    pub feather: Option<f32>,
}

/// One part of a mix.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePart {
    /// The source of the style.
    pub source: PartSource,
    /// Its weight in each stage of the decoder, from the coarsest to the finest: 0 or more. Only
    /// the ratios within a stage count.
    pub weights: [f32; StyleCode::STAGES],
}

/// The source of a style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartSource {
    /// One of the task's references, counted from 0.
    Reference(usize),
    /// The mean of a style of the model.
    Named(String),
    /// A style made up from a number, of the given name or of any.
    Sampled {
        /// The style to be like.
        name: Option<String>,
        /// The number.
        seed: u64,
    },
    /// The style that the picture already has, or that a seed draws for a new painting.
    Own,
}

impl Work {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let limits = &shared.options.limits;
        check_options(self.strength, self.octaves, shared)?;
        check_references(self.references.len(), limits.references)?;
        let references = self.references.len();
        match &shared.model {
            Model::Steered(painter) => check_styles(&self.styles, references, painter)?,
            Model::OneStyle(painter) => check_only_style(&self.styles, references, painter)?,
        }
        let content = pixels(look(&self.content, Subject::Content, limits.pixels)?);
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = look_at_references(references, limits.pixels)?;
        let mut masks = 0;
        for mask in [&self.mask, &self.keep].into_iter().flatten() {
            // As it was sent, and at the size of the content.
            masks += content + pixels(look(&mask.bytes, Subject::Mask, limits.pixels)?);
        }
        // One reference at a time stands beside the content.
        Ok(Size {
            painted: content,
            held: content + content.max(largest) + masks,
        })
    }
}

pub(super) fn check_options(
    strength: f32,
    octaves: Option<u32>,
    shared: &Shared,
) -> Result<(), WorkError> {
    let tile = shared.options.tile;
    let options = PaintOptions {
        strength,
        tile,
        octaves,
    };
    Ok(options.validate()?)
}

pub(super) fn check_references(found: usize, limit: usize) -> Result<(), WorkError> {
    if found > limit {
        Err(WorkError::References { found, limit })
    } else {
        Ok(())
    }
}

/// Whether nothing is asked for but the one style, by its name or not at all.
fn check_only_style(
    styles: &[StylePart],
    references: usize,
    painter: &OneStylePainter,
) -> Result<(), StyleError> {
    let own = |part: &StylePart| matches!(&part.source, PartSource::Named(name) if name == painter.style());
    if references == 0 && styles.iter().all(own) {
        return Ok(());
    }
    Err(StyleError::OneStyle)
}

/// Whether the parts of a mix are there, and weigh something in each stage.
pub(super) fn check_styles(
    styles: &[StylePart],
    references: usize,
    painter: &Painter,
) -> Result<(), WorkError> {
    let mut sums = [0.0; StyleCode::STAGES];
    for part in styles {
        for (sum, weight) in sums.iter_mut().zip(part.weights) {
            if !weight.is_finite() || weight < 0.0 {
                return Err(StyleError::Weight(weight).into());
            }
            *sum += f64::from(weight);
        }
        match &part.source {
            PartSource::Reference(index) if *index >= references => {
                let (index, found) = (*index, references);
                return Err(WorkError::NoSuchReference { index, found });
            }
            PartSource::Named(name) => {
                painter.named_style(name)?;
            }
            PartSource::Sampled { name, .. } => {
                painter.check_drawable(name.as_deref())?;
            }
            _ => {}
        }
    }
    if styles.is_empty() {
        return Err(StyleError::NothingToBlend.into());
    }
    if sums.contains(&0.0) {
        Err(StyleError::NoWeight.into())
    } else {
        Ok(())
    }
}
