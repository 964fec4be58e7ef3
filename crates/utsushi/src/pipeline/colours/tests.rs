use std::collections::HashSet;

use utsushi_imaging::{Alpha, DeepPicture, Picture};

use super::*;
use crate::testing::{PLAIN, drawing};

fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| colour(x, y)).collect();
    Picture::new(width, height, rgb).unwrap()
}

fn mean(picture: &Picture) -> [f64; 3] {
    let pixels = picture.rgb().as_chunks::<3>().0;
    [0, 1, 2].map(|channel| {
        let sum: u64 = pixels.iter().map(|pixel| u64::from(pixel[channel])).sum();
        sum as f64 / pixels.len() as f64
    })
}

/// Largest change of a channel's mean between two pictures, in levels of 255.
fn moved(one: &Picture, other: &Picture) -> f64 {
    let means = mean(one).into_iter().zip(mean(other));
    means.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn at(picture: &Picture, x: u32, y: u32) -> [f32; 3] {
    let at = ((y * picture.width() + x) * 3) as usize;
    [0, 1, 2].map(|channel| f32::from(picture.rgb()[at + channel]))
}

/// A test picture: red hair over a pale face before a green background.
fn bust(x: u32, y: u32) -> [u8; 3] {
    match (x.abs_diff(48), y) {
        (0..20, 30..70) => [240, 205, 180],
        (0..30, 10..80) => [150, 40, 50],
        _ => [90, 140, 80],
    }
}

/// The test picture of [`bust`] in the browns of some style, with lines around everything.
fn brown(x: u32, y: u32) -> [u8; 3] {
    let near = |x: i64, y: i64| bust(x.clamp(0, 95) as u32, y.clamp(0, 95) as u32);
    let (x, y) = (i64::from(x), i64::from(y));
    let own = near(x, y);
    if near(x + 1, y) != own || near(x, y + 1) != own {
        return [20, 10, 5];
    }
    let light = luma(own.map(f32::from)) as u8;
    [light / 2 + 100, light / 2 + 70, light / 2 + 40]
}

fn side() -> [Picture; 2] {
    [picture(96, 96, bust), picture(96, 96, brown)]
}

#[test]
fn the_mean_colour_is_the_contents_and_lines_stay() {
    let [content, painting] = side();
    let kept = in_colours_of(&content, painting.clone(), &PLAIN);
    assert!(moved(&painting, &content) > 20.0);
    assert!(moved(&kept, &content) < 1.5, "{}", moved(&kept, &content));
    // Hair is red, the face pale, the ground green, up to their lines.
    for (x, y) in [(24, 40), (48, 20), (70, 40)] {
        let [red, green, blue] = at(&kept, x, y);
        assert!(red > green + 60.0 && red > blue + 60.0, "{x}, {y}");
    }
    for (x, y) in [(5, 5), (16, 40), (79, 40), (90, 90)] {
        let [red, green, blue] = at(&kept, x, y);
        assert!(green > red + 25.0 && green > blue + 25.0, "{x}, {y}");
    }
    // A line of the painting is as dark as it was.
    let (line, was) = (at(&kept, 28, 50), at(&painting, 28, 50));
    assert!((luma(line) - luma(was)).abs() < 12.0, "{line:?} {was:?}");
}

#[test]
fn lightness_is_the_paintings_where_its_mean_is_right() {
    // Texture and lines of a painting that is as light as its content.
    let content = picture(80, 60, |x, _| {
        if x < 40 {
            [170, 110, 90]
        } else {
            [90, 120, 180]
        }
    });
    let light = |x: u32, y: u32| if (x + 2 * y) % 7 < 2 { 60.0 } else { 146.0 };
    let painting = picture(80, 60, |x, y| [light(x, y) as u8; 3]);
    let kept = in_colours_of(&content, painting, &PLAIN);
    assert!(moved(&kept, &content) < 1.5);
    let off = |x, y| (luma(at(&kept, x, y)) - light(x, y)).abs();
    let most = (0..60).flat_map(|y| (0..80).map(move |x| (x, y)));
    let most = most.map(|(x, y)| off(x, y)).fold(0.0, f32::max);
    assert!(most < 4.0, "{most}");
    // No line has changed what is red or blue.
    for y in 0..60 {
        for x in 0..80 {
            let [red, _, blue] = at(&kept, x, y);
            assert!((red > blue) == (x < 40), "{x}, {y}");
        }
    }
}

#[test]
fn what_is_lighter_in_the_painting_stays_lighter() {
    // A dark content that a style has painted light, and a light one that it has painted dark.
    for (own, lightest) in [([60, 40, 30], 250), ([190, 170, 160], 130)] {
        let content = picture(64, 64, |x, _| if x < 32 { own } else { [own[0]; 3] });
        let light = |x: u32, y: u32| (lightest - 60 + (x * 7 + y * 13) % 60) as u8;
        let painting = picture(
            64,
            64,
            |x, y| if x % 9 == 0 { [8; 3] } else { [light(x, y); 3] },
        );
        let kept = in_colours_of(&content, painting.clone(), &PLAIN);
        assert!(moved(&kept, &content) < 3.0, "{}", moved(&kept, &content));
        let places = (0..64).flat_map(|y| (0..64).map(move |x| (x, y)));
        let pairs = places.map(|(x, y)| [&painting, &kept].map(|it| luma(at(it, x, y))));
        let mut pairs: Vec<[f32; 2]> = pairs.collect();
        pairs.sort_by(|one, other| one[0].total_cmp(&other[0]));
        let mut most = 0.0f32;
        for [was, is] in pairs {
            assert!(is > most - 1.5, "{was} became {is} below {most}");
            most = most.max(is);
        }
    }
}

#[test]
fn greys_stay_grey_and_a_painting_in_its_own_colours_stays() {
    let grey = picture(50, 40, |x, y| [(x * 4 + y) as u8; 3]);
    let coloured = drawing(50, 40);
    let kept = in_colours_of(&grey, coloured.clone(), &PLAIN);
    for [red, green, blue] in kept.rgb().as_chunks::<3>().0 {
        assert!(red.abs_diff(*green) <= 1 && blue.abs_diff(*green) <= 1);
    }
    // Nothing to see, nothing to do.
    let hidden = Alpha::Eight(vec![0; 50 * 40]);
    let hidden = grey.with_alpha(hidden).unwrap();
    assert_eq!(in_colours_of(&hidden, coloured.clone(), &PLAIN), coloured);
    for (width, height) in [(1, 1), (1, 300), (300, 1)] {
        let even = Picture::filled(width, height, [9, 100, 250]);
        let kept = in_colours_of(&even, even.clone(), &PLAIN);
        assert!(moved(&kept, &even) <= 1.0);
    }
}

#[test]
fn what_is_hidden_does_not_count() {
    let [content, painting] = side();
    // The ground is transparent, and of a colour that would weigh.
    let loud = picture(96, 96, |x, y| match bust(x, y) {
        [90, 140, 80] => [0, 0, 255],
        own => own,
    });
    let seen = |x, y| if bust(x, y) == [90, 140, 80] { 0 } else { 255 };
    let alpha = (0..96).flat_map(|y| (0..96).map(move |x| seen(x, y)));
    let alpha = Alpha::Eight(alpha.collect());
    let of = |content: Picture| {
        let content = content.with_alpha(alpha.clone()).unwrap();
        in_colours_of(&content, painting.clone(), &PLAIN)
    };
    assert_eq!(of(loud), of(content));
}

#[test]
fn squares_and_flat_areas_stay() {
    let [content, painting] = side();
    let grid = Surface {
        grid: Some(24),
        ..PLAIN
    };
    let flat = Surface {
        flat: true,
        ..PLAIN
    };
    let kept = in_colours_of(&content, finished(painting.clone(), &grid), &grid);
    for (at, pixel) in kept.rgb().as_chunks::<3>().0.iter().enumerate() {
        let (x, y) = (at % 96, at / 96);
        let corner = (y / 4 * 4) * 96 + x / 4 * 4;
        assert_eq!(*pixel, kept.rgb().as_chunks::<3>().0[corner], "{x}, {y}");
    }
    assert!(moved(&kept, &content) < 3.0, "{}", moved(&kept, &content));
    // Most pixels lie inside of an area.
    let kept = in_colours_of(&content, finished(painting, &flat), &flat);
    let colours = kept.rgb().as_chunks::<3>().0;
    let mut counts = std::collections::HashMap::new();
    for colour in colours {
        *counts.entry(colour).or_insert(0) += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable();
    let most: usize = counts.iter().rev().take(64).sum();
    assert!(most * 2 > colours.len(), "{most}");
    assert!(moved(&kept, &content) < 3.0, "{}", moved(&kept, &content));
}

#[test]
fn sixteen_bits_are_as_eight() {
    let [content, painting] = side();
    let eight = in_colours_of(&content, painting.clone(), &PLAIN);
    let [content, painting] = [&content, &painting].map(DeepPicture::from);
    let deep = in_colours_of(&content, painting, &PLAIN);
    let values: HashSet<u16> = deep.rgb().iter().copied().collect();
    assert!(values.iter().any(|value| value % 257 != 0));
    let pairs = deep.to_picture();
    let mut pairs = pairs.rgb().iter().zip(eight.rgb());
    assert!(pairs.all(|(deep, eight)| deep.abs_diff(*eight) <= 2));
}
