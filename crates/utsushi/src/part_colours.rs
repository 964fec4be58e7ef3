//! Part colours: the colours of a painting, part by part.

use utsushi_anatomy::{Anatomy, Part, PartsMap};
use utsushi_imaging::Picture;
use utsushi_weights::NamedTensors;

use crate::faces::skin::{Tone, tone};
use crate::texture::{strength, textures};

/// Name of the texture of skin in files.
const SKIN_TEXTURE: &str = "skin_texture";
/// Number of tones of a part, from its darkest to its lightest.
pub(crate) const STEPS: usize = 16;
/// Smallest share of a picture that a part must have to get colours; the second is for eyes and
/// mouths, which are small.
const FEWEST: [f32; 2] = [0.01, 0.0015];
/// Place of lit skin among the tones of a face in order of brightness, 0…1: below are shades and
/// lines, above highlights.
const SKIN: f32 = 0.65;
/// Weights with which neighbouring tones are averaged: few pixels make uneven tones.
const SMOOTHING: [f32; 3] = [0.25, 0.5, 0.25];

/// Largest difference in luma, −1…1, of tones of skin that count as alike.
const ALIKE: f32 = 0.05;
/// Numbers of skin's 16 tones that are alike between which skin counts as modelled and as drawn:
/// paintings in oil have 1 to 5, cels 8 to 11, prints 9 to 15.
const DRAWN: [f32; 2] = [5.0, 8.0];

/// The tones of one part, from the darkest to the lightest, each of which stands for the same
/// number of pixels.
pub(crate) type Tones = [Tone; STEPS];

/// The colours of hair, clothes, eyes and so on in a painting. They give the hair of a picture that
/// is painted in its style the colour of its hair, whereas a code for the whole painting has one
/// palette for everything.
///
/// Networks know brightness, but not where hair is. So paintings of figures in styles with smooth
/// areas are given these colours: each part those of the same part in the reference, darker ones
/// where it is darker.
#[derive(Clone, Debug, PartialEq)]
pub struct PartColours {
    /// Tones of each part; `None` for parts that the painting does not show.
    parts: [Option<Tones>; Part::COUNT],
    /// Mean size of the texture of its skin, in luma −1…1.
    skin_texture: Option<f32>,
}

impl PartColours {
    /// Measures the colours of the parts of a painting. `None` if it shows no face, or no hair,
    /// which distinguishes figures, or if `anatomy` is of a picture of another size.
    pub fn of(painting: &Picture, anatomy: &Anatomy) -> Option<Self> {
        if anatomy.faces.is_empty() {
            return None;
        }
        let size = [anatomy.parts.width(), anatomy.parts.height()];
        if size != [painting.width(), painting.height()] {
            return None;
        }
        let pixels = painting.rgb().as_chunks::<3>().0.iter();
        let seen = pixels.map(|pixel| tone(pixel.map(|byte| f32::from(byte) / 127.5 - 1.0)));
        let seen: Vec<Tone> = seen.collect();
        let visible = |at: usize| {
            let alpha = painting.alpha();
            alpha.is_none_or(|alpha| alpha.at(at) > u16::MAX / 2)
        };
        let mut tones: [Vec<Tone>; Part::COUNT] = Default::default();
        let mut unseen = [0usize; Part::COUNT];
        for (at, (&own, &part)) in seen.iter().zip(anatomy.parts.parts()).enumerate() {
            if visible(at) {
                tones[usize::from(part)].push(own);
            } else {
                unseen[usize::from(part)] += 1;
            }
        }
        let all = anatomy.parts.parts().len() as f32;
        let mut parts = [None; Part::COUNT];
        for ((part, own), tones) in Part::ALL.iter().zip(&mut parts).zip(tones) {
            let is_small = matches!(part, Part::Eyes | Part::Brows | Part::Mouth);
            // Of a ground that is cut away, what is left are borders of the figure.
            let is_shown = tones.len() > unseen[part.index()];
            if is_shown && tones.len() as f32 > all * FEWEST[usize::from(is_small)] {
                *own = steps(tones);
            }
        }
        let skin_texture = texture_of_skin(&seen, &anatomy.parts);
        let colours = Self {
            parts,
            skin_texture,
        };
        colours.of_part(Part::Hair).is_some().then_some(colours)
    }

