//! Cel shading: skin in two tones, light and shade.
//!
//! Networks know brightness and not faces: on skin, which is even in drawings, they draw lines that
//! fit the shade of a content: strands of hair, cracks and beards. So in styles with smooth areas
//! skin is painted anew: in the style's tone, darker where the content is in the shade, with a
//! sharp edge in between; of the painting's lines, only those are kept that lie where the content
//! has an edge, too.

use rayon::prelude::*;
use utsushi_imaging::Filter;

use super::values::{self, LIT, at_share, blurred, largest_around, sampled, share, tones};
use super::window::{Window, exposure};
use crate::faces::skin::{Tone, colour, tone};
use crate::pipeline::Depth;

/// Size, in the face's size, below which a dark spot is not a shade.
const SHADE: f32 = 0.03;
/// Bounds of the difference in luma from lit skin, of 2: up to the first a pixel is lit, from the
/// second on it is in the shade.
const DARKER: [f32; 2] = [0.22, 0.28];
/// Difference between light and shade, as a share of the luma above black.
const DEPTH: f32 = 0.13;
/// Chroma of the shade: the factor of the light's chroma, and the numbers added to it, since shade
/// is a little redder.
const WARMTH: [f32; 3] = [1.3, 0.05, -0.03];
/// Bounds of a content's edges, as the change in luma, on a scale from −1 to 1, within a fiftieth
/// of the face: below the first there is none, from the second on it is sharp.
const EDGES: [f32; 2] = [0.085, 0.17];
/// Resolution at which edges of the content are looked for, in the face's size.
const EXACTLY: f32 = 0.006;
/// Largest distance of a painted line from the content's edge, in the face's size.
const BESIDE: f32 = 0.01;
/// Radius, in the face's size, within which a line is darker than everything else.
const AROUND_LINES: f32 = 0.03;
/// Difference in luma from the surroundings, on a scale from −1 to 1, from which on a pixel is the
/// ink of a line.
const INK: f32 = 0.5;
/// Difference in luma from the skin, on a scale from −1 to 1, beyond which the content's lines, a
/// nose or a wrinkle, are drawn, too.
const FAINT: f32 = 0.08;
/// Factor by which a faint line of the content is drawn stronger than its difference beyond
/// [`FAINT`].
const DRAWN: f32 = 1.3;
/// Limit of how much darker than the skin a painted line may be, as shares of the luma above black:
/// the first number plus the second times the content's darkness there. Networks put black cracks
/// beside noses, where photographs have a soft shadow.
const DARKEST: [f32; 2] = [0.06, 1.3];
/// Largest difference in chroma between a line and the skin: there are no red lines.
const HUE: f32 = 0.15;
/// Bounds of the distance of a mouth's pixel from the skin's tone: up to the first it is skin, from
/// the second on lips or teeth.
const APART: [f32; 2] = [0.1, 0.3];
/// Width of the soft edge of the skin, in the face's size.
const EDGE: f32 = 0.012;
/// Bounds of the share of skin around a pixel: up to the first the pixel is not skin, so that
/// outlines stay; from the second on it is entirely.
const INSIDE: [f32; 2] = [0.6, 0.95];
/// Distance to which eyes, brows and mouth push skin back, in the face's size.
const BEFORE_FEATURES: f32 = 0.015;
/// Strength with which eyes, brows and mouth push skin back.
const STRONGLY: f32 = 3.0;

/// The cel shading of the skin around one face.
#[derive(Clone, Debug)]
pub(super) struct CelShading {
    /// Left, top, width and height of the surroundings in the copy, in pixels.
    place: [usize; 4],
    values: Vec<Skin>,
    /// The tone of lit skin in the content.
    lit: Tone,
    /// Distance around a pixel within which lines are looked for, in pixels.
    reach: usize,
}

/// A pixel of the copy with respect to skin.
#[derive(Clone, Copy, Debug)]
struct Skin {
    /// Degree to which the pixel is skin or mouth, 0…1.
    share: f32,
    /// Degree to which the pixel is in the shade, 0…1.
    dark: f32,
    /// Strength of the content's edge at the pixel, 0…1.
    edge: f32,
    /// Amount by which a line of the content darkens the pixel.
    line: f32,
    /// Largest amount by which lines may darken the pixel, as a share of the luma above black, 0…1.
    darkest: f32,
    /// Degree to which the pixel is the mouth, 0…1.
    mouth: f32,
    /// Tone of the pixel in the content.
    own: Tone,
}

