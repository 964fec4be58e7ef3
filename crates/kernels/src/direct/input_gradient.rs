//! The gradient of a convolution with respect to its input.
//!
//! With stride 1 it is a convolution of the output's gradient with the flipped kernel. With a
//! larger stride, the inputs fall into `stride * stride` phases that meet different parts of the
//! kernel; each phase is a convolution of its own, so that no zero is ever multiplied.

use crate::Activation;
use crate::geometry::Geometry;
use crate::pack::{Direction, Packed, padded_bias};
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::sweep::{Source, Sweep, Tap, Target};

/// The gradient; writes all of `dx` (`[batch, height, width, channels_in]`).
///
/// # Safety
/// `dx` must be good for as many floats as the input has.
pub(crate) unsafe fn input_gradient(
    isa: Isa,
    geometry: &Geometry,
    dy: &[f32],
    weight: &[f32],
    dx: Shared,
) {
    let g = geometry;
    let stride = g.options.stride;
    for phase_row in 0..stride.min(g.height) {
        for phase_column in 0..stride.min(g.width) {
            let rows = along(phase_row + g.options.padding.top, g.kernel_height, stride);
            let columns = along(
                phase_column + g.options.padding.left,
                g.kernel_width,
                stride,
            );
            let mut taps = Vec::with_capacity(rows.len() * columns.len());
            let mut order = Vec::with_capacity(rows.len() * columns.len());
            for &(ky, row) in &rows {
                for &(kx, column) in &columns {
                    taps.push(Tap { row, column });
                    order.push(ky * g.kernel_width + kx);
                }
            }
            let channels = [g.channels_in, g.channels_out];
            let packed = Packed::new(weight, channels, &order, Direction::Backward, isa.lanes());
            let bias = padded_bias(None, g.channels_in, isa.lanes());
            let sweep = Sweep {
                source: Source::new(dy, g.output_shape()),
                taps: &taps,
                grid: [
                    (g.height - phase_row).div_ceil(stride),
                    (g.width - phase_column).div_ceil(stride),
                ],
                step: 1,
                weights: &packed,
                kept: None,
                bias: &bias,
                activation: Activation::Identity,
                target: Target {
                    data: dx,
                    height: g.height,
                    width: g.width,
                    step: stride,
                    origin: [phase_row, phase_column],
                },
            };
            sweep.run(isa);
        }
    }
}

/// The kernel positions along one axis that meet the inputs at `padded + n * stride` (counted
/// from the start of the padding), and the output that each comes from, relative to `n`; outputs
/// in rising order.
pub(crate) fn along(padded: usize, kernel: usize, stride: usize) -> Vec<(usize, isize)> {
    (0..kernel)
        .rev()
        .filter(|k| (padded + kernel * stride - k).is_multiple_of(stride))
        .map(|k| (k, (padded as isize - k as isize) / stride as isize))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::along;

    #[test]
    fn phases_split_the_kernel() {
        assert_eq!(along(1, 3, 1), [(2, -1), (1, 0), (0, 1)]);
        // Kernel 4, stride 2, padding 1: inputs 0, 2, … meet positions 3 and 1.
        assert_eq!(along(1, 4, 2), [(3, -1), (1, 0)]);
        assert_eq!(along(2, 4, 2), [(2, 0), (0, 1)]);
        assert_eq!(along(1, 1, 2), []);
    }
}
