//! The colours of a painting, part by part.

use utsushi_anatomy::{Anatomy, Part};
use utsushi_imaging::Picture;
use utsushi_weights::NamedTensors;

use crate::faces::skin::{Tone, tone};
use crate::texture::{Guide, strength};

/// The name of the texture of skin in files.
const SKIN_TEXTURE: &str = "skin_texture";
/// Tones that a part has, from its darkest to its lightest.
pub(crate) const STEPS: usize = 16;
/// A part of fewer pixels, or of a smaller share of a picture, tells nothing; eyes and mouths are small.
const FEWEST: [f32; 2] = [0.01, 0.0015];
/// How bright lit skin is among the tones of a face, 0…1: below are shades and lines, above lights.
const SKIN: f32 = 0.65;
/// A tone is the mean of so many steps on either side of it: few pixels make uneven tones.
const SMOOTHING: [f32; 3] = [0.25, 0.5, 0.25];

/// Tones of skin within this, of 2, are alike.
const ALIKE: f32 = 0.05;
/// Drawn skin has more than the first of its 16 tones alike, and is wholly even from the second on: paintings
/// in oil have 1 to 5, cels 8 to 11, prints 9 to 15.
const DRAWN: [f32; 2] = [5.0, 8.0];

/// The tones of one part, which as many pixels have each, from the darkest to the lightest.
pub(crate) type Tones = [Tone; STEPS];

/// The colours of hair, clothes, eyes and so on in a painting: what makes the hair of whatever is painted
/// after it the colour of its hair, where a code for the whole has one palette for everything.
///
/// Networks know where it is dark, and not where hair is. So paintings of figures in styles with smooth
/// areas are given these colours, each part those of the same part, darker ones where it is darker.
#[derive(Clone, Debug, PartialEq)]
pub struct PartColours {
    /// Nothing of parts that the painting does not show.
    parts: [Option<Tones>; Part::COUNT],
    /// How strong the texture of its skin is, of 2 from black to white.
    skin_texture: Option<f32>,
}

impl PartColours {
    /// The colours of the parts of a painting; `None` where it shows no face, or no hair, which is what
    /// tells figures apart, and for parts of a picture of another size.
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
        let visible = |at: usize| {
            let alpha = painting.alpha();
            alpha.is_none_or(|alpha| alpha.at(at) > u16::MAX / 2)
        };
        let mut tones: [Vec<Tone>; Part::COUNT] = Default::default();
        let mut unseen = [0usize; Part::COUNT];
        for (at, (own, &part)) in seen.zip(anatomy.parts.parts()).enumerate() {
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
        let skin_texture = texture_of_skin(painting, anatomy);
        let colours = Self {
            parts,
            skin_texture,
        };
        colours.of_part(Part::Hair).is_some().then_some(colours)
    }

    /// The colours that a file holds, `[16, 3]` under the name of each part; nothing of an empty one.
    /// `None` if there is no such part, or a number is missing, too many or not finite.
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

    /// The tones of its parts as files hold them, `[16, 3]` under the name of each part: luma, and red and
    /// blue above it.
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

    /// How strong the texture of skin is: the mean of its sizes, of 2 from black to white. `None` where there is
    /// too little skin to tell.
    pub(crate) fn skin_texture(&self) -> Option<f32> {
        self.skin_texture
    }

    /// Hair of one tone, and skin of these tones and that texture.
    #[cfg(test)]
    pub(crate) fn with_skin(hair: Tone, skin: Tones, texture: f32) -> Self {
        let mut colours = Self::even(&[(Part::Hair, hair)]);
        colours.parts[Part::Face.index()] = Some(skin);
        colours.skin_texture = Some(texture);
        colours
    }

    /// Parts of one tone each.
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

    /// The chroma of its most colourful part, on the mean.
    pub(crate) fn chroma(&self) -> f32 {
        let means = self.parts.iter().flatten().map(|tones| {
            let chroma = tones.iter().map(|tone| tone[1].hypot(tone[2]));
            chroma.sum::<f32>() / STEPS as f32
        });
        means.fold(0.0, f32::max)
    }

    /// How far skin has one tone, as where it is drawn and not modelled, 0…1.
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

    /// The tone of lit skin.
    pub(crate) fn skin(&self) -> Option<Tone> {
        let tones = self.of_part(Part::Face)?;
        Some(tone_at(tones, SKIN * STEPS as f32))
    }

    /// The mean of several, by weights that are not below 0, tone by tone; of a part that some do not show
    /// the mean of the others.
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

/// How strong the texture of the skin in a painting is.
fn texture_of_skin(painting: &Picture, anatomy: &Anatomy) -> Option<f32> {
    let width = painting.width() as usize;
    let pixels = painting.rgb().as_chunks::<3>().0.iter();
    let luma = pixels.map(|pixel| tone(pixel.map(|byte| f32::from(byte) / 127.5 - 1.0))[0]);
    let luma: Vec<f32> = luma.collect();
    let parts = anatomy.parts.parts().iter();
    let skin = parts.map(|&part| f32::from(u8::from(usize::from(part) == Part::Face.index())));
    let skin: Vec<f32> = skin.collect();
    strength(&Guide::new(&luma, width).texture_of(&luma), &skin, width)
}

/// The tones of pixels: as many of them have each, ordered by luma. `None` of fewer pixels than tones.
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

/// The tone that a luma has among such tones, between the two that are nearest to it in order.
pub(crate) struct Scale {
    /// For each of [`Scale::LUMAS`] the place among the steps.
    places: Vec<f32>,
}

impl Scale {
    const LUMAS: usize = 256;

    /// The places that lumas have among tones.
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

    /// Where a luma is among the steps, 0 to `STEPS` − 1.
    pub(crate) fn place(&self, luma: f32) -> f32 {
        let index = (luma + 1.0) / 2.0 * (Self::LUMAS - 1) as f32;
        self.places[(index.max(0.0) as usize).min(Self::LUMAS - 1)]
    }
}

/// The tone at a place among the steps.
pub(crate) fn tone_at(tones: &Tones, place: f32) -> Tone {
    let first = (place.max(0.0) as usize).min(STEPS - 1);
    let next = (first + 1).min(STEPS - 1);
    let share = (place - first as f32).clamp(0.0, 1.0);
    [0, 1, 2].map(|index| tones[first][index] + share * (tones[next][index] - tones[first][index]))
}

#[cfg(test)]
mod tests;
