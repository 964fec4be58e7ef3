//! Labels of a prepared set as conditions of the model.

use std::collections::BTreeSet;

use utsushi_weights::{NamedTensors, collect};

use utsushi_dataset::{PreparedSet, Role};
use utsushi_model::{Condition, PainterNetworks};

use crate::error::TrainError;

/// Name of the mapping network's table of vectors of the conditions' values, `[values,
/// latent_dim]`.
const TABLE: &str = "mapping_network.labels.conditions";

/// Names of the condition reader's tensors, `[inputs, values]` and `[values]`.
const READER: [&str; 2] = ["condition_reader.head.weight", "condition_reader.head.bias"];

/// Makes a condition of each column, with the values that the training paintings have in it,
/// sorted.
///
/// # Errors
/// Names a column in which no painting has a value.
pub(super) fn conditions_of(
    set: &PreparedSet,
    columns: &[String],
) -> Result<Vec<Condition>, TrainError> {
    let styles = set.styles().iter().enumerate();
    let targets = styles.filter(|(_, style)| style.role == Role::Style);
    let entries = targets.flat_map(|(number, _)| set.train(number));
    let paintings: Vec<_> = entries.map(|&index| &set.entries()[index]).collect();
    let condition = |name: &String| {
        let values = paintings.iter().filter_map(|entry| entry.labels.get(name));
        let values: BTreeSet<&String> = values.collect();
        if values.is_empty() {
            let known = paintings.iter().flat_map(|entry| entry.labels.keys());
            let known: BTreeSet<&str> = known.map(String::as_str).collect();
            let known = if known.is_empty() {
                "none at all".to_owned()
            } else {
                known.into_iter().collect::<Vec<_>>().join(", ")
            };
            return Err(TrainError::Set {
                set: set.folder().to_owned(),
                reason: format!(
                    "labels.columns names `{name}`, but no painting to train on has such a label; \
                     the labels there are: {known}"
                ),
            });
        }
        Ok(Condition {
            name: name.clone(),
            values: values.into_iter().cloned().collect(),
        })
    };
    columns.iter().map(condition).collect()
}

/// Converts the weights of a model with the conditions `from` to the shapes of networks with the
/// conditions `to`: values that both know keep their weights, others get those of the fresh
/// networks.
pub(super) fn carry_over(
    weights: &mut NamedTensors,
    fresh: &PainterNetworks,
    from: &[Condition],
    to: &[Condition],
) {
    if from == to {
        return;
    }
    let old: Vec<(&str, &str)> = values(from).collect();
    let places: Vec<Option<usize>> = values(to)
        .map(|value| old.iter().position(|own| *own == value))
        .collect();
    let mut fresh = collect(fresh);
    // Of the table rows are values, of the reader columns: it is carried over row by row.
    for name in [TABLE].into_iter().chain(READER) {
        let before = weights.remove(name);
        let Some(mut after) = fresh.remove(name) else {
            continue;
        };
        if let Some(before) = before {
            let by_rows = name == TABLE;
            let (length, rows) = if by_rows {
                (after.values.len() / places.len(), 1)
            } else {
                (1, after.values.len() / places.len())
            };
            for row in 0..rows {
                for (place, known) in places.iter().enumerate() {
                    let Some(known) = known else { continue };
                    let (to, from) = (row * places.len() + place, row * old.len() + known);
                    after.values[to * length..][..length]
                        .copy_from_slice(&before.values[from * length..][..length]);
                }
            }
        }
        weights.insert(name, after.shape, after.values);
    }
}

fn values(conditions: &[Condition]) -> impl Iterator<Item = (&str, &str)> {
    conditions.iter().flat_map(|condition| {
        let values = condition.values.iter();
        values.map(|value| (condition.name.as_str(), value.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use utsushi_model::ModelConfig;

    fn condition(name: &str, values: &[&str]) -> Condition {
        Condition {
            name: name.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        }
    }

    fn networks(conditions: &[Condition], seed: u64) -> PainterNetworks {
        let config = ModelConfig {
            style_dim: 2,
            latent_dim: 3,
            trunk_channels: [4, 4, 4],
            style_channels: [4, 4, 4, 4],
            mapping_width: 4,
            conditions: conditions.to_vec(),
            ..ModelConfig::default()
        };
        PainterNetworks::new(&config, seed, &Device::flex())
    }

    #[test]
    fn values_that_both_know_keep_their_weights() {
        let from = [condition("age", &["old", "young"])];
        let to = [
            condition("role", &["mage"]),
            condition("age", &["child", "young"]),
        ];
        let mut weights = collect(&networks(&from, 1));
        weights.insert(TABLE, [2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let old = weights.clone();
        let fresh = networks(&to, 2);
        carry_over(&mut weights, &fresh, &from, &to);
        let table = weights.get(TABLE).unwrap();
        let expected = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 5.0, 6.0];
        assert_eq!(
            (&table.shape[..], &table.values[..]),
            (&[3, 3][..], &expected[..])
        );
        let fresh = collect(&fresh);
        let [after, fresh] = [&weights, &fresh].map(|it| it.get(READER[0]).unwrap());
        let before = old.get(READER[0]).unwrap();
        assert_eq!(after.shape, [8, 3]);
        for input in 0..8 {
            assert_eq!(
                after.values[input * 3..][..2],
                fresh.values[input * 3..][..2]
            );
            assert_eq!(after.values[input * 3 + 2], before.values[input * 2 + 1]);
        }
        // What has nothing to do with conditions stays.
        let name = "mapping_network.head.weight";
        assert_eq!(weights.get(name), old.get(name));

        // From none to some, and from some to none.
        let mut none = collect(&networks(&[], 3));
        carry_over(&mut none, &networks(&to, 2), &[], &to);
        assert_eq!(none.get(READER[0]).unwrap(), fresh);
        carry_over(&mut weights, &networks(&[], 3), &to, &[]);
        assert!(weights.get(TABLE).is_none() && weights.get(READER[1]).is_none());
    }
}
