//! Windows: the surroundings of a face, and their changes in the light of a style.

use utsushi_anatomy::Part;

use super::values::{at_share, blurred, pieces, skin_tone};
use super::{Changes, Light, Place};
use crate::faces::skin::Tone;

/// Distance from the centre of a face up to which its skin reaches, in the face's size.
pub(super) const AROUND: f32 = 1.6;
/// Size, in the face's size, above which shades are weakened.
const SHADE: f32 = 0.12;
/// Share of large shades that stays, of luma and of chroma.
const KEPT: f32 = 0.4;
/// Shares of small detail that stay: of luma, and of chroma.
const SMALL_KEPT: [f32; 2] = [0.8, 0.5];
/// Largest factor by which light strengthens small detail.
const LONGEST_EXPOSURE: f32 = 2.0;
/// Factor by which brows and mouths differ more from the skin around them, beyond the effect of
/// light.
const FEATURES: f32 = 1.15;
/// Width of the soft edge of skin and features, in the face's size.
const EDGE: f32 = 0.015;
/// Distance from the skin up to which features are changed as the skin is, in the face's size.
const NEAR: f32 = 0.06;
/// Luma of skin if a style does not give it, −1…1.
const BRIGHT: f32 = 0.7;
/// Luma that an eye's darkest and brightest pixels get.
const EYES: [f32; 2] = [-0.75, 0.85];
/// Quantiles of an eye's pixels, in order of brightness, that count as its darkest and brightest.
const EYE_SHARES: [f32; 2] = [0.03, 0.97];
/// Smallest numbers of pixels of skin and of an eye in the copy, below which neither is changed.
const FEWEST: [usize; 2] = [40, 6];

/// The surroundings of a face in the copy.
pub(super) struct Window {
    /// Left, top, width and height of the surroundings in pixels.
    pub(super) place: [usize; 4],
    pub(super) tones: Vec<Tone>,
    /// Mask of the face's skin, 0…1.
    pub(super) skin: Vec<f32>,
    /// Mask of the eyes, brows and mouth, 0…1.
    pub(super) features: Vec<f32>,
    eyes: Vec<bool>,
    /// Mask of the mouth, 0…1.
    pub(super) mouth: Vec<f32>,
}

impl Window {
    /// Makes the window around a face; `None` if there is no skin.
    pub(super) fn around(
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
            mouth: Vec::new(),
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
                window.mouth.push(whether(part == Some(Part::Mouth)));
            }
        }
        let count = window.skin.iter().filter(|&&share| share > 0.0).count();
        (count >= FEWEST[0]).then_some(window)
    }

    /// Adds to `changes` those by the light of a style.
    pub(super) fn light(&self, light: Light, face: f32, changes: &mut Changes) {
        let width = self.place[2];
        let blurred = |values: &[f32], sigma: f32| blurred(values, width, sigma * face);
        let skin = self.skin_tone();
        let weights = blurred(&self.skin, SHADE);
        // Never darker than it is: networks take grey on white paper for cloth.
        let bright = light.skin.map_or(BRIGHT, |skin| skin[0]).max(skin[0]);
        let target = [bright, skin[1], skin[2]];
        // As a longer exposure would: what is small becomes stronger along with the light.
        let exposure = exposure(skin[0], target[0]);
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

    pub(super) fn skin_tone(&self) -> Tone {
        let skin = self.tones.iter().zip(&self.skin);
        let skin = skin.filter(|(_, share)| **share > 0.0);
        skin_tone(skin.map(|(tone, _)| *tone))
    }

    /// Stretches the luma of each eye to the full range. Adds to `wanted`, and returns the factors
    /// of luma.
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

/// Factor by which small detail becomes stronger when skin of the luma `own` is lit to `lit`.
pub(super) fn exposure(own: f32, lit: f32) -> f32 {
    ((1.0 + lit) / (1.0 + own).max(0.1)).clamp(1.0, LONGEST_EXPOSURE)
}
