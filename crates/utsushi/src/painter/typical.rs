//! Choice of typical paintings of a style, by the colours of their parts.

use utsushi_anatomy::Part;
use utsushi_imaging::Picture;

use super::Painter;
use crate::faces::skin::Tone;
use crate::part_colours::{PartColours, Tones};
use crate::{StyleCode, StyleError};

/// Parts that lie beside each other, and whose colours should differ.
const APART: [Part; 4] = [Part::Hair, Part::Face, Part::Body, Part::Background];
/// Weight of differing parts beside the distance from a typical code, whose mean is 1.
const COLOURFUL: f32 = 6.0;
/// Weight of hair that differs from that of the paintings chosen before, beside the distance from a
/// typical code, whose mean is 1.
const VARIED: f32 = 3.0;

impl Painter {
    /// Replaces the typical codes of a style by codes of `paintings` near them, with the colours of
    /// their parts and the texture of their skin ([`PartColours`]). Paintings are preferred whose
    /// parts differ most in colour, from each other and from those chosen before. A code stays as it
    /// is if no painting of a figure is left for it.
    ///
    /// # Errors
    /// As [`Painter::named_style`].
    pub fn colourful_typical(
        &self,
        name: &str,
        paintings: impl IntoIterator<Item = Picture>,
    ) -> Result<Vec<StyleCode>, StyleError> {
        let typical = &self.target(name)?.1.typical;
        let mut figures = Vec::new();
        for painting in paintings {
            figures.push(self.style_of(&painting)?);
        }
        figures.retain(|code| code.part_colours().is_some());
        let mut chosen: Vec<StyleCode> = Vec::new();
        for code in typical {
            chosen.push(match best(code, &figures, &chosen) {
                Some(best) => figures.swap_remove(best),
                None => code.clone(),
            });
        }
        Ok(chosen)
    }
}

/// Index of the figure that best stands for a typical code, beside those chosen before.
fn best(typical: &StyleCode, figures: &[StyleCode], chosen: &[StyleCode]) -> Option<usize> {
    let distances: Vec<f32> = figures.iter().map(|code| distance(typical, code)).collect();
    let mean = distances.iter().sum::<f32>() / distances.len().max(1) as f32;
    let hair = |code: &StyleCode| middle(code.part_colours()?.of_part(Part::Hair)?);
    let value = |(code, distance): (&StyleCode, &f32)| {
        let colours = code.part_colours().map_or(0.0, variety);
        let others = chosen
            .iter()
            .filter_map(|other| Some(apart(hair(code)?, hair(other)?)));
        // The first has no others.
        let others = others.fold(f32::INFINITY, f32::min).min(1.0);
        COLOURFUL * colours + VARIED * others - distance / mean.max(f32::MIN_POSITIVE)
    };
    let values: Vec<f32> = figures.iter().zip(&distances).map(value).collect();
    (0..values.len()).max_by(|&one, &other| values[one].total_cmp(&values[other]))
}

fn distance(one: &StyleCode, other: &StyleCode) -> f32 {
    let pairs = one.values().iter().zip(other.values());
    pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// Mean difference in colour between parts, over all pairs; pairs with a missing part count as 0.
fn variety(colours: &PartColours) -> f32 {
    let tones = APART.map(|part| colours.of_part(part).and_then(middle));
    let mut sum = 0.0;
    let mut pairs = 0.0;
    for (index, one) in tones.iter().enumerate() {
        for other in &tones[index + 1..] {
            pairs += 1.0;
            if let (Some(one), Some(other)) = (one, other) {
                sum += apart(*one, *other);
            }
        }
    }
    sum / pairs
}

fn middle(tones: &Tones) -> Option<Tone> {
    tones.get(tones.len() / 2).copied()
}

/// Distance between two tones; luma counts half, because shades also differ in it.
fn apart(one: Tone, other: Tone) -> f32 {
    let [luma, red, blue] = [0, 1, 2].map(|index| one[index] - other[index]);
    (0.25 * luma * luma + red * red + blue * blue).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(value: f32, hair: Tone, ground: Tone) -> StyleCode {
        let colours = PartColours::even(&[
            (Part::Hair, hair),
            (Part::Face, [0.6, 0.1, -0.1]),
            (Part::Background, ground),
        ]);
        let code = StyleCode::new(vec![value; 4]).unwrap();
        code.with_part_colours(Some(colours))
    }

    const GREY: Tone = [0.0; 3];
    const RED: Tone = [0.0, 0.5, -0.1];
    const BLUE: Tone = [0.0, -0.1, 0.5];

    #[test]
    fn near_paintings_are_chosen_before_far_ones_and_colourful_before_grey_ones() {
        let typical = StyleCode::new(vec![0.0; 4]).unwrap();
        let alike = [
            code(3.0, GREY, GREY),
            code(0.1, GREY, GREY),
            code(-2.0, GREY, GREY),
        ];
        assert_eq!(best(&typical, &alike, &[]), Some(1));
        let colourful = [code(1.0, GREY, GREY), code(1.1, RED, BLUE)];
        assert_eq!(best(&typical, &colourful, &[]), Some(1));
        assert_eq!(best(&typical, &[], &[]), None);
    }

    #[test]
    fn hair_of_another_colour_is_chosen_next() {
        let typical = StyleCode::new(vec![0.0; 4]).unwrap();
        let figures = [code(1.0, RED, GREY), code(1.0, BLUE, GREY)];
        for (before, next) in [(RED, 1), (BLUE, 0)] {
            assert_eq!(
                best(&typical, &figures, &[code(0.0, before, GREY)]),
                Some(next)
            );
        }
    }

    #[test]
    fn parts_that_are_missing_make_no_variety() {
        let both = variety(code(0.0, RED, BLUE).part_colours().unwrap());
        let one = variety(&PartColours::even(&[(Part::Hair, RED)]));
        assert!(both > 0.2, "{both}");
        assert_eq!(one, 0.0);
    }
}