impl CelShading {
    pub(super) fn of(window: &Window, face: f32) -> Self {
        let width = window.place[2];
        let blurred = |values: &[f32], sigma: f32| blurred(values, width, sigma * face);
        let luma: Vec<f32> = window.tones.iter().map(|tone| tone[0]).collect();
        let reach = (AROUND_LINES * face).round().max(2.0) as usize;
        // Lines make no shade, however dense they are.
        let ground = without_lines(&luma, width, reach);
        let products = ground.iter().zip(&window.skin);
        let on_skin: Vec<f32> = products.map(|(luma, skin)| luma * skin).collect();
        let (large, weights) = (blurred(&on_skin, SHADE), blurred(&window.skin, SHADE));
        let skin = ground.iter().zip(&window.skin);
        let skin = skin
            .filter(|(_, share)| **share > 0.0)
            .map(|(luma, _)| *luma);
        let unlined = at_share(&mut skin.collect::<Vec<f32>>(), LIT);
        let lit = window.skin_tone();
        let edges = edges(&blurred(&luma, EXACTLY), width, face);
        let beside = (BESIDE * face).round().max(1.0) as usize;
        let edges = largest_around(&edges, width, beside);
        let sharp: Vec<f32> = edges.iter().map(|&edge| smoothstep(edge, EDGES)).collect();
        let sharp = blurred(&sharp, BESIDE);
        // Than what lies around a line, or on the light side of an edge.
        let light = largest_around(&luma, width, beside);
        let light = light
            .iter()
            .zip(&ground)
            .map(|(one, other)| one.max(*other));
        let darker = light.zip(&luma);
        let darker = darker.map(|(light, luma)| (light - luma) / (1.0 + light).max(0.05));
        let darker = largest_around(&darker.collect::<Vec<f32>>(), width, beside);
        let whole = blurred(&vec![1.0; luma.len()], EDGE);
        let skin_or_mouth: Vec<f32> = window
            .skin
            .iter()
            .zip(&window.mouth)
            .map(|(skin, mouth)| skin + mouth)
            .collect();
        let skin = blurred(&skin_or_mouth, EDGE);
        let mouth = blurred(&window.mouth, EDGE);
        let others: Vec<f32> = window
            .features
            .iter()
            .zip(&window.mouth)
            .map(|(feature, mouth)| feature - mouth)
            .collect();
        let others = blurred(&others, BEFORE_FEATURES);
        let value = |at: usize| {
            let inside = share(skin[at] / whole[at].max(1e-4), INSIDE);
            let mouth = (mouth[at] / whole[at].max(1e-4)).min(1.0);
            let shade = smoothstep(unlined - large[at] / weights[at].max(1e-4), DARKER);
            let line = DRAWN * (ground[at] - luma[at] - FAINT).max(0.0);
            Skin {
                share: inside * (1.0 - STRONGLY * others[at]).max(0.0),
                dark: shade * (1.0 - mouth),
                edge: sharp[at].min(1.0) * (1.0 - mouth),
                line,
                darkest: (DARKEST[0] + DARKEST[1] * darker[at]).min(1.0),
                mouth,
                own: window.tones[at],
            }
        };
        Self {
            place: window.place,
            values: (0..luma.len()).map(value).collect(),
            lit,
            reach,
        }
    }

    /// The tone that a pixel gets for these tones of light and shade.
    fn tone(&self, skin: &Skin, light: Tone, shade: Tone) -> Tone {
        let Skin {
            dark, mouth, own, ..
        } = *skin;
        let mut tone = [0, 1, 2].map(|index| light[index] + dark * (shade[index] - light[index]));
        tone[0] -= skin.line;
        // The mouth differs from the skin as it does in the content, in the brighter light; and has
        // its own colour where it is no skin.
        let exposure = exposure(self.lit[0], light[0]);
        let apart = [0, 1, 2].map(|index| own[index] - self.lit[index]);
        let coloured = smoothstep(apart[0].hypot(apart[1]).hypot(apart[2]), APART);
        let lips = [
            light[0] + exposure * apart[0],
            light[1] + coloured * (own[1] - light[1]),
            light[2] + coloured * (own[2] - light[2]),
        ];
        [0, 1, 2].map(|index| tone[index] + mouth * (lips[index] - tone[index]))
    }
}

/// Strength of edges: the largest change of a value within a fiftieth of a face.
fn edges(values: &[f32], width: usize, face: f32) -> Vec<f32> {
    let height = values.len() / width.max(1);
    let slope = |before: usize, after: usize, steps: usize| {
        (values[after] - values[before]) / steps.max(1) as f32
    };
    let edge = |at: usize| {
        let (x, y) = (at % width, at / width);
        let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
        let (above, below) = (y.saturating_sub(1), (y + 1).min(height - 1));
        let across = slope(y * width + left, y * width + right, right - left);
        let down = slope(above * width + x, below * width + x, below - above);
        across.hypot(down) * face / 50.0
    };
    (0..values.len()).map(edge).collect()
}

