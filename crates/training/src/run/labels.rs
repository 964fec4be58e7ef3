//! Styles by their number in the set and by their label in the networks.

use std::collections::BTreeMap;

use utsushi_dataset::{PreparedSet, Role};

/// The styles of a set that may be painted in; content-only ones have no label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleLabels {
    /// Number in the set, in the order of the labels.
    numbers: Vec<usize>,
}

impl StyleLabels {
    /// Labels in the order of the set.
    pub fn of(set: &PreparedSet) -> Self {
        let styles = set.styles().iter().enumerate();
        let numbers = styles
            .filter(|(_, style)| style.role == Role::Style)
            .map(|(index, _)| index);
        Self {
            numbers: numbers.collect(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Numbers in the set, in the order of the labels.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// Number in the set to label.
    pub fn by_number(&self) -> BTreeMap<usize, i64> {
        self.numbers
            .iter()
            .enumerate()
            .map(|(label, &number)| (number, label as i64))
            .collect()
    }
}
