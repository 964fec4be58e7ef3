//! The gradient of a depthwise convolution with respect to its weight.

use std::ops::Range;

use crate::geometry::Geometry;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// The gradient; writes all of `dw` (`[kernel_height, kernel_width, channels]`).
pub(crate) fn weight_gradient(isa: Isa, g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    dw.fill(0.0);
    let rows = g.batch * g.height_out;
    let size = dw.len();
    if dy.is_empty() {
        return;
    }
    let parts = parallel::tasks_for(dy.len() * g.kernel_height * g.kernel_width, rows);
    let mut sums = vec![0.0; parts * size];
    let shared = Shared::new(&mut sums);
    parallel::for_each(parts, |part| {
        isa.run(Rows {
            geometry: g,
            x,
            dy,
            rows: parallel::share(rows, parts, part),
            // SAFETY: every task writes its own part.
            sums: unsafe { shared.part(part * size..(part + 1) * size) },
        });
    });
    for part in sums.chunks_exact(size) {
        for (total, sum) in dw.iter_mut().zip(part) {
            *total += sum;
        }
    }
}

struct Rows<'a> {
    geometry: &'a Geometry,
    x: &'a [f32],
    dy: &'a [f32],
    rows: Range<usize>,
    sums: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let g = self.geometry;
        let (stride, padding, channels) = (g.options.stride, g.options.padding, g.channels_out);
        for row in self.rows {
            let (b, oy) = (row / g.height_out, row % g.height_out);
            for (ky, kx) in g.kernel_positions() {
                let y = (oy * stride + ky).wrapping_sub(padding.top);
                if y >= g.height {
                    continue;
                }
                let first = padding.left.saturating_sub(kx).div_ceil(stride);
                let last = (g.width + padding.left).saturating_sub(kx).div_ceil(stride);
                let last = last.min(g.width_out);
                if first >= last {
                    continue;
                }
                let column = first * stride + kx - padding.left;
                let from = ((b * g.height + y) * g.width + column) * channels;
                let gradient = (row * g.width_out + first) * channels;
                let sums = (ky * g.kernel_width + kx) * channels;
                let mut channel = 0;
                while channel < channels {
                    // SAFETY: the pixels lie within both pictures.
                    unsafe {
                        let mask = simd.mask((channels - channel).min(S::LANES));
                        let sum = line::<S>(
                            simd,
                            self.x.as_ptr().add(from + channel),
                            stride * channels,
                            self.dy.as_ptr().add(gradient + channel),
                            channels,
                            last - first,
                            mask,
                        );
                        let to = self.sums.as_mut_ptr().add(sums + channel);
                        simd.store_masked(to, simd.add(simd.load_masked(to, mask), sum), mask);
                    }
                    channel += S::LANES;
                }
            }
        }
    }
}

/// The sum of the products of `count` pixels.
///
/// # Safety
/// Both sides must be good for the lanes of the mask at `count` pixels, a step apart.
#[inline(always)]
unsafe fn line<S: Simd>(
    simd: S,
    mut x: *const f32,
    x_step: usize,
    mut dy: *const f32,
    dy_step: usize,
    count: usize,
    mask: S::Mask,
) -> S::Vector {
    // SAFETY: the caller's promise; the addresses after the last pixel are not read.
    unsafe {
        let mut sums = [simd.splat(0.0); 2];
        for i in 0..count {
            let product = (simd.load_masked(x, mask), simd.load_masked(dy, mask));
            if i % 2 == 0 {
                sums[0] = simd.fma(product.0, product.1, sums[0]);
            } else {
                sums[1] = simd.fma(product.0, product.1, sums[1]);
            }
            x = x.wrapping_add(x_step);
            dy = dy.wrapping_add(dy_step);
        }
        simd.add(sums[0], sums[1])
    }
}
