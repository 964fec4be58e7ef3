//! Part colouring: the parts of a painting in the colours that the same parts have in its
//! reference.

use rayon::prelude::*;
use utsushi_anatomy::Part;
use utsushi_imaging::Filter;

use super::values::{blurred, sampled, share, tones};
use crate::faces::skin::{Tone, colour, tone};
use crate::part_colours::{PartColours, Scale, Tones, steps, tone_at};
use crate::pipeline::Depth;

/// Width of the soft edge between parts, in pixels of the copy.
const EDGE: f32 = 1.5;
/// Bounds of luma, −1…1: below the first a pixel is part of a line and keeps its colour; from the
/// second on it gets the part's colour.
const DARK: [f32; 2] = [-0.95, -0.6];

/// Gives the parts of a painting the colours of `wanted`, to the degree `weight`, 0…1: brightness
/// stays, and chroma becomes that of equally bright pixels (relative to the part's others) of the
/// same part. `parts` are those of a copy of that size; those of them that are `coloured` change.
pub(super) fn colour_parts<const COUNT: usize, P: Depth>(
    painting: &mut P,
    (parts, size): (&[u8], [usize; 2]),
    coloured: [Part; COUNT],
    (wanted, weight): (&PartColours, f32),
) {
    let full = [painting.width() as usize, painting.height() as usize];
    let small = painting.resized(size[0] as u32, size[1] as u32, Filter::Box);
    let tones = tones(&small);
    // Parts do not fade at the border.
    let whole = blurred(&vec![1.0; tones.len()], size[0], EDGE);
    let mut changes: [Option<Change>; COUNT] = std::array::from_fn(|_| None);
    let mut shares = vec![[0.0f32; COUNT]; tones.len()];
    for (index, part) in coloured.into_iter().enumerate() {
        let is_own = |own: &u8| usize::from(*own) == part.index();
        let pairs = tones.iter().zip(parts).filter(|(_, own)| is_own(own));
        let own = steps(pairs.map(|(tone, _)| *tone).collect());
        let (Some(own), Some(wanted)) = (own, wanted.of_part(part)) else {
            continue;
        };
        changes[index] = Some(Change::of(&own, wanted));
        let inside: Vec<f32> = parts
            .iter()
            .map(|own| if is_own(own) { 1.0 } else { 0.0 })
            .collect();
        let inside = blurred(&inside, size[0], EDGE);
        for ((shares, share), whole) in shares.iter_mut().zip(inside).zip(&whole) {
            shares[index] = share / whole;
        }
    }
    let rows = painting.rgb_mut().par_chunks_exact_mut(full[0] * 3);
    rows.enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let shares: [f32; COUNT] = sampled(&shares, size, [x, y], full);
            let [luma, red, blue] = tone(pixel.map(P::seen));
            let mut moved = [0.0f32; 2];
            for (inside, change) in shares.iter().zip(&changes) {
                if let Some(change) = change.as_ref().filter(|_| *inside > 0.0) {
                    let [_, red, blue] = change.at(luma);
                    moved[0] += inside * red;
                    moved[1] += inside * blue;
                }
            }
            if moved == [0.0; 2] {
                continue;
            }
            let weight = weight * share(luma, DARK);
            let tone = [luma, red + weight * moved[0], blue + weight * moved[1]];
            *pixel = colour(tone).map(P::stored);
        }
    });
}

/// Changes of a part's tones, by the pixel's luma.
struct Change {
    scale: Scale,
    /// Number added to each tone's chroma; its luma is not changed.
    added: Tones,
}

impl Change {
    fn of(own: &Tones, wanted: &Tones) -> Self {
        let added = |step: usize| {
            let [_, red, blue] = [0, 1, 2].map(|index| wanted[step][index] - own[step][index]);
            [0.0, red, blue]
        };
        Self {
            scale: Scale::of(own),
            added: std::array::from_fn(added),
        }
    }

    fn at(&self, luma: f32) -> Tone {
        tone_at(&self.added, self.scale.place(luma))
    }
}
