//! The gradient of a depthwise convolution with respect to its weight.
//!
//! For a few neighbouring pixels, gradients and the inputs of a row are loaded once, and every
//! input is multiplied with all the gradients that it meets. One row of the kernel's sums is in
//! registers meanwhile.

use std::ops::Range;

use super::tile::MOST;
use crate::geometry::Geometry;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// Computes a depthwise convolution's gradient with respect to its weight; writes all of `dw`,
/// `[kernel_height, kernel_width, channels]`.
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
    fn run<S: Simd>(mut self, simd: S) {
        let g = self.geometry;
        for row in self.rows.clone() {
            // SAFETY: the step is that of the convolution, and the row is one of its outputs.
            unsafe {
                match (g.kernel_width, g.options.stride) {
                    (3, 1) => self.row::<S, 3, 1>(simd, row),
                    (3, 2) => self.row::<S, 3, 2>(simd, row),
                    (5, 1) => self.row::<S, 5, 1>(simd, row),
                    (5, 2) => self.row::<S, 5, 2>(simd, row),
                    _ => self.row::<S, 1, 1>(simd, row),
                }
            }
        }
    }
}

/// A few neighbouring pixels of the output's gradient, and the inputs that one row of taps meets
/// there.
struct Tile {
    x: *const f32,
    /// Column of the tile's first input; it may lie outside of the picture.
    column: isize,
    /// Width of the picture in pixels.
    width: usize,
    /// Distance in columns from one input to the next.
    stretch: usize,
    dy: *const f32,
    count: usize,
    channels: usize,
    sums: *mut f32,
}

impl Rows<'_> {
    /// Adds the products of one row of outputs to the sums of `K` columns of taps together. `STEP`
    /// is the convolution's stride if `K` is more than one, and else 1.
    ///
    /// # Safety
    /// The row must be one of the outputs'.
    #[inline(always)]
    unsafe fn row<S: Simd, const K: usize, const STEP: usize>(&mut self, simd: S, row: usize) {
        let g = self.geometry;
        let (stride, padding, channels) = (g.options.stride, g.options.padding, g.channels_out);
        let (b, oy) = (row / g.height_out, row % g.height_out);
        let size = if S::MANY_REGISTERS { 8 } else { 4 };
        let mut first = 0;
        while first < g.width_out {
            let count = size.min(g.width_out - first);
            for ky in 0..g.kernel_height {
                let y = (oy * stride + ky).wrapping_sub(padding.top);
                if y >= g.height {
                    continue;
                }
                for kx in (0..g.kernel_width).step_by(K) {
                    let column = (first * stride + kx) as isize - padding.left as isize;
                    let last = column + ((size - 1) * stride + K - 1) as isize;
                    let line = (b * g.height + y) * g.width * channels;
                    // SAFETY: the row of inputs lies within the picture, the pixels within the
                    // output's gradient; no other task has these sums.
                    unsafe {
                        let tile = Tile {
                            x: self.x.as_ptr().add(line),
                            column,
                            width: g.width,
                            stretch: if K == 1 { stride } else { 1 },
                            dy: self.dy.as_ptr().add((row * g.width_out + first) * channels),
                            count,
                            channels,
                            sums: self
                                .sums
                                .as_mut_ptr()
                                .add((ky * g.kernel_width + kx) * channels),
                        };
                        let whole = count == size && column >= 0 && last < g.width as isize;
                        if S::MANY_REGISTERS {
                            tile.run::<S, K, STEP, 8>(simd, whole);
                        } else {
                            tile.run::<S, K, STEP, 4>(simd, whole);
                        }
                    }
                }
            }
            first += count;
        }
    }
}

impl Tile {
    /// Adds the tile's products to the sums of all channels. `whole` says that all pixels and
    /// inputs lie within the picture.
    ///
    /// # Safety
    /// The row of inputs, the pixels of the gradient and the sums must be there.
    #[inline(always)]
    unsafe fn run<S: Simd, const K: usize, const STEP: usize, const P: usize>(
        &self,
        simd: S,
        whole: bool,
    ) {
        let mut channel = 0;
        // SAFETY: the caller's promise; the lanes of each mask are channels.
        unsafe {
            if whole {
                let mask = simd.mask(S::LANES);
                while channel + S::LANES <= self.channels {
                    self.sum::<S, K, STEP, P, true>(simd, channel, mask);
                    channel += S::LANES;
                }
            }
            while channel < self.channels {
                let mask = simd.mask((self.channels - channel).min(S::LANES));
                self.sum::<S, K, STEP, P, false>(simd, channel, mask);
                channel += S::LANES;
            }
        }
    }

    /// Adds the tile's products to the sums of one vector of channels.
    ///
    /// # Safety
    /// As for [`Tile::run`]; the lanes of the mask must be channels, and with `WHOLE` all of them.
    #[inline(always)]
    unsafe fn sum<S: Simd, const K: usize, const STEP: usize, const P: usize, const WHOLE: bool>(
        &self,
        simd: S,
        channel: usize,
        mask: S::Mask,
    ) {
        // SAFETY: the caller's promise; a column is read only if it lies within the picture.
        unsafe {
            let load = |from: *const f32| {
                if WHOLE {
                    simd.load(from)
                } else {
                    simd.load_masked(from, mask)
                }
            };
            let zero = simd.splat(0.0);
            let mut dy = [zero; P];
            for (p, dy) in dy.iter_mut().enumerate() {
                if WHOLE || p < self.count {
                    *dy = load(self.dy.add(p * self.channels + channel));
                }
            }
            let from = self
                .x
                .add(channel)
                .wrapping_offset(self.column * self.channels as isize);
            let mut x = [zero; MOST];
            for (j, x) in x.iter_mut().enumerate().take((P - 1) * STEP + K) {
                let column = self.column + (j * self.stretch) as isize;
                if WHOLE || (column as usize) < self.width {
                    *x = load(from.wrapping_add(j * self.stretch * self.channels));
                }
            }
            let mut sums = [zero; K];
            for p in 0..P {
                for k in 0..K {
                    sums[k] = simd.fma(x[p * STEP + k], dy[p], sums[k]);
                }
            }
            for (k, sum) in sums.iter().enumerate() {
                let to = self.sums.add(k * self.channels + channel);
                let sum = simd.add(load(to), *sum);
                if WHOLE {
                    simd.store(to, sum);
                } else {
                    simd.store_masked(to, sum, mask);
                }
            }
        }
    }
}
