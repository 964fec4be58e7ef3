//! Transformation of one tile's pixels to products.

use super::WINDOW;
use super::read::{Across, Corner, Inside, Window};
use super::transform::{Transform, both};
use crate::finish::Finish;
use crate::simd::Simd;
use crate::sweep::{Affine, Source};

/// Transforms a square of pixels, after the source's affine map if it has one, to `to[product *
/// step + channel]`, channels filled up with zeros to whole vectors. `zeros` must have as many
/// floats as the picture has channels.
///
/// # Safety
/// `to` must be good for what is written.
#[inline(always)]
pub(super) unsafe fn transform_window<S, T, const SIDE: usize>(
    simd: S,
    source: Source,
    corner: Corner,
    zeros: &[f32],
    to: *mut f32,
    step: usize,
) where
    S: Simd,
    T: Transform<SIDE, WINDOW>,
{
    // SAFETY: the caller's promise; a window across the border reads `zeros` there.
    unsafe {
        let channels = source.shape[3];
        let affine = source.affine.map(|affine| {
            let own = corner.picture * channels..(corner.picture + 1) * channels;
            Affine {
                scale: &affine.scale[own.clone()],
                shift: &affine.shift[own],
                ..affine
            }
        });
        if corner.is_inside::<SIDE>(source.shape) && !source.is_doubled {
            let window = Inside::new(source, corner);
            run::<S, T, _, SIDE>(simd, &window, affine, channels, to, step);
        } else {
            let window = Across::<SIDE>::new(source, corner, zeros);
            run::<S, T, _, SIDE>(simd, &window, affine, channels, to, step);
        }
    }
}

/// Transforms all channels of a window.
///
/// # Safety
/// As for [`transform_window`].
#[inline(always)]
unsafe fn run<S, T, W, const SIDE: usize>(
    simd: S,
    window: &W,
    affine: Option<Affine>,
    channels: usize,
    to: *mut f32,
    step: usize,
) where
    S: Simd,
    T: Transform<SIDE, WINDOW>,
    W: Window<SIDE>,
{
    // SAFETY: the windows' pixels have all channels; the rest is the caller's promise.
    unsafe {
        let mut channel = 0;
        // With a mask that is known, loads are plain ones.
        while channel + S::LANES <= channels {
            let mask = simd.mask(S::LANES);
            vector::<S, T, W, SIDE>(simd, window, affine, channel, mask, to.add(channel), step);
            channel += S::LANES;
        }
        if channel < channels {
            let mask = simd.mask(channels - channel);
            vector::<S, T, W, SIDE>(simd, window, affine, channel, mask, to.add(channel), step);
        }
    }
}

/// Transforms one vector of channels of a window.
///
/// # Safety
/// The lanes of the mask must be channels, and `to` good for a vector at every product.
#[inline(always)]
unsafe fn vector<S, T, W, const SIDE: usize>(
    simd: S,
    window: &W,
    affine: Option<Affine>,
    channel: usize,
    mask: S::Mask,
    to: *mut f32,
    step: usize,
) where
    S: Simd,
    T: Transform<SIDE, WINDOW>,
    W: Window<SIDE>,
{
    // SAFETY: the caller's promise.
    unsafe {
        let mut x = [[simd.splat(0.0); SIDE]; SIDE];
        for (row, line) in x.iter_mut().enumerate() {
            for (column, x) in line.iter_mut().enumerate() {
                *x = simd.load_masked(window.at(row, column).add(channel), mask);
            }
        }
        if let Some(affine) = affine {
            let row = |of: &[f32]| simd.load_masked(of.as_ptr().add(channel), mask);
            let (scale, shift) = (row(affine.scale), row(affine.shift));
            let finish = Finish::new(simd, affine.activation);
            for x in x.as_flattened_mut() {
                *x = finish.apply(simd.fma(*x, scale, shift));
            }
        }
        let y = both::<S, T, SIDE, WINDOW>(simd, &x);
        for (product, y) in y.as_flattened().iter().enumerate() {
            simd.store(to.add(product * step), *y);
        }
    }
}
