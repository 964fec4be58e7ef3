//! Whether a style has spoilt what was even.

use utsushi_imaging::{Picture, fit_within, lightness, luma, resize};

use crate::mask::grow;
use crate::pipeline::Depth;

/// Both pictures are compared at this longest side, at which a face is as the models know it.
const SIDE: u32 = 256;

/// The distance around a pixel up to which the content must be even, in pixels of the reduced
/// picture: what lies nearer to a line belongs to the line.
const REACH: usize = 9;

/// By how many levels of 255 it may vary there.
const EVEN: f32 = 12.0;

/// The least part of the content that must be even for anything to be said: line art and drawings
/// before a plain ground have it, photographs and paintings do not.
const LEAST_PART: f64 = 0.2;

/// Blotches are wider than [`FINE`] and narrower than [`COARSE`], as radii of boxes: grain and
/// hatching are finer, light that fades is coarser.
const FINE: usize = 1;
const COARSE: usize = 8;

/// From how many levels of 255 on they are seen as dirt. Line art in styles that fit it has 3 to 7,
/// in others 9 to 16.
const DIRT: f64 = 8.0;

/// Within how many levels of black or of white a pixel is ink or paper.
const INK: f32 = 32.0;

/// From which part of a painting on it is drawn in ink: hatching, screentone and black areas are what
/// the style is made of. Of paintings in ink it is 0.7 and more, of others 0.1 at most.
const DRAWN: f64 = 0.4;

/// From how many levels between its channels on a pixel has a colour.
const COLOURED: f32 = 32.0;

/// The least of line art that is paper, the least that is paper or ink, and the most that is coloured.
const PAPER: f64 = 0.5;
const TWO_TONES: f64 = 0.75;
const FEW: f64 = 0.05;

/// The least of a page that is paper, that is paper or ink, and that is ink: five of six pages of manga have
/// so much, and of photographs in black and white one of twelve.
const PAGE_PAPER: f64 = 0.3;
const PAGE_TONES: f64 = 0.5;
const PAGE_INK: f64 = 0.02;

/// Whether a style does not go together with a picture: large parts of the picture are even, as the
/// paper of line art is, and blotched in its painting, which is not drawn in ink itself.
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

/// Whether a picture is drawn in lines of ink on paper: most of it is white, and next to nothing is
/// coloured or grey.
pub(crate) fn is_line_art(picture: &Picture) -> bool {
    let tones = Tones::of(picture);
    tones.paper >= PAPER
        && tones.paper + tones.ink >= TWO_TONES
        && tones.ink > 0.0
        && tones.coloured < FEW
}

/// How much of a picture is white, black and coloured, as shares of it.
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

/// Whether a picture is a page drawn in ink, of a manga for example: without colours, a good part of it paper
/// and some of it black, with greys and screentone between them.
pub(crate) fn is_inked(picture: &Picture) -> bool {
    let tones = Tones::of(picture);
    tones.paper >= PAGE_PAPER
        && tones.paper + tones.ink >= PAGE_TONES
        && tones.ink >= PAGE_INK
        && tones.coloured < FEW
}

/// The size at which pictures are compared.
pub(crate) fn reduced(content: &Picture) -> (u32, u32) {
    let (width, height) = (content.width(), content.height());
    if width.max(height) > SIDE {
        fit_within((width, height), SIDE, SIDE)
    } else {
        (width, height)
    }
}

/// Where the reduced picture is even and can be seen.
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

/// The mean over the part of a square of `2 × radius + 1` pixels that lies within the picture, by a
/// table of sums.
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

    /// White paper with a few black lines.
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

    /// The same with waves of so many levels and so many pixels.
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
