//! A painting in the colours of its content.
//!
//! Line, shading and texture are in the lightness of a painting (luma), which it keeps; how far red,
//! green and blue lie from that (chroma) is the content's, so that no line of the painting changes
//! it. It is taken from the content as the style has its areas: without texture, in squares, or in few
//! flat colours.
//!
//! Lightness is moved as far as its mean asks for and no farther. Where the painting is lighter on
//! the mean, the areas that are lighter than in the content are dimmed some of the way towards it, so
//! that black hair is darker than the face again; where it is darker, the areas that are darker are
//! lightened. What is left moves all pixels by one curve. Where a colour of some lightness cannot
//! have so much chroma, it gets less, and all others a little more.

mod balance;
mod bases;

use std::borrow::Cow;

use utsushi_imaging::luma;
use utsushi_model::Surface;

use super::Depth;
use super::surface::{finished, in_bands, smoothed};
use balance::{Balance, Pixel};
use bases::Bases;

/// Pixels that are looked at for the balance, about.
const LOOKED_AT: usize = 1 << 15;

/// A painting with the colours of its content; `surface` is that of its style.
pub(crate) fn in_colours_of<P: Depth>(content: &P, painting: P, surface: &Surface) -> P {
    let areas = match *surface {
        Surface { grid: Some(_), .. } | Surface { flat: true, .. } => {
            finished(content.opaque().into_owned(), surface)
        }
        _ => smoothed(content.opaque(), 1.0).into_owned(),
    };
    let bases = match *surface {
        // A square or a flat area is its own base.
        Surface { grid: Some(_), .. } | Surface { flat: true, .. } => None,
        _ => Some(Bases::of(&areas, &painting)),
    };
    let width = painting.width() as usize;
    let pixel = |light: [f32; 3], area: [f32; 3], at: usize| {
        let light = luma(light);
        let base = |area| match &bases {
            Some(bases) => bases.at(at % width, at / width, area),
            None => light,
        };
        Pixel::new(light, area, base)
    };
    let Some(balance) = balance(content, &painting, &areas, &pixel) else {
        return painting;
    };
    let areas = areas.rgb().as_chunks::<3>().0;
    in_bands(&painting, 0, |mut planes, first| {
        for at in 0..planes[0].len() {
            let place = first * width + at;
            let own = [0, 1, 2].map(|channel| share(planes[channel][at]));
            let area = areas[place].map(|sample| share(P::seen(sample)));
            let colour = balance.colour(&pixel(own, area, place));
            for (plane, value) in planes.iter_mut().zip(colour) {
                plane[at] = 2.0 * value - 1.0;
            }
        }
        planes
    })
}

/// What the painting lacks of the content's mean colour; `None` where nothing is to be seen.
fn balance<P: Depth>(
    content: &P,
    painting: &P,
    areas: &P,
    pixel: &dyn Fn([f32; 3], [f32; 3], usize) -> Pixel,
) -> Option<Balance> {
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
            pixels.push((pixel(colour(painting[at]), colour(areas[at]), at), weight));
        }
    }
    (sum > 0.0).then(|| Balance::of(&pixels, mean.map(|mean| (mean / sum) as f32)))
}

/// A value of −1 to 1 as one of 0 to 1.
fn share(seen: f32) -> f32 {
    (seen + 1.0) / 2.0
}

#[cfg(test)]
mod tests;