    /// Reads the colours from the tensors of a file, `[16, 3]` under the name of each part;
    /// `Some(None)` if there are none. Returns `None` if a name is not that of a part, or a number
    /// is missing, superfluous or not finite.
    pub(crate) fn from_tensors(tensors: &NamedTensors) -> Option<Option<Self>> {
        let mut parts = [None; Part::COUNT];
        let mut skin_texture = None;
        for (name, tensor) in tensors.iter() {
            if name == SKIN_TEXTURE {
                let [value] = tensor.values[..].try_into().ok()?;
                skin_texture = (0.0..=2.0).contains(&value).then_some(value);
                skin_texture?;
                continue;
            }
            let part = Part::ALL.into_iter().find(|part| part.name() == name)?;
            let (tones, rest) = tensor.values.as_chunks::<3>();
            if !rest.is_empty() || !tensor.values.iter().all(|value| value.is_finite()) {
                return None;
            }
            parts[part.index()] = Some(tones.try_into().ok()?);
        }
        Some((!tensors.is_empty()).then_some(Self {
            parts,
            skin_texture,
        }))
    }

    /// Converts the tones to tensors for a file, `[16, 3]` under the name of each part: luma, and
    /// the differences of red and blue from it.
    pub fn to_tensors(&self) -> NamedTensors {
        let mut tensors = NamedTensors::new();
        for (part, tones) in Part::ALL.iter().zip(&self.parts) {
            if let Some(tones) = tones {
                tensors.insert(part.name(), [STEPS, 3], tones.as_flattened().to_vec());
            }
        }
        if let Some(texture) = self.skin_texture {
            tensors.insert(SKIN_TEXTURE, [1], vec![texture]);
        }
        tensors
    }

    /// The mean size of the texture of skin ([`texture`](crate::texture)), in luma −1…1; `None` if
    /// the painting shows too little skin.
    pub(crate) fn skin_texture(&self) -> Option<f32> {
        self.skin_texture
    }

    /// Colours with hair of one tone, and skin of these tones and that texture, for tests.
    #[cfg(test)]
    pub(crate) fn with_skin(hair: Tone, skin: Tones, texture: f32) -> Self {
        let mut colours = Self::even(&[(Part::Hair, hair)]);
        colours.parts[Part::Face.index()] = Some(skin);
        colours.skin_texture = Some(texture);
        colours
    }

    /// Colours with a single tone for each part, for tests.
    #[cfg(test)]
    pub(crate) fn even(tones: &[(Part, Tone)]) -> Self {
        let mut parts = [None; Part::COUNT];
        for (part, tone) in tones {
            parts[part.index()] = Some([*tone; STEPS]);
        }
        Self {
            parts,
            skin_texture: None,
        }
    }

    /// The tones of a part.
    pub(crate) fn of_part(&self, part: Part) -> Option<&Tones> {
        self.parts[part.index()].as_ref()
    }

    /// Mean chroma of the most colourful part.
    pub(crate) fn chroma(&self) -> f32 {
        let means = self.parts.iter().flatten().map(|tones| {
            let chroma = tones.iter().map(|tone| tone[1].hypot(tone[2]));
            chroma.sum::<f32>() / STEPS as f32
        });
        means.fold(0.0, f32::max)
    }

    /// Degree to which skin has a single tone, 0…1: 1 where it is drawn, 0 where it is modelled in
    /// light and shade or not shown.
    pub(crate) fn skin_evenness(&self) -> f32 {
        let Some(tones) = self.of_part(Part::Face) else {
            return 0.0;
        };
        let alike = |one: &Tone| {
            let near = tones.iter().filter(|tone| (tone[0] - one[0]).abs() < ALIKE);
            near.count()
        };
        let most = tones.iter().map(alike).max().unwrap_or(0);
        ((most as f32 - DRAWN[0]) / (DRAWN[1] - DRAWN[0])).clamp(0.0, 1.0)
    }

    /// The tone of lit skin, if the painting shows a face.
    pub(crate) fn skin(&self) -> Option<Tone> {
        let tones = self.of_part(Part::Face)?;
        Some(tone_at(tones, SKIN * STEPS as f32))
    }

