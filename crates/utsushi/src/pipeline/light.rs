//! Lighting: even light on the skin of a content, and corrections of its painting.
//!
//! Drawn faces are lit evenly, in the tone that the style gives skin; photographed ones are not. A
//! network that knows only brightness takes a shadow on a cheek for hair or a beard, and eyes in
//! the shade of a brow for holes. So where areas of a style are smooth, the skin of its content is
//! brought to the tone of the style's skin before it is painted: large shades are weakened, small
//! details stay, and eyes are given the whole range from dark to light.
//!
//! The painting is then compared with the content: skin is shaded in two tones as in cels, with
//! only those lines that the content has, too ([`cel`]), and likewise in ink that is printed with
//! dots; other areas that are even in the content become even in the painting ([`calm`]); and most
//! of the content's eyes is kept.

mod calm;
mod cel;
mod hair;
mod parts;
mod texture;
mod values;
mod window;

use std::borrow::Cow;

use rayon::prelude::*;
use utsushi_anatomy::{Anatomy, Part};
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

/// Smoothness of styles between whose values even lighting rises from none to full.
const SMOOTH: [f32; 2] = [0.3, 0.5];
/// Smoothness of styles between whose values shading in two tones rises from none to full: prints
/// have other shades.
const TWO_TONES: [f32; 2] = [0.6, 0.75];
/// Mean chroma of a painting or its reference between ink, whose shades are lines, and colour.
const COLOURFUL: [f32; 2] = [0.04, 0.08];
/// Texture of skin of one tone, in luma −1…1, between drawn skin and skin that is printed on paper,
/// whose grain stays.
const PAPER: [f32; 2] = [0.014, 0.018];
/// Texture of skin, in luma −1…1, between smooth skin and brushwork that belongs to it. Digital
/// paintings have 0.016 to 0.023, oil 0.023 to 0.031.
const BRUSHED: [f32; 2] = [0.021, 0.026];
/// Factor of the shading for styles with screentone: shade is printed as dots there, so that some
/// of it is wanted.
const SCREENED: f32 = 0.5;
/// Parts that take the colours of the reference's; cels have tones of their own for skin and mouth.
const COLOURED: [Part; 4] = [Part::Background, Part::Hair, Part::Eyes, Part::Body];
/// Parts that take the colours of the reference's in styles that shade skin with the brush.
const COLOURED_BY_BRUSH: [Part; 4] = [Part::Background, Part::Hair, Part::Face, Part::Body];
/// Degree to which they do so: brushes mix the colours of neighbouring parts.
const BRUSHED_COLOURS: f32 = 0.8;
/// Largest longer side, in pixels, of the copy in which the light is measured.
const MEASURED: u32 = 640;
/// Largest number of faces whose skin is lit, the surest first.
const FACES: usize = 16;
/// Shares of the content's eyes that are kept in the painting: of luma, and of chroma.
const EYES_KEPT: [f32; 2] = [0.75, 0.4];

/// The light of a style: how it lights and shades skin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Light {
    /// Degree of lighting: 0 leaves a content as it is, 1 lights it fully.
    amount: f32,
    /// The style's tone of skin, if it is known.
    skin: Option<Tone>,
    /// Degree of shading skin in two tones, as in cels and flat colours, 0…1.
    two_tones: f32,
    /// Texture that skin has in the reference, in luma −1…1; `None` if it is not known, or is
    /// brushwork.
    texture: Option<f32>,
    /// Degree to which the reference has colours for its parts, 0…1.
    coloured: f32,
    /// Whether greys are printed as dots: skin is then paper with a shade, whatever strokes
    /// networks draw on it.
    screen: bool,
}

