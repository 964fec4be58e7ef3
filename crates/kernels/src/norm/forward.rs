//! Forward pass of instance normalisation: mean and variance, then the normalisation itself.

use std::ops::Range;

use super::{Norm, RUN};
use crate::finish::Finish;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// Statistics of every channel of every picture, `[batch, channels]` each.
#[derive(Debug, Clone)]
pub(crate) struct Statistics {
    pub(crate) mean: Vec<f32>,
    /// Reciprocals of the standard deviations.
    pub(crate) inverse: Vec<f32>,
}

/// Normalises `x`; writes all of `y`. `gain` and `bias` are `[batch, channels]`.
///
/// # Safety
/// `y` must be good for as many floats as `x` has.
pub(crate) unsafe fn forward(
    isa: Isa,
    norm: &Norm,
    x: &[f32],
    gain: &[f32],
    bias: &[f32],
    y: Shared,
) -> Statistics {
    let size = norm.batch * norm.channels;
    let mut statistics = Statistics {
        mean: vec![0.0; size],
        inverse: vec![0.0; size],
    };
    if x.is_empty() {
        return statistics;
    }
    let chunks = norm.chunks();
    let mut partial = vec![0.0; size * chunks * 2];
    let (shared, mean, inverse) = (
        Shared::new(&mut partial),
        Shared::new(&mut statistics.mean),
        Shared::new(&mut statistics.inverse),
    );
    let channels = norm.channels;
    let measure = |picture: usize, chunk: usize| {
        let first = (picture * chunks + chunk) * 2 * channels;
        isa.run(Measure {
            norm,
            x,
            pixels: norm.chunk(picture, chunk),
            // SAFETY: every chunk has sums of its own.
            sums: unsafe { shared.part(first..first + 2 * channels) },
        });
    };
    let merge = |picture: usize| {
        let first = picture * chunks * 2 * channels;
        let own = picture * channels..(picture + 1) * channels;
        // SAFETY: all chunks of the picture are measured; the results are the picture's own.
        let (parts, mean, inverse) = unsafe {
            (
                shared.part(first..first + chunks * 2 * channels),
                mean.part(own.clone()),
                inverse.part(own),
            )
        };
        let counts = (0..chunks).map(|chunk| norm.chunk(picture, chunk).len());
        let inverse_of = |variance: f64| 1.0 / (variance + f64::from(norm.epsilon)).sqrt();
        combine(parts, counts, inverse_of, mean, inverse);
    };
    let apply = |picture: usize, chunk: usize| {
        let own = picture * channels..(picture + 1) * channels;
        isa.run(Apply {
            norm,
            x,
            pixels: norm.chunk(picture, chunk),
            // SAFETY: the picture's statistics are complete.
            mean: unsafe { mean.view(own.clone()) },
            // SAFETY: as above.
            inverse: unsafe { inverse.view(own.clone()) },
            gain: &gain[own.clone()],
            bias: &bias[own],
            y,
        });
    };
    if chunks == 1 {
        let tasks = parallel::tasks_for(x.len() * 8, norm.batch);
        parallel::for_each(tasks, |task| {
            for picture in parallel::share(norm.batch, tasks, task) {
                measure(picture, 0);
                merge(picture);
                apply(picture, 0);
            }
        });
    } else {
        let tasks = norm.batch * chunks;
        parallel::for_each(tasks, |task| measure(task / chunks, task % chunks));
        (0..norm.batch).for_each(merge);
        parallel::for_each(tasks, |task| apply(task / chunks, task % chunks));
    }
    statistics
}

/// Merges the chunks' means and sums of squared distances (Chan, Golub and LeVeque 1979); `inverse`
/// becomes what `of_variance` makes of the variance.
fn combine(
    parts: &[f32],
    counts: impl Iterator<Item = usize>,
    of_variance: impl Fn(f64) -> f64,
    mean: &mut [f32],
    inverse: &mut [f32],
) {
    let channels = mean.len();
    let mut total = 0.0;
    let mut squares = vec![0.0_f64; channels];
    let mut means = vec![0.0_f64; channels];
    for (part, count) in parts.chunks_exact(2 * channels).zip(counts) {
        let count = count as f64;
        let (part_mean, part_squares) = part.split_at(channels);
        for i in 0..channels {
            let off = part_mean[i] as f64 - means[i];
            means[i] += off * count / (total + count);
            squares[i] += part_squares[i] as f64 + off * off * total * count / (total + count);
        }
        total += count;
    }
    for i in 0..channels {
        mean[i] = means[i] as f32;
        inverse[i] = of_variance(squares[i] / total) as f32;
    }
}

/// Computes mean and variance of every channel of every picture: `[batch, channels]` each.
pub(super) fn moments(isa: Isa, norm: &Norm, x: &[f32]) -> [Vec<f32>; 2] {
    let channels = norm.channels;
    let mut moments = [(); 2].map(|()| vec![0.0; norm.batch * channels]);
    let chunks = norm.chunks();
    let mut partial = vec![0.0; norm.batch * chunks * channels * 2];
    let shared = Shared::new(&mut partial);
    parallel::for_each(norm.batch * chunks, |part| {
        let first = part * 2 * channels;
        isa.run(Measure {
            norm,
            x,
            pixels: norm.chunk(part / chunks, part % chunks),
            // SAFETY: every chunk has sums of its own.
            sums: unsafe { shared.part(first..first + 2 * channels) },
        });
    });
    let [means, variances] = &mut moments;
    let pictures = means
        .chunks_exact_mut(channels)
        .zip(variances.chunks_exact_mut(channels))
        .zip(partial.chunks_exact(chunks * channels * 2));
    for (picture, ((mean, variance), partial)) in pictures.enumerate() {
        let counts = (0..chunks).map(|chunk| norm.chunk(picture, chunk).len());
        combine(partial, counts, |variance| variance, mean, variance);
    }
    moments
}

