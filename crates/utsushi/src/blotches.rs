//! Blotches: telling whether a style has spoilt even parts of a picture.

use utsushi_imaging::{Picture, fit_within, lightness, luma, resize};

use crate::mask::grow;
use crate::pipeline::Depth;

/// Longest side in pixels at which content and painting are compared; faces then have the size that
/// the models know.
const SIDE: u32 = 256;

/// Distance in pixels of the reduced picture up to which the content must be even around a pixel:
/// nearer to a line, the pixel belongs to the line.
const REACH: usize = 9;

/// Largest variation, in levels of 255, of an even part of the content.
const EVEN: f32 = 12.0;

/// Smallest share of the content that must be even for a judgement: line art and drawings before a
/// plain ground have it, photographs and paintings do not.
const LEAST_PART: f64 = 0.2;

/// Smaller of the two radii of box filters between which blotches are looked for, [`FINE`] and
/// [`COARSE`]: grain and hatching are finer, light that fades is coarser.
const FINE: usize = 1;
const COARSE: usize = 8;

/// Strength of blotches, in levels of 255, from which on they look like dirt. Line art in styles
/// that fit it has 3 to 7, in others 9 to 16.
const DIRT: f64 = 8.0;

/// Distance from black or white, in levels, up to which a pixel is ink or paper.
const INK: f32 = 32.0;

/// Share of ink and paper from which on a painting counts as drawn in ink: hatching, screentone and
/// black areas are then part of the style. Paintings in ink have 0.7 and more, others 0.1 at most.
const DRAWN: f64 = 0.4;

/// Difference between its channels, in levels, from which on a pixel is coloured.
const COLOURED: f32 = 32.0;

/// Smallest share of paper in line art.
const PAPER: f64 = 0.5;
/// Smallest share of paper and ink together in line art.
const TWO_TONES: f64 = 0.75;
/// Largest share of coloured pixels in line art.
const FEW: f64 = 0.05;

/// Smallest share of paper in a page drawn in ink. Five of six pages of manga pass this and the
/// other two bounds of a page, and one of twelve photographs in black and white.
const PAGE_PAPER: f64 = 0.3;
/// Smallest share of paper and ink together in a page drawn in ink.
const PAGE_TONES: f64 = 0.5;
/// Smallest share of ink in a page drawn in ink.
const PAGE_INK: f64 = 0.02;

/// Whether a style does not suit a picture: large parts of the picture are even, as the paper of
/// line art is, and blotched in its painting, and the painting is not drawn in ink itself.
pub fn blotched(content: &Picture, painted: &Picture) -> bool {
    let even = even_parts(content);
    let count = even.iter().filter(|even| **even).count() as f64;
    if count < LEAST_PART * even.len() as f64 {
        return false;
    }
    let (width, height) = reduced(content);
    let new = lightness(&resize(&Depth::opaque(painted), width, height));
    let (width, height) = (width as usize, height as usize);
    let is_ink = |light: &&f32| **light < INK || **light > 255.0 - INK;
    if new.iter().filter(is_ink).count() as f64 >= DRAWN * new.len() as f64 {
        return false;
    }
    let bands = means(&new, width, height, FINE);
    let bands = bands.iter().zip(means(&new, width, height, COARSE));
    let squares = even.iter().zip(bands).filter(|(even, _)| **even);
    let squares = squares.map(|(_, (fine, coarse))| (fine - coarse).powi(2));
    (squares.sum::<f64>() / count).sqrt() >= DIRT
}

/// Whether large parts of a picture are even, as in drawings before a plain ground.
pub(crate) fn is_even(content: &Picture) -> bool {
    let even = even_parts(content);
    let count = even.iter().filter(|even| **even).count() as f64;
    count >= LEAST_PART * even.len() as f64
}

/// Whether a picture is drawn in lines of ink on paper: most of it is white, and almost nothing is
/// coloured or grey.
pub(crate) fn is_line_art(picture: &Picture) -> bool {
    let tones = Tones::of(picture);
    tones.paper >= PAPER
        && tones.paper + tones.ink >= TWO_TONES
        && tones.ink > 0.0
        && tones.coloured < FEW
}

/// Shares of a picture that are white, black and coloured.
struct Tones {
    paper: f64,
    ink: f64,
    coloured: f64,
}

