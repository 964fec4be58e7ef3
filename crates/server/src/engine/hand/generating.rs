//! Paintings from nothing but a seed.

use tokio::sync::watch;
use utsushi_imaging::Picture;
use utsushi_range::{GenerateOptions, Sketched, fit_to_sheet, sheet_of_paintings, sketched};

use super::palette::Palette;
use super::{Hand, Scene};
use crate::{Generate, Painted, Phase, WorkError};

impl Hand<'_> {
    pub(super) fn generate(&self, generate: &Generate) -> Result<Painted, WorkError> {
        let mut palette = Palette::new(self, &generate.references, generate.framing);
        if generate.count == 1 {
            let (_, scene) = self.sketch(generate, generate.seed, &mut palette)?;
            return self.finish(scene, generate.format);
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
                let (name, scene) = self.sketch(generate, seed, &mut palette)?;
                waiting.push((name, seed, scene));
            }
            next = next.saturating_add(many as u64);
            // All at once, so that they are painted together. How far each is tells nobody anything.
            let mut hung = Vec::new();
            for (name, seed, scene) in waiting {
                let (phase, _) = watch::channel(Phase::Waiting);
                hung.push((format!("{name} {seed}"), self.hang_with(scene, phase)?));
            }
            for (caption, painted) in hung {
                let painting: Picture = painted.recv().map_err(|_| WorkError::Fault)??;
                paintings.push((caption, fit_to_sheet(painting, total)));
                tell(paintings.len());
            }
        }
        self.check()?;
        self.encoded(&sheet_of_paintings(&paintings), generate.format)
    }

    /// What a seed makes up, ready to be painted, and the name of its style.
    fn sketch(
        &self,
        generate: &Generate,
        seed: u64,
        palette: &mut Palette<'_>,
    ) -> Result<(String, Scene), WorkError> {
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
        let style = match generate.styles.is_empty() {
            true => style,
            false => palette.mix(&generate.styles, generate.path, &|| Ok(style.clone()))?,
        };
        let scene = Scene::Painting {
            content: sketch,
            style,
            strength: 1.0,
            octaves: None,
        };
        Ok((name, scene))
    }
}
