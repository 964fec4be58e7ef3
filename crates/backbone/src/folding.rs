//! Folding of batch normalisations: one with fixed statistics is a gain and an offset per channel,
//! which the convolution before it takes into its weight and bias.

use utsushi_weights::NamedTensors;

use crate::architecture::{LayerNames, NORM_EPSILON};

/// A convolution's weight and bias with the normalisation folded in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoldedLayer {
    /// Shape of the weight: height, width, input channels per group, output channels.
    pub(crate) shape: [usize; 4],
    /// Values of the weight, in the order of `shape`.
    pub(crate) weight: Vec<f32>,
    /// Bias of each output channel.
    pub(crate) bias: Vec<f32>,
}

/// Folds a normalisation into the convolution before it: weight `weight · g` and bias `beta − mean
/// · g` with `g = gamma / sqrt(variance + epsilon)`, the weight transposed from
/// output-input-height-width to height-width-input-output.
///
/// Computed in f64: one rounding at the end.
///
/// # Panics
/// When a tensor is missing or of another shape: the caller has checked the file.
pub(crate) fn fold(tensors: &NamedTensors, names: &LayerNames) -> FoldedLayer {
    let values = |name: &str| {
        let tensor = tensors
            .get(name)
            .expect("all names were checked when the file was read");
        tensor.values.as_slice()
    };
    let part = |part: &str| values(&format!("{}.{part}", names.norm));
    let (gamma, beta) = (part("weight"), part("bias"));
    let (mean, variance) = (part("running_mean"), part("running_var"));
    let gains: Vec<f64> = gamma
        .iter()
        .zip(variance)
        .map(|(&gamma, &variance)| gamma as f64 / (variance as f64 + NORM_EPSILON).sqrt())
        .collect();
    let bias = (0..gains.len())
        .map(|channel| (beta[channel] as f64 - mean[channel] as f64 * gains[channel]) as f32)
        .collect();

    let [outputs, inputs, height, width] = names.shape;
    let source = values(&names.weight);
    let mut weight = Vec::with_capacity(source.len());
    for y in 0..height {
        for x in 0..width {
            for input in 0..inputs {
                for (output, gain) in gains.iter().enumerate() {
                    let index = ((output * inputs + input) * height + y) * width + x;
                    weight.push((source[index] as f64 * gain) as f32);
                }
            }
        }
    }
    FoldedLayer {
        shape: [height, width, inputs, outputs],
        weight,
        bias,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_offset_and_order_of_axes() {
        let mut tensors = NamedTensors::new();
        // Two out, one in, 1 × 3.
        tensors.insert("c.weight", [2, 1, 1, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        // sqrt(0.249 + 0.001) = 0.5 and sqrt(3.999 + 0.001) = 2.
        tensors.insert("n.weight", [2], vec![1.0, 4.0]);
        tensors.insert("n.bias", [2], vec![10.0, 20.0]);
        tensors.insert("n.running_mean", [2], vec![3.0, -1.0]);
        tensors.insert("n.running_var", [2], vec![0.249, 3.999]);
        let names = LayerNames {
            weight: "c.weight".into(),
            shape: [2, 1, 1, 3],
            norm: "n".into(),
        };
        let folded = fold(&tensors, &names);
        assert_eq!(folded.shape, [1, 3, 1, 2]);
        let close = |found: &[f32], expected: &[f32]| {
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < 1e-5, "{found:?} instead of {expected:?}");
            }
        };
        close(&folded.weight, &[2.0, 8.0, 4.0, 10.0, 6.0, 12.0]);
        close(&folded.bias, &[10.0 - 3.0 * 2.0, 20.0 + 1.0 * 2.0]);
    }
}
