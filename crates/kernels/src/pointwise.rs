//! Pointwise passes over whole pictures: the gradient of an activation.

use crate::Activation;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// Pixels whose bias gradients are summed up before they are added to a task's sums.
const RUN: usize = 64;

/// A job that computes the gradient before an activation from the gradient after it and the
/// activation's value.
pub(crate) struct ActivationGradient<'a> {
    pub(crate) activation: Activation,
    /// The activation's value; not read for [`Activation::Identity`].
    pub(crate) y: &'a [f32],
    /// The gradient after the activation, `[pixels, channels]`.
    pub(crate) dy: Shared,
    /// Memory for the gradient before the activation; may be `dy`. Absent if only the sums are
    /// wanted.
    pub(crate) dz: Option<Shared>,
    pub(crate) pixels: usize,
    pub(crate) channels: usize,
}

impl ActivationGradient<'_> {
    /// Writes the gradient before the activation, and returns its sum over all pixels, which is the
    /// gradient of a bias.
    ///
    /// # Safety
    /// `dy` and `dz` must be good for all pixels.
    pub(crate) unsafe fn run(&self, isa: Isa) -> Vec<f32> {
        let mut total = vec![0.0; self.channels];
        if self.pixels * self.channels == 0 {
            return total;
        }
        let parts = parallel::tasks_for(self.pixels * self.channels * 8, self.pixels);
        let mut sums = vec![0.0; parts * self.channels];
        let shared = Shared::new(&mut sums);
        parallel::for_each(parts, |part| {
            isa.run(Part {
                job: self,
                pixels: parallel::share(self.pixels, parts, part),
                // SAFETY: every task writes its own row of the sums.
                sums: unsafe { shared.part(part * self.channels..(part + 1) * self.channels) },
            });
        });
        for part in sums.chunks_exact(self.channels) {
            for (total, sum) in total.iter_mut().zip(part) {
                *total += sum;
            }
        }
        total
    }
}

struct Part<'a> {
    job: &'a ActivationGradient<'a>,
    pixels: std::ops::Range<usize>,
    sums: &'a mut [f32],
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.job.channels;
        let sums = self.sums.as_mut_ptr();
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            let mut channel = 0;
            while channel < channels {
                let left = channels - channel;
                // SAFETY: pixels and channels lie within the pictures, sums within their row.
                unsafe {
                    if left >= 4 * S::LANES {
                        run::<S, 4>(simd, self.job, start, end, channel, sums);
                        channel += 4 * S::LANES;
                    } else {
                        run::<S, 1>(simd, self.job, start, end, channel, sums);
                        channel += S::LANES;
                    }
                }
            }
            start = end;
        }
    }
}

/// Handles the pixels from `start` to `end` for `N` vectors of channels from `channel` on.
///
/// # Safety
/// The pixels and channels, of which the last vector's may be fewer, must lie within `y`, `dy`,
/// `dz` and `sums`, and nobody else may write these.
#[inline(always)]
unsafe fn run<S: Simd, const N: usize>(
    simd: S,
    job: &ActivationGradient,
    start: usize,
    end: usize,
    channel: usize,
    sums: *mut f32,
) {
    // SAFETY: the caller's promise; the mask of the last vector ends with the channels.
    unsafe {
        let mask = simd.mask((job.channels - channel - (N - 1) * S::LANES).min(S::LANES));
        let (slope, _, high) = job.activation.limits();
        let clamped = job.activation == Activation::Relu6;
        let slope = simd.splat(if clamped { 0.0 } else { slope });
        let (high, zero) = (simd.splat(high), simd.splat(0.0));
        let mut total = [zero; N];
        for pixel in start..end {
            for (n, total) in total.iter_mut().enumerate() {
                let at = pixel * job.channels + channel + n * S::LANES;
                let mut d = simd.load_masked(job.dy.at(at), mask_of::<S, N>(simd, n, mask));
                if job.activation != Activation::Identity {
                    let y =
                        simd.load_masked(job.y.as_ptr().add(at), mask_of::<S, N>(simd, n, mask));
                    d = simd.where_positive(y, d, simd.mul(d, slope));
                    if clamped {
                        d = simd.where_positive(simd.sub(high, y), d, zero);
                    }
                }
                if let Some(dz) = job.dz {
                    simd.store_masked(dz.at(at), d, mask_of::<S, N>(simd, n, mask));
                }
                *total = simd.add(*total, d);
            }
        }
        for (n, total) in total.iter().enumerate() {
            let to = sums.add(channel + n * S::LANES);
            let mask = mask_of::<S, N>(simd, n, mask);
            simd.store_masked(to, simd.add(simd.load_masked(to, mask), *total), mask);
        }
    }
}

/// The mask of vector `n` of `N`: `last` for the last one, all lanes for the others.
#[inline(always)]
fn mask_of<S: Simd, const N: usize>(simd: S, n: usize, last: S::Mask) -> S::Mask {
    if n + 1 < N { simd.mask(S::LANES) } else { last }
}
