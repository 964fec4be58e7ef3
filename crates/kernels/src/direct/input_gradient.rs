//! The gradient of a convolution with respect to its input.
//!
//! With stride 1 this gradient is a convolution of the output's gradient with the flipped kernel.
//! With a larger stride, the inputs fall into `stride * stride` phases that meet different parts of
//! the kernel; each phase is a convolution of its own, so that no zero is ever multiplied.

use crate::Activation;
use crate::geometry::Geometry;
use crate::pack::{Direction, Packed, padded_bias};
use crate::parallel::Shared;
use crate::reduced;
use crate::simd::Isa;
use crate::sweep::{Source, Sweep, Tap, Target};

/// Computes a convolution's gradient with respect to its input; writes all of `dx`, `[batch,
/// height, width, channels_in]`.
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
    if let Some(unit) = reduced::unit_for(geometry) {
        // SAFETY: the caller's promise.
        return unsafe { input_gradient_reduced(isa, unit, geometry, dy, weight, dx) };
    }
    for phase in phases(geometry, dx) {
        sweep(isa, geometry, dy, weight, &phase);
    }
}

/// Computes one phase of the input's gradient in full precision.
fn sweep(isa: Isa, g: &Geometry, dy: &[f32], weight: &[f32], phase: &Phase) {
    let channels = [g.channels_in, g.channels_out];
    let order = &phase.order;
    let sweep = Sweep {
        source: Source::new(dy, g.output_shape()),
        taps: &phase.taps,
        grid: phase.grid,
        step: 1,
        weights: &Packed::new(weight, channels, order, Direction::Backward, isa.lanes()),
        kept: None,
        bias: &padded_bias(None, g.channels_in, isa.lanes()),
        activation: Activation::Identity,
        target: phase.target,
    };
    sweep.run(isa);
}

/// Computes a convolution's gradient with respect to its input, with factors rounded to 16 bits;
/// writes all of `dx`.
///
/// # Safety
/// As for [`input_gradient`].
pub(crate) unsafe fn input_gradient_reduced(
    isa: Isa,
    unit: reduced::Unit,
    geometry: &Geometry,
    dy: &[f32],
    weight: &[f32],
    dx: Shared,
) {
    let channels = [geometry.channels_in, geometry.channels_out];
    let bias = padded_bias(None, geometry.channels_in, reduced::Weights::GROUP);
    for phase in phases(geometry, dx) {
        let Some(&first) = phase.taps.first() else {
            // Nothing is multiplied.
            sweep(isa, geometry, dy, weight, &phase);
            continue;
        };
        let (order, kernel) = (&phase.order, phase.kernel);
        let weights =
            reduced::Weights::new(unit, weight, channels, kernel, order, Direction::Backward);
        let job = reduced::Job {
            source: Source::new(dy, geometry.output_shape()),
            first,
            grid: phase.grid,
            step: 1,
            weights: &weights,
            bias: &bias,
            activation: Activation::Identity,
            target: phase.target,
        };
        reduced::run(&job, isa, unit);
    }
}

/// Inputs of a strided convolution that meet the same part of its kernel.
struct Phase {
    /// Pixels of the output's gradient that each input of the phase reads, a full rectangle.
    taps: Vec<Tap>,
    /// Height and width of the rectangle of taps.
    kernel: [usize; 2],
    /// Kernel position of each tap, in the order of `taps`.
    order: Vec<usize>,
    grid: [usize; 2],
    target: Target,
}

fn phases(g: &Geometry, dx: Shared) -> Vec<Phase> {
    let stride = g.options.stride;
    let padding = g.options.padding;
    let mut phases = Vec::with_capacity(stride * stride);
    for phase_row in 0..stride.min(g.height) {
        for phase_column in 0..stride.min(g.width) {
            let rows = along(phase_row + padding.top, g.kernel_height, stride);
            let columns = along(phase_column + padding.left, g.kernel_width, stride);
            let mut taps = Vec::with_capacity(rows.len() * columns.len());
            let mut order = Vec::with_capacity(rows.len() * columns.len());
            for &(ky, row) in &rows {
                for &(kx, column) in &columns {
                    taps.push(Tap { row, column });
                    order.push(ky * g.kernel_width + kx);
                }
            }
            phases.push(Phase {
                taps,
                kernel: [rows.len(), columns.len()],
                order,
                grid: [
                    (g.height - phase_row).div_ceil(stride),
                    (g.width - phase_column).div_ceil(stride),
                ],
                target: Target {
                    data: dx,
                    height: g.height,
                    width: g.width,
                    step: stride,
                    origin: [phase_row, phase_column],
                },
            });
        }
    }
    phases
}

/// Lists the kernel positions along one axis that meet the inputs at `padded + n * stride` (counted
/// from the start of the padding), each with its output relative to `n`, in rising order of
/// outputs.
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
