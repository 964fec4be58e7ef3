//! The style classifier, which tells styles apart by statistics of a frozen network's features.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::layers::unit_power;
use crate::{Dense, Initialiser};

/// A linear classifier on the mean and the standard deviation of each channel of each tap: these
/// depend little on what is painted, and much on how it is painted.
#[derive(Module, Debug)]
pub struct StyleClassifier {
    head: Dense,
    /// The layer that tells the values of conditions, if there are any.
    conditions: Option<Dense>,
}

impl StyleClassifier {
    /// A classifier with fresh weights for taps of the given channels and so many styles and values
    /// of conditions.
    pub fn new(
        tap_channels: &[usize],
        [styles, values]: [usize; 2],
        seed: u64,
        device: &Device,
    ) -> Self {
        let inputs = 2 * tap_channels.iter().sum::<usize>();
        let init = &mut Initialiser::new(seed, device);
        Self {
            head: Dense::new(init, inputs, styles, 0.1),
            conditions: (values > 0).then(|| Dense::new(init, inputs, values, 0.1)),
        }
    }

    /// Classifies pictures by their taps.
    ///
    /// # Shapes
    /// - `taps`: `[batch, height, width, channels]` each
    /// - output: logits, `[batch, styles]`, and, where there are conditions, `[batch, values of all
    ///   conditions]`
    pub fn forward(&self, taps: &[Tensor<4>]) -> (Tensor<2>, Option<Tensor<2>>) {
        let described = taps.iter().map(|tap| unit_power(describe(tap.clone())));
        let described = Tensor::cat(described.collect(), 1);
        let conditions = self.conditions.as_ref();
        let told = conditions.map(|head| head.forward(described.clone()));
        (self.head.forward(described), told)
    }
}

/// Computes mean and standard deviation of each channel over the picture, `[batch, 2 * channels]`.
pub(crate) fn describe(tap: Tensor<4>) -> Tensor<2> {
    let [batch, height, width, channels] = tap.dims();
    let positions = tap.reshape([batch, height * width, channels]);
    let mean = positions.clone().mean_dim(1);
    let variance = (positions - mean.clone()).powi_scalar(2).mean_dim(1);
    Tensor::cat(vec![mean, (variance + 1e-6).sqrt()], 2).reshape([batch, 2 * channels])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    #[test]
    fn a_tap_is_described_by_mean_and_deviation_and_not_by_places() {
        let device = Device::flex();
        let tap = |values: Vec<f32>| {
            Tensor::<4>::from_data(TensorData::new(values, [1, 2, 2, 1]), &device)
        };
        let one = describe(tap(vec![1.0, 3.0, 1.0, 3.0])).into_data();
        let values = one.try_to_vec::<f32>().unwrap();
        assert!((values[0] - 2.0).abs() < 1e-5 && (values[1] - 1.0).abs() < 1e-5);
        let other = describe(tap(vec![3.0, 3.0, 1.0, 1.0])).into_data();
        assert_eq!(other.try_to_vec::<f32>().unwrap(), values);
    }
}
