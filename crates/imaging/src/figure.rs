//! Search for the figure in a picture with an empty ground.

use std::collections::HashMap;

use crate::{Alpha, Picture, Rectangle, fit_within, resize};

/// Longest side in pixels at which pictures are searched; larger ones are reduced.
const LONGEST: u32 = 1024;
/// Difference of a channel, in levels, from which on a pixel differs from the ground.
const TOLERANCE: u8 = 12;
/// Smallest share of an opaque picture's border that its ground must cover.
const OF_BORDER: f64 = 0.5;
/// Largest difference between the channels of paper or ink, which count as no colour, in levels.
const GREY: u8 = 24;
/// Largest share of coloured pixels outside of the ground in a drawing in black and white.
const COLOURED: f64 = 0.02;
/// Share of the square that the figure must fill.
const FILLED: f64 = 0.9;
/// Smallest side of the square, as a share of the picture's shorter side.
const LEAST_SIDE: f64 = 0.25;

/// Finds the square that the upper part of a figure fills, if the picture shows one on an empty
/// ground: transparent, or of one colour that covers most of the border.
///
/// The square is large and near the figure's top, where heads are. Returns `None` if the ground is
/// less than the share `least_ground` (0 to 1) of the picture, if the figure fills no square of a
/// quarter of the picture's shorter side, and for an opaque drawing in black and white, whose paper
/// is part of it.
pub fn figure_square(picture: &Picture, least_ground: f64) -> Option<Rectangle> {
    let size = (picture.width(), picture.height());
    let longest = size.0.max(size.1);
    if longest <= LONGEST {
        return square_in(picture, least_ground);
    }
    let (width, height) = fit_within(size, LONGEST, LONGEST);
    let square = square_in(&resize(picture, width, height), least_ground)?;
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(longest) / u64::from(LONGEST);
        length as u32
    };
    let side = scaled(square.width).min(size.0).min(size.1);
    Some(Rectangle {
        left: scaled(square.left).min(size.0 - side),
        top: scaled(square.top).min(size.1 - side),
        width: side,
        height: side,
    })
}

/// Finds the square as [`figure_square`] does, in a picture that is small enough to be searched
/// pixel by pixel.
fn square_in(picture: &Picture, least_ground: f64) -> Option<Rectangle> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let ground = match transparent(picture) {
        Some(ground) => ground,
        None => even_ground(picture).filter(|ground| !is_black_and_white(picture, ground))?,
    };
    let empty = ground.iter().filter(|&&is_ground| is_ground).count();
    if (empty as f64) < least_ground * ground.len() as f64 {
        return None;
    }
    let top = ground.chunks(width).position(|row| row.contains(&false))?;
    let counts = Counts::new(&ground, width);
    let short = width.min(height);
    let least = ((short as f64 * LEAST_SIDE) as usize).max(1);
    // A hundred sides and places are near enough to the best.
    let step = (short / 100).max(1);
    let mut best: Option<(usize, Rectangle)> = None;
    for side in (least..=short).step_by(step) {
        let needed = (FILLED * (side * side) as f64).ceil() as usize;
        for row in (top..=height - side).step_by(step) {
            // A row lower costs as much as a column less gains.
            let worth = (top + side).saturating_sub(row);
            if best.is_some_and(|(found, _)| worth <= found) {
                break;
            }
            let columns = (0..=width - side).step_by(step);
            let fullest = columns
                .map(|column| (counts.figure(column, row, side), column))
                .max_by_key(|&(figure, column)| (figure, usize::MAX - column));
            if let Some((figure, column)) = fullest
                && figure >= needed
            {
                let square = Rectangle {
                    left: column as u32,
                    top: row as u32,
                    width: side as u32,
                    height: side as u32,
                };
                best = Some((worth, square));
            }
        }
    }
    best.map(|(_, square)| square)
}

/// Marks the transparent pixels; `None` for an opaque picture.
fn transparent(picture: &Picture) -> Option<Vec<bool>> {
    let alpha = picture.alpha().filter(|alpha| !alpha.is_opaque())?;
    Some(
        (0..alpha.len())
            .map(|i| alpha.at(i) < Alpha::FAINT)
            .collect(),
    )
}

