//! Real paintings: where the scales end.

use super::Tally;
use super::likeness::{nearest, spread};
use crate::method::Studio;
use crate::plan::EvaluationPlan;
use crate::random::{Stream, stream};
use crate::report::RealReport;
use crate::samples::median;
use crate::{
    Classifier, EvaluateError, Judge, Samples, Standardiser, frechet_distance, kernel_distance,
};

/// Pictures in memory at once while they are looked at.
const CHUNK: usize = 64;

/// Descriptions of the real paintings of all styles, and what was learned from them.
pub(crate) struct RealPaintings {
    pub(super) standardiser: Standardiser,
    pub(super) classifier: Classifier,
    /// The training paintings of each style, standardised.
    pub(super) pools: Vec<Samples>,
    pub(super) reports: Vec<RealReport>,
    /// Of each style: how far each held-out painting is from the nearest training painting.
    pub(super) near: Vec<Vec<f64>>,
}

impl RealPaintings {
    pub(crate) fn look_at(
        plan: &EvaluationPlan,
        studio: &Studio<'_>,
        judge: &Judge,
        seed: u64,
        tally: &mut Tally<'_>,
    ) -> Result<Self, EvaluateError> {
        let (mut pools, mut reals) = (Vec::new(), Vec::new());
        for style in &plan.styles {
            tally.begin(format!("{}: real paintings", style.name));
            reals.push(describe(&style.real, studio, judge, tally)?);
            pools.push(describe(&style.pool, studio, judge, tally)?);
        }
        let standardiser = Standardiser::of(&pools.iter().collect::<Vec<_>>());
        let pools: Vec<_> = pools.iter().map(|pool| standardiser.apply(pool)).collect();
        let reals: Vec<_> = reals.iter().map(|real| standardiser.apply(real)).collect();
        let classifier = Classifier::train(&pools.iter().collect::<Vec<_>>());
        let (mut reports, mut near) = (Vec::new(), Vec::new());
        for (index, style) in plan.styles.iter().enumerate() {
            let (real, pool) = (&reals[index], &pools[index]);
            let held_out = real.first(style.held_out);
            let mut random = stream(seed, Stream::Subsets, style.style);
            let kernel = kernel_distance(real, pool, &mut random);
            let distances: Vec<f64> = nearest(&held_out, pool).iter().map(|n| n.1).collect();
            reports.push(RealReport {
                paintings: real.rows(),
                held_out: held_out.rows(),
                pool: pool.rows(),
                frechet: frechet_distance(real, pool) / real.columns() as f64,
                kernel: kernel.value,
                kernel_margin: kernel.margin,
                style_accuracy: classifier.share(&held_out, index).unwrap_or(0.0),
                diversity: spread(real.iter()).unwrap_or(0.0),
                nearest_training: median(&distances).unwrap_or(0.0),
            });
            near.push(distances);
        }
        Ok(Self {
            standardiser,
            classifier,
            pools,
            reports,
            near,
        })
    }
}

fn describe(
    entries: &[usize],
    studio: &Studio<'_>,
    judge: &Judge,
    tally: &mut Tally<'_>,
) -> Result<Samples, EvaluateError> {
    let mut samples = Samples::new(judge.dimensions());
    for chunk in entries.chunks(CHUNK) {
        let mut pictures = Vec::new();
        for &entry in chunk {
            pictures.push(studio.picture(entry)?);
            tally.one()?;
        }
        let described = judge.describe(&pictures, |place| studio.name(chunk[place]))?;
        described.iter().for_each(|row| samples.push(row));
    }
    Ok(samples)
}
