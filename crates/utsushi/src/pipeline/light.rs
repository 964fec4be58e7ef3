//! Even light on the skin of a content.
//!
//! Drawn faces are lit evenly, in the tone that the style gives skin; photographed ones are not. A
//! network that knows only brightness takes a shadow on a cheek for hair or a beard, and eyes in the
//! shade of a brow for holes. So where areas of a style are smooth, the skin of its content is brought
//! to the tone of the style's skin before it is painted: large shades are made weaker, what is small
//! stays, and eyes are given the whole range from dark to light; and most of these eyes stays in the
//! painting.

mod values;

use std::borrow::Cow;

use rayon::prelude::*;
use utsushi_anatomy::{Anatomy, Part};
use utsushi_imaging::{Filter, fit_within};
use utsushi_model::Surface;

use super::Depth;
use crate::faces::skin::{Tone, colour, tone};
use values::{at_share, blurred, pieces};

/// Styles are lit evenly from the first smoothness on, wholly from the second.
const SMOOTH: [f32; 2] = [0.3, 0.5];
/// With screentone shade is printed as dots, so that some of it is wanted.
const SCREENED: f32 = 0.5;
/// The longer side of the copy in which the light is measured, at most.
const MEASURED: u32 = 640;
/// Faces whose skin is lit, the surest first.
const FACES: usize = 16;
/// How far from the middle of a face its skin reaches, in the face's size.
const AROUND: f32 = 1.6;
/// Shades that are larger than this, in the face's size, are weakened.
const SHADE: f32 = 0.12;
/// How much of the large shades stays, of luma and of chroma.
const KEPT: f32 = 0.4;
/// How much stays of what is smaller: of luma, and of chroma.
const SMALL_KEPT: [f32; 2] = [0.8, 0.5];
/// By as much at most the light makes what is small stronger.
const LONGEST_EXPOSURE: f32 = 2.0;
/// How much more than that brows and mouths differ from the skin around them.
const FEATURES: f32 = 1.15;
/// The soft edge of skin and features, in the face's size.
const EDGE: f32 = 0.015;
/// How far from the skin features take over its change, in the face's size.
const NEAR: f32 = 0.06;
/// The pixel of the skin, in order of brightness, whose tone is the skin's.
const MIDDLE: f32 = 0.65;
/// The luma of skin where a style does not say it, −1…1.
const BRIGHT: f32 = 0.7;
/// The luma of an eye's darkest and brightest pixels, ...
const EYES: [f32; 2] = [-0.75, 0.85];
/// ... which are those at these shares of its pixels, in order of brightness.
const EYE_SHARES: [f32; 2] = [0.03, 0.97];
/// How much of the content's eyes stays in the painting: of luma, and of chroma.
const EYES_KEPT: [f32; 2] = [0.75, 0.4];
/// Fewer pixels of skin or of an eye, in the copy, tell nothing.
const FEWEST: [usize; 2] = [40, 6];

/// How a style lights skin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Light {
    /// 0 leaves a content as it is, 1 lights it wholly.
    amount: f32,
    /// The luma of skin, −1…1.
    skin: f32,
}

impl Light {
    /// `None` where shading belongs to the style.
    fn of(surface: &Surface) -> Option<Self> {
        let amount = (surface.smoothness - SMOOTH[0]) / (SMOOTH[1] - SMOOTH[0]);
        let amount = amount.min(if surface.screen { SCREENED } else { 1.0 });
        let skin = surface.skin.map_or(BRIGHT, |skin| tone(skin)[0]);
        (amount > 0.0).then_some(Self { amount, skin })
    }
}

/// Whether skin is lit evenly in a style of that surface.
pub(crate) fn is_lit_evenly(surface: &Surface) -> bool {
    Light::of(surface).is_some()
}

/// A content in the light of a style.
#[derive(Clone, Debug)]
pub(crate) struct LitContent<P> {
    pub(crate) content: P,
    size: [usize; 2],
    /// How much of the content's eyes is seen in the painting, 0…1: of a copy of that size.
    eyes: Vec<f32>,
}

