//! What the pictures of a batch are said to be.

use std::ops::Range;

use burn::tensor::{Int, Tensor};

/// Labels of a batch: the style of each picture, and what else is known of it.
#[derive(Debug, Clone)]
pub struct Labels {
    /// `[batch]`, each from 0 to `styles − 1`.
    pub styles: Tensor<1, Int>,
    /// `[batch, values]`, a column for each value of each condition in turn: 1 where it holds, 0
    /// where it does not or where nobody knows. Absent: nothing is known of any picture.
    pub conditions: Option<Tensor<2>>,
}

impl Labels {
    /// The labels of some of the pictures.
    #[must_use]
    pub fn rows(&self, range: Range<usize>) -> Self {
        let (from, count) = (range.start, range.len());
        let narrow = |conditions: &Tensor<2>| conditions.clone().narrow(0, from, count);
        Self {
            styles: self.styles.clone().narrow(0, from, count),
            conditions: self.conditions.as_ref().map(narrow),
        }
    }

    /// The labels once for the real and once for the painted pictures.
    #[must_use]
    pub fn twice(&self) -> Self {
        let conditions = self.conditions.clone();
        Self {
            styles: Tensor::cat(vec![self.styles.clone(), self.styles.clone()], 0),
            conditions: conditions.map(|it| Tensor::cat(vec![it.clone(), it], 0)),
        }
    }
}

impl From<Tensor<1, Int>> for Labels {
    fn from(styles: Tensor<1, Int>) -> Self {
        Self {
            styles,
            conditions: None,
        }
    }
}

impl From<&Tensor<1, Int>> for Labels {
    fn from(styles: &Tensor<1, Int>) -> Self {
        styles.clone().into()
    }
}

impl From<&Labels> for Labels {
    fn from(labels: &Labels) -> Self {
        labels.clone()
    }
}
