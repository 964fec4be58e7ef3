//! Speech bubbles in drawings: paper with letters on it.

use crate::pipeline::{neighbours, pieces};

/// Brightness from which on a pixel is paper, as a share of the paper's.
const PAPER: f32 = 0.88;
/// Range of sizes of a bubble, as shares of the drawing; larger pieces of paper are ground.
const SIZE: [f32; 2] = [0.004, 0.3];
/// Share of a piece of paper within a face from which on the piece is skin.
const FACE: f32 = 0.35;
/// Smallest number of letters, or parts of letters, in a bubble.
const LETTERS: usize = 4;
/// Largest width and height of a letter, as a share of the side of a square with the bubble's area.
const LARGEST: f32 = 0.4;
/// Smallest number of pixels of a letter.
const FEWEST: usize = 3;
/// Smallest median width or height of a bubble's letters, as a share of the drawing's longer side:
/// dots of screentone are smaller.
const LEAST: f32 = 0.012;
/// Share of a bubble's letters whose sizes must be similar to the median.
const ALIKE: f32 = 0.6;
/// Range of the sizes that are similar to a bubble's median letter, as multiples of its size.
const SIZES: [f32; 2] = [0.4, 2.2];
/// Range of the ink of a bubble's letters, as shares of its paper.
const INK: [f32; 2] = [0.02, 0.7];
/// Smallest share of the rectangle around a bubble that the bubble fills: circles fill 0.78.
const FILLED: f32 = 0.5;
/// Largest size of the paper within a letter, as a multiple of its ink.
const WITHIN: usize = 4;

/// Marks the pixels of a drawing that belong to speech bubbles, including the letters. `light` has
/// each pixel's brightness as a share of the paper's, in rows of `width`; `is_face` says whether a
/// pixel is part of a face.
pub(crate) fn speech_bubbles(
    light: &[f32],
    width: usize,
    is_face: impl Fn(usize) -> bool,
) -> Vec<bool> {
    let paper: Vec<bool> = light.iter().map(|&it| it >= PAPER).collect();
    let ink: Vec<bool> = paper.iter().map(|is| !is).collect();
    let (papers, inks) = (pieces(&paper, width), pieces(&ink, width));
    let mut number = vec![0u32; light.len()];
    for (index, piece) in papers.iter().enumerate() {
        piece.iter().for_each(|&at| number[at] = index as u32);
    }
    // Of each piece of paper the pieces of ink that lie on it and nowhere else.
    let mut letters: Vec<Vec<usize>> = vec![Vec::new(); papers.len()];
    let mut within: Vec<Vec<usize>> = vec![Vec::new(); inks.len()];
    for (index, piece) in inks.iter().enumerate() {
        if piece.len() < FEWEST || reaches_border(piece, width, light.len()) {
            continue;
        }
        let beside = piece.iter().flat_map(|&at| {
            let beside = neighbours(at, width, light.len()).into_iter().flatten();
            beside.filter(|&beside| paper[beside])
        });
        let mut beside: Vec<usize> = beside.map(|at| number[at] as usize).collect();
        beside.sort_unstable();
        beside.dedup();
        let size = |of: &usize| papers[*of].len();
        let Some(largest) = beside.iter().copied().max_by_key(size) else {
            continue;
        };
        beside.retain(|&other| other != largest);
        if beside.iter().all(|of| size(of) <= WITHIN * piece.len()) {
            letters[largest].push(index);
            within[index] = beside;
        }
    }
    let mut bubbles = vec![false; light.len()];
    for (piece, letters) in papers.iter().zip(&letters) {
        let share = piece.len() as f32 / light.len() as f32;
        if !(SIZE[0]..=SIZE[1]).contains(&share) || letters.len() < LETTERS {
            continue;
        }
        let side = (piece.len() as f32).sqrt();
        let sides = letters.iter().map(|&index| {
            let [wide, high] = extent(&inks[index], width);
            (index, wide.max(high) as f32)
        });
        let small: Vec<(usize, f32)> = sides.filter(|(_, it)| *it < LARGEST * side).collect();
        if small.len() < LETTERS {
            continue;
        }
        let mut sides: Vec<f32> = small.iter().map(|(_, side)| *side).collect();
        sides.sort_by(f32::total_cmp);
        let middle = sides[sides.len() / 2];
        let longer = width.max(light.len() / width) as f32;
        let alike = sides.iter().map(|side| side / middle);
        let alike = alike
            .filter(|it| (SIZES[0]..=SIZES[1]).contains(it))
            .count();
        let drawn: usize = small.iter().map(|(index, _)| inks[*index].len()).sum();
        let [wide, high] = extent(piece, width);
        let filled = (piece.len() + drawn) as f32 / (wide * high) as f32;
        let in_face = piece.iter().filter(|&&at| is_face(at)).count();
        if (alike as f32) < ALIKE * sides.len() as f32
            || !(INK[0]..=INK[1]).contains(&(drawn as f32 / piece.len() as f32))
            || middle < LEAST * longer
            || filled < FILLED
            || in_face as f32 > FACE * piece.len() as f32
        {
            continue;
        }
        let mut take = |pixels: &[usize]| pixels.iter().for_each(|&at| bubbles[at] = true);
        take(piece);
        for &(index, _) in &small {
            take(&inks[index]);
            within[index].iter().for_each(|&of| take(&papers[of]));
        }
    }
    bubbles
}

