//! Skin colour: skin gets the colour that a style gives skin.
//!
//! Networks know brightness and places, not faces: skin takes whichever colour of the style fits
//! its brightness, and may come out blue. So where a picture shows skin, the painting's colours are
//! moved to those that skin has in paintings of the style. Pixels around a face that are coloured
//! like its middle count as skin.

use rayon::prelude::*;

use super::Depth;
use crate::faces::Face;
use crate::faces::skin::{Tone, colour, skin_of, tone};

/// Largest number of faces that are looked at, the surest first.
const FACES: usize = 16;
/// Radii of a face's ellipse, as shares of its box's width and height.
const RADII: [f32; 2] = [0.62, 0.68];
/// Multiple of the ellipse within which neck and hands are looked for.
const AROUND: f32 = 2.6;
/// Distance over which the surroundings fade out, in radii of the ellipse.
const FADING: f32 = 1.2;
/// Multiple of the ellipse that is the face alone, and the distance over which it fades out.
const ALONE: [f32; 2] = [1.15, 0.25];
/// Multiple of the ellipse from which on, up to [`AROUND`], the surroundings are checked for other
/// things of the skin's colour.
const SURROUNDINGS: f32 = 1.4;
/// Bounds of the share of the surroundings with the skin's colour: above the first they count less,
/// from the second on not at all. (Paper in a line drawing or a wall of wood may look like skin.)
const ALIKE: [f32; 2] = [0.4, 0.6];
/// Distances in chroma and in luma over which likeness to skin falls off.
const LIKENESS: [f32; 2] = [0.22, 0.6];
/// Largest side, in pixels, of the copy in which a face's skin is measured.
const MEASURED: usize = 128;
/// Approximate number of pixels of a painting whose colours are measured.
const LOOKED_AT: usize = 1 << 16;
/// Bounds of the mean difference in chroma from the style's skin: up to the first, skin is painted
/// well already, since the style's is predicted with such an error; from the second on it is moved
/// all the way.
const OFF: [f32; 2] = [0.08, 0.2];
/// Share of the differences in colour within the skin that stays.
const KEPT: f32 = 0.35;
/// Bounds of luma, −1…1: below the first a pixel is part of a line; from the second on it is skin.
const DARK: [f32; 2] = [-0.8, -0.3];

/// Degree to which each pixel of a picture is skin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SkinMask {
    /// The degrees, `[height, width]`, 0 to 255.
    shares: Vec<u8>,
}

impl SkinMask {
    /// Finds the skin around a picture's faces; `None` if there is none.
    pub(crate) fn of<P: Depth>(content: &P, faces: &[Face]) -> Option<Self> {
        let (width, height) = (content.width() as usize, content.height() as usize);
        let places: Vec<Place> = faces
            .iter()
            .take(FACES)
            .filter_map(|face| Place::of(content, face))
            .collect();
        if places.is_empty() {
            return None;
        }
        let rgb = content.rgb();
        let mut shares = vec![0u8; width * height];
        shares
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(y, row)| {
                let near: Vec<&Place> = places.iter().filter(|place| place.reaches(y)).collect();
                if near.is_empty() {
                    return;
                }
                for (x, share) in row.iter_mut().enumerate() {
                    let reached = near
                        .iter()
                        .map(|place| (place, place.window(x as f32, y as f32)));
                    let reached: Vec<_> = reached.filter(|(_, window)| *window > 0.0).collect();
                    if reached.is_empty() {
                        continue;
                    }
                    let own = mean_around::<P>(rgb, [width, height], x, y);
                    let most = reached
                        .iter()
                        .map(|(place, window)| window * likeness(own, place.skin))
                        .fold(0.0, f32::max);
                    *share = (most * 255.0).round() as u8;
                }
            });
        shares
            .iter()
            .any(|&share| share > 0)
            .then_some(Self { shares })
    }

    /// Mean of the masks of pictures of one size, with weights that sum to 1; an absent mask counts
    /// as one without skin.
    pub(crate) fn blend(masks: &[(Option<&Self>, f32)]) -> Option<Self> {
        let length = masks
            .iter()
            .find_map(|(mask, _)| Some(mask.as_ref()?.shares.len()))?;
        let mut sums = vec![0.0f32; length];
        for (mask, weight) in masks {
            let shares = mask.iter().flat_map(|mask| &mask.shares);
            for (sum, &share) in sums.iter_mut().zip(shares) {
                *sum += weight * f32::from(share);
            }
        }
        let shares = sums.into_iter().map(|sum| sum.round() as u8).collect();
        Some(Self { shares })
    }
}

