//! A picture to be painted in a style.

use bytes::Bytes;
use utsushi::style_names::is_called;
use utsushi::{
    BlendPath, Framing, Model, OneStylePainter, OutputOptions, PaintOptions, Painter, StyleCode,
    StyleError,
};
use utsushi_imaging::{Document, OutputFormat};

use super::look::{check_pixels, look, look_at_references};
use super::{
    PIXEL_BYTES, PictureRegion, RegionPlace, RegionRole, Shared, Size, Subject, WorkError,
};
use crate::Limits;

/// The widest soft edge of a region, in pixels.
const MOST_FEATHER: f32 = 4096.0;

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
    /// As [`PaintOptions::keep_colours`].
    pub keep_colours: bool,
    /// As [`PaintOptions::networks_alone`].
    pub networks_alone: bool,
    /// Parts that are painted in other styles or stay as they are, each laid over those before it.
    pub regions: Vec<PictureRegion>,
    /// Whether each visible layer of a document is painted by itself, and stays a layer: without regions, in a
    /// format that holds layers.
    pub layers: bool,
    /// The format of the result: in one that holds layers, the content and its painting are two.
    pub format: OutputFormat,
    /// Depth, quality, colours and metadata of the result.
    pub output: OutputOptions,
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
    /// A style of the model, as [`Painter::named_style`] has it.
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
        check_output(self.format, &self.output)?;
        let (painted, content) = if self.layers {
            self.look_at_layers(limits)?
        } else {
            let look = look(&self.content, Subject::Content, limits.pixels)?;
            (look.pixels(), look.bytes)
        };
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = look_at_references(references, limits.pixels)?;
        let mut masks = 0u64;
        for region in &self.regions {
            // As it was sent or found, and at the size of the content, with a number for each pixel.
            let found = self.look_at_region(region, shared)?.unwrap_or(painted);
            masks = masks.saturating_add(painted * PIXEL_BYTES + found);
        }
        let styled = |region: &&PictureRegion| matches!(region.role, RegionRole::Style(_));
        let times = 1 + self.regions.iter().filter(styled).count() as u64;
        // One reference at a time stands beside the content.
        Ok(Size {
            painted: painted.saturating_mul(times),
            held: content
                .saturating_add(content.max(largest))
                .saturating_add(masks),
        })
    }

    /// Whether a region can be had; the bytes of its mask, if it has one.
    fn look_at_region(
        &self,
        region: &PictureRegion,
        shared: &Shared,
    ) -> Result<Option<u64>, WorkError> {
        if let Some(feather) = region.feather
            && !(0.0..=MOST_FEATHER).contains(&feather)
        {
            return Err(WorkError::Feather(feather));
        }
        if let RegionRole::Style(source) = &region.role {
            let Model::Steered(painter) = &shared.model else {
                return Err(StyleError::OneStyle.into());
            };
            check_source(source, self.references.len(), painter)?;
        }
        match &region.place {
            RegionPlace::Mask { bytes, subject } => {
                let mask = look(bytes, *subject, shared.options.limits.pixels)?;
                Ok(Some(mask.bytes))
            }
            RegionPlace::Area(_) => Ok(None),
        }
    }

    /// Pixels and bytes of all layers of the content.
    fn look_at_layers(&self, limits: &Limits) -> Result<(u64, u64), WorkError> {
        let format = self.format;
        if format.document().is_none() {
            return Err(WorkError::NoPlaceForLayers { format });
        }
        if !self.regions.is_empty() {
            return Err(WorkError::MaskedLayers);
        }
        let subject = Subject::Content;
        let size = Document::size(&self.content, &limits.decoding_layers())
            .map_err(|reason| WorkError::Picture { subject, reason })?;
        check_pixels((size.width, size.height), subject, limits.pixels)?;
        let (found, limit) = (size.pixels, limits.film_pixels);
        if found > limit {
            return Err(WorkError::LayerPixels { found, limit });
        }
        Ok((found, size.bytes))
    }
}

/// Whether a result can be written so.
pub(super) fn check_output(format: OutputFormat, output: &OutputOptions) -> Result<(), WorkError> {
    if !(1..=100).contains(&output.quality) {
        return Err(WorkError::Quality(output.quality));
    }
    if output.keep_colours && !format.holds_profile() {
        return Err(WorkError::NoPlaceForProfile { format });
    }
    Ok(())
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
        ..PaintOptions::default()
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
    let own = |part: &StylePart| matches!(&part.source, PartSource::Named(name) if is_called(painter.style(), name));
    if references == 0 && styles.iter().all(own) {
        return Ok(());
    }
    Err(StyleError::OneStyle)
}

/// Whether a style is there to be had.
fn check_source(
    source: &PartSource,
    references: usize,
    painter: &Painter,
) -> Result<(), WorkError> {
    match source {
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
    Ok(())
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
        check_source(&part.source, references, painter)?;
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