impl Tones {
    fn of(picture: &Picture) -> Self {
        let (width, height) = reduced(picture);
        let small = resize(picture, width, height);
        let alpha = small.alpha();
        let [mut paper, mut ink, mut coloured] = [0usize; 3];
        for (at, &colour) in small.rgb().as_chunks::<3>().0.iter().enumerate() {
            // Whatever is transparent is paper.
            let opacity = alpha.map_or(1.0, |alpha| f32::from(alpha.at(at)) / 65535.0);
            let colour = colour.map(|byte| 255.0 + (f32::from(byte) - 255.0) * opacity);
            let chroma = colour.iter().fold(0.0f32, |most, value| most.max(*value))
                - colour
                    .iter()
                    .fold(255.0f32, |least, value| least.min(*value));
            let light = luma(colour);
            coloured += usize::from(chroma > COLOURED);
            paper += usize::from(light > 255.0 - INK);
            ink += usize::from(light < 2.0 * INK);
        }
        let share = |count: usize| count as f64 / (small.pixels() as f64).max(1.0);
        Self {
            paper: share(paper),
            ink: share(ink),
            coloured: share(coloured),
        }
    }
}

/// Whether a picture is a page drawn in ink, of a manga for example: without colours, much of it
/// paper and some of it black, with greys and screentone between them.
pub(crate) fn is_inked(picture: &Picture) -> bool {
    let tones = Tones::of(picture);
    tones.paper >= PAGE_PAPER
        && tones.paper + tones.ink >= PAGE_TONES
        && tones.ink >= PAGE_INK
        && tones.coloured < FEW
}

/// Size, width and height, at which pictures are compared.
pub(crate) fn reduced(content: &Picture) -> (u32, u32) {
    let (width, height) = (content.width(), content.height());
    if width.max(height) > SIDE {
        fit_within((width, height), SIDE, SIDE)
    } else {
        (width, height)
    }
}

/// Marks the pixels of the reduced picture around which it is even and opaque.
fn even_parts(content: &Picture) -> Vec<bool> {
    let (width, height) = reduced(content);
    let given = lightness(&resize(&Depth::opaque(content), width, height));
    let (width, height) = (width as usize, height as usize);
    let (mut most, mut least) = (given.clone(), given.clone());
    grow(&mut most, width, height, REACH);
    least.iter_mut().for_each(|value| *value = -*value);
    grow(&mut least, width, height, REACH);
    let mut even: Vec<bool> = most
        .iter()
        .zip(&least)
        .map(|(most, least)| most + least <= EVEN)
        .collect();
    if let Some(alpha) = resize(content, width as u32, height as u32).alpha() {
        for (index, even) in even.iter_mut().enumerate() {
            *even &= alpha.at(index) == u16::MAX;
        }
    }
    even
}

