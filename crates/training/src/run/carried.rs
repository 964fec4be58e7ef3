//! Discriminators and optimizers' moments in a file beside an exported model, so that a run that
//! starts from the model need not teach its discriminators anew: until they have caught up, their
//! judgement would mislead the generator.

use std::path::{Path, PathBuf};

use burn::module::Module;
use utsushi_weights::{NamedTensors, Precision, WeightsFile, apply, collect};

use crate::discriminators::Discriminators;
use crate::error::TrainError;
use crate::optimizer::Adam;
use crate::state::{DISCRIMINATORS, DISCRIMINATORS_OPTIMIZER, PAINTER_OPTIMIZER};
use crate::trainer::Trainer;

use super::origin::arrange;

/// Suffix of the names of tables with a row for each style.
const LABELS: &str = "labels.weight";

/// Path of the discriminators of a model: `model.discriminators.safetensors` beside
/// `model.safetensors`.
pub fn discriminators_beside(model: &Path) -> PathBuf {
    model.with_extension("discriminators.safetensors")
}

/// Takes over the discriminators and moments that lie beside a model, network by network: a network
/// of another size starts afresh, and so do the moments of whatever was changed. `messages` reports
/// each. `rows` has, for each style of the run, the model's style that it starts as; none for the
/// mean of all.
pub(super) fn take_over(
    mut trainer: Trainer,
    mut carried: NamedTensors,
    rows: &[Option<usize>],
    messages: &mut Vec<String>,
) -> Trainer {
    let mut networks = carried.take_under(DISCRIMINATORS);
    let same_styles = same_styles(&networks, rows);
    if !same_styles {
        arrange_labels(&mut networks, rows);
    }
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
        // What tells the model's styles from one another does not tell others.
        let fits = fits && (same_styles || network != "classifier");
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
        "discriminators start afresh: those beside the model have other sizes".to_owned()
    } else {
        format!(
            "discriminators go on from those beside the model: {}",
            taken.join(", ")
        )
    });
    let moments = carried.take_under(DISCRIMINATORS_OPTIMIZER);
    if same_styles && let Ok(adam) = Adam::from_named(moments, &trainer.discriminators) {
        trainer.discriminators_optimizer = adam;
    }
    let moments = carried.take_under(PAINTER_OPTIMIZER);
    if same_styles && let Ok(adam) = Adam::from_named(moments, &trainer.painter) {
        trainer.painter_optimizer = adam;
    }
    trainer
}

/// Whether the run's styles are those of the discriminators, in the same order.
fn same_styles(networks: &NamedTensors, rows: &[Option<usize>]) -> bool {
    let mut tables = networks.iter().filter(|(name, _)| name.ends_with(LABELS));
    let in_order = (0..rows.len()).map(Some).eq(rows.iter().copied());
    in_order && tables.all(|(_, table)| table.shape.first() == Some(&rows.len()))
}

/// Rearranges the discriminators' tables so that each style of the run is judged as the model's
/// style that it starts as.
fn arrange_labels(networks: &mut NamedTensors, rows: &[Option<usize>]) {
    let tables = networks.iter().map(|(name, _)| name.to_owned());
    let tables: Vec<_> = tables.filter(|name| name.ends_with(LABELS)).collect();
    for table in tables {
        arrange(networks, &table, rows);
    }
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

/// Writes, beside `model`, the tensors of a checkpoint that a run starting from it can take over.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_judged_as_those_that_they_start_as() {
        let mut networks = NamedTensors::new();
        let table = vec![1.0, 2.0, 3.0, 4.0, 5.0, 9.0];
        networks.insert("pixel.labels.weight", [3, 2], table.clone());
        networks.insert("pixel.logit.weight", [1, 2], vec![7.0, 8.0]);
        assert!(same_styles(&networks, &[Some(0), Some(1), Some(2)]));
        for other in [&[Some(0), Some(1)][..], &[Some(0), Some(2), Some(1)]] {
            assert!(!same_styles(&networks, other), "{other:?}");
        }
        arrange_labels(&mut networks, &[Some(2), None]);
        let arranged = networks.get("pixel.labels.weight").unwrap();
        assert_eq!(arranged.shape, [2, 2]);
        // The last row, and the mean of all.
        assert_eq!(arranged.values, [5.0, 9.0, 3.0, 5.0]);
        let other = networks.get("pixel.logit.weight").unwrap();
        assert_eq!(other.values, [7.0, 8.0]);
    }
}
