//! The gradients of the normalisation.

use std::ops::Range;

use super::{Norm, RUN, Statistics};
use crate::Activation;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// What the gradients are computed from.
pub(crate) struct Gradients<'a> {
    pub(crate) norm: &'a Norm,
    pub(crate) x: &'a [f32],
    /// `[batch, channels]`, as `bias`.
    pub(crate) gain: &'a [f32],
    pub(crate) bias: &'a [f32],
    pub(crate) statistics: &'a Statistics,
    pub(crate) dy: Shared,
    /// Where the gradient of `x` is written, if it is asked for; may be `dy`.
    pub(crate) dx: Option<Shared>,
}

/// Writes the gradient of `x`, and returns those of gain and bias (`[batch, channels]`).
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

/// One chunk: the sums of the gradients of gain and bias, or, where these are known for the whole
/// picture, the gradient of `x`.
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
    fn run<S: Simd>(self) {
        let channels = self.job.norm.channels;
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            let mut channel = 0;
            while channel < channels {
                // SAFETY: the instruction set is there; pixels and channels lie within the
                // pictures and their sums, and this task alone writes them.
                unsafe {
                    let vectors = Vectors::<S>::new(self.job, self.picture, channel);
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

/// One vector of channels of one picture.
struct Vectors<'a, S: Simd> {
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
    #[inline(always)]
    unsafe fn new(job: &'a Gradients<'a>, picture: usize, channel: usize) -> Self {
        unsafe {
            let channels = job.norm.channels;
            let mask = S::mask((channels - channel).min(S::LANES));
            let own = picture * channels + channel;
            let get = |from: &[f32]| S::load_masked(from.as_ptr().add(own), mask);
            let (slope, _, high) = job.norm.activation.limits();
            let slope = if job.norm.activation == Activation::Relu6 {
                0.0
            } else {
                slope
            };
            Self {
                job,
                channel,
                mask,
                mean: get(&job.statistics.mean),
                inverse: get(&job.statistics.inverse),
                gain: get(job.gain),
                bias: get(job.bias),
                slope: S::splat(slope),
                high: S::splat(high),
            }
        }
    }

    /// The normalised number and the gradient before the activation, at one place.
    #[inline(always)]
    unsafe fn at(&self, at: usize) -> (S::Vector, S::Vector) {
        unsafe {
            let x = S::load_masked(self.job.x.as_ptr().add(at), self.mask);
            let mut d = S::load_masked(self.job.dy.at(at), self.mask);
            let off = S::sub(x, self.mean);
            let activation = self.job.norm.activation;
            if activation != Activation::Identity {
                let z = S::fma(off, S::mul(self.inverse, self.gain), self.bias);
                d = S::where_positive(z, d, S::mul(d, self.slope));
                if activation == Activation::Relu6 {
                    d = S::where_positive(S::sub(self.high, z), d, S::splat(0.0));
                }
            }
            (S::mul(off, self.inverse), d)
        }
    }

    #[inline(always)]
    unsafe fn sum(&self, pixels: Range<usize>, sums: *mut f32) {
        unsafe {
            let channels = self.job.norm.channels;
            let (mut gain, mut bias) = (S::splat(0.0), S::splat(0.0));
            for pixel in pixels {
                let (x, d) = self.at(pixel * channels + self.channel);
                gain = S::fma(x, d, gain);
                bias = S::add(bias, d);
            }
            for (to, sum) in [(0, gain), (channels, bias)] {
                let to = sums.add(to + self.channel);
                S::store_masked(to, S::add(S::load_masked(to, self.mask), sum), self.mask);
            }
        }
    }

    /// `dx = gain / deviation * (d - (sum of d + x * sum of x d) / pixels)`.
    #[inline(always)]
    unsafe fn apply(&self, pixels: Range<usize>, (gains, biases): (&[f32], &[f32])) {
        unsafe {
            let Some(dx) = self.job.dx else { return };
            let channels = self.job.norm.channels;
            let one = S::splat(1.0 / self.job.norm.pixels as f32);
            let get = |from: &[f32]| S::load_masked(from.as_ptr().add(self.channel), self.mask);
            let (gain, bias) = (S::mul(get(gains), one), S::mul(get(biases), one));
            let scale = S::mul(self.gain, self.inverse);
            for pixel in pixels {
                let at = pixel * channels + self.channel;
                let (x, d) = self.at(at);
                let rest = S::sub(S::sub(d, bias), S::mul(x, gain));
                S::store_masked(dx.at(at), S::mul(rest, scale), self.mask);
            }
        }
    }
}
