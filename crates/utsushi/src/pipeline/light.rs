//! Even light on the skin of a content.
//!
//! Drawn faces are lit evenly, in the tone that the style gives skin; photographed ones are not. A
//! network that knows only brightness takes a shadow on a cheek for hair or a beard, and eyes in the
//! shade of a brow for holes. So where areas of a style are smooth, the skin of its content is brought
//! to the tone of the style's skin before it is painted: large shades are made weaker, what is small
//! stays, and eyes are given the whole range from dark to light.
//!
//! What is painted of it is then held against it: skin is shaded in two tones as cels are, with those
//! lines alone that the content has too ([`cel`]), and so it is in ink that is printed with dots; other areas that are even in the content are even in
//! the painting ([`calm`]); and most of the eyes stays.

mod calm;
mod cel;
mod hair;
mod parts;
mod texture;
mod values;
mod window;

use std::borrow::Cow;

use rayon::prelude::*;
use utsushi_anatomy::Anatomy;
use utsushi_imaging::{Filter, fit_within};
use utsushi_model::Surface;

use super::Depth;
use crate::PartColours;
use crate::backend::Extent;
use crate::faces::skin::{Tone, colour, tone};
use calm::Calm;
use cel::{CelShading, SkinTone};
pub(crate) use values::{largest_around, neighbours, pieces, pieces_joined, sampled};
use values::{share, tones};
use window::{AROUND, Window};

/// Styles are lit evenly from the first smoothness on, wholly from the second.
const SMOOTH: [f32; 2] = [0.3, 0.5];
/// Skin is shaded in two tones from the first on, wholly from the second: prints have other shades.
const TWO_TONES: [f32; 2] = [0.6, 0.75];
/// A painting, or its reference, whose mean chroma is less than the first is drawn in ink, whose shades are lines; from the
/// second on it is in colours.
const COLOURFUL: [f32; 2] = [0.04, 0.08];
/// Skin of one tone is drawn where its texture is weaker than the first, of 2; from the second on it is printed on
/// paper, whose grain stays.
const PAPER: [f32; 2] = [0.014, 0.018];
/// Where the texture of skin is stronger than the first, of 2, brushwork belongs to it; all of it from the second on.
/// Digital paintings have 0.016 to 0.023, oil 0.023 to 0.031.
const BRUSHED: [f32; 2] = [0.021, 0.026];
/// With screentone shade is printed as dots, so that some of it is wanted.
const SCREENED: f32 = 0.5;
/// The longer side of the copy in which the light is measured, at most.
const MEASURED: u32 = 640;
/// Faces whose skin is lit, the surest first.
const FACES: usize = 16;
/// How much of the content's eyes stays in the painting: of luma, and of chroma.
const EYES_KEPT: [f32; 2] = [0.75, 0.4];

/// How a style lights skin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Light {
    /// 0 leaves a content as it is, 1 lights it wholly.
    amount: f32,
    /// The tone of skin, where the style says it.
    skin: Option<Tone>,
    /// How far skin is shaded in two tones, as in cels and flat colours, 0…1.
    two_tones: f32,
    /// How strong the texture of skin is in the reference, at most; `None` where that says nothing.
    texture: Option<f32>,
    /// Whether greys are printed as dots: skin is then paper with a shade, whatever strokes networks draw on it.
    screen: bool,
}

impl Light {
    /// `None` where shading belongs to the style.
    fn of(surface: &Surface, colours: Option<&PartColours>) -> Option<Self> {
        let of_surface = share(surface.smoothness, SMOOTH);
        // Ink on paper is even whatever is drawn; dots and squares have shades of their own.
        let is_flat = !surface.screen && surface.grid.is_none();
        let colours = colours.filter(|_| is_flat);
        let colourful = colours.map_or(0.0, |colours| share(colours.chroma(), COLOURFUL));
        let texture = colours
            .filter(|_| colourful > 0.0)
            .and_then(PartColours::skin_texture);
        let plain = texture.map_or(0.0, |texture| 1.0 - share(texture, PAPER));
        let evenness = plain * colourful * colours.map_or(0.0, PartColours::skin_evenness);
        let texture = texture.filter(|texture| *texture < BRUSHED[1]);
        let amount = of_surface.max(evenness);
        let amount = amount.min(if surface.screen { SCREENED } else { 1.0 });
        (amount > 0.0 || texture.is_some()).then_some(Self {
            amount,
            texture,
            skin: surface.skin.map(tone),
            two_tones: match *surface {
                // Dots and squares have shades of their own.
                Surface { screen: true, .. } | Surface { grid: Some(_), .. } => 0.0,
                _ => share(surface.smoothness, TWO_TONES).max(evenness),
            },
            screen: surface.screen,
        })
    }
}

/// How far skin is shaded in two tones in a style of that surface, and parts have colours of their own, 0…1.
pub(crate) fn two_tones(surface: &Surface) -> f32 {
    Light::of(surface, None).map_or(0.0, |light| light.two_tones)
}

