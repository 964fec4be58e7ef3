//! Resampling: pictures whose pixels come from other places in them.

use std::ops::Range;

use utsushi_imaging::catmull_rom;

use crate::pipeline::Depth;

/// A place in a picture in pixels; the centre of the first pixel is at 0.5, as it is for landmarks.
pub(super) type Point = [f32; 2];

/// Resamples a picture: each pixel in these columns and rows shows the place that `source` gives
/// for its centre. Pixels that do not move keep their bits. Alpha is resampled, too, and
/// transparent pixels lend no colour to visible ones. Beyond the border the outermost pixels are
/// repeated.
pub(super) fn resampled<P: Depth>(
    picture: &P,
    columns: Range<u32>,
    rows: Range<u32>,
    source: impl Fn(Point) -> Point,
) -> P {
    let width = picture.width();
    let opaque = picture.opaque();
    let mut made = picture.clone();
    let mut moved = Vec::new();
    for y in rows {
        for x in columns.clone() {
            let place = [x as f32 + 0.5, y as f32 + 0.5];
            let from = source(place);
            if from == place {
                continue;
            }
            let at = (y * width + x) as usize;
            made.rgb_mut()[at * 3..at * 3 + 3].copy_from_slice(&sampled(&*opaque, from));
            moved.push((at, opacity(picture, from)));
        }
    }
    made.with_opacities(picture, &moved)
}

/// Opacity of a place, interpolated between the four pixels around it: the nearest pixel's opacity
/// would make steps of edges.
fn opacity<P: Depth>(picture: &P, place: Point) -> f32 {
    let axis = |axis: usize, length: u32| {
        let at = (place[axis] - 0.5).clamp(0.0, (length - 1) as f32);
        let first = at as u32;
        (first, (first + 1).min(length - 1), at - first as f32)
    };
    let (left, right, across) = axis(0, picture.width());
    let (top, bottom, down) = axis(1, picture.height());
    let between = |row: u32| {
        let at = |column: u32| picture.opacity((row * picture.width() + column) as usize);
        at(left) + across * (at(right) - at(left))
    };
    between(top) + down * (between(bottom) - between(top))
}

/// Moves the source of a pixel into the picture if it lies beyond the border. The nearer the pixel
/// is to that border, the less far its source is from it, so that places keep their order and the
/// border stays where it is.
pub(super) fn from_inside(place: Point, source: Point, size: [u32; 2]) -> Point {
    [0, 1].map(|axis| {
        let by = source[axis] - place[axis];
        let room = if by > 0.0 {
            size[axis] as f32 - place[axis]
        } else {
            place[axis]
        };
        if by == 0.0 || room <= 0.0 {
            return place[axis];
        }
        place[axis] + by * room / (room + by.abs())
    })
}

/// The colour of a place, interpolated between pixels; beyond the border the outermost pixels are
/// repeated.
fn sampled<P: Depth>(picture: &P, place: Point) -> [P::Sample; 3] {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let place = place.map(|at| at - 0.5);
    let floor = place.map(f32::floor);
    let [across, down] = [0, 1].map(|axis| catmull_rom(place[axis] - floor[axis]));
    let mut sum = [0.0; 3];
    for (row, down) in down.into_iter().enumerate() {
        let y = (floor[1] + row as f32 - 1.0).clamp(0.0, (height - 1) as f32) as usize;
        for (column, across) in across.into_iter().enumerate() {
            let x = (floor[0] + column as f32 - 1.0).clamp(0.0, (width - 1) as f32) as usize;
            let at = (y * width + x) * 3;
            for (sum, &sample) in sum.iter_mut().zip(&picture.rgb()[at..at + 3]) {
                *sum += down * across * P::number(sample);
            }
        }
    }
    sum.map(P::sample)
}

#[cfg(test)]
mod tests {
    use utsushi_imaging::{Alpha, Picture};

    use super::*;

    #[test]
    fn nothing_comes_from_beyond_the_border_and_places_keep_their_order() {
        for by in [-30.0, -2.0, 2.0, 30.0] {
            let mut last = 0.0;
            for at in 0..100 {
                let place = [50.5, at as f32 + 0.5];
                let [x, y] = from_inside(place, [50.5, place[1] + by], [100, 100]);
                assert_eq!(x, 50.5);
                assert!(y > last && y < 100.0, "{by} at {at}: {y}");
                last = y;
            }
        }
        // Far from the border it is hardly less.
        let [_, y] = from_inside([5.0, 500.0], [5.0, 502.0], [1000, 1000]);
        assert!((y - 502.0).abs() < 0.01, "{y}");
    }

    #[test]
    fn pixels_come_from_where_they_are_said_to() {
        let rgb: Vec<u8> = (0..30).collect();
        let picture = Picture::new(5, 2, rgb).unwrap();
        let alpha = Alpha::Eight((0..10).map(|at| at * 20).collect());
        let picture = picture.with_alpha(alpha).unwrap();
        // Whole pixels are copied, and the border goes on.
        let moved = resampled(&picture, 0..5, 0..2, |[x, y]| [x + 1.0, y]);
        assert_eq!(moved.rgb()[..3], picture.rgb()[3..6]);
        assert_eq!(moved.rgb()[12..15], picture.rgb()[12..15]);
        let alpha = |picture: &Picture, at: usize| picture.alpha().unwrap().at(at);
        assert_eq!(alpha(&moved, 0), alpha(&picture, 1));
        // Half way between two pixels of a ramp lies their mean; other columns stay.
        let moved = resampled(&picture, 2..3, 0..1, |[x, y]| [x + 0.5, y]);
        assert_eq!(moved.rgb()[6..9], [8, 9, 10]);
        assert_eq!(moved.rgb()[..6], picture.rgb()[..6]);
        assert_eq!(resampled(&picture, 0..5, 0..2, |at| at), picture);
    }

    #[test]
    fn an_outline_that_is_moved_by_less_than_a_pixel_stays_soft() {
        // White before nothing, under which black lies.
        let rgb = [[[255u8; 3]; 4], [[0; 3]; 4]].concat().repeat(4).concat();
        let alpha = [[255; 4], [0; 4]].concat().repeat(4);
        let picture = Picture::new(8, 4, rgb).unwrap();
        let picture = picture.with_alpha(Alpha::Eight(alpha)).unwrap();
        let moved = resampled(&picture, 0..8, 0..4, |[x, y]| [x - y / 8.0, y]);
        let alpha = moved.alpha().unwrap();
        for row in 0..4usize {
            let share = (row as f32 + 0.5) / 8.0;
            let seen = f32::from(alpha.at(row * 8 + 4)) / 65_535.0;
            assert!((seen - share).abs() < 0.01, "row {row}: {seen}");
            assert_eq!(moved.rgb()[(row * 8 + 4) * 3], 255);
        }
    }
}