fn reaches_border(piece: &[usize], width: usize, pixels: usize) -> bool {
    piece.iter().any(|&at| {
        let column = at % width;
        column == 0 || column + 1 == width || at < width || at + width >= pixels
    })
}

/// Width and height of the bounding rectangle of a piece.
fn extent(piece: &[usize], width: usize) -> [usize; 2] {
    let range = |of: &dyn Fn(usize) -> usize| {
        let values = piece.iter().map(|&at| of(at));
        let [least, most] = [values.clone().min(), values.max()].map(Option::unwrap_or_default);
        most - least + 1
    };
    [range(&|at| at % width), range(&|at| at / width)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 200;

    /// A test page of grey with a circle of paper on it, and in it six letters, or the part of them
    /// for which `drawn` holds.
    fn page(drawn: impl Fn(usize, usize) -> bool) -> Vec<f32> {
        let pixel = |at: usize| {
            let (x, y) = (at % WIDTH, at / WIDTH);
            let away = [(x, 60.0), (y, 50.0)].map(|(at, middle)| (at as f32 - middle) / 35.0);
            let in_letter = (40..80).contains(&x) && (36..62).contains(&y) && {
                let (column, row) = ((x - 40) % 14, (y - 36) % 13);
                // A frame, as 口 is.
                let frame = column < 8 && row < 8;
                let hollow = (2..6).contains(&column) && (2..6).contains(&row);
                frame && !hollow
            };
            match away[0].hypot(away[1]) < 1.0 {
                true if in_letter && drawn(x, y) => 0.1,
                true => 1.0,
                false => 0.5,
            }
        };
        (0..WIDTH * 120).map(pixel).collect()
    }

    #[test]
    fn paper_with_letters_is_a_bubble_and_a_face_is_none() {
        let bubbles = speech_bubbles(&page(|_, _| true), WIDTH, |_| false);
        // Its paper, a letter, and the paper in that.
        for at in [[60, 25], [41, 40], [43, 40]] {
            assert!(bubbles[at[1] * WIDTH + at[0]], "{at:?}");
        }
        assert!(!bubbles[150] && !bubbles[100 * WIDTH + 100]);
        let none = |bubbles: Vec<bool>| bubbles.iter().all(|is| !is);
        assert!(none(speech_bubbles(&page(|_, _| true), WIDTH, |_| true)));
        // Two letters may be anything, and paper without any is paper.
        assert!(none(speech_bubbles(&page(|x, _| x < 54), WIDTH, |_| false)));
        assert!(none(speech_bubbles(&page(|_, _| false), WIDTH, |_| false)));
        // Screentone.
        let dotted = page(|x, y| (x - 40) % 14 < 2 && (y - 36) % 13 < 2);
        assert!(none(speech_bubbles(&dotted, WIDTH, |_| false)));
        assert!(none(speech_bubbles(&[1.0; 40], 8, |_| false)));
        assert!(none(speech_bubbles(&[0.0; 3], 1, |_| false)));
    }
}
