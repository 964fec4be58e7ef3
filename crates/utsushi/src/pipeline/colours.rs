//! Keeping colours: a painting in the colours of its content.
//!
//! The painting keeps its lightness (luma), which has line, shading and texture; its chroma, the
//! distances of red, green and blue from luma, becomes the content's, so that no line of the
//! painting changes it. The content is first given areas as the style has them: without texture, in
//! squares, or in few flat colours.
//!
//! Lightness is moved only as far as the content's mean colour requires, by one monotonic curve for
//! all pixels: lighter pixels of the painting stay lighter, so that in lightness alone the style
//! looks as it was painted. Where a colour of some lightness cannot have the content's chroma, it
//! gets less, and all others get a little more.

mod balance;

use std::borrow::Cow;

use utsushi_imaging::luma;
use utsushi_model::Surface;

use super::Depth;
use super::surface::{finished, in_bands, smoothed};
use balance::{Balance, Pixel};

/// Approximate number of pixels that are used to compute the balance.
const LOOKED_AT: usize = 1 << 15;

/// Gives a painting the colours of its content; `surface` is that of its style.
pub(crate) fn in_colours_of<P: Depth>(content: &P, painting: P, surface: &Surface) -> P {
    let areas = match *surface {
        Surface { grid: Some(_), .. } | Surface { flat: true, .. } => {
            finished(content.opaque().into_owned(), surface)
        }
        _ => smoothed(content.opaque(), 1.0).into_owned(),
    };
    let width = painting.width() as usize;
    let Some(balance) = balance(content, &painting, &areas) else {
        return painting;
    };
    let areas = areas.rgb().as_chunks::<3>().0;
    in_bands(&painting, 0, |mut planes, first| {
        for at in 0..planes[0].len() {
            let place = first * width + at;
            let own = [0, 1, 2].map(|channel| share(planes[channel][at]));
            let area = areas[place].map(|sample| share(P::seen(sample)));
            let colour = balance.colour(&Pixel::new(luma(own), area));
            for (plane, value) in planes.iter_mut().zip(colour) {
                plane[at] = 2.0 * value - 1.0;
            }
        }
        planes
    })
}

/// Computes the correction of the painting's mean colour; `None` if nothing is visible.
fn balance<P: Depth>(content: &P, painting: &P, areas: &P) -> Option<Balance> {
    let own: Cow<'_, P> = content.opaque();
    let colours = [&*own, painting, areas].map(|picture| picture.rgb().as_chunks::<3>().0);
    let [own, painting, areas] = colours;
    // No step of even length, which would look at the same columns again and again.
    let step = (own.len() / LOOKED_AT).max(1) | 1;
    let colour = |samples: [P::Sample; 3]| samples.map(|sample| share(P::seen(sample)));
    let mut pixels = Vec::new();
    let mut mean = [0.0f64; 3];
    let mut sum = 0.0f64;
    for at in (0..own.len()).step_by(step) {
        let weight = content.opacity(at);
        if weight > 0.0 {
            let own = colour(own[at]);
            for (mean, value) in mean.iter_mut().zip(own) {
                *mean += f64::from(weight * value);
            }
            sum += f64::from(weight);
            let light = luma(colour(painting[at]));
            pixels.push((Pixel::new(light, colour(areas[at])), weight));
        }
    }
    (sum > 0.0).then(|| Balance::of(&pixels, mean.map(|mean| (mean / sum) as f32)))
}

/// Converts a value in −1…1 to one in 0…1.
fn share(seen: f32) -> f32 {
    (seen + 1.0) / 2.0
}

#[cfg(test)]
mod tests;
