//! Weights and pictures from a formula, for tests: the same as in `tests/generate_fixtures.py`.

use std::hash::Hasher;
use std::path::Path;

#[cfg(test)]
use burn::tensor::{Device, Tensor, TensorData};
use fnv::FnvHasher;
use utsushi_weights::NamedTensors;

use crate::{Architecture, FeaturesError, file};

/// Writes a file in EfficientNet-Lite0's layout with numbers from a formula: for tests, and for
/// trying out training before the real network is there. Its features are meaningless.
///
/// # Errors
/// As [`crate::import`].
pub fn write_untrained(destination: &Path, replace: bool) -> Result<(), FeaturesError> {
    write_untrained_as(Architecture::Lite0, destination, replace)
}

/// Writes a file as [`write_untrained`] does, for any of the networks.
///
/// # Errors
/// As [`crate::import`].
pub fn write_untrained_as(
    architecture: Architecture,
    destination: &Path,
    replace: bool,
) -> Result<(), FeaturesError> {
    file::write(architecture, weights_of(architecture), destination, replace)
}

/// Seed of a name: the 64-bit FNV-1a hash of its bytes.
fn name_seed(name: &str) -> u64 {
    let mut hash = FnvHasher::default();
    hash.write(name.as_bytes());
    hash.finish()
}

/// Makes `count` numbers in 0…1, exact in f32, by SplitMix64 from the name's seed and the index.
pub(crate) fn numbers(name: &str, count: usize) -> Vec<f32> {
    let seed = name_seed(name);
    let number = |index: u64| {
        let mut z = seed
            .wrapping_add(index)
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 24) as f32
    };
    (0..count as u64).map(number).collect()
}

/// All parameters of EfficientNet-Lite0, from the formula.
#[cfg(test)]
pub(crate) fn weights() -> NamedTensors {
    weights_of(Architecture::Lite0)
}

/// All parameters of a network, from the formula, in ranges that keep the activations of a deep
/// network near 1.
pub(crate) fn weights_of(architecture: Architecture) -> NamedTensors {
    let mut tensors = NamedTensors::new();
    for (name, shape) in architecture.parameters() {
        let mut values = numbers(&name, shape.iter().product());
        for value in &mut values {
            *value = if let [_, inputs, height, width] = shape[..] {
                (*value * 2.0 - 1.0) * (6.0 / (inputs * height * width) as f64).sqrt() as f32
            } else if name.ends_with("running_mean") || name.ends_with("bias") {
                (*value - 0.5) * 0.5
            } else {
                *value + 0.5
            };
        }
        tensors.insert(name, shape, values);
    }
    tensors
}

#[cfg(test)]
/// A picture of noise, `[batch, height, width, 3]`, in −1…1, from the formula.
pub(crate) fn picture(name: &str, shape: [usize; 4], device: &Device) -> Tensor<4> {
    let values = numbers(name, shape.iter().product());
    let values = values.into_iter().map(|value| value * 2.0 - 1.0).collect();
    Tensor::from_data(TensorData::new::<f32, _>(values, shape), device)
}