/// Whether a style of that surface is one of cels: areas in colours, skin in two tones.
pub(crate) fn is_cel(surface: &Surface) -> bool {
    two_tones(surface) > 0.0 && !surface.screen
}

/// What has to be known of the parts of a content that is painted in a style of that surface and with those
/// colours; `None` where skin is left as networks paint it.
pub(crate) fn extent_of(surface: &Surface, colours: Option<&PartColours>) -> Option<Extent> {
    let light = Light::of(surface, colours)?;
    let has_coloured_parts = light.two_tones > 0.0 && colours.is_some();
    Some(if has_coloured_parts {
        Extent::Whole
    } else {
        Extent::Faces
    })
}

/// A content in the light of a style.
#[derive(Clone, Debug)]
pub(crate) struct LitContent<P> {
    pub(crate) content: P,
    size: [usize; 2],
    /// How much of the content's eyes is seen in the painting, 0…1: of a copy of that size.
    eyes: Vec<f32>,
    /// Where the copy is even.
    calm: Calm,
    /// The part that each pixel of the copy belongs to.
    parts: Vec<u8>,
    light: Light,
    /// The skin of each face in two tones; none where the style shades otherwise.
    shading: Vec<CelShading>,
}

impl<P: Depth> LitContent<P> {
    /// `None` where the style, or a content without faces, leaves it as it is; `anatomy` is of a picture
    /// of its size.
    pub(crate) fn of(
        content: &P,
        anatomy: Option<&Anatomy>,
        surface: &Surface,
        part_colours: Option<&PartColours>,
    ) -> Option<Self> {
        let (anatomy, light) = (anatomy?, Light::of(surface, part_colours)?);
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
            calm: changes.calm,
            parts: changes.parts,
            light,
            shading: changes.shading,
        })
    }

    /// A painting of the content with its skin, its even areas and its eyes as the style has them, and its
    /// parts in those colours: so much of that as `weight` says, 0…1. Where the content's colours are kept, skin
    /// is shaded in its own tone.
    pub(crate) fn completed(
        &self,
        mut painting: P,
        weight: f32,
        (colours, keep_colours): (Option<&PartColours>, bool),
    ) -> P {
        if let Some(texture) = self.light.texture
            && self.light.two_tones < 1.0
        {
            let brushed = share(texture, BRUSHED);
            let weight = weight * (1.0 - self.light.two_tones) * (1.0 - brushed);
            let parts = (&self.parts[..], self.size);
            texture::weaken(&mut painting, &self.content, parts, (texture, weight));
        }
        let chroma = colours.map_or_else(|| chroma(&painting), PartColours::chroma);
        let shaded = if self.light.screen {
            weight
        } else {
            weight * self.light.two_tones * share(chroma, COLOURFUL)
        };
        if shaded == 0.0 || self.shading.is_empty() {
            return self.with_eyes(painting, weight);
        }
        self.calm.make_calm(&mut painting, self.size, shaded);
        let of_style = colours.and_then(PartColours::skin).or(self.light.skin);
        let skin = match of_style {
            _ if self.light.screen => SkinTone::Ink,
            _ if keep_colours => SkinTone::Content,
            Some(tone) => SkinTone::Style(tone),
            None => SkinTone::Painting,
        };
        cel::shade(&mut painting, &self.shading, self.size, (skin, shaded));
        let mut painting = self.with_eyes(painting, weight);
        if let Some(colours) = colours.filter(|_| !self.light.screen) {
            parts::colour_parts(&mut painting, &self.parts, self.size, (colours, shaded));
        }
        painting
    }

    /// A painting of the content with its eyes, which networks paint as dark holes where they are
    /// small: so much of them as `weight` says, 0…1.
    fn with_eyes(&self, mut painting: P, weight: f32) -> P {
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

/// What is added to the tone of each pixel, and by how much more its luma is taken before, in a smaller
/// copy.
struct Changes {
    size: [usize; 2],
    /// `[height, width]`; empty where nothing changes.
    values: Vec<[f32; 4]>,
    /// How much a pixel is an eye, by how much the style lights it, 0…1.
    eyes: Vec<f32>,
    /// Where the content is even.
    calm: Calm,
    /// The part that it belongs to.
    parts: Vec<u8>,
    shading: Vec<CelShading>,
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
        let tones = tones(&*small);
        let mut parts: Vec<u8> = (0..tones.len())
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
            calm: Calm::default(),
            parts: Vec::new(),
            shading: Vec::new(),
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
            if light.two_tones > 0.0 || light.screen {
                changes.shading.push(CelShading::of(&window, face.size));
            }
        }
        if !changes.shading.is_empty() {
            let largest = faces.iter().map(|face| face.size).fold(0.0, f32::max);
            hair::lengthen(&tones, &mut parts, size[0], largest);
            changes.calm = Calm::of(&tones, &parts, size[0]);
        }
        changes.parts = parts;
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

#[cfg(test)]
mod tests;