fn smoothstep(value: f32, range: [f32; 2]) -> f32 {
    let share = share(value, range);
    share * share * (3.0 - 2.0 * share)
}

/// Removes everything darker than all its surroundings: the closing of mathematical morphology.
fn without_lines(values: &[f32], width: usize, reach: usize) -> Vec<f32> {
    let negative = |values: Vec<f32>| values.into_iter().map(|it| -it).collect::<Vec<f32>>();
    let largest = largest_around(values, width, reach);
    negative(largest_around(&negative(largest), width, reach))
}

/// The source of the tone that lit skin gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SkinTone {
    /// The style's tone.
    Style(Tone),
    /// The tone that skin has in the painting.
    Painting,
    /// The tone that skin has in the painting, in ink: shade and lips are darker and have no colour
    /// of their own.
    Ink,
    /// The tone that skin has in the content.
    Content,
}

/// Shades the skin in a painting. `shading` is of the content's copy, which has that size; skin is
/// painted anew to the degree `weight`, 0…1.
pub(super) fn shade<P: Depth>(
    painting: &mut P,
    shading: &[CelShading],
    size: [usize; 2],
    (skin_tone, weight): (SkinTone, f32),
) {
    let full = [painting.width() as usize, painting.height() as usize];
    let small = painting.resized(size[0] as u32, size[1] as u32, Filter::Box);
    let tones = tones(&small);
    // Of each pixel how much it is skin, how much there is an edge, how light its surroundings are
    // without lines, by how much lines may darken it, the luma of its skin without lines, and its
    // tone.
    let mut skins = vec![[0.0f32; 8]; tones.len()];
    for face in shading {
        let [left, top, width, _] = face.place;
        let at = |index: usize| (top + index / width) * size[0] + left + index % width;
        let light = match skin_tone {
            SkinTone::Style(tone) => tone,
            SkinTone::Painting | SkinTone::Ink => {
                let skin = (0..face.values.len()).filter(|&index| face.values[index].share > 0.5);
                values::skin_tone(skin.map(|index| tones[at(index)]))
            }
            SkinTone::Content => face.lit,
        };
        let shade = [
            light[0] - DEPTH * (1.0 + light[0]),
            WARMTH[0] * light[1] + WARMTH[1],
            light[2] + WARMTH[2],
        ];
        let indices = 0..face.values.len();
        let lumas: Vec<f32> = indices.map(|index| tones[at(index)][0]).collect();
        let ground = without_lines(&lumas, width, face.reach);
        for (index, &own) in face.values.iter().enumerate() {
            let skin = &mut skins[at(index)];
            // Windows of neighbours overlap: a pixel is skin of one face at most.
            if own.share > skin[0] || skin[0] == 0.0 {
                let [luma, red, blue] = match (face.tone(&own, light, shade), skin_tone) {
                    ([luma, ..], SkinTone::Ink) => [luma, light[1], light[2]],
                    (tone, _) => tone,
                };
                *skin = [
                    own.share,
                    own.edge,
                    ground[index],
                    own.darkest,
                    luma + (1.0 - own.mouth) * own.line,
                    luma,
                    red,
                    blue,
                ];
            }
        }
    }
    let rows = painting.rgb_mut().par_chunks_exact_mut(full[0] * 3);
    rows.enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let [skin, edge, ground, darkest, base, wanted @ ..] =
                sampled(&skins, size, [x, y], full);
            if skin == 0.0 {
                continue;
            }
            let own = tone(pixel.map(P::seen));
            let line = ((ground - own[0]).max(0.0) * edge / INK).min(1.0);
            let share = weight * skin * (1.0 - line);
            let mut mixed =
                [0, 1, 2].map(|index| own[index] + share * (wanted[index] - own[index]));
            // The skin around a line, as far as it is painted anew.
            let [base, drawn] = [base, wanted[0]].map(|luma| ground + weight * (luma - ground));
            let darkest = (base - darkest * (1.0 + base)).min(drawn);
            mixed[0] += skin * (darkest - mixed[0]).max(0.0);
            let apart = [0, 1, 2].map(|index| mixed[index] - wanted[index]);
            let kept = (HUE / apart[1].hypot(apart[2]).max(1e-4)).min(1.0);
            let kept = 1.0 - weight * skin * (1.0 - kept);
            let tone = [
                mixed[0],
                wanted[1] + kept * apart[1],
                wanted[2] + kept * apart[2],
            ];
            *pixel = colour(tone).map(P::stored);
        }
    });
}
