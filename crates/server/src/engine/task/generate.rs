//! Tasks of making new paintings.

use bytes::Bytes;
use tokio::sync::watch;
use utsushi::creative::{GenerateOptions, Sketched, fit_to_sheet, sheet_of_paintings, sketched};
use utsushi::{BlendPath, Framing, OutputOptions, Painter, StyleError};
use utsushi_imaging::{AnyPicture, Mark, OutputFormat};

use super::look::look_at_references;
use super::paint::{check_output, check_references, check_styles};
use super::{Kind, PIXEL_BYTES, Size};
use crate::engine::Shared;
use crate::engine::painting_thread::PaintTask;
use crate::engine::worker::style_reader::StyleReader;
use crate::engine::worker::{Worker, noted, written};
use crate::{Painted, Phase, StylePart, WorkError};

/// Smallest and largest side of a painting in pixels.
const SIDES: (u32, u32) = (32, 4096);

/// Largest side of a painting on a sheet, in pixels.
const ON_A_SHEET: u64 = 512;

/// A task: to make new paintings from a seed, a single one as a picture, several on a sheet. The
/// model must be able to draw sketches
/// ([`Painter::makes_sketches`](utsushi::Painter::makes_sketches)).
#[derive(Clone, Debug, PartialEq)]
pub struct Generate {
    /// Name of the style whose paintings they resemble; without one, each seed picks a style.
    pub name: Option<String>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The parts of the style that they are painted in. If empty, each is painted in the style that
    /// its seed draws, which is also what [`PartSource::Own`](crate::PartSource::Own) means here.
    pub styles: Vec<StylePart>,
    /// The part of a reference in which its style is read.
    pub framing: Framing,
    /// The path along which the parts are mixed.
    pub path: BlendPath,
    /// The seed of the first painting; each further one takes the next number.
    pub seed: u64,
    /// The number of paintings, 1…[`Limits::paintings`](crate::Limits::paintings).
    pub count: usize,
    /// Truncation: the share of the distance from the mean that is kept, 0…1.
    pub truncation: f32,
    /// Side of a painting in pixels, 32…4096; by default the size that the model was trained at.
    pub side: Option<u32>,
    /// The format of the result.
    pub format: OutputFormat,
    /// Quality of the result; there are no colours or metadata to keep.
    pub output: OutputOptions,
}

impl Generate {
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

    /// Number of paintings that are painted at once.
    pub(in super::super) fn in_a_pass(&self, shared: &Shared) -> usize {
        let fit = shared.options.tile / self.side(shared).max(1);
        (fit as usize).pow(2).clamp(1, self.count.max(1))
    }
}

impl Kind for Generate {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
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

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.generate(self)
    }
}

impl Worker<'_> {
    fn generate(&self, generate: &Generate) -> Result<Painted, WorkError> {
        let mut style_reader = StyleReader::new(self, &generate.references, generate.framing);
        if generate.count == 1 {
            let (_, paint_task) = self.sketch(generate, generate.seed, &mut style_reader)?;
            let painted = self.encoded(&self.painted(paint_task)?, generate)?;
            return Ok(noted(painted, &style_reader.notes()));
        }
        let mut paintings = Vec::new();
        let mut next = generate.seed;
        let total = generate.count;
        let tell = |done| self.job.phase.send_replace(Phase::Painting { done, total });
        tell(0);
        while paintings.len() < total {
            let many = generate.in_a_pass(self.shared).min(total - paintings.len());
            let mut waiting = Vec::new();
            for seed in (next..=u64::MAX).take(many) {
                let (name, paint_task) = self.sketch(generate, seed, &mut style_reader)?;
                waiting.push((name, seed, paint_task));
            }
            next = next.saturating_add(many as u64);
            // All at once, so that they are painted together. How far each is tells nobody
            // anything.
            let mut submitted = Vec::new();
            for (name, seed, paint_task) in waiting {
                let (phase, _) = watch::channel(Phase::Waiting);
                // In a style that was asked for, the one that the seed draws says nothing.
                let caption = match &generate.styles[..] {
                    [] => format!("{name} {seed}"),
                    _ => seed.to_string(),
                };
                submitted.push((caption, self.submit_with(paint_task, phase)?));
            }
            for (caption, painted) in submitted {
                let painting = painted.recv().map_err(|_| WorkError::Fault)??.into_eight();
                paintings.push((caption, fit_to_sheet(painting, total)));
                tell(paintings.len());
            }
        }
        self.check()?;
        let sheet = sheet_of_paintings(&paintings);
        let painted = self.encoded(&sheet.into(), generate)?;
        Ok(noted(painted, &style_reader.notes()))
    }

    fn encoded(&self, painted: &AnyPicture, generate: &Generate) -> Result<Painted, WorkError> {
        let mark = self.mark(Mark::Generated, 1.0);
        let format = generate.format;
        let bytes = generate.output.encode_new(painted, format, mark)?;
        Ok(written(bytes, format, painted.size()))
    }

    /// Draws a sketch from a seed, ready to be painted; returns it with the name of its style.
    fn sketch(
        &self,
        generate: &Generate,
        seed: u64,
        style_reader: &mut StyleReader<'_>,
    ) -> Result<(String, PaintTask), WorkError> {
        self.check()?;
        let options = GenerateOptions {
            name: generate.name.clone(),
            truncation: generate.truncation,
            side: generate.side,
            ..GenerateOptions::default()
        };
        let Sketched {
            name,
            sketch,
            style,
        } = sketched(self.shared.painter()?, seed, &options)?;
        let style = if generate.styles.is_empty() {
            style
        } else {
            let (content, own) = (|| Some(sketch.clone()), || Ok(style.clone()));
            style_reader.mix(&generate.styles, generate.path, &content, &own)?
        };
        let paint_task = PaintTask::Painting {
            content: sketch.into(),
            style: style.into(),
            regions: Vec::new(),
            strength: 1.0,
            octaves: None,
            keep_colours: false,
            networks_alone: false,
        };
        Ok((name, paint_task))
    }
}
