//! Paintings from nothing but a seed.

use tokio::sync::watch;
use utsushi::creative::{GenerateOptions, Sketched, fit_to_sheet, sheet_of_paintings, sketched};
use utsushi_imaging::{AnyPicture, Mark};

use super::style_reader::StyleReader;
use super::{PaintTask, Worker, noted, written};
use crate::{Generate, Painted, Phase, WorkError};

impl Worker<'_> {
    pub(super) fn generate(&self, generate: &Generate) -> Result<Painted, WorkError> {
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
            // All at once, so that they are painted together. How far each is tells nobody anything.
            let mut submitted = Vec::new();
            for (name, seed, paint_task) in waiting {
                let (phase, _) = watch::channel(Phase::Waiting);
                submitted.push((
                    format!("{name} {seed}"),
                    self.submit_with(paint_task, phase)?,
                ));
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

    /// Draws a sketch from a seed, ready to be painted, with the name of its style.
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
