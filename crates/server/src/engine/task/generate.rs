//! Paintings to be made up.

use bytes::Bytes;
use utsushi::{BlendPath, Framing, OutputOptions, Painter, StyleError};
use utsushi_imaging::OutputFormat;

use super::look::look_at_references;
use super::work::{check_output, check_references, check_styles};
use super::{PIXEL_BYTES, Shared, Size, StylePart, WorkError};

/// Sides that a painting can have, in pixels.
const SIDES: (u32, u32) = (32, 4096);

/// The largest side of a painting on a sheet, in pixels.
const ON_A_SHEET: u64 = 512;

/// New paintings from nothing but a seed: a single one by itself, several on a sheet. The model
/// must make sketches ([`Painter::makes_sketches`](utsushi::Painter::makes_sketches)).
#[derive(Clone, Debug, PartialEq)]
pub struct Generate {
    /// The style whose paintings they resemble; without one, each seed picks its own.
    pub name: Option<String>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style that they are painted in. Nothing leaves each in the style that its
    /// seed draws, which is also what [`PartSource::Own`](crate::PartSource::Own) means here.
    pub styles: Vec<StylePart>,
    /// The part of a reference that its style is read in.
    pub framing: Framing,
    /// Along what the parts are mixed.
    pub path: BlendPath,
    /// The first seed; each further painting takes the next.
    pub seed: u64,
    /// The number of paintings, 1…[`Limits::paintings`](crate::Limits::paintings).
    pub count: usize,
    /// Share of the distance from the mean to keep, 0…1.
    pub truncation: f32,
    /// Side of a painting in pixels, 32…4096; without one, what the model was trained at.
    pub side: Option<u32>,
    /// The format of the result.
    pub format: OutputFormat,
    /// The quality of the result; there are no colours or metadata to keep.
    pub output: OutputOptions,
}

impl Generate {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let (limits, painter) = (&shared.options.limits, shared.painter()?);
        if !painter.makes_sketches() {
            return Err(StyleError::NoPrior.into());
        }
        let (found, limit) = (self.count, limits.paintings);
        if !(1..=limit).contains(&found) {
            return Err(WorkError::Paintings { found, limit });
        }
        if self.seed.checked_add(self.count as u64 - 1).is_none() {
            let (seed, count) = (self.seed, self.count);
            return Err(WorkError::Seeds { seed, count });
        }
        if !(0.0..=1.0).contains(&self.truncation) {
            return Err(WorkError::Truncation(self.truncation));
        }
        check_output(self.format, &self.output)?;
        painter.check_drawable(self.name.as_deref())?;
        check_references(self.references.len(), limits.references)?;
        if !self.styles.is_empty() {
            check_styles(&self.styles, self.references.len(), painter)?;
        }
        self.check_pixels(shared)
    }

    fn check_pixels(&self, shared: &Shared) -> Result<Size, WorkError> {
        let limits = &shared.options.limits;
        let side = self.side(shared);
        let (least, most) = SIDES;
        if !(least..=most).contains(&side) {
            return Err(WorkError::Side { side, least, most });
        }
        let pixels = u64::from(side) * u64::from(side);
        let painted = pixels * self.count as u64;
        let limit = match self.count {
            1 => limits.pixels,
            _ => limits.pixels.min(limits.film_pixels / self.count as u64),
        };
        if pixels > limit {
            return Err(WorkError::PaintingPixels { side, limit });
        }
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let reference = look_at_references(references, limits.pixels)?;
        // Sketches and paintings of a pass, and what is on the sheet already, twice when it is laid
        // out.
        let cell = pixels.min(ON_A_SHEET * ON_A_SHEET);
        let sheet = cell * self.count as u64 * 2;
        let pass = pixels * self.in_a_pass(shared) as u64 * 2;
        Ok(Size {
            painted,
            held: reference.max((pass + sheet) * PIXEL_BYTES),
        })
    }

    /// Side of a painting in pixels.
    fn side(&self, shared: &Shared) -> u32 {
        // Without a model there is nothing to generate.
        let native = |painter: &Painter| painter.config().native_size as u32;
        let native = shared.model.steered().map_or(0, native);
        self.side.unwrap_or(native)
    }

    /// Paintings that are painted at once.
    pub(in super::super) fn in_a_pass(&self, shared: &Shared) -> usize {
        let fit = shared.options.tile / self.side(shared).max(1);
        (fit as usize).pow(2).clamp(1, self.count.max(1))
    }
}
