//! Samples: feature vectors, one for each picture.

/// Rows of equal length, `[rows, columns]`, one for each picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    columns: usize,
    values: Vec<f64>,
}

impl Samples {
    /// An empty set of rows of `columns` numbers each.
    ///
    /// # Panics
    /// If `columns` is 0.
    pub fn new(columns: usize) -> Self {
        assert!(columns > 0, "a row has at least one number");
        Self {
            columns,
            values: Vec::new(),
        }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If the row is of another length.
    pub fn push(&mut self, row: &[f64]) {
        assert_eq!(row.len(), self.columns, "rows have one length");
        self.values.extend_from_slice(row);
    }

    /// Number of rows, that is, of pictures.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Number of columns: the length of each row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The row of one picture.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// Iterates over all rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns)
    }

    /// The first `rows` rows, or all if there are fewer.
    pub fn first(&self, rows: usize) -> Self {
        let end = (rows * self.columns).min(self.values.len());
        Self {
            columns: self.columns,
            values: self.values[..end].to_vec(),
        }
    }

    /// Mean of each column; zeros if there are no rows.
    pub fn mean(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.iter() {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        let count = self.rows().max(1) as f64;
        sums.iter().map(|sum| sum / count).collect()
    }

    /// All rows minus the mean of their columns.
    pub(crate) fn centred(&self) -> Self {
        let mean = self.mean();
        let mut centred = Self::new(self.columns);
        for row in self.iter() {
            centred
                .values
                .extend(row.iter().zip(&mean).map(|(value, mean)| value - mean));
        }
        centred
    }
}

/// Dot product of two vectors.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Root mean squared difference of two vectors: a distance that does not grow with their length.
pub(crate) fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    (squares / a.len().max(1) as f64).sqrt()
}

/// Median of values: the middle one, or the mean of the middle two; `None` if there are none.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Mean of values; `None` if there are none.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_in_and_come_out() {
        let mut samples = Samples::new(2);
        assert_eq!(samples.mean(), [0.0, 0.0]);
        samples.push(&[1.0, 2.0]);
        samples.push(&[3.0, 6.0]);
        assert_eq!((samples.rows(), samples.columns()), (2, 2));
        assert_eq!(samples.mean(), [2.0, 4.0]);
        assert_eq!(samples.centred().row(0), [-1.0, -2.0]);
        assert_eq!(samples.first(1).rows(), 1);
        assert_eq!(samples.first(9), samples);
    }

    #[test]
    fn middles_and_distances() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
        assert_eq!(distance(&[0.0, 0.0], &[3.0, 4.0]), (12.5f64).sqrt());
    }
}