/// A face with its skin's tone.
struct Place {
    face: Face,
    skin: Tone,
    /// Degree to which the surroundings of the face count, 0…1.
    openness: f32,
}

impl Place {
    fn of<P: Depth>(content: &P, face: &Face) -> Option<Self> {
        let mut place = Self {
            face: *face,
            skin: [0.0; 3],
            openness: 0.0,
        };
        let [columns, rows] = place.bounds([content.width(), content.height()])?;
        let step = columns.len().max(rows.len()).div_ceil(MEASURED).max(1);
        let (wide, high) = (columns.len().div_ceil(step), rows.len().div_ceil(step));
        let stride = content.width() as usize;
        let colours = content.rgb().as_chunks::<3>().0;
        let square = |at: usize| {
            let begin = |first: usize, at: usize, end: usize| {
                let first = first + at * step;
                first..(first + step).min(end)
            };
            let columns = begin(columns.start, at % wide, columns.end);
            let rows = begin(rows.start, at / wide, rows.end);
            let mut sum = [0.0f32; 3];
            let count = (columns.len() * rows.len()).max(1) as f32;
            for row in rows {
                for colour in &colours[row * stride..][columns.clone()] {
                    for (sum, &sample) in sum.iter_mut().zip(colour) {
                        *sum += P::seen(sample);
                    }
                }
            }
            tone(sum.map(|sum| sum / count))
        };
        let tones: Vec<Tone> = (0..wide * high).map(square).collect();
        let scale = step as f32;
        let small = Face {
            x: (face.x - columns.start as f32) / scale,
            y: (face.y - rows.start as f32) / scale,
            width: face.width / scale,
            height: face.height / scale,
            score: face.score,
        };
        place.skin = skin_of(&tones, wide, &small)?;
        let [mut alike, mut count] = [0.0f32; 2];
        for (at, &own) in tones.iter().enumerate() {
            let x = columns.start as f32 + ((at % wide) as f32 + 0.5) * scale;
            let y = rows.start as f32 + ((at / wide) as f32 + 0.5) * scale;
            if (SURROUNDINGS..AROUND).contains(&place.distance(x, y)) {
                alike += likeness(own, place.skin);
                count += 1.0;
            }
        }
        let share = alike / f32::max(count, 1.0);
        place.openness = ((ALIKE[1] - share) / (ALIKE[1] - ALIKE[0])).clamp(0.0, 1.0);
        Some(place)
    }

    /// Columns and rows of a picture within [`AROUND`] of the face; `None` if there are none.
    fn bounds(&self, size: [u32; 2]) -> Option<[std::ops::Range<usize>; 2]> {
        let face = &self.face;
        let reach = [face.width * RADII[0], face.height * RADII[1]].map(|it| it * AROUND);
        let centre = face.centre();
        let range = |axis: usize| {
            let (middle, end) = (centre[axis], size[axis] as f32);
            let first = (middle - reach[axis]).clamp(0.0, end) as usize;
            let last = (middle + reach[axis]).ceil().clamp(0.0, end) as usize;
            (first < last).then_some(first..last)
        };
        Some([range(0)?, range(1)?])
    }

    fn reaches(&self, row: usize) -> bool {
        let middle = self.face.centre()[1];
        (row as f32 - middle).abs() <= self.face.height * RADII[1] * AROUND
    }

    /// Distance of a point from the centre of the face, in its radii.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let [across, down] = self.face.centre();
        let across = (x - across) / (self.face.width * RADII[0]);
        let down = (y - down) / (self.face.height * RADII[1]);
        across.hypot(down)
    }

    /// Degree to which a pixel may be this face's skin by its place, 0…1.
    fn window(&self, x: f32, y: f32) -> f32 {
        let distance = self.distance(x, y);
        let around = ((AROUND - distance) / FADING).clamp(0.0, 1.0) * self.openness;
        let alone = ((ALONE[0] - distance) / ALONE[1]).clamp(0.0, 1.0);
        around.max(alone)
    }
}

