//! The mean of several checkpoints of a run.

use utsushi_runs::{RunDirectory, TrainingState};
use utsushi_weights::{NamedTensors, STYLE_MEANS, STYLE_SURFACE};

use crate::error::TrainError;
use crate::state::AVERAGE;

/// Replaces the newest checkpoint's averaged networks, its styles' mean codes and, if all have one,
/// its surface regression by the means over all checkpoints that the run has kept (stochastic
/// weight averaging, Izmailov et al. 2018): the two sides of a game go round in circles, and the
/// middle is steadier than any point of them. Returns the steps of these checkpoints, in rising
/// order.
///
/// # Errors
/// A checkpoint that is damaged.
pub(super) fn average_over_checkpoints(
    directory: &RunDirectory,
    newest: &mut TrainingState,
) -> Result<Vec<u64>, TrainError> {
    let steps = directory.steps()?;
    let steps: Vec<u64> = steps
        .into_iter()
        .filter(|step| *step <= newest.record.step)
        .collect();
    let mut others = Vec::new();
    for step in steps.iter().filter(|step| **step != newest.record.step) {
        others.push((*step, directory.load(*step)?.tensors));
    }
    let prefix = format!("{AVERAGE}.");
    let mut means = NamedTensors::new();
    // Checkpoints of an earlier version tell less of surfaces, or nothing.
    let all_tell = others.iter().all(|(_, other)| {
        let shape = |tensors: &NamedTensors| Some(tensors.get(STYLE_SURFACE)?.shape.clone());
        shape(other) == shape(&newest.tensors)
    });
    let published = |name: &str| {
        name == STYLE_MEANS || name.starts_with(&prefix) || (name == STYLE_SURFACE && all_tell)
    };
    for (name, tensor) in newest.tensors.iter().filter(|(name, _)| published(name)) {
        let mut sums: Vec<f64> = tensor
            .values
            .iter()
            .map(|value| f64::from(*value))
            .collect();
        for (step, other) in &others {
            let own = other.get(name).filter(|own| own.shape == tensor.shape);
            let own = own.ok_or_else(|| TrainError::Checkpoint {
                path: directory.checkpoint_path(*step),
                reason: format!("it has no `{name}` of the newest one's shape"),
            })?;
            for (sum, value) in sums.iter_mut().zip(&own.values) {
                *sum += f64::from(*value);
            }
        }
        let count = (others.len() + 1) as f64;
        let mean = sums.into_iter().map(|sum| (sum / count) as f32).collect();
        means.insert(name, tensor.shape.clone(), mean);
    }
    newest.tensors.extend_under("", means);
    Ok(steps)
}
