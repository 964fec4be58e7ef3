//! Measurement of real paintings, which mark the ends of the scales.

use super::Tally;
use super::likeness::{nearest, spread};
use crate::method::EvaluationContext;
use crate::plan::EvaluationPlan;
use crate::random::{Stream, stream};
use crate::report::{RealMeasures, RealReport};
use crate::samples::median;
use crate::{
    Classifier, EvaluateError, Judge, Rendition, Renditions, Samples, Standardiser,
    frechet_distance, kernel_distance,
};

/// Number of pictures in memory at once while they are described.
const CHUNK: usize = 64;

/// Descriptions of the real paintings of all styles, and the classifier trained on them.
pub(crate) struct RealPaintings {
    pub(super) described: Renditions<RealDescriptions>,
    /// The report of each style.
    pub(super) reports: Vec<RealReport>,
}

/// Descriptions of real paintings in one rendition.
pub(crate) struct RealDescriptions {
    pub(super) standardiser: Standardiser,
    pub(super) classifier: Classifier,
    /// Standardised descriptions of the training paintings of each style.
    pub(super) pools: Vec<Samples>,
    pub(super) measures: Vec<RealMeasures>,
    /// For each style, the distances of held-out paintings to the nearest training painting.
    pub(super) near: Vec<Vec<f64>>,
}

impl RealPaintings {
    pub(crate) fn look_at(
        plan: &EvaluationPlan,
        context: &EvaluationContext<'_>,
        judge: &Judge,
        seed: u64,
        tally: &mut Tally<'_>,
    ) -> Result<Self, EvaluateError> {
        let (mut pools, mut reals) = (Vec::new(), Vec::new());
        for style in &plan.styles {
            tally.begin(format!("{}: real paintings", style.name));
            reals.push(describe(&style.real, context, judge, tally)?);
            pools.push(describe(&style.pool, context, judge, tally)?);
        }
        let of = |rendition: Rendition| {
            let reals = reals.iter().map(|real| real.get(rendition)).collect();
            let pools = pools.iter().map(|pool| pool.get(rendition)).collect();
            RealDescriptions::new(plan, reals, pools, seed)
        };
        let described = Renditions {
            colour: of(Rendition::Colour),
            grey: of(Rendition::Grey),
        };
        let reports = plan.styles.iter().enumerate();
        let reports = reports.map(|(index, style)| RealReport {
            paintings: style.real.len(),
            held_out: style.held_out,
            pool: style.pool.len(),
            colour: described.colour.measures[index],
            grey: described.grey.measures[index],
        });
        let reports = reports.collect();
        Ok(Self { described, reports })
    }
}

impl RealDescriptions {
    fn new(plan: &EvaluationPlan, reals: Vec<&Samples>, pools: Vec<&Samples>, seed: u64) -> Self {
        let standardiser = Standardiser::of(&pools);
        let pools: Vec<_> = pools.iter().map(|pool| standardiser.apply(pool)).collect();
        let classifier = Classifier::train(&pools.iter().collect::<Vec<_>>());
        let (mut measures, mut near) = (Vec::new(), Vec::new());
        for (index, style) in plan.styles.iter().enumerate() {
            let (real, pool) = (standardiser.apply(reals[index]), &pools[index]);
            let held_out = real.first(style.held_out);
            let mut random = stream(seed, Stream::Subsets, style.style);
            let kernel = kernel_distance(&real, pool, &mut random);
            let distances: Vec<f64> = nearest(&held_out, pool).iter().map(|n| n.1).collect();
            measures.push(RealMeasures {
                frechet: frechet_distance(&real, pool) / real.columns() as f64,
                kernel: kernel.value,
                kernel_margin: kernel.margin,
                style_accuracy: classifier.share(&held_out, index),
                diversity: spread(real.iter()).unwrap_or(0.0),
                nearest_training: median(&distances).unwrap_or(0.0),
            });
            near.push(distances);
        }
        Self {
            standardiser,
            classifier,
            pools,
            measures,
            near,
        }
    }
}

fn describe(
    entries: &[usize],
    context: &EvaluationContext<'_>,
    judge: &Judge,
    tally: &mut Tally<'_>,
) -> Result<Renditions<Samples>, EvaluateError> {
    let mut samples = Renditions {
        colour: Samples::new(judge.dimensions()),
        grey: Samples::new(judge.dimensions()),
    };
    for chunk in entries.chunks(CHUNK) {
        let mut pictures = Vec::new();
        for &entry in chunk {
            pictures.push(context.picture(entry)?);
            tally.one()?;
        }
        let name = |place: usize| context.name(chunk[place]);
        let described = judge.describe_renditions(&pictures, name)?;
        described
            .colour
            .iter()
            .for_each(|row| samples.colour.push(row));
        described.grey.iter().for_each(|row| samples.grey.push(row));
    }
    Ok(samples)
}
