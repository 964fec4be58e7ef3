//! Long hair: hair that hangs down over the shoulders.
//!
//! The network for parts was taught that a figure is body from its shoulders on, so that long hair
//! would change its colour there. So body pixels that are connected to hair and look like it become
//! hair, too.

use std::collections::VecDeque;

use utsushi_anatomy::Part;

use super::values::{blurred, neighbours};
use crate::faces::skin::Tone;

/// Radius around a pixel of hair within which the hair's tone is averaged, in the face's size.
const AROUND: f32 = 0.12;
/// Difference in tone from the hair above up to which a pixel is hair.
const ALIKE: f32 = 0.22;
/// Difference between neighbours up to which they are connected: strands are, outlines are not.
const STEP: f32 = 0.3;
/// Weight of a difference in chroma, relative to one in luma.
const CHROMA: f32 = 2.5;
/// Share of the body that looks like hair beyond which nothing is changed: clothes then have the
/// hair's colour, and cannot be told from it.
const MOST: f32 = 0.5;
/// Width in pixels up to which strands and gaps are smoothed away.
const SMOOTHING: f32 = 1.5;

/// Turns body pixels that are hanging hair into hair. `tones` and `parts` are those of a copy of
/// that width, whose largest face has the size `face`.
pub(super) fn lengthen(tones: &[Tone], parts: &mut [u8], width: usize, face: f32) {
    let [hair, body] = [Part::Hair, Part::Body].map(|part| part.index() as u8);
    let inside: Vec<f32> = parts
        .iter()
        .map(|&part| f32::from(u8::from(part == hair)))
        .collect();
    let begins = |at: usize| {
        let beside = neighbours(at, width, parts.len()).into_iter().flatten();
        parts[at] == hair && beside.into_iter().any(|beside| parts[beside] == body)
    };
    let mut next: VecDeque<usize> = (0..parts.len()).filter(|&at| begins(at)).collect();
    if next.is_empty() {
        return;
    }
    let sigma = AROUND * face;
    let around = blurred(&inside, width, sigma);
    let means = [0, 1, 2].map(|index| {
        let products = tones.iter().zip(&inside);
        let products: Vec<f32> = products.map(|(tone, share)| tone[index] * share).collect();
        blurred(&products, width, sigma)
    });
    // The tone of the hair that each pixel hangs down from.
    let mut from: Vec<Option<Tone>> = vec![None; parts.len()];
    for &at in &next {
        from[at] = Some([0, 1, 2].map(|index| means[index][at] / around[at].max(1e-4)));
    }
    let mut count = 0;
    while let Some(at) = next.pop_front() {
        let Some(own) = from[at] else { continue };
        for beside in neighbours(at, width, parts.len()).into_iter().flatten() {
            let is_hair = parts[beside] == body
                && from[beside].is_none()
                && difference(tones[beside], own) < ALIKE
                && difference(tones[beside], tones[at]) < STEP;
            if is_hair {
                from[beside] = Some(own);
                count += 1;
                next.push_back(beside);
            }
        }
    }
    let all = parts.iter().filter(|&&part| part == body).count();
    if count as f32 > MOST * all as f32 {
        return;
    }
    let found = |at: usize| parts[at] == hair || from[at].is_some();
    let found: Vec<f32> = (0..parts.len())
        .map(|at| f32::from(u8::from(found(at))))
        .collect();
    let found = blurred(&found, width, SMOOTHING);
    for (part, share) in parts.iter_mut().zip(found) {
        if *part == body && share > 0.5 {
            *part = hair;
        }
    }
}

fn difference(one: Tone, other: Tone) -> f32 {
    let apart = [0, 1, 2].map(|index| one[index] - other[index]);
    apart[0].hypot(CHROMA * apart[1].hypot(apart[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 60;

    /// A test figure of hair above the middle and body below. A strand of hair, 12 columns wide and
    /// of the tone `lower`, hangs down in front of clothes of the tone `clothes`.
    fn figure(lower: Tone, clothes: Tone) -> (Vec<Tone>, Vec<u8>) {
        let at = |at: usize| {
            let (x, y) = (at % SIZE, at / SIZE);
            match (y < 30, (20..32).contains(&x)) {
                (true, _) => (HAIR, Part::Hair.index() as u8),
                (false, true) => (lower, Part::Body.index() as u8),
                (false, false) => (clothes, Part::Body.index() as u8),
            }
        };
        (0..SIZE * SIZE).map(at).unzip()
    }

    const HAIR: Tone = [-0.5, 0.1, -0.1];
    const WHITE: Tone = [0.8, 0.0, 0.0];

    fn lengthened(lower: Tone, clothes: Tone) -> [bool; 2] {
        let (tones, mut parts) = figure(lower, clothes);
        lengthen(&tones, &mut parts, SIZE, 20.0);
        [[26, 50], [50, 50]].map(|[x, y]| usize::from(parts[y * SIZE + x]) == Part::Hair.index())
    }

    #[test]
    fn hair_goes_on_over_the_shoulders_and_clothes_do_not_begin() {
        assert_eq!(lengthened(HAIR, WHITE), [true, false]);
        let darker = [-0.62, 0.1, -0.1];
        assert_eq!(lengthened(darker, WHITE), [true, false]);
        // A red scarf, and clothes that nothing tells from hair.
        assert_eq!(lengthened([-0.3, 0.4, -0.2], WHITE), [false, false]);
        assert_eq!(lengthened(HAIR, HAIR), [false, false]);
    }

    #[test]
    fn a_figure_without_hair_or_body_stays_as_it_is() {
        for part in [Part::Hair, Part::Body, Part::Background] {
            let mut parts = vec![part.index() as u8; 100];
            lengthen(&[HAIR; 100], &mut parts, 10, 5.0);
            assert!(parts.iter().all(|&own| usize::from(own) == part.index()));
        }
    }
}
