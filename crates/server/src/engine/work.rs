//! What is asked for, and what comes of it.

use bytes::Bytes;
use utsushi_imaging::{OutputFormat, Probe, probe};
use utsushi_transfer::{PaintOptions, Painter, StyleCode, StyleError};

use super::{EngineOptions, WorkError};

/// A picture to be painted, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// What the style is mixed of.
    pub styles: Vec<StylePart>,
    /// How far to go, from 0 (unchanged) to 1 (the style in full).
    pub strength: f32,
    /// The format of the result.
    pub format: OutputFormat,
}

/// One part of a mix.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePart {
    /// Where the style comes from.
    pub source: StyleSource,
    /// Its weight in each stage of the decoder, from the coarsest to the finest: 0 or more. Only
    /// the ratios within a stage count.
    pub weights: [f32; StyleCode::STAGES],
}

/// Where a style comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StyleSource {
    /// One of [`Work::references`], counted from 0.
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
    /// The style that the content already has.
    Own,
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The bytes of a picture file.
    pub bytes: Bytes,
    /// Its format.
    pub format: OutputFormat,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Work {
    /// Whether the work can be done, as far as headers tell; the pixels it takes to hold all its
    /// pictures.
    pub(super) fn check(
        &self,
        painter: &Painter,
        options: &EngineOptions,
    ) -> Result<Size, WorkError> {
        let paint = PaintOptions {
            strength: self.strength,
            tile: options.tile,
        };
        paint.validate()?;
        let limits = &options.limits;
        let (found, limit) = (self.references.len(), limits.references);
        if found > limit {
            return Err(WorkError::References { found, limit });
        }
        self.check_styles(painter)?;
        let content = look(&self.content, Subject::Content, limits.pixels)?;
        let mut largest = content;
        for (index, reference) in self.references.iter().enumerate() {
            largest = largest.max(look(reference, Subject::Reference(index), limits.pixels)?);
        }
        // One reference at a time stands beside the content.
        Ok(Size {
            content,
            held: content + largest,
        })
    }

    fn check_styles(&self, painter: &Painter) -> Result<(), WorkError> {
        let mut sums = [0.0; StyleCode::STAGES];
        for part in &self.styles {
            for (sum, weight) in sums.iter_mut().zip(part.weights) {
                if !weight.is_finite() || weight < 0.0 {
                    return Err(StyleError::Weight(weight).into());
                }
                *sum += f64::from(weight);
            }
            match &part.source {
                StyleSource::Reference(index) if *index >= self.references.len() => {
                    let (index, found) = (*index, self.references.len());
                    return Err(WorkError::NoSuchReference { index, found });
                }
                StyleSource::Named(name) => {
                    painter.named_style(name)?;
                }
                StyleSource::Sampled { name, seed } => {
                    painter.sampled_style(name.as_deref(), *seed)?;
                }
                _ => {}
            }
        }
        if self.styles.is_empty() {
            return Err(StyleError::NothingToBlend.into());
        }
        match sums.contains(&0.0) {
            true => Err(StyleError::NoWeight.into()),
            false => Ok(()),
        }
    }
}

/// Pixels of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Of the picture that is painted.
    pub(super) content: u64,
    /// Of all that is decoded at a time.
    pub(super) held: u64,
}

/// Which picture of a request an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The one to be painted.
    Content,
    /// A reference, counted from 0.
    Reference(usize),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Content => formatter.write_str("the content"),
            Self::Reference(index) => write!(formatter, "reference {index}"),
        }
    }
}

fn look(bytes: &[u8], subject: Subject, limit: u64) -> Result<u64, WorkError> {
    let Probe { width, height, .. } =
        probe(bytes).map_err(|reason| WorkError::Picture { subject, reason })?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limit {
        return Err(WorkError::TooManyPixels {
            subject,
            width,
            height,
            limit,
        });
    }
    Ok(pixels)
}
