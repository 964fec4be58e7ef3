use std::collections::HashSet;

use utsushi_imaging::{DeepPicture, Picture};

use super::*;
use crate::testing::{PLAIN, drawing};

fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| colour(x, y)).collect();
    Picture::new(width, height, rgb).unwrap()
}

fn smooth(picture: &Picture, amount: f32) -> Picture {
    smoothed(Cow::Borrowed(picture), amount).into_owned()
}

#[test]
fn texture_goes_and_edges_stay() {
    // A faint pattern on both sides of a hard edge.
    let pattern = |x: u32, y: u32| if (x + y).is_multiple_of(2) { 0 } else { 12 };
    let textured = picture(64, 40, |x, y| {
        [if x < 32 { 40 } else { 200 } + pattern(x, y); 3]
    });
    let smooth = smooth(&textured, 1.0);
    let red = |x: u32, y: u32| i32::from(smooth.rgb()[((y * 64 + x) * 3) as usize]);
    for y in 0..40 {
        assert!((red(10, y) - red(11, y)).abs() <= 1, "{y}");
        assert!((red(10, y) - 46).abs() <= 1 && (red(50, y) - 206).abs() <= 1);
        assert!(red(33, y) - red(30, y) > 130, "the edge");
    }
}

#[test]
fn no_smoothness_leaves_the_picture_and_half_of_it_lies_between() {
    let own = drawing(50, 40);
    assert_eq!(smooth(&own, 0.0), own);
    let (half, whole) = (smooth(&own, 0.5), smooth(&own, 1.0));
    let all = own.rgb().iter().zip(half.rgb()).zip(whole.rgb());
    for ((&own, &half), &whole) in all {
        let middle = (f32::from(own) + f32::from(whole)) / 2.0;
        assert!((f32::from(half) - middle).abs() <= 1.0);
    }
    assert_ne!(whole, own);
}

#[test]
fn bands_do_not_show_and_one_row_or_column_is_enough() {
    // Smoothed in three bands and in one.
    let tall = drawing(24, 2 * BAND as u32 + 50);
    let smooth_tall = smooth(&tall, 1.0);
    let part = utsushi_imaging::Rectangle {
        left: 0,
        top: BAND as u32 - 60,
        width: 24,
        height: 120,
    };
    let alone = smooth(&tall.crop(part), 1.0);
    // Away from where the part was cut off.
    for row in AROUND..120 - AROUND {
        let (at, whole) = (row * 72, (row + BAND - 60) * 72);
        let pair = [
            &alone.rgb()[at..at + 72],
            &smooth_tall.rgb()[whole..whole + 72],
        ];
        assert_eq!(pair[0], pair[1], "row {row}");
    }
    for (width, height) in [(1, 1), (1, 9), (300, 1)] {
        let even = Picture::filled(width, height, [9, 100, 250]);
        assert_eq!(smooth(&even, 1.0), even);
        for surface in [grid(40), FLAT] {
            assert_eq!(finished(even.clone(), &surface), even);
        }
    }
}

#[test]
fn sixteen_bits_are_smoothed_as_eight_are() {
    let own = drawing(40, 30);
    let deep = own.rgb().iter().map(|&value| u16::from(value) * 257);
    let deep = DeepPicture::new(40, 30, deep.collect(), None).unwrap();
    let deep = smoothed(Cow::Borrowed(&deep), 0.7).into_owned();
    assert_eq!(deep.to_picture(), smooth(&own, 0.7));
}

const FLAT: Surface = Surface {
    flat: true,
    ..PLAIN
};
const SCREEN: Surface = Surface {
    screen: true,
    ..PLAIN
};

fn grid(squares: u32) -> Surface {
    Surface {
        grid: Some(squares),
        ..PLAIN
    }
}

fn colours(picture: &Picture) -> HashSet<[u8; 3]> {
    picture.rgb().as_chunks::<3>().0.iter().copied().collect()
}

#[test]
fn pixel_art_is_even_within_its_squares_and_has_few_colours() {
    let painted = finished(drawing(100, 150), &grid(20));
    assert!(colours(&painted).len() <= GRID_COLOURS);
    let pixel = |x: usize, y: usize| &painted.rgb()[(y * 100 + x) * 3..][..3];
    for y in 0..150 {
        for x in 0..100 {
            assert_eq!(pixel(x, y), pixel(x / 5 * 5, y / 5 * 5), "{x} {y}");
        }
    }
    // Squares of less than two pixels would be no squares.
    let small = finished(drawing(30, 20), &grid(100));
    for pair in small.rgb().chunks_exact(6) {
        assert_eq!(pair[..3], pair[3..]);
    }
    // Lengths that are no multiple of the squares end in whole squares.
    assert_eq!(
        finished(drawing(33, 47), &grid(16)).rgb().len(),
        33 * 47 * 3
    );
}