/// Box filter: means over those parts of squares of `2 × radius + 1` pixels that lie within the
/// picture, by a summed-area table.
pub(crate) fn means(values: &[f32], width: usize, height: usize, radius: usize) -> Vec<f64> {
    let columns = width + 1;
    let mut sums = vec![0.0f64; columns * (height + 1)];
    for row in 0..height {
        let mut sum = 0.0;
        for column in 0..width {
            sum += f64::from(values[row * width + column]);
            let above = sums[row * columns + column + 1];
            sums[(row + 1) * columns + column + 1] = above + sum;
        }
    }
    let mut means = Vec::with_capacity(values.len());
    for row in 0..height {
        let (top, bottom) = (row.saturating_sub(radius), (row + radius + 1).min(height));
        for column in 0..width {
            let (left, right) = (
                column.saturating_sub(radius),
                (column + radius + 1).min(width),
            );
            let at = |row: usize, column: usize| sums[row * columns + column];
            let sum = at(bottom, right) + at(top, left) - at(top, right) - at(bottom, left);
            means.push(sum / ((bottom - top) * (right - left)) as f64);
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::drawing;
    use utsushi_imaging::Alpha;

    /// A test picture: white paper with a few black lines.
    fn line_art(width: u32, height: u32) -> Picture {
        let mut picture = Picture::filled(width, height, [255; 3]);
        for (index, colour) in picture
            .rgb_mut()
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .enumerate()
        {
            let (column, row) = (index % width as usize, index / width as usize);
            if column % 90 < 3 || row % 120 < 2 {
                *colour = [0; 3];
            }
        }
        picture
    }

    /// Adds waves to a test picture, of so many levels and of a length in pixels.
    fn waved(picture: &Picture, levels: f32, length: f32) -> Picture {
        let width = picture.width() as usize;
        let mut waved = picture.clone();
        for (index, colour) in waved
            .rgb_mut()
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .enumerate()
        {
            let phase = std::f32::consts::TAU / length;
            let wave =
                ((index % width) as f32 * phase).sin() + ((index / width) as f32 * phase).sin();
            for byte in colour {
                *byte = (f32::from(*byte) * 0.7 + 20.0 + levels * wave).clamp(0.0, 255.0) as u8;
            }
        }
        waved
    }

    #[test]
    fn blotches_on_paper_are_told_from_grain_light_and_texture() {
        let paper = line_art(256, 200);
        assert!(!blotched(&paper, &paper));
        assert!(blotched(&paper, &waved(&paper, 20.0, 12.0)));
        assert!(!blotched(&paper, &waved(&paper, 4.0, 12.0)));
        // Grain of two pixels, and light that fades over the whole.
        assert!(!blotched(&paper, &waved(&paper, 20.0, 2.5)));
        assert!(!blotched(&paper, &waved(&paper, 40.0, 300.0)));
        // What was not even to begin with cannot be spoilt.
        let busy = drawing(256, 200);
        assert!(is_even(&paper) && !is_even(&busy));
        assert!(!blotched(&busy, &waved(&busy, 20.0, 12.0)));
        // A larger picture is seen as a whole.
        let large = resize(&paper, 1024, 800);
        assert!(blotched(&large, &waved(&large, 20.0, 48.0)));
    }

    #[test]
    fn strokes_of_ink_are_no_blotches() {
        let paper = line_art(256, 200);
        let mut hatched = waved(&paper, 20.0, 12.0);
        for byte in hatched.rgb_mut() {
            *byte = if *byte > 190 { 250 } else { 5 };
        }
        // Black areas and white ones as wide as the blotches that are told.
        assert!(!blotched(&paper, &hatched));
        for byte in hatched.rgb_mut() {
            *byte = if *byte > 190 { 200 } else { 140 };
        }
        assert!(blotched(&paper, &hatched));
    }

    #[test]
    fn line_art_is_ink_on_paper() {
        let paper = line_art(256, 200);
        assert!(is_line_art(&paper) && is_line_art(&resize(&paper, 1024, 800)));
        assert!(!is_line_art(&drawing(256, 200)));
        assert!(!is_line_art(&waved(&paper, 20.0, 12.0)));
        assert!(!is_line_art(&Picture::filled(64, 64, [255; 3])), "no ink");
        let mut coloured = paper.clone();
        for colour in coloured
            .rgb_mut()
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .take(9000)
        {
            *colour = [250, 180, 170];
        }
        assert!(!is_line_art(&coloured) && !is_inked(&coloured));
        // A page with greys is drawn in ink as well.
        let mut page = paper.clone();
        page.rgb_mut()[..3 * 256 * 90].fill(150);
        assert!(is_inked(&page) && is_inked(&paper) && !is_line_art(&page));
        assert!(!is_inked(&drawing(256, 200)));
        // Ink on nothing.
        let ink: Vec<u8> = paper
            .rgb()
            .iter()
            .step_by(3)
            .map(|byte| 255 - byte)
            .collect();
        let drawn = Picture::filled(256, 200, [0; 3]).with_alpha(Alpha::Eight(ink));
        assert!(is_line_art(&drawn.unwrap()));
    }

    #[test]
    fn what_cannot_be_seen_does_not_count_and_any_size_is_taken() {
        let paper = line_art(128, 128);
        let clear = Alpha::Eight(vec![0; 128 * 128]);
        let hidden = paper.clone().with_alpha(clear).unwrap();
        assert!(!blotched(&hidden, &waved(&paper, 20.0, 12.0)));
        for (width, height) in [(1, 1), (1, 900), (900, 1), (3, 2)] {
            let picture = Picture::filled(width, height, [255; 3]);
            assert!(!blotched(&picture, &picture));
        }
    }

    #[test]
    fn means_are_those_of_what_lies_within() {
        let values: Vec<f32> = (0..12).map(|index| index as f32).collect();
        let found = means(&values, 4, 3, 1);
        assert_eq!(found[0], (0.0 + 1.0 + 4.0 + 5.0) / 4.0);
        assert_eq!(found[5], 5.0);
        assert_eq!(found[11], (6.0 + 7.0 + 10.0 + 11.0) / 4.0);
        assert_eq!(means(&values, 4, 3, 0)[7], 7.0);
    }
}
