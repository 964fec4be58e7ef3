//! Weighted terms of a loss.

use burn::tensor::Tensor;

use crate::stats::StepValues;

/// A sum of weighted terms of a loss, which also records each term, before weighting, under its
/// name.
pub struct Terms<'a> {
    values: &'a mut StepValues,
    sum: Option<Tensor<1>>,
}

impl<'a> Terms<'a> {
    /// A loss without terms, which records into `values`.
    pub fn new(values: &'a mut StepValues) -> Self {
        Self { values, sum: None }
    }

    /// Adds a term, `[1]`, with its weight, and records it under its name.
    pub fn add(&mut self, name: &str, term: Tensor<1>, weight: f32) {
        self.values.set(name, term.clone());
        self.add_unrecorded(term, weight);
    }

    /// Adds a term, `[1]`, with its weight, without recording it.
    pub fn add_unrecorded(&mut self, term: Tensor<1>, weight: f32) {
        let term = term * weight;
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + term,
            None => term,
        });
    }

    /// Records a number under its name, without adding it to the loss.
    pub fn record(&mut self, name: &str, value: Tensor<1>) {
        self.values.set(name, value);
    }

    /// The recorded numbers of the step, for parts that record by themselves.
    pub fn values(&mut self) -> &mut StepValues {
        self.values
    }

    /// The sum of the weighted terms, `[1]`.
    ///
    /// # Panics
    /// There is no term; every configuration that is valid has a discriminator.
    pub fn total(self) -> Tensor<1> {
        self.sum.expect("a run has a discriminator")
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn terms_are_weighted_in_the_sum_and_not_in_the_record() {
        let device = Device::flex();
        let number = |value: f32| Tensor::<1>::from_floats([value], &device);
        let values = &mut StepValues::new(3);
        let mut terms = Terms::new(values);
        terms.add("a", number(2.0), 0.5);
        terms.add("b", number(3.0), 10.0);
        terms.add_unrecorded(number(100.0), 1.0);
        terms.record("c", number(7.0));
        assert_eq!(terms.total().into_scalar::<f32>(), 131.0);
        let read = std::mem::replace(values, StepValues::new(4)).read();
        let expected = [("a", 2.0), ("b", 3.0), ("c", 7.0)];
        let expected = expected.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(read, expected.into_iter().collect());
    }
}
