//! Labels of the pictures of a batch: their styles and conditions.

use std::ops::Range;

use burn::tensor::{Int, Tensor};

/// Labels of a batch: the style of each picture, and the conditions that are known to hold.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Style of each picture, `[batch]`, each from 0 to `styles − 1`.
    pub styles: Tensor<1, Int>,
    /// Values of conditions, `[batch, values]`, a column for each value of each condition in turn:
    /// 1 if it holds, 0 if it does not or is unknown. Absent if nothing is known of any picture.
    pub conditions: Option<Tensor<2>>,
}

impl Labels {
    /// The labels of a range of the batch's pictures.
    #[must_use]
    pub fn rows(&self, range: Range<usize>) -> Self {
        let (from, count) = (range.start, range.len());
        let narrow = |conditions: &Tensor<2>| conditions.clone().narrow(0, from, count);
        Self {
            styles: self.styles.clone().narrow(0, from, count),
            conditions: self.conditions.as_ref().map(narrow),
        }
    }

    /// The labels twice in a row: for the real pictures, then for the painted ones.
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