/// Marks the pixels that are connected with the border and have its most frequent colour.
fn even_ground(picture: &Picture) -> Option<Vec<bool>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let colours = picture.rgb().as_chunks::<3>().0;
    let rows = (0..height).flat_map(|row| [row * width, row * width + width - 1]);
    let columns = (0..width).flat_map(|column| [column, (height - 1) * width + column]);
    let border: Vec<usize> = rows.chain(columns).collect();
    let mut tallies: HashMap<[u8; 3], usize> = HashMap::new();
    for &pixel in &border {
        *tallies.entry(colours[pixel]).or_default() += 1;
    }
    // Of equally common colours the darkest, so that the answer is always the same.
    let (&common, _) = tallies
        .iter()
        .max_by_key(|&(colour, count)| (*count, std::cmp::Reverse(*colour)))?;
    let is_like = |pixel: usize| {
        let pairs = colours[pixel].iter().zip(common);
        pairs.into_iter().all(|(a, b)| a.abs_diff(b) <= TOLERANCE)
    };
    let mut open: Vec<usize> = border.iter().copied().filter(|&at| is_like(at)).collect();
    if (open.len() as f64) < OF_BORDER * border.len() as f64 {
        return None;
    }
    let mut ground = vec![false; colours.len()];
    while let Some(pixel) = open.pop() {
        if std::mem::replace(&mut ground[pixel], true) {
            continue;
        }
        let (row, column) = (pixel / width, pixel % width);
        let neighbours = [
            (row > 0).then(|| pixel - width),
            (row + 1 < height).then(|| pixel + width),
            (column > 0).then(|| pixel - 1),
            (column + 1 < width).then(|| pixel + 1),
        ];
        let next = neighbours.into_iter().flatten();
        open.extend(next.filter(|&at| !ground[at] && is_like(at)));
    }
    Some(ground)
}

/// Whether picture and ground are both without colour.
fn is_black_and_white(picture: &Picture, ground: &[bool]) -> bool {
    let colours = picture.rgb().as_chunks::<3>().0;
    let has_colour = |[r, g, b]: &[u8; 3]| r.max(g).max(b) - r.min(g).min(b) > GREY;
    let (mut coloured, mut figure) = (0_usize, 0_usize);
    for (colour, &is_ground) in colours.iter().zip(ground) {
        if is_ground && has_colour(colour) {
            return false;
        }
        figure += usize::from(!is_ground);
        coloured += usize::from(!is_ground && has_colour(colour));
    }
    coloured as f64 <= COLOURED * figure as f64
}

/// Summed-area table of the figure: the number of its pixels above and to the left of each place.
struct Counts {
    sums: Vec<u32>,
    row: usize,
}

impl Counts {
    fn new(ground: &[bool], width: usize) -> Self {
        let row = width + 1;
        let mut sums = vec![0; row];
        for pixels in ground.chunks(width) {
            let above = sums.len() - row;
            let mut figure = 0;
            sums.push(0);
            for (column, is_ground) in (1..).zip(pixels) {
                figure += u32::from(!is_ground);
                sums.push(sums[above + column] + figure);
            }
        }
        Self { sums, row }
    }