impl<P: Depth> LitContent<P> {
    /// `None` where the style, or a content without faces, leaves it as it is; `anatomy` is of a picture
    /// of its size.
    pub(crate) fn of(content: &P, anatomy: Option<&Anatomy>, surface: &Surface) -> Option<Self> {
        let (anatomy, light) = (anatomy?, Light::of(surface)?);
        let opaque = content.opaque();
        let changes = Changes::of(&*opaque, anatomy, light);
        if changes.values.is_empty() {
            return None;
        }
        let size = [opaque.width() as usize, opaque.height() as usize];
        let mut lit = opaque.into_owned();
        let rows = lit.rgb_mut().par_chunks_exact_mut(size[0] * 3).enumerate();
        rows.for_each(|(y, row)| {
            for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                let [change @ .., slope] = sampled(&changes.values, changes.size, [x, y], size);
                if change == [0.0; 3] && slope == 0.0 {
                    continue;
                }
                let [luma, red, blue] = tone(pixel.map(P::seen));
                let luma = luma + luma * slope;
                let moved = [luma + change[0], red + change[1], blue + change[2]];
                *pixel = colour(moved).map(P::stored);
            }
        });
        Some(Self {
            content: lit,
            size: changes.size,
            eyes: changes.eyes,
        })
    }

    /// A painting of the content with its eyes, which networks paint as dark holes where they are
    /// small: so much of them as `weight` says, 0…1.
    pub(crate) fn with_eyes(&self, mut painting: P, weight: f32) -> P {
        let size = [painting.width() as usize, painting.height() as usize];
        let of_copy = self.size;
        // In black and white eyes are black and white.
        let colourful = (chroma(&painting) / chroma(&self.content).max(0.02)).min(1.0);
        let eyes_kept = [EYES_KEPT[0], EYES_KEPT[1] * colourful];
        let eyes: Vec<[f32; 1]> = self.eyes.iter().map(|&share| [share]).collect();
        let own = self.content.rgb().par_chunks_exact(size[0] * 3);
        let rows = painting.rgb_mut().par_chunks_exact_mut(size[0] * 3);
        rows.zip(own).enumerate().for_each(|(y, (row, own))| {
            let pixels = row.as_chunks_mut::<3>().0.iter_mut();
            for (x, (pixel, own)) in pixels.zip(own.as_chunks::<3>().0).enumerate() {
                let [share] = sampled(&eyes, of_copy, [x, y], size);
                if share == 0.0 {
                    continue;
                }
                let [painted, own] = [*pixel, *own].map(|it| tone(it.map(P::seen)));
                let mixed = [0, 1, 2].map(|index| {
                    let kept = eyes_kept[usize::from(index > 0)] * share * weight;
                    painted[index] + kept * (own[index] - painted[index])
                });
                *pixel = colour(mixed).map(P::stored);
            }
        });
        painting
    }
}

/// The mean chroma of a picture's pixels, or of about as many of them as tell it.
fn chroma<P: Depth>(picture: &P) -> f32 {
    let pixels = picture.rgb().as_chunks::<3>().0;
    let step = (pixels.len() / 4096).max(1) | 1;
    let (sum, count) = pixels
        .iter()
        .step_by(step)
        .fold((0.0, 0.0), |(sum, count), pixel| {
            let [_, red, blue] = tone(pixel.map(P::seen));
            (sum + red.hypot(blue), count + 1.0)
        });
    sum / f32::max(count, 1.0)
}

/// Between the four nearest values of a smaller copy.
fn sampled<const COUNT: usize>(
    values: &[[f32; COUNT]],
    size: [usize; 2],
    place: [usize; 2],
    full: [usize; 2],
) -> [f32; COUNT] {
    let axis = |axis: usize| {
        let at = (place[axis] as f32 + 0.5) * size[axis] as f32 / full[axis] as f32 - 0.5;
        let at = at.clamp(0.0, (size[axis] - 1) as f32);
        let first = at as usize;
        (first, (first + 1).min(size[axis] - 1), at - first as f32)
    };
    let ((left, right, across), (top, bottom, down)) = (axis(0), axis(1));
    let value = |x: usize, y: usize| &values[y * size[0] + x];
    let (above, below) = (
        [value(left, top), value(right, top)],
        [value(left, bottom), value(right, bottom)],
    );
    std::array::from_fn(|index| {
        let upper = above[0][index] + across * (above[1][index] - above[0][index]);
        let lower = below[0][index] + across * (below[1][index] - below[0][index]);
        upper + down * (lower - upper)
    })
}

/// What is added to the tone of each pixel, and by how much more its luma is taken before, in a smaller
/// copy.
struct Changes {
    size: [usize; 2],
    /// `[height, width]`; empty where nothing changes.
    values: Vec<[f32; 4]>,
    /// How much a pixel is an eye, by how much the style lights it, 0…1.
    eyes: Vec<f32>,
}

