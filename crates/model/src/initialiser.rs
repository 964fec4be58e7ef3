//! Initialisation of the networks' weights, from a seed.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::random::normal_pair;

/// Draws the initial weights of a network.
///
/// Burn's own initialisers draw from a generator that the whole process shares; this one makes the
/// weights a function of the seed alone.
#[derive(Debug)]
pub struct Initialiser {
    /// Random generator; none for networks that a file will fill.
    random: Option<ChaCha8Rng>,
    device: Device,
}

impl Initialiser {
    /// An initialiser that draws weights from `seed` and places them on `device` (an autodiff
    /// device makes them trainable).
    pub fn new(seed: u64, device: &Device) -> Self {
        Self {
            random: Some(ChaCha8Rng::seed_from_u64(seed)),
            device: device.clone(),
        }
    }

    /// An initialiser that gives zeros, for networks that a file will fill: drawing millions of
    /// numbers to throw them away takes longer than reading the file.
    pub fn blank(device: &Device) -> Self {
        Self {
            random: None,
            device: device.clone(),
        }
    }

    /// A parameter of independent normal numbers with mean 0 and the given standard deviation.
    pub fn normal<const D: usize>(
        &mut self,
        shape: [usize; D],
        deviation: f32,
    ) -> Param<Tensor<D>> {
        let Some(random) = &mut self.random else {
            return self.constant(shape, 0.0);
        };
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count)
            .map(|_| normal_pair(random)[0] as f32 * deviation)
            .collect();
        Param::from_data(TensorData::new(values, shape), &self.device)
    }

    /// He initialisation for a weight whose every output sums `fan_in` products, before a leaky
    /// ReLU of slope 0.2 (He et al. 2015, section 2.2), times `gain`.
    pub fn he<const D: usize>(
        &mut self,
        shape: [usize; D],
        fan_in: usize,
        gain: f32,
    ) -> Param<Tensor<D>> {
        let deviation = (2.0 / (1.04 * fan_in as f32)).sqrt();
        self.normal(shape, deviation * gain)
    }

    /// A parameter that has the same number everywhere.
    pub fn constant<const D: usize>(&mut self, shape: [usize; D], value: f32) -> Param<Tensor<D>> {
        if self.random.is_none() {
            // One number seen from everywhere: memory that would be thrown away is not touched.
            let number = Tensor::<1>::full([1], value, &self.device);
            return Param::from_tensor(number.reshape([1; D]).expand(shape));
        }
        let values = vec![value; shape.iter().product()];
        Param::from_data(TensorData::new(values, shape), &self.device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_the_asked_deviation_and_depend_on_the_seed_alone() {
        let device = Device::flex();
        let draw = |seed| {
            let param = Initialiser::new(seed, &device).normal([100, 100], 0.5);
            param.val().into_data().try_to_vec::<f32>().unwrap()
        };
        let values = draw(7);
        let mean = values.iter().sum::<f32>() / 1e4;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 1e4;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance.sqrt() - 0.5).abs() < 0.02, "{variance}");
        assert_eq!(values, draw(7));
        assert_ne!(values, draw(8));
    }
}
