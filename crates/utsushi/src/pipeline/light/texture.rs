//! Skin with no more texture than that of the reference.
//!
//! Networks paint skin with whatever strokes and grain the rest of the reference has: armour, fur and hair give a
//! face scratches, where the reference's own face is smooth. So what is fine on the skin of a painting, and
//! follows no edge of the content, is made as weak as it is on the skin of the reference.

use rayon::prelude::*;
use utsushi_anatomy::Part;
use utsushi_imaging::guided_filter::box_mean;

use super::values::sampled;
use crate::faces::skin::tone;
use crate::pipeline::Depth;
use crate::texture::{strength, textures};

/// Factor by which the texture of painted skin may be stronger than the reference's.
const EXCESS: f32 = 1.5;
/// Number of rows and columns around the skin that its texture is computed from.
const AROUND: usize = 16;

/// Weakens the texture of the skin of a painting to `wanted`, in luma −1…1; by `weight`, 0…1. `parts`
/// are those of a copy of the `content` of the size beside them.
pub(super) fn weaken<P: Depth>(
    painting: &mut P,
    content: &P,
    (parts, size): (&[u8], [usize; 2]),
    (wanted, weight): (f32, f32),
) {
    let full = [painting.width() as usize, painting.height() as usize];
    let Some([columns, rows]) = bounds(parts, size, full) else {
        return;
    };
    let is_skin = |part: &u8| {
        [f32::from(u8::from(
            usize::from(*part) == Part::Face.index(),
        ))]
    };
    let skin: Vec<[f32; 1]> = parts.iter().map(is_skin).collect();
    let width = columns.len();
    let places = || {
        rows.clone()
            .flat_map(|y| columns.clone().map(move |x| [x, y]))
    };
    let skin: Vec<f32> = places()
        .map(|place| sampled(&skin, size, place, full)[0])
        .collect();
    let seen = |picture: &P| -> Vec<[f32; 3]> {
        let pixels = picture.rgb().as_chunks::<3>().0;
        let own = places().map(|[x, y]| pixels[y * full[0] + x].map(P::seen));
        own.collect()
    };
    let luma: Vec<f32> = seen(content).into_iter().map(|own| tone(own)[0]).collect();
    let own = seen(painting);
    let planes = [0, 1, 2].map(|channel| own.iter().map(|own| own[channel]).collect());
    let textures = textures(planes, &luma, width);
    let of_pixel = |at: usize| [0, 1, 2].map(|channel: usize| textures[channel][at]);
    let lumas: Vec<f32> = (0..own.len()).map(|at| tone(of_pixel(at))[0]).collect();
    let Some(found) = strength(&lumas, &skin, width) else {
        return;
    };
    let kept = (EXCESS * wanted / found.max(f32::MIN_POSITIVE)).min(1.0);
    let weight = weight * (1.0 - kept);
    if weight == 0.0 {
        return;
    }
    // A soft edge, within the skin.
    let shares = box_mean(&skin, width);
    let pixels = painting.rgb_mut().par_chunks_exact_mut(full[0] * 3);
    pixels
        .enumerate()
        .skip(rows.start)
        .take(rows.len())
        .for_each(|(y, row)| {
            let row = &mut row.as_chunks_mut::<3>().0[columns.clone()];
            for (x, pixel) in row.iter_mut().enumerate() {
                let at = (y - rows.start) * width + x;
                let share = weight * skin[at].min(2.0 * shares[at]);
                if share > 0.0 {
                    let texture = of_pixel(at);
                    *pixel = [0, 1, 2]
                        .map(|channel| P::stored(own[at][channel] - share * texture[channel]));
                }
            }
        });
}

/// Columns and rows of skin and its surroundings in a picture of the size `full`; `parts` are those of a
/// copy of `size`. `None` without skin.
fn bounds(parts: &[u8], size: [usize; 2], full: [usize; 2]) -> Option<[std::ops::Range<usize>; 2]> {
    let mut least = size;
    let mut most = [0; 2];
    for (at, part) in parts.iter().enumerate() {
        if usize::from(*part) == Part::Face.index() {
            for (axis, own) in [at % size[0], at / size[0]].into_iter().enumerate() {
                least[axis] = least[axis].min(own);
                most[axis] = most[axis].max(own + 1);
            }
        }
    }
    let range = |axis: usize| {
        let first = least[axis] * full[axis] / size[axis];
        let end = (most[axis] * full[axis]).div_ceil(size[axis]);
        first.saturating_sub(AROUND)..(end + AROUND).min(full[axis])
    };
    (most[0] > 0).then(|| [range(0), range(1)])
}

#[cfg(test)]
mod tests;
