//! Discriminators and optimizers' moments that lie beside an exported model, so that a run that
//! goes on from it need not teach its discriminators anew: until they have caught up they guess,
//! and what they say leads the generator nowhere.

use std::path::{Path, PathBuf};

use burn::module::Module;
use utsushi_weights::{NamedTensors, Precision, WeightsFile, apply, collect};

use crate::discriminators::Discriminators;
use crate::error::TrainError;
use crate::optimizer::Adam;
use crate::state::{DISCRIMINATORS, DISCRIMINATORS_OPTIMIZER, PAINTER_OPTIMIZER};
use crate::trainer::Trainer;

/// Path of a model's discriminators: `model.discriminators.safetensors` beside `model.safetensors`.
pub fn discriminators_beside(model: &Path) -> PathBuf {
    model.with_extension("discriminators.safetensors")
}

/// Takes over what lies beside a model, network by network: one whose sizes or styles are other
/// ones starts afresh, and so do moments of what was changed. Each is said.
pub(super) fn take_over(
    mut trainer: Trainer,
    mut carried: NamedTensors,
    same_styles: bool,
    messages: &mut Vec<String>,
) -> Trainer {
    let mut networks = carried.take_under(DISCRIMINATORS);
    let mut wanted = collect(&trainer.discriminators.valid());
    let mut taken = Vec::new();
    for network in ["projected", "pixel", "classifier", "reference"] {
        let (own, found) = (wanted.take_under(network), networks.take_under(network));
        let shapes = |tensors: &NamedTensors| {
            let shapes = tensors
                .iter()
                .map(|(name, it)| (name.to_owned(), it.shape.clone()));
            shapes.collect::<Vec<_>>()
        };
        let fits = !own.is_empty() && shapes(&own) == shapes(&found);
        // The rows of labels are those of the model's styles; the reference has no labels.
        let fits = fits && (same_styles || network == "reference");
        if fits {
            taken.push(network);
        }
        wanted.extend_under(network, if fits { found } else { own });
    }
    match apply::<Discriminators>(trainer.discriminators.clone(), &wanted, "") {
        Ok(discriminators) => trainer.discriminators = discriminators,
        Err(error) => {
            messages.push(format!("discriminators start afresh: {error}"));
            return trainer;
        }
    }
    messages.push(if taken.is_empty() {
        "discriminators start afresh: those beside the model have other sizes or styles".to_owned()
    } else {
        format!(
            "discriminators go on from those beside the model: {}",
            taken.join(", ")
        )
    });
    let moments = carried.take_under(DISCRIMINATORS_OPTIMIZER);
    if let Ok(adam) = Adam::from_named(moments, &trainer.discriminators) {
        trainer.discriminators_optimizer = adam;
    }
    let moments = carried.take_under(PAINTER_OPTIMIZER);
    if same_styles && let Ok(adam) = Adam::from_named(moments, &trainer.painter) {
        trainer.painter_optimizer = adam;
    }
    trainer
}

/// Reads the discriminators beside a model, if there are any.
///
/// # Errors
/// A file that is damaged.
pub(super) fn read(model: &Path) -> Result<Option<NamedTensors>, TrainError> {
    let path = discriminators_beside(model);
    if !path.exists() {
        return Ok(None);
    }
    match WeightsFile::read(&path) {
        Ok(file) => Ok(Some(file.tensors)),
        Err(error) => Err(TrainError::Checkpoint {
            reason: error.to_string(),
            path,
        }),
    }
}

/// Writes what a run that goes on from `model` can take over, from a checkpoint's tensors.
///
/// # Errors
/// As a checkpoint is written.
pub(crate) fn write(
    state: &mut NamedTensors,
    model: &Path,
    replace: bool,
) -> Result<PathBuf, TrainError> {
    let mut file = WeightsFile::default();
    for part in [DISCRIMINATORS, DISCRIMINATORS_OPTIMIZER, PAINTER_OPTIMIZER] {
        file.tensors.extend_under(part, state.take_under(part));
    }
    let path = discriminators_beside(model);
    file.write(&path, Precision::Single, replace)
        .map_err(|error| TrainError::Checkpoint {
            path: path.clone(),
            reason: error.to_string(),
        })?;
    Ok(path)
}
