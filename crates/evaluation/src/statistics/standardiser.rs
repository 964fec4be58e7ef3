use crate::Samples;

/// Standardises rows: each column gets mean 0 and deviation 1 over the rows it was computed from.
///
/// Channels of a network differ by orders of magnitude, and the largest would dominate all
/// distances. A column that does not vary (a channel that is never active) becomes 0.
#[derive(Clone, Debug)]
pub struct Standardiser {
    mean: Vec<f64>,
    scale: Vec<f64>,
}

impl Standardiser {
    /// Computes a standardiser from several sets, which count equally regardless of their numbers
    /// of rows: mean and variance are those of the mixture. Sets without rows do not count.
    ///
    /// # Panics
    /// If no set has a row.
    pub fn of(sets: &[&Samples]) -> Self {
        let sets: Vec<_> = sets.iter().filter(|set| set.rows() > 0).collect();
        let columns = sets.first().expect("a set with rows").columns();
        let share = 1.0 / sets.len() as f64;
        let mut mean = vec![0.0; columns];
        for set in &sets {
            for (total, own) in mean.iter_mut().zip(set.mean()) {
                *total += own * share;
            }
        }
        let mut variance = vec![0.0; columns];
        for set in &sets {
            let weight = share / set.rows() as f64;
            for row in set.iter() {
                for ((total, value), mean) in variance.iter_mut().zip(row).zip(&mean) {
                    *total += (value - mean) * (value - mean) * weight;
                }
            }
        }
        let scale = variance.iter().zip(&mean).map(|(variance, mean)| {
            let deviation = variance.sqrt();
            // Below this the column is a constant and its rounding.
            let constant = deviation <= 1e-6 * (mean.abs() + 1e-6);
            if constant { 0.0 } else { 1.0 / deviation }
        });
        let scale = scale.collect();
        Self { mean, scale }
    }

    /// Standardises rows.
    ///
    /// # Panics
    /// If the rows have another length than those of the sets it was computed from.
    pub fn apply(&self, set: &Samples) -> Samples {
        assert_eq!(set.columns(), self.mean.len(), "rows of one length");
        let mut standardised = Samples::new(set.columns());
        for row in set.iter() {
            let value = |((value, mean), scale): ((&f64, &f64), &f64)| (value - mean) * scale;
            let row: Vec<f64> = row
                .iter()
                .zip(&self.mean)
                .zip(&self.scale)
                .map(value)
                .collect();
            standardised.push(&row);
        }
        standardised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_counts_alike() {
        let (mut a, mut b) = (Samples::new(2), Samples::new(2));
        for _ in 0..3 {
            a.push(&[1.0, 5.0]);
        }
        b.push(&[3.0, 5.0]);
        let standardiser = Standardiser::of(&[&a, &b, &Samples::new(2)]);
        assert_eq!(standardiser.apply(&a).row(0), [-1.0, 0.0]);
        assert_eq!(standardiser.apply(&b).row(0), [1.0, 0.0]);
    }
}