    /// Mean of several part colours, tone by tone, with weights of at least 0; a part that some of
    /// them lack is the mean of the others.
    pub(crate) fn blend<'a>(
        colours: impl Iterator<Item = (&'a Self, f32)> + Clone,
    ) -> Option<Self> {
        let part = |index: usize| {
            let own = colours.clone().filter_map(|(colours, weight)| {
                let tones = colours.parts[index].as_ref()?;
                (weight > 0.0).then_some((tones, weight))
            });
            let sum: f32 = own.clone().map(|(_, weight)| weight).sum();
            let mut mean = [[0.0; 3]; STEPS];
            for (tones, weight) in own {
                let pairs = mean.as_flattened_mut().iter_mut().zip(tones.as_flattened());
                pairs.for_each(|(mean, value)| *mean += weight / sum * value);
            }
            (sum > 0.0).then_some(mean)
        };
        let parts: [Option<Tones>; Part::COUNT] = std::array::from_fn(part);
        let textures =
            colours.filter_map(|(colours, weight)| Some((colours.skin_texture?, weight)));
        let sum: f32 = textures.clone().map(|(_, weight)| weight).sum();
        let texture: f32 = textures.map(|(texture, weight)| weight * texture).sum();
        parts.iter().any(Option::is_some).then_some(Self {
            parts,
            skin_texture: (sum > 0.0).then(|| texture / sum),
        })
    }
}

/// Measures the texture of the skin of a painting, whose pixels and parts are given.
fn texture_of_skin(seen: &[Tone], parts: &PartsMap) -> Option<f32> {
    let width = parts.width() as usize;
    let luma: Vec<f32> = seen.iter().map(|tone| tone[0]).collect();
    let parts = parts.parts().iter();
    let skin = parts.map(|&part| f32::from(u8::from(usize::from(part) == Part::Face.index())));
    let [texture] = textures([luma.clone()], &luma, width);
    strength(&texture, &skin.collect::<Vec<f32>>(), width)
}

/// Divides pixels, ordered by luma, into tones that stand for equal numbers of them. `None` if
/// there are fewer pixels than tones.
pub(crate) fn steps(mut tones: Vec<Tone>) -> Option<Tones> {
    let count = tones.len();
    if count < STEPS {
        return None;
    }
    tones.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let means: Tones = std::array::from_fn(|step| {
        let own = &tones[step * count / STEPS..(step + 1) * count / STEPS];
        let mean = |index: usize| {
            let sum: f64 = own.iter().map(|tone| f64::from(tone[index])).sum();
            (sum / own.len() as f64) as f32
        };
        [0, 1, 2].map(mean)
    });
    Some(std::array::from_fn(|step| {
        let near = [step.saturating_sub(1), step, (step + 1).min(STEPS - 1)];
        [0, 1, 2].map(|index| {
            let shares = near.iter().zip(SMOOTHING);
            shares
                .map(|(&step, share)| share * means[step][index])
                .sum()
        })
    }))
}

/// A lookup of the tone for a luma among the tones of a part, interpolated between the two nearest.
pub(crate) struct Scale {
    /// Place among the tones for each of [`Scale::LUMAS`] values of luma.
    places: Vec<f32>,
}

impl Scale {
    const LUMAS: usize = 256;

    /// Computes the lookup for the tones of a part.
    pub(crate) fn of(tones: &Tones) -> Self {
        let place = |index: usize| {
            let luma = index as f32 / (Self::LUMAS - 1) as f32 * 2.0 - 1.0;
            let above = tones.iter().position(|tone| tone[0] > luma);
            match above {
                Some(0) => 0.0,
                None => (STEPS - 1) as f32,
                Some(above) => {
                    let (low, high) = (tones[above - 1][0], tones[above][0]);
                    (above - 1) as f32 + (luma - low) / (high - low).max(1e-4)
                }
            }
        };
        Self {
            places: (0..Self::LUMAS).map(place).collect(),
        }
    }

    /// The place of a luma among the tones, 0 to `STEPS` − 1.
    pub(crate) fn place(&self, luma: f32) -> f32 {
        let index = (luma + 1.0) / 2.0 * (Self::LUMAS - 1) as f32;
        self.places[(index.max(0.0) as usize).min(Self::LUMAS - 1)]
    }
}

/// The tone at a place among the tones, interpolated.
pub(crate) fn tone_at(tones: &Tones, place: f32) -> Tone {
    let first = (place.max(0.0) as usize).min(STEPS - 1);
    let next = (first + 1).min(STEPS - 1);
    let share = (place - first as f32).clamp(0.0, 1.0);
    [0, 1, 2].map(|index| tones[first][index] + share * (tones[next][index] - tones[first][index]))
}

#[cfg(test)]
mod tests;