impl Changes {
    fn of<P: Depth>(content: &P, anatomy: &Anatomy, light: Light) -> Self {
        let full = [content.width(), content.height()];
        let (width, height) = match full[0].max(full[1]) {
            ..=MEASURED => (full[0], full[1]),
            _ => fit_within((full[0], full[1]), MEASURED, MEASURED),
        };
        let small = if [width, height] == full {
            Cow::Borrowed(content)
        } else {
            Cow::Owned(content.resized(width, height, Filter::Box))
        };
        let size = [width as usize, height as usize];
        let scale = [0, 1].map(|axis| full[axis] as f32 / size[axis] as f32);
        let tones: Vec<Tone> = small
            .rgb()
            .as_chunks::<3>()
            .0
            .iter()
            .map(|pixel| tone(pixel.map(P::seen)))
            .collect();
        let parts: Vec<u8> = (0..tones.len())
            .map(|at| {
                let place = [at % size[0], at / size[0]];
                let [x, y] = [0, 1].map(|axis| {
                    let place = (place[axis] as f32 + 0.5) * scale[axis];
                    (place as usize).min(full[axis] as usize - 1)
                });
                anatomy.parts.parts()[y * full[0] as usize + x]
            })
            .collect();
        let faces = anatomy.faces.iter().take(FACES).map(|face| {
            let [x, y, width, height] = face.bounds;
            Place {
                centre: [(x + width / 2.0) / scale[0], (y + height / 2.0) / scale[1]],
                size: (width / scale[0] + height / scale[1]) / 2.0,
            }
        });
        let faces: Vec<Place> = faces.collect();
        let mut changes = Self {
            size,
            values: Vec::new(),
            eyes: Vec::new(),
        };
        for (index, face) in faces.iter().enumerate() {
            let nearest = |x: f32, y: f32| {
                let own = face.distance(x, y);
                let mut others = faces.iter().enumerate();
                own < AROUND && others.all(|(other, it)| other == index || own <= it.distance(x, y))
            };
            let Some(window) = Window::around(face, size, &tones, &parts, nearest) else {
                continue;
            };
            if changes.values.is_empty() {
                changes.values = vec![[0.0; 4]; tones.len()];
                changes.eyes = vec![0.0; tones.len()];
            }
            window.light(light, face.size, &mut changes);
        }
        changes
    }
}

/// Where a face is.
struct Place {
    centre: [f32; 2],
    /// The mean of its width and height.
    size: f32,
}

impl Place {
    /// From its middle, in its size.
    fn distance(&self, x: f32, y: f32) -> f32 {
        (x - self.centre[0]).hypot(y - self.centre[1]) / self.size.max(1.0)
    }
}

/// The surroundings of a face.
struct Window {
    /// Left, top, width and height.
    place: [usize; 4],
    tones: Vec<Tone>,
    /// 1 where the face's skin is.
    skin: Vec<f32>,
    /// 1 where its eyes, brows and mouth are.
    features: Vec<f32>,
    eyes: Vec<bool>,
}

impl Window {
    /// `None` where there is no skin.
    fn around(
        face: &Place,
        size: [usize; 2],
        tones: &[Tone],
        parts: &[u8],
        own: impl Fn(f32, f32) -> bool,
    ) -> Option<Self> {
        let Place { centre, size: face } = *face;
        let reach = AROUND * face;
        let range = |axis: usize| {
            let at = |place: f32| place.clamp(0.0, size[axis] as f32) as usize;
            at(centre[axis] - reach)..at(centre[axis] + reach)
        };
        let (columns, rows) = (range(0), range(1));
        let mut window = Self {
            place: [columns.start, rows.start, columns.len(), rows.len()],
            tones: Vec::new(),
            skin: Vec::new(),
            features: Vec::new(),
            eyes: Vec::new(),
        };
        for y in rows {
            for x in columns.clone() {
                let at = y * size[0] + x;
                let part = Part::ALL.get(usize::from(parts[at])).copied();
                let part = part.filter(|_| own(x as f32 + 0.5, y as f32 + 0.5));
                let whether = |is: bool| if is { 1.0 } else { 0.0 };
                window.tones.push(tones[at]);
                window.skin.push(whether(part == Some(Part::Face)));
                window.features.push(whether(matches!(
                    part,
                    Some(Part::Eyes | Part::Brows | Part::Mouth)
                )));
                window.eyes.push(part == Some(Part::Eyes));
            }
        }
        let count = window.skin.iter().filter(|&&share| share > 0.0).count();
        (count >= FEWEST[0]).then_some(window)
    }

