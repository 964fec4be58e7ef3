//! Measurement of how well a student agrees with its teacher.

use burn::tensor::Tensor;
use utsushi_dataset::{Entry, PreparedSet};

use super::step::{Distillation, TAPS};
use crate::error::TrainError;
use crate::losses::reconstruction::feature_difference;

/// Largest number of held-out pictures that are compared.
const MOST: usize = 128;

/// Number of pictures that are painted at once.
const BATCH: usize = 8;

/// Agreement of a student with its teacher on pictures that the student was not taught with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Number of held-out pictures that were compared.
    pub pictures: usize,
    /// Mean over pictures of the peak signal-to-noise ratio, in decibels, of the student's
    /// painting against the teacher's.
    pub psnr: f64,
    /// Mean peak signal-to-noise ratio, in decibels, of the unpainted picture against the teacher's
    /// painting: what doing nothing would score.
    pub psnr_unpainted: f64,
    /// Mean relative difference of features between the student's and the teacher's painting, 0 for
    /// none, if the feature network is there.
    pub features: Option<f64>,
    /// Mean relative difference of features between the unpainted picture and the teacher's
    /// painting, if the feature network is there.
    pub features_unpainted: Option<f64>,
}

/// Compares student and teacher on up to 128 held-out pictures, of all styles in turn.
pub(super) fn agreement(
    distillation: &Distillation,
    set: &PreparedSet,
) -> Result<Agreement, TrainError> {
    let entries = held_out(set);
    let mut sum = Agreement {
        pictures: entries.len(),
        psnr: 0.0,
        psnr_unpainted: 0.0,
        features: distillation.features.as_ref().map(|_| 0.0),
        features_unpainted: distillation.features.as_ref().map(|_| 0.0),
    };
    for batch in entries.chunks(BATCH) {
        let share = batch.len() as f64 / entries.len() as f64;
        let shown = distillation.shown(&set.load(batch, distillation.config.size)?);
        let right = distillation.taught(shown.clone());
        let painted = distillation.average.forward(shown.clone());
        sum.psnr += share * psnr(painted.clone(), right.clone());
        sum.psnr_unpainted += share * psnr(shown.clone(), right.clone());
        if let Some(network) = &distillation.features {
            let look = |x: Tensor<4>| network.forward_first(x, TAPS).0;
            let right = look(right);
            let apart =
                |x: Tensor<4>| f64::from(feature_difference(&look(x), &right).into_scalar::<f32>());
            let [ours, theirs] = [painted, shown].map(apart);
            sum.features = sum.features.map(|all| all + share * ours);
            sum.features_unpainted = sum.features_unpainted.map(|all| all + share * theirs);
        }
    }
    Ok(sum)
}

/// Lists the first held-out picture of each style, then the second, and so on; training pictures if
/// none is held out.
fn held_out(set: &PreparedSet) -> Vec<&Entry> {
    let styles = 0..set.styles().len();
    let of = |held: bool| -> Vec<&[usize]> {
        let all = styles.clone().map(|style| {
            if held {
                set.validation(style)
            } else {
                set.train(style)
            }
        });
        all.collect()
    };
    let mut lists = of(true);
    if lists.iter().all(|list| list.is_empty()) {
        lists = of(false);
    }
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| lists.iter().filter_map(move |list| list.get(turn)));
    turns
        .take(MOST)
        .map(|&index| &set.entries()[index])
        .collect()
}

/// Mean peak signal-to-noise ratio over the pictures of a batch, in decibels; values lie in −1…1,
/// so that the peak is 2.
fn psnr(painted: Tensor<4>, right: Tensor<4>) -> f64 {
    let [batch, height, width, channels] = painted.dims();
    let errors = (painted - right).powi_scalar(2);
    let errors = errors
        .reshape([batch, height * width * channels])
        .mean_dim(1);
    let errors = errors.into_data_as::<f32>().try_into_vec::<f32>();
    let errors = errors.expect("the data was read as f32");
    let decibels = errors
        .iter()
        .map(|&error| 10.0 * (4.0 / f64::from(error).max(1e-10)).log10());
    decibels.sum::<f64>() / batch as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn decibels_are_those_of_the_definition() {
        let full = |value: f32| Tensor::<4>::full([2, 4, 4, 3], value, &Device::flex());
        // An error of 0.2 of a range of 2 is a tenth: 20 dB.
        assert!((psnr(full(0.5), full(0.3)) - 20.0).abs() < 1e-3);
        assert!(psnr(full(0.5), full(0.5)) > 100.0);
    }
}