/// Degree of likeness of a tone to that of skin, 0…1.
fn likeness(own: Tone, skin: Tone) -> f32 {
    let chroma = (own[1] - skin[1]).powi(2) + (own[2] - skin[2]).powi(2);
    let luma = (own[0] - skin[0]).powi(2);
    let distance = chroma / LIKENESS[0].powi(2) + luma / LIKENESS[1].powi(2);
    (-0.5 * (distance - 0.5).max(0.0)).exp()
}

/// The mean tone of the 3×3 pixels around one.
fn mean_around<P: Depth>(
    rgb: &[P::Sample],
    [width, height]: [usize; 2],
    x: usize,
    y: usize,
) -> Tone {
    let near = |at: usize, end: usize| [at.saturating_sub(1), at, (at + 1).min(end - 1)];
    let mut sum = [0.0f32; 3];
    for row in near(y, height) {
        for column in near(x, width) {
            let at = (row * width + column) * 3;
            for (sum, &sample) in sum.iter_mut().zip(&rgb[at..at + 3]) {
                *sum += P::seen(sample);
            }
        }
    }
    tone(sum.map(|sum| sum / 9.0))
}

/// Gives the skin of a painting, by `mask`, the colour `skin`, RGB, −1…1. The painting's
/// brightness, the style's shading, is kept.
pub(crate) fn in_skin_colour<P: Depth>(mut painting: P, mask: &SkinMask, skin: [f32; 3]) -> P {
    let skin = tone(skin);
    let Some((mean, off)) = mean_of_skin(&painting, mask, skin) else {
        return painting;
    };
    let moved = ((off - OFF[0]) / (OFF[1] - OFF[0])).clamp(0.0, 1.0);
    if moved == 0.0 {
        return painting;
    }
    let pixels = painting.rgb_mut().as_chunks_mut::<3>().0;
    let pairs = pixels.par_iter_mut().zip(&mask.shares);
    pairs
        .filter(|(_, share)| **share > 0)
        .for_each(|(pixel, &share)| {
            let own = tone(pixel.map(P::seen));
            let share = moved * f32::from(share) / 255.0;
            let share = share * ((own[0] - DARK[0]) / (DARK[1] - DARK[0])).clamp(0.0, 1.0);
            // Lights have little colour, whatever lies below them.
            let fading = (1.08 - own[0]) / (1.08 - skin[0].min(0.85));
            let fading = fading.clamp(0.35, 1.1);
            let chroma = |index: usize| {
                let wanted = skin[index] + KEPT * (own[index] - mean[index]);
                own[index] + share * (fading * wanted - own[index])
            };
            *pixel = colour([own[0], chroma(1), chroma(2)]).map(P::stored);
        });
    painting
}

/// Mean tone of a painting's skin, and its mean distance in chroma from the tone `skin`; `None` if
/// all of it is as dark as lines.
fn mean_of_skin<P: Depth>(painting: &P, mask: &SkinMask, skin: Tone) -> Option<(Tone, f32)> {
    let pixels = painting.rgb().as_chunks::<3>().0;
    let step = (pixels.len() / LOOKED_AT).max(1);
    // No step of even length, which would look at the same columns again and again.
    let step = step + usize::from(step.is_multiple_of(2));
    let mut sum = [0.0f64; 3];
    let [mut weight, mut off] = [0.0f64; 2];
    for (pixel, &share) in pixels.iter().zip(&mask.shares).step_by(step) {
        let own = tone(pixel.map(P::seen));
        if share > 0 && own[0] > DARK[1] {
            let share = f64::from(share);
            weight += share;
            off += share * f64::from((own[1] - skin[1]).hypot(own[2] - skin[2]));
            for (sum, value) in sum.iter_mut().zip(own) {
                *sum += share * f64::from(value);
            }
        }
    }
    let mean = |sum: f64| (sum / weight) as f32;
    (weight > 0.0).then(|| (sum.map(mean), mean(off)))
}

#[cfg(test)]
mod tests;