    /// Adds what changes in the light of a style.
    fn light(&self, light: Light, face: f32, changes: &mut Changes) {
        let width = self.place[2];
        let blurred = |values: &[f32], sigma: f32| blurred(values, width, sigma * face);
        let skin = self.skin_tone();
        let weights = blurred(&self.skin, SHADE);
        let target = [light.skin, skin[1], skin[2]];
        // As a longer exposure would: what is small becomes stronger along with the light.
        let exposure = (1.0 + target[0]) / (1.0 + skin[0]).max(0.1);
        let exposure = exposure.clamp(1.0, LONGEST_EXPOSURE);
        // What becomes of skin, on the skin alone.
        let mut wanted = vec![[0.0f32; 3]; self.tones.len()];
        for index in 0..3 {
            let products = self.tones.iter().zip(&self.skin);
            let products: Vec<f32> = products.map(|(tone, share)| tone[index] * share).collect();
            let large = blurred(&products, SHADE);
            let small_kept = match index {
                0 => SMALL_KEPT[0] * exposure,
                _ => SMALL_KEPT[1],
            };
            for (at, wanted) in wanted
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| self.skin[*at] > 0.0)
            {
                let own = self.tones[at][index];
                let large = large[at] / weights[at].max(1e-4);
                wanted[index] =
                    target[index] + KEPT * (large - skin[index]) + small_kept * (own - large) - own;
            }
        }
        // Features go along with the skin around them, and differ from it as much more.
        let near = blurred(&self.skin, NEAR);
        let lumas: Vec<f32> = self
            .tones
            .iter()
            .zip(&self.skin)
            .map(|(tone, share)| tone[0] * share)
            .collect();
        let lumas = blurred(&lumas, NEAR);
        let along: [Vec<f32>; 3] = [0, 1, 2].map(|index| {
            let changes: Vec<f32> = wanted.iter().map(|change| change[index]).collect();
            blurred(&changes, NEAR)
        });
        for (at, wanted) in wanted
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| self.features[*at] > 0.0)
        {
            let share = near[at].max(0.02);
            *wanted = [0, 1, 2].map(|index| along[index][at] / share);
            wanted[0] += (FEATURES * exposure - 1.0) * (self.tones[at][0] - lumas[at] / share);
        }
        let slopes = self.open_eyes(&mut wanted);
        // Soft edges: the change fades out over the border of what is changed.
        let inside: Vec<f32> = self
            .skin
            .iter()
            .zip(&self.features)
            .map(|(skin, feature)| skin + feature)
            .collect();
        let whole = blurred(&vec![1.0; inside.len()], EDGE);
        let edges = blurred(&inside, EDGE);
        let eyes: Vec<f32> = self
            .eyes
            .iter()
            .map(|&is| f32::from(u8::from(is)))
            .collect();
        let eyes = blurred(&eyes, EDGE);
        let [left, top, ..] = self.place;
        for (at, wanted) in wanted
            .iter()
            .enumerate()
            .filter(|(at, _)| inside[*at] > 0.0)
        {
            let (x, y) = (left + at % width, top + at / width);
            let share = light.amount * ((edges[at] / whole[at] - 0.5) * 2.0).clamp(0.0, 1.0);
            let change = &mut changes.values[y * changes.size[0] + x];
            *change = [
                share * wanted[0],
                share * wanted[1],
                share * wanted[2],
                share * slopes[at],
            ];
            changes.eyes[y * changes.size[0] + x] = light.amount * (eyes[at] / whole[at]).min(1.0);
        }
    }

    /// The skin's tone: of luma what most of it has that is not in the shade, of chroma the median.
    fn skin_tone(&self) -> Tone {
        let skin = self
            .tones
            .iter()
            .zip(&self.skin)
            .filter(|(_, share)| **share > 0.0);
        let skin: Vec<Tone> = skin.map(|(tone, _)| *tone).collect();
        [(0, MIDDLE), (1, 0.5), (2, 0.5)].map(|(index, share)| {
            let values = skin.iter().map(|tone| tone[index]);
            at_share(&mut values.collect::<Vec<f32>>(), share)
        })
    }

    /// The luma of each eye is brought to its whole range: what is multiplied besides what `wanted` adds.
    fn open_eyes(&self, wanted: &mut [[f32; 3]]) -> Vec<f32> {
        let mut slopes = vec![0.0; self.tones.len()];
        for eye in pieces(&self.eyes, self.place[2]) {
            if eye.len() < FEWEST[1] {
                continue;
            }
            let mut lumas: Vec<f32> = eye.iter().map(|&at| self.tones[at][0]).collect();
            let [dark, bright] = EYE_SHARES.map(|share| at_share(&mut lumas, share));
            if bright - dark < 0.05 {
                continue;
            }
            // Never less than there is.
            let slope = ((EYES[1] - EYES[0]) / (bright - dark)).clamp(1.0, 4.0);
            for &at in &eye {
                slopes[at] = slope - 1.0;
                wanted[at][0] = EYES[1] - slope * bright;
            }
        }
        slopes
    }
}

#[cfg(test)]
mod tests;
