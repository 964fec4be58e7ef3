//! Noise that is fixed to the pixels of a picture.

use burn::tensor::{Tensor, TensorData};

/// Side of the square of noise that is repeated over a picture, in pixels of the features at which
/// noise enters. A power of two, large enough that the repetition is not seen.
pub const NOISE_PERIOD: usize = 128;

/// White noise with a uniform distribution of mean 0 and variance 1. It is the same on every device
/// and each time a picture is painted: a hash of the position, repeated every [`NOISE_PERIOD`] rows
/// and columns.
///
/// # Shapes
/// - `first_row`: row of the whole picture at which `x` begins
/// - `x`: `[batch, height, width, channels]`
/// - output: `[1, height, width, 1]`
pub(crate) fn position_noise(first_row: usize, x: &Tensor<4>) -> Tensor<4> {
    let [_, height, width, _] = x.dims();
    let values = (first_row..first_row + height)
        .flat_map(|row| (0..width).map(move |column| noise_at(row, column)))
        .collect::<Vec<f32>>();
    Tensor::from_data(
        TensorData::new(values, [1, height, width, 1]),
        &x.device().inner(),
    )
}

/// The noise at one pixel of the features; see [`NOISE_PERIOD`].
pub fn noise_at(row: usize, column: usize) -> f32 {
    let [y, x] = [row, column].map(|at| (at % NOISE_PERIOD) as u32);
    let mut hash = y.wrapping_mul(0x9E37_79B1) ^ x.wrapping_mul(0x85EB_CA77);
    for (shift, factor) in [(15, 0x2C1B_3C6D), (12, 0x297A_2D39)] {
        hash ^= hash >> shift;
        hash = hash.wrapping_mul(factor);
    }
    hash ^= hash >> 15;
    let share = (hash >> 8) as f32 / (1u32 << 24) as f32;
    // Uniform from -a to a has the variance a * a / 3.
    (share * 2.0 - 1.0) * 3.0f32.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn noise_has_mean_0_variance_1_and_neighbours_that_know_nothing_of_each_other() {
        let side = NOISE_PERIOD;
        let mean = |value: &dyn Fn(usize, usize) -> f32| {
            let all = (0..side * side).map(|i| value(i / side, i % side));
            all.sum::<f32>() / (side * side) as f32
        };
        let mean_value = mean(&noise_at);
        assert!(mean_value.abs() < 0.02, "{mean_value}");
        let variance = mean(&|y, x| noise_at(y, x).powi(2));
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
        for step in [[0, 1], [1, 0], [1, 1], [0, 2]] {
            let shared = mean(&|y, x| noise_at(y, x) * noise_at(y + step[0], x + step[1]));
            assert!(shared.abs() < 0.02, "{step:?}: {shared}");
        }
    }

    #[test]
    fn a_part_of_a_picture_has_the_noise_of_the_whole() {
        let device = Device::flex();
        let whole = position_noise(0, &Tensor::<4>::zeros([2, 200, 9, 3], &device));
        let part = position_noise(130, &Tensor::<4>::zeros([1, 70, 9, 1], &device));
        assert_eq!(whole.dims(), [1, 200, 9, 1]);
        whole
            .narrow(1, 130, 70)
            .into_data()
            .assert_eq(&part.into_data(), true);
    }
}