/// A task that computes the means of one chunk and the sums of squared distances from them.
struct Measure<'a> {
    norm: &'a Norm,
    x: &'a [f32],
    pixels: Range<usize>,
    sums: &'a mut [f32],
}

impl Kernel for Measure<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.norm.channels;
        let (mean, squares) = self.sums.split_at_mut(channels);
        mean.fill(0.0);
        squares.fill(0.0);
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            // What the run's mean counts against the mean of all before it.
            let (before, count) = ((start - self.pixels.start) as f32, (end - start) as f32);
            let weights = [
                1.0 / count,
                count / (before + count),
                before * count / (before + count),
            ];
            let mut channel = 0;
            while channel < channels {
                let x = self.x[start * channels + channel..].as_ptr();
                let (mean, squares) = (&mut mean[channel..], &mut squares[channel..]);
                let left = channels - channel;
                // SAFETY: the run lies within the pictures.
                unsafe {
                    if left >= 4 * S::LANES {
                        run::<S, 4>(simd, x, channels, end - start, weights, mean, squares);
                        channel += 4 * S::LANES;
                    } else {
                        run::<S, 1>(simd, x, channels, end - start, weights, mean, squares);
                        channel += S::LANES;
                    }
                }
            }
            start = end;
        }
    }
}

/// Computes the mean of one run of pixels and the squared distances from it, and merges both with
/// those in `mean` and `squares`.
///
/// # Safety
/// `x` must be good for `count` pixels, `channels` numbers apart, and for `N` whole vectors of
/// channels, or for as many as `mean` has if `N` is 1; `mean` and `squares` for the same channels.
#[inline(always)]
unsafe fn run<S: Simd, const N: usize>(
    simd: S,
    x: *const f32,
    channels: usize,
    count: usize,
    [one, share, cross]: [f32; 3],
    mean: &mut [f32],
    squares: &mut [f32],
) {
    // SAFETY: the caller's promise; for a single vector the mask ends with the channels.
    unsafe {
        // A group of several vectors is never the ragged end.
        let mask = simd.mask(if N == 1 {
            mean.len().min(S::LANES)
        } else {
            S::LANES
        });
        let mut sums = [simd.splat(0.0); N];
        for i in 0..count {
            for (n, sum) in sums.iter_mut().enumerate() {
                let x = simd.load_masked(x.add(i * channels + n * S::LANES), mask);
                *sum = simd.add(*sum, x);
            }
        }
        let means = sums.map(|sum| simd.mul(sum, simd.splat(one)));
        let mut sums = [simd.splat(0.0); N];
        for i in 0..count {
            for n in 0..N {
                let x = simd.load_masked(x.add(i * channels + n * S::LANES), mask);
                let off = simd.sub(x, means[n]);
                sums[n] = simd.fma(off, off, sums[n]);
            }
        }
        for n in 0..N {
            let (to_mean, to_squares) = (
                mean.as_mut_ptr().add(n * S::LANES),
                squares.as_mut_ptr().add(n * S::LANES),
            );
            let old = simd.load_masked(to_mean, mask);
            let off = simd.sub(means[n], old);
            simd.store_masked(to_mean, simd.fma(off, simd.splat(share), old), mask);
            let total = simd.add(simd.load_masked(to_squares, mask), sums[n]);
            simd.store_masked(
                to_squares,
                simd.fma(simd.mul(off, off), simd.splat(cross), total),
                mask,
            );
        }
    }
}

/// A task that normalises one chunk of a picture.
struct Apply<'a> {
    norm: &'a Norm,
    x: &'a [f32],
    pixels: Range<usize>,
    mean: &'a [f32],
    inverse: &'a [f32],
    gain: &'a [f32],
    bias: &'a [f32],
    y: Shared,
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.norm.channels;
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            let mut channel = 0;
            while channel < channels {
                // SAFETY: pixels and channels lie within the pictures, and this task alone writes
                // them.
                unsafe {
                    let mask = simd.mask((channels - channel).min(S::LANES));
                    let get = |from: &[f32]| simd.load_masked(from.as_ptr().add(channel), mask);
                    let (mean, bias) = (get(self.mean), get(self.bias));
                    let scale = simd.mul(get(self.inverse), get(self.gain));
                    let finish = Finish::new(simd, self.norm.activation);
                    for pixel in start..end {
                        let at = pixel * channels + channel;
                        let x = simd.load_masked(self.x.as_ptr().add(at), mask);
                        let y = simd.fma(simd.sub(x, mean), scale, bias);
                        simd.store_masked(self.y.at(at), finish.apply(y), mask);
                    }
                }
                channel += S::LANES;
            }
            start = end;
        }
    }
}