impl Light {
    /// The light of a style with this surface, whose reference has these colours; `None` if shading
    /// belongs to the style.
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
        (amount > 0.0 || colourful > 0.0).then_some(Self {
            amount,
            texture,
            coloured: colourful,
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

/// Degree, 0…1, to which skin is shaded in two tones, and parts have colours of their own, in a
/// style of that surface.
pub(crate) fn two_tones(surface: &Surface) -> f32 {
    Light::of(surface, None).map_or(0.0, |light| light.two_tones)
}

/// Whether a style of that surface is one of cels: areas in colours, skin in two tones.
pub(crate) fn is_cel(surface: &Surface) -> bool {
    two_tones(surface) > 0.0 && !surface.screen
}

/// Extent to which the parts of a content must be known to paint it in a style of this surface, whose
/// reference has these colours; `None` if skin stays as the networks paint it.
pub(crate) fn extent_of(surface: &Surface, colours: Option<&PartColours>) -> Option<Extent> {
    let light = Light::of(surface, colours)?;
    let has_coloured_parts = (light.two_tones > 0.0 || light.coloured > 0.0) && colours.is_some();
    Some(if has_coloured_parts {
        Extent::Whole
    } else {
        Extent::Faces
    })
}

/// A content in the light of a style, and what is needed to correct its painting.
#[derive(Clone, Debug)]
pub(crate) struct LitContent<P> {
    pub(crate) content: P,
    size: [usize; 2],
    /// Degree, 0…1, to which each pixel of the reduced copy shows the eyes in its painting.
    eyes: Vec<f32>,
    /// Areas in which the reduced copy of the content is even.
    calm: Calm,
    /// The part that each pixel of the reduced copy belongs to.
    parts: Vec<u8>,
    light: Light,
    /// Shading in two tones of each face's skin; empty if the style shades differently.
    shading: Vec<CelShading>,
}

impl<P: Depth> LitContent<P> {
    /// Lights a content as a style of this surface does, whose reference has these colours; `None` if
    /// the content has no faces or stays as it is. `anatomy` must be of a picture of the content's
    /// size.
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
        let mut lit = opaque.into_owned();
        if light.amount > 0.0 {
            changes.light(&mut lit);
        }
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

    /// Corrects a painting of the content to the degree `weight`, 0…1: its skin, even areas and
    /// eyes as the style has them, and its parts in the given colours. If the content's colours are
    /// kept, skin is shaded in its own tone.
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
        let is_cel = shaded > 0.0 && !self.shading.is_empty();
        if is_cel {
            self.calm.make_calm(&mut painting, self.size, shaded);
            let of_style = colours.and_then(PartColours::skin).or(self.light.skin);
            let skin = match of_style {
                _ if self.light.screen => SkinTone::Ink,
                _ if keep_colours => SkinTone::Content,
                Some(tone) => SkinTone::Style(tone),
                None => SkinTone::Painting,
            };
            cel::shade(&mut painting, &self.shading, self.size, (skin, shaded));
        }
        // Where the style does not light a content, its eyes are the painting's own.
        let mut painting = match self.light.amount {
            0.0 => painting,
            _ => self.with_eyes(painting, weight),
        };
        let (coloured, coloured_by) = if is_cel {
            (COLOURED, shaded)
        } else {
            let brushed = weight * self.light.coloured * BRUSHED_COLOURS;
            (COLOURED_BY_BRUSH, brushed)
        };
        if let Some(colours) = colours.filter(|_| coloured_by > 0.0 && !self.light.screen) {
            let parts = (&self.parts[..], self.size);
            parts::colour_parts(&mut painting, parts, coloured, (colours, coloured_by));
        }
        painting
    }

    /// Puts the content's eyes into a painting to the degree `weight`, 0…1, since networks paint
    /// small eyes as dark holes.
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

/// Mean chroma of a picture's pixels, or of a large enough sample of them.
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

/// Changes of each pixel's tone in a reduced copy, in three numbers that are added, and the factor
/// by which its luma is multiplied before, less 1.
struct Changes {
    size: [usize; 2],
    /// The changes, `[height, width]`; empty if nothing changes.
    values: Vec<[f32; 4]>,
    /// Degree to which each pixel belongs to an eye, times that to which the style lights it, 0…1.
    eyes: Vec<f32>,
    /// Areas in which the content is even.
    calm: Calm,
    /// The part that each pixel belongs to.
    parts: Vec<u8>,
    shading: Vec<CelShading>,
}

impl Changes {
    /// Changes the pixels of a picture of any size.
    fn light<P: Depth>(&self, picture: &mut P) {
        let size = [picture.width() as usize, picture.height() as usize];
        let rows = picture.rgb_mut().par_chunks_exact_mut(size[0] * 3);
        rows.enumerate().for_each(|(y, row)| {
            for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                let [change @ .., slope] = sampled(&self.values, self.size, [x, y], size);
                if change == [0.0; 3] && slope == 0.0 {
                    continue;
                }
                let [luma, red, blue] = tone(pixel.map(P::seen));
                let luma = luma + luma * slope;
                let moved = [luma + change[0], red + change[1], blue + change[2]];
                *pixel = colour(moved).map(P::stored);
            }
        });
    }

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
            if light.amount > 0.0 {
                window.light(light, face.size, &mut changes);
            }
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

/// Place and size of a face.
struct Place {
    centre: [f32; 2],
    /// Mean of the face's width and height, in pixels.
    size: f32,
}

impl Place {
    /// Distance of a point from the face's centre, in the face's size.
    fn distance(&self, x: f32, y: f32) -> f32 {
        (x - self.centre[0]).hypot(y - self.centre[1]) / self.size.max(1.0)
    }
}

#[cfg(test)]
mod tests;
