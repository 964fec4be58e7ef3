//! Gradients of instance normalisation.

use std::ops::Range;

use super::{Norm, RUN, Statistics};
use crate::Activation;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// The inputs from which the gradients of a normalisation are computed.
pub(crate) struct Gradients<'a> {
    pub(crate) norm: &'a Norm,
    pub(crate) x: &'a [f32],
    /// Gain of the normalisation, `[batch, channels]`; so is `bias`.
    pub(crate) gain: &'a [f32],
    pub(crate) bias: &'a [f32],
    pub(crate) statistics: &'a Statistics,
    pub(crate) dy: Shared,
    /// Memory for the gradient of `x`, if it is asked for; may be `dy`.
    pub(crate) dx: Option<Shared>,
}

/// Writes the gradient of `x`, and returns those of gain and bias, `[batch, channels]` each.
///
/// # Safety
/// `dy` and `dx` must be good for as many floats as `x` has.
pub(crate) unsafe fn backward(isa: Isa, job: &Gradients) -> (Vec<f32>, Vec<f32>) {
    let norm = job.norm;
    let channels = norm.channels;
    let size = norm.batch * channels;
    let (mut gain, mut bias) = (vec![0.0; size], vec![0.0; size]);
    if job.x.is_empty() {
        return (gain, bias);
    }
    let chunks = norm.chunks();
    let mut partial = vec![0.0; size * chunks * 2];
    let (shared, gains, biases) = (
        Shared::new(&mut partial),
        Shared::new(&mut gain),
        Shared::new(&mut bias),
    );
    let measure = |picture: usize, chunk: usize| {
        let first = (picture * chunks + chunk) * 2 * channels;
        // SAFETY: every chunk has sums of its own.
        let sums = unsafe { shared.part(first..first + 2 * channels) };
        let pixels = norm.chunk(picture, chunk);
        isa.run(Part {
            job,
            picture,
            pixels,
            sums,
            totals: None,
        });
    };
    let merge = |picture: usize| {
        let first = picture * chunks * 2 * channels;
        let own = picture * channels..(picture + 1) * channels;
        // SAFETY: all chunks of the picture are measured; the results are the picture's own.
        let (parts, gain, bias) = unsafe {
            (
                shared.part(first..first + chunks * 2 * channels),
                gains.part(own.clone()),
                biases.part(own),
            )
        };
        for part in parts.chunks_exact(2 * channels) {
            for i in 0..channels {
                gain[i] += part[i];
                bias[i] += part[channels + i];
            }
        }
    };
    let apply = |picture: usize, chunk: usize| {
        let own = picture * channels..(picture + 1) * channels;
        // SAFETY: the picture's sums are complete.
        let totals = unsafe { (gains.view(own.clone()), biases.view(own)) };
        let pixels = norm.chunk(picture, chunk);
        isa.run(Part {
            job,
            picture,
            pixels,
            sums: &mut [],
            totals: Some(totals),
        });
    };
    if chunks == 1 {
        let tasks = parallel::tasks_for(job.x.len() * 16, norm.batch);
        parallel::for_each(tasks, |task| {
            for picture in parallel::share(norm.batch, tasks, task) {
                measure(picture, 0);
                merge(picture);
                if job.dx.is_some() {
                    apply(picture, 0);
                }
            }
        });
    } else {
        let tasks = norm.batch * chunks;
        parallel::for_each(tasks, |task| measure(task / chunks, task % chunks));
        (0..norm.batch).for_each(merge);
        if job.dx.is_some() {
            parallel::for_each(tasks, |task| apply(task / chunks, task % chunks));
        }
    }
    (gain, bias)
}

/// A task over one chunk of a picture: sums the gradients of gain and bias or, once these are known
/// for the whole picture, computes the gradient of `x`.
struct Part<'a> {
    job: &'a Gradients<'a>,
    picture: usize,
    pixels: Range<usize>,
    sums: &'a mut [f32],
    totals: Option<(&'a [f32], &'a [f32])>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.job.norm.channels;
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            let mut channel = 0;
            while channel < channels {
                // SAFETY: pixels and channels lie within the pictures and their sums, and this task
                // alone writes them.
                unsafe {
                    let vectors = Vectors::new(simd, self.job, self.picture, channel);
                    match self.totals {
                        None => vectors.sum(start..end, self.sums.as_mut_ptr()),
                        Some(totals) => vectors.apply(start..end, totals),
                    }
                }
                channel += S::LANES;
            }
            start = end;
        }
    }
}

/// Constants of a normalisation for one vector of channels of one picture.
struct Vectors<'a, S: Simd> {
    simd: S,
    job: &'a Gradients<'a>,
    channel: usize,
    mask: S::Mask,
    mean: S::Vector,
    inverse: S::Vector,
    gain: S::Vector,
    bias: S::Vector,
    slope: S::Vector,
    high: S::Vector,
}