    /// Number of the figure's pixels in a square.
    fn figure(&self, left: usize, top: usize, side: usize) -> usize {
        let at = |column: usize, row: usize| self.sums[row * self.row + column] as usize;
        let (right, bottom) = (left + side, top + side);
        at(right, bottom) + at(left, top) - at(right, top) - at(left, bottom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a pixel belongs to the test figure: a head (columns 60 to 100, rows 20 to 60) on a
    /// wide body.
    fn in_figure(column: u32, row: u32) -> bool {
        let head = (60..100).contains(&column) && (20..60).contains(&row);
        let body = (50..110).contains(&column) && (60..160).contains(&row);
        head || body
    }

    fn picture(ground: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let pixels = (0..160).flat_map(|row| (0..160).map(move |column| (column, row)));
        let rgb = pixels.flat_map(|(column, row)| {
            if in_figure(column, row) {
                [90, (column * 37 % 200) as u8, (row * 53 % 200) as u8]
            } else {
                ground(column, row)
            }
        });
        Picture::new(160, 160, rgb.collect()).unwrap()
    }

    fn is_head(square: Rectangle) {
        let Rectangle {
            left,
            top,
            width,
            height,
        } = square;
        assert_eq!(width, height);
        assert_eq!(top, 20, "{square:?}");
        // At least nine tenths of it are head, or head and shoulders.
        assert!((40..=46).contains(&width), "{square:?}");
        assert!(left >= 55 && left + width <= 105, "{square:?}");
    }

    #[test]
    fn a_head_on_paper_is_found() {
        is_head(figure_square(&picture(|_, _| [255, 255, 255]), 0.5).unwrap());
        // The noise of a JPEG is no figure.
        let noisy = |column: u32, row: u32| [250 - ((column * 7 + row * 3) % 9) as u8; 3];
        is_head(figure_square(&picture(noisy), 0.5).unwrap());
    }

    #[test]
    fn a_head_in_transparency_is_found_whatever_lies_below() {
        let below = picture(|column, row| [(column * 91) as u8, (row * 17) as u8, 0]);
        let pixels = (0..160).flat_map(|row| (0..160).map(move |column| (column, row)));
        let alpha = pixels.map(|(column, row)| u8::from(in_figure(column, row)) * 255);
        let veiled = below.with_alpha(Alpha::Eight(alpha.collect())).unwrap();
        is_head(figure_square(&veiled, 0.5).unwrap());
    }

    #[test]
    fn a_picture_that_is_painted_to_its_edges_is_left_alone() {
        let busy = |column: u32, row: u32| [(column * 91) as u8, (row * 17) as u8, 0];
        assert_eq!(figure_square(&picture(busy), 0.1), None);
        assert_eq!(figure_square(&Picture::filled(50, 40, [9; 3]), 0.1), None);
        assert_eq!(figure_square(&Picture::filled(1, 1, [9; 3]), 0.1), None);
    }

    #[test]
    fn the_ground_has_to_be_large_enough() {
        // The figure is 7,600 of 25,600 pixels.
        let paper = picture(|_, _| [255; 3]);
        assert!(figure_square(&paper, 0.70).is_some());
        assert_eq!(figure_square(&paper, 0.71), None);
    }

    #[test]
    fn the_paper_of_a_drawing_in_ink_is_part_of_it() {
        let mut ink = picture(|_, _| [255; 3]);
        for colour in ink.rgb_mut().as_chunks_mut::<3>().0 {
            *colour = [colour[1]; 3];
        }
        assert_eq!(figure_square(&ink, 0.5), None);
        let opaque = Alpha::Eight(vec![255; 160 * 160]);
        let with_alpha = ink.clone().with_alpha(opaque).unwrap();
        assert_eq!(figure_square(&with_alpha, 0.5), None);
        // On blue, the ground is no paper.
        for colour in ink.rgb_mut().as_chunks_mut::<3>().0 {
            if *colour == [255; 3] {
                *colour = [60, 90, 250];
            }
        }
        is_head(figure_square(&ink, 0.5).unwrap());
    }

    #[test]
    fn paper_inside_of_the_figure_is_part_of_it() {
        // A white face within a line: an outline drawing, filled by its ground's colour.
        let mut outline = picture(|_, _| [255; 3]);
        for row in 24..56 {
            for column in 64..96 {
                let at = 3 * (row * 160 + column);
                outline.rgb_mut()[at..at + 3].fill(255);
            }
        }
        is_head(figure_square(&outline, 0.5).unwrap());
    }

    #[test]
    fn a_large_picture_has_its_figure_where_a_small_one_has() {
        let small = picture(|_, _| [255; 3]);
        let large = resize(&small, 1600, 1600);
        // The head lies from 600 to 1000 across and from 200 to 600 down, and sides and places are
        // tried 16 pixels apart.
        let square = figure_square(&large, 0.5).unwrap();
        assert!((184..=216).contains(&square.top), "{square:?}");
        assert!((400..=480).contains(&square.width), "{square:?}");
        let middle = square.left + square.width / 2;
        assert!((768..=832).contains(&middle), "{square:?}");
        assert_eq!(square.width, square.height);
    }

    #[test]
    fn thin_lines_fill_no_square() {
        let mut lines = Picture::filled(80, 80, [255; 3]);
        for i in 0..80 {
            let at = 3 * (i * 80 + i);
            lines.rgb_mut()[at..at + 3].fill(0);
        }
        assert_eq!(figure_square(&lines, 0.1), None);
    }
}