#[test]
fn a_line_through_a_square_is_not_washed_out() {
    // A black line of two pixels in each square of five.
    let lined = picture(40, 40, |x, _| if x % 5 < 2 { [0; 3] } else { [250; 3] });
    assert_eq!(colours(&finished(lined, &grid(8))), [[0; 3]].into());
    // A faint one is.
    let lined = picture(40, 40, |x, _| if x % 5 < 2 { [200; 3] } else { [250; 3] });
    assert_eq!(colours(&finished(lined, &grid(8))), [[230; 3]].into());
}

#[test]
fn flat_areas_are_of_one_colour_each_and_shades_become_the_nearest() {
    // Three areas, each a little shaded; edges between them.
    let shaded = picture(90, 60, |x, y| {
        let shade = (y / 8) as u8;
        match x / 30 {
            0 => [200 + shade, 40, 40],
            1 => [40, 180 + shade, 60],
            _ => [30, 30, 150 + shade],
        }
    });
    let flat = finished(shaded.clone(), &FLAT);
    assert!(colours(&shaded).len() > 20);
    let inside = |column: usize| {
        let pixels = (0..60).map(move |y| (y * 90 + column) * 3);
        let found: HashSet<&[u8]> = pixels.map(|at| &flat.rgb()[at..at + 3]).collect();
        found.len()
    };
    for column in [10, 45, 80] {
        assert!(inside(column) <= 3, "{}", inside(column));
    }
    let near = |at: usize, colour: [u8; 3]| {
        let found = &flat.rgb()[at * 3..at * 3 + 3];
        found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 8)
    };
    assert!(near(30 * 90 + 10, [203, 40, 40]) && near(30 * 90 + 45, [40, 183, 60]));
}

#[test]
fn a_palette_holds_the_colours_that_are_there() {
    let few = [[-1.0, 0.0, 0.5], [0.25, 0.25, 0.25], [1.0, -0.5, 0.0]];
    let colours: Vec<Colour> = few.iter().cycle().take(30).copied().collect();
    let mut found = palette(&colours, 8);
    found.sort_by(|a, b| a[0].total_cmp(&b[0]));
    assert_eq!(found, few);
    assert_eq!(palette(&colours, 1).len(), 1);
    // Of evenly spread greys, means of equal parts.
    let greys: Vec<Colour> = (0..100).map(|i| [i as f32 / 50.0 - 0.99; 3]).collect();
    let mut found = palette(&greys, 4);
    found.sort_by(|a, b| a[0].total_cmp(&b[0]));
    for (grey, expected) in found.iter().zip([-0.75, -0.25, 0.25, 0.75]) {
        assert!((grey[0] - expected).abs() < 0.06, "{found:?}");
    }
}

#[test]
fn greys_are_printed_as_dots_and_ink_paper_and_lines_stay() {
    let [black, white] = [0, 255].map(|light| Picture::filled(60, 40, [light; 3]));
    assert_eq!(finished(black.clone(), &SCREEN), black);
    assert_eq!(finished(white.clone(), &SCREEN), white);
    let light = |picture: &Picture| {
        let reds = picture.rgb().iter().step_by(3);
        reds.map(|&red| f32::from(red)).collect::<Vec<_>>()
    };
    let mut last = 0.0;
    for grey in [80, 128, 190] {
        let printed = light(&finished(Picture::filled(300, 300, [grey; 3]), &SCREEN));
        let mean = printed.iter().sum::<f32>() / printed.len() as f32;
        let [most, least] = [f32::max, f32::min].map(|of| printed.iter().copied().fold(mean, of));
        assert!(most - least > 140.0, "{grey}: {least} to {most}");
        assert!(
            (mean - f32::from(grey)).abs() < 20.0 && mean > last,
            "{grey}: {mean}"
        );
        last = mean;
    }
    // A black line on grey paper is as black as it was all along.
    let drawn = picture(60, 60, |x, _| {
        [if (29..32).contains(&x) { 0 } else { 150 }; 3]
    });
    let printed = light(&finished(drawn, &SCREEN));
    assert!((0..60).all(|y| printed[y * 60 + 30] < 20.0));
    // In bands and in one piece.
    let tall = drawing(20, 2 * BAND as u32 + 9);
    let rows = |picture: &Picture, rows: std::ops::Range<usize>| {
        picture.rgb()[rows.start * 60..rows.end * 60].to_vec()
    };
    let printed = finished(tall.clone(), &SCREEN);
    let part = utsushi_imaging::Rectangle {
        left: 0,
        top: 0,
        width: 20,
        height: BAND as u32 + 60,
    };
    let alone = finished(tall.crop(part), &SCREEN);
    let same = 0..BAND + 60 - AROUND;
    assert_eq!(rows(&printed, same.clone()), rows(&alone, same));
}