impl<'a, S: Simd> Vectors<'a, S> {
    /// Loads the constants of one vector of channels.
    ///
    /// # Safety
    /// Picture and channel must lie within those of the normalisation.
    #[inline(always)]
    unsafe fn new(simd: S, job: &'a Gradients<'a>, picture: usize, channel: usize) -> Self {
        // SAFETY: statistics, gain and bias have `channels` numbers for every picture, and the mask
        // ends at the last.
        unsafe {
            let channels = job.norm.channels;
            let mask = simd.mask((channels - channel).min(S::LANES));
            let own = picture * channels + channel;
            let get = |from: &[f32]| simd.load_masked(from.as_ptr().add(own), mask);
            let (slope, _, high) = job.norm.activation.limits();
            let slope = if job.norm.activation == Activation::Relu6 {
                0.0
            } else {
                slope
            };
            Self {
                simd,
                job,
                channel,
                mask,
                mean: get(&job.statistics.mean),
                inverse: get(&job.statistics.inverse),
                gain: get(job.gain),
                bias: get(job.bias),
                slope: simd.splat(slope),
                high: simd.splat(high),
            }
        }
    }

    /// Computes, at one place, the normalised number and the gradient before the activation.
    ///
    /// # Safety
    /// `at` must be the place of this channel at a pixel.
    #[inline(always)]
    unsafe fn at(&self, at: usize) -> (S::Vector, S::Vector) {
        let simd = self.simd;
        // SAFETY: the caller's promise.
        unsafe {
            let x = simd.load_masked(self.job.x.as_ptr().add(at), self.mask);
            let mut d = simd.load_masked(self.job.dy.at(at), self.mask);
            let off = simd.sub(x, self.mean);
            let activation = self.job.norm.activation;
            if activation != Activation::Identity {
                let z = simd.fma(off, simd.mul(self.inverse, self.gain), self.bias);
                d = simd.where_positive(z, d, simd.mul(d, self.slope));
                if activation == Activation::Relu6 {
                    d = simd.where_positive(simd.sub(self.high, z), d, simd.splat(0.0));
                }
            }
            (simd.mul(off, self.inverse), d)
        }
    }

    /// Adds a range of pixels to the channels' sums of both gradients (bias and gain).
    ///
    /// # Safety
    /// The pixels must lie within the picture; `sums` must be good for two numbers of every
    /// channel, and nobody else may write them.
    #[inline(always)]
    unsafe fn sum(&self, pixels: Range<usize>, sums: *mut f32) {
        let simd = self.simd;
        // SAFETY: the caller promises that the pixels are there and that `sums` has two rows of
        // channels.
        unsafe {
            let channels = self.job.norm.channels;
            let (mut gain, mut bias) = (simd.splat(0.0), simd.splat(0.0));
            for pixel in pixels {
                let (x, d) = self.at(pixel * channels + self.channel);
                gain = simd.fma(x, d, gain);
                bias = simd.add(bias, d);
            }
            for (to, sum) in [(0, gain), (channels, bias)] {
                let to = sums.add(to + self.channel);
                simd.store_masked(
                    to,
                    simd.add(simd.load_masked(to, self.mask), sum),
                    self.mask,
                );
            }
        }
    }

    /// Writes the gradient of `x` for a range of pixels: `dx = gain / deviation * (d - (sum of d +
    /// x * sum of x d) / pixels)`, where `d` is the gradient before the activation and `x` the
    /// normalised number.
    ///
    /// # Safety
    /// The pixels must lie within the picture, and nobody else may write them; both sums must have
    /// all channels.
    #[inline(always)]
    unsafe fn apply(&self, pixels: Range<usize>, (gains, biases): (&[f32], &[f32])) {
        let simd = self.simd;
        // SAFETY: the caller's promise; every pixel is read before it is written, so that `dx` may
        // be `dy`.
        unsafe {
            let Some(dx) = self.job.dx else { return };
            let channels = self.job.norm.channels;
            let one = simd.splat(1.0 / self.job.norm.pixels as f32);
            let get = |from: &[f32]| simd.load_masked(from.as_ptr().add(self.channel), self.mask);
            let (gain, bias) = (simd.mul(get(gains), one), simd.mul(get(biases), one));
            let scale = simd.mul(self.gain, self.inverse);
            for pixel in pixels {
                let at = pixel * channels + self.channel;
                let (x, d) = self.at(at);
                let rest = simd.sub(simd.sub(d, bias), simd.mul(x, gain));
                simd.store_masked(dx.at(at), simd.mul(rest, scale), self.mask);
            }
        }
    }
}
