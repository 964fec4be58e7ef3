use utsushi_anatomy::{FacePoints, Landmark, PartsMap, PointFound};
use utsushi_imaging::Picture;

use super::values::blurred;
use super::*;

const BACKGROUND: u8 = 0;
const HAIR: u8 = 1;
const FACE: u8 = 2;
const EYES: u8 = 3;
const MOUTH: u8 = 5;

fn smooth() -> Surface {
    Surface {
        smoothness: 1.0,
        skin: Some([0.6; 3]),
        ..Surface::default()
    }
}

/// The anatomy of a square test picture with one face.
fn anatomy(side: u32, bounds: [f32; 4], parts: Vec<u8>) -> Anatomy {
    let points = [PointFound::default(); Landmark::COUNT];
    Anatomy {
        parts: PartsMap::new(side, side, parts).unwrap(),
        faces: vec![FacePoints { bounds, points }],
    }
}

/// A test picture, with its anatomy: a face of 64 pixels on a ground of 128 (times `scale`), whose
/// left half is in the shade, with two eyes in the shade of its brow, and a mouth.
fn half_in_shade(scale: u32) -> (Picture, Anatomy) {
    let side = 128 * scale;
    let (mut rgb, mut parts) = (Vec::new(), Vec::new());
    for y in 0..side {
        for x in 0..side {
            let (x, y) = (x / scale, y / scale);
            let (grey, part) = match (x, y) {
                (44..56 | 72..84, 56..62) => (if x % 4 < 2 { 60 } else { 90 }, EYES),
                (54..74, 80..84) => (70, MOUTH),
                (32..64, 32..96) => (110, FACE),
                (64..96, 32..96) => (200, FACE),
                (24..104, 16..32) => (30, HAIR),
                _ => (140, BACKGROUND),
            };
            rgb.extend([grey; 3]);
            parts.push(part);
        }
    }
    let picture = Picture::new(side, side, rgb).unwrap();
    (
        picture,
        anatomy(
            side,
            [32.0, 32.0, 64.0, 64.0].map(|it| it * scale as f32),
            parts,
        ),
    )
}

fn lit(picture: &Picture, anatomy: &Anatomy, surface: &Surface) -> Picture {
    let lit = LitContent::of(picture, Some(anatomy), surface, None);
    lit.map_or_else(|| picture.clone(), |lit| lit.content)
}

fn grey(picture: &Picture, x: u32, y: u32) -> f32 {
    f32::from(picture.rgb()[((y * picture.width() + x) * 3) as usize])
}

#[test]
fn shade_on_skin_is_weakened_and_the_rest_stays() {
    let (picture, anatomy) = half_in_shade(1);
    let lit = lit(&picture, &anatomy, &smooth());
    // Away from the edge of the shade, where it is large: four tenths of the 90 levels remain.
    let (dark, bright) = (grey(&lit, 40, 70), grey(&lit, 88, 70));
    assert!((bright - dark - 36.0).abs() < 4.0, "{dark} {bright}");
    // The brighter half is the skin, and has the luma that the style gives it.
    assert!((bright - 204.0).abs() < 4.0, "{bright}");
    // Lines within the skin stay lines: the mouth is as much darker than the skin around it as
    // before.
    let depth = grey(&lit, 70, 78) - grey(&lit, 70, 82);
    let before = grey(&picture, 70, 78) - grey(&picture, 70, 82);
    assert!(depth > 0.7 * before, "{depth} of {before}");
    for (at, part) in anatomy.parts.parts().iter().enumerate() {
        if matches!(*part, BACKGROUND | HAIR) {
            assert_eq!(lit.rgb()[at * 3], picture.rgb()[at * 3], "at {at}");
        }
    }
}

#[test]
fn eyes_reach_from_dark_to_light() {
    let (picture, anatomy) = half_in_shade(1);
    let lit = lit(&picture, &anatomy, &smooth());
    // 60 and 90 become what is farthest apart within a slope of four.
    let (dark, bright) = (grey(&lit, 49, 59), grey(&lit, 51, 59));
    assert!((bright - dark - 120.0).abs() < 8.0, "{dark} {bright}");
    assert!((bright - 236.0).abs() < 8.0, "{bright}");
}

#[test]
fn most_of_the_eyes_stays_in_a_painting() {
    let (picture, anatomy) = half_in_shade(1);
    let lit = LitContent::of(&picture, Some(&anatomy), &smooth(), None).unwrap();
    let painting = Picture::filled(128, 128, [0; 3]);
    let [half, whole] = [0.5, 1.0].map(|weight| lit.with_eyes(painting.clone(), weight));
    // In an eye three quarters of its brightness, of grey 0 for black; near its upper border the
    // soft edge takes a 27th of that.
    let own = grey(&lit.content, 51, 59) * 26.0 / 27.0;
    assert!((grey(&whole, 51, 59) - 0.75 * own).abs() < 3.0);
    assert!((grey(&half, 51, 59) - 0.375 * own).abs() < 3.0);
    // Nothing of the skin, away from the eyes.
    assert_eq!(grey(&whole, 60, 90), 0.0);
    assert_eq!(grey(&whole, 10, 10), 0.0);
}

#[test]
fn styles_with_shading_of_their_own_are_left_alone() {
    let (picture, anatomy) = half_in_shade(1);
    let rough = Surface {
        smoothness: 0.2,
        ..smooth()
    };
    assert!(extent_of(&rough, None).is_none() && extent_of(&smooth(), None) == Some(Extent::Faces));
    assert!(LitContent::of(&picture, Some(&anatomy), &rough, None).is_none());
    assert!(LitContent::of(&picture, None, &smooth(), None).is_none());
    // Half as smooth is half as even.
    let half = Surface {
        smoothness: 0.4,
        ..smooth()
    };
    let [own, half, whole] = [
        &picture,
        &lit(&picture, &anatomy, &half),
        &lit(&picture, &anatomy, &smooth()),
    ]
    .map(|picture| grey(picture, 40, 70));
    assert!(
        (half - (own + whole) / 2.0).abs() < 2.0,
        "{own} {half} {whole}"
    );
}

#[test]
fn large_pictures_are_lit_as_small_ones() {
    let (small, of_small) = half_in_shade(1);
    let (large, of_large) = half_in_shade(8);
    let (small, large) = (
        lit(&small, &of_small, &smooth()),
        lit(&large, &of_large, &smooth()),
    );
    for (x, y) in [(40, 70), (88, 70), (60, 50), (64, 90), (10, 10)] {
        let (one, other) = (grey(&small, x, y), grey(&large, x * 8 + 4, y * 8 + 4));
        assert!((one - other).abs() < 6.0, "{one} {other} at {x}, {y}");
    }
}

#[test]
fn faces_without_skin_and_pictures_of_a_pixel_change_nothing() {
    let (picture, _) = half_in_shade(1);
    let bounds = [32.0, 32.0, 64.0, 64.0];
    let hair = anatomy(128, bounds, vec![HAIR; 128 * 128]);
    assert_eq!(lit(&picture, &hair, &smooth()), picture);
    for bounds in [
        bounds,
        [0.0; 4],
        [f32::NAN; 4],
        [-9.0, -9.0, f32::INFINITY, 3.0],
    ] {
        let pixel = Picture::new(1, 1, vec![9; 3]).unwrap();
        let of_pixel = anatomy(1, bounds, vec![FACE]);
        assert_eq!(lit(&pixel, &of_pixel, &smooth()), pixel);
    }
}

#[test]
fn blurring_keeps_a_constant_and_spreads_a_point_evenly() {
    let inner = blurred(&vec![1.0; 61 * 61], 61, 3.0);
    assert!((inner[30 * 61 + 30] - 1.0).abs() < 1e-5);
    let mut point = vec![0.0; 61 * 61];
    point[30 * 61 + 30] = 1.0;
    let spread = blurred(&point, 61, 3.0);
    assert!((spread.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let variance: f32 = spread
        .iter()
        .enumerate()
        .map(|(at, share)| share * ((at % 61) as f32 - 30.0).powi(2))
        .sum();
    assert!((variance.sqrt() - 3.0).abs() < 0.5, "{variance}");
}

/// A test painting of the face in [`half_in_shade`]: all of one grey, with a line across its skin
/// where the content has none, and one along the shade's edge, where the content has one.
fn scratched(side: u32) -> Picture {
    let scale = side / 128;
    let mut rgb = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let (x, y) = (x / scale, y / scale);
            let line = y == 72 || x == 63;
            rgb.extend(if line { [30, 30, 34] } else { [150, 140, 120] });
        }
    }
    Picture::new(side, side, rgb).unwrap()
}

fn cel() -> Surface {
    Surface {
        skin: Some([0.8, 0.5, 0.3]),
        ..smooth()
    }
}

#[test]
fn skin_is_painted_in_two_tones_with_the_lines_of_the_content() {
    for scale in [1, 8] {
        let (picture, anatomy) = half_in_shade(scale);
        let lit = LitContent::of(&picture, Some(&anatomy), &cel(), None).unwrap();
        let painting = scratched(128 * scale);
        let done = lit.completed(painting.clone(), 1.0, (None, false));
        let at = |picture: &Picture, x: u32, y: u32| {
            let at = ((y * scale * picture.width() + x * scale) * 3) as usize;
            [0, 1, 2].map(|channel| f32::from(picture.rgb()[at + channel]))
        };
        let skin = [0.8f32, 0.5, 0.3].map(|value| (value + 1.0) * 127.5);
        let bright = at(&done, 88, 90);
        for (found, wanted) in bright.iter().zip(skin) {
            assert!((found - wanted).abs() < 2.0, "{bright:?}");
        }
        let dark = at(&done, 38, 90);
        assert!(
            dark[1] < bright[1] - 15.0 && dark[0] > dark[2] + 20.0,
            "{dark:?}"
        );
        // The line that the content has not is gone, that on the edge of the shade is there.
        assert!((at(&done, 88, 72)[1] - bright[1]).abs() < 3.0);
        assert!(at(&done, 63, 90)[1] < bright[1] - 60.0);
        // What is no skin, and not even, is as it was painted.
        assert_eq!(at(&done, 25, 16), at(&painting, 25, 16));
        // Half of it is half way there.
        let half = at(&lit.completed(painting.clone(), 0.5, (None, false)), 88, 90);
        let own = at(&painting, 88, 90);
        assert!(
            (half[1] - (own[1] + bright[1]) / 2.0).abs() < 3.0,
            "{half:?}"
        );
    }
}

#[test]
fn ink_and_dots_keep_the_shades_that_they_are_drawn_with() {
    let (picture, anatomy) = half_in_shade(1);
    let grey = Picture::filled(128, 128, [90; 3]);
    let lit = LitContent::of(&picture, Some(&anatomy), &cel(), None).unwrap();
    let done = lit.completed(grey.clone(), 1.0, (None, false));
    for at in [90 * 128 + 88, 90 * 128 + 38, 20] {
        assert_eq!(done.rgb()[at * 3], 90);
    }
    let screen = Surface {
        screen: true,
        ..cel()
    };
    assert!(extent_of(&screen, None).is_some() && two_tones(&screen) == 0.0);
    let print = Surface {
        smoothness: 0.55,
        ..cel()
    };
    assert!(extent_of(&print, None).is_some() && two_tones(&print) == 0.0);
    assert!(two_tones(&cel()) == 1.0);
}

#[test]
fn with_dots_skin_is_even_paper_and_has_no_colour() {
    let (picture, anatomy) = half_in_shade(1);
    let screen = Surface {
        screen: true,
        ..cel()
    };
    let lit = LitContent::of(&picture, Some(&anatomy), &screen, None).unwrap();
    // Paper with a streak at every ninth column.
    let mut page = Picture::filled(128, 128, [240; 3]);
    for (at, pixel) in page.rgb_mut().as_chunks_mut::<3>().0.iter_mut().enumerate() {
        if at % 128 % 9 == 0 {
            *pixel = [20; 3];
        }
    }
    let done = lit.completed(page, 1.0, (None, false));
    let row = |columns: std::ops::Range<u32>| columns.map(|x| grey(&done, x, 92));
    // What was a black streak is paper too.
    let found: Vec<f32> = row(70..92).collect();
    assert!(found.iter().all(|&grey| grey > 215.0), "{found:?}");
    let pixels = done.rgb().as_chunks::<3>().0;
    assert!(pixels.iter().all(|it| it[0].abs_diff(it[2]) < 3));
}

#[test]
fn even_areas_lose_strokes_and_edges_keep_theirs() {
    let tones = |split: bool| -> Vec<Tone> {
        let luma = |at: usize| if split && at % 64 >= 32 { 0.5 } else { -0.5 };
        (0..64 * 64).map(|at| [luma(at), 0.0, 0.0]).collect()
    };
    let calm = |split, part| Calm::of(&tones(split), &[part; 64 * 64], 64);
    // Stripes of a pixel, as strokes are.
    let stripes = |x: u32| if x.is_multiple_of(2) { 100 } else { 160 };
    let rgb = (0..64 * 64).flat_map(|at| [stripes(at % 64); 3]);
    let striped = Picture::new(64, 64, rgb.collect()).unwrap();
    let calmed = |calm: &Calm, weight| {
        let mut painting = striped.clone();
        calm.make_calm(&mut painting, [64, 64], weight);
        painting
    };
    let even = calmed(&calm(false, HAIR), 1.0);
    for x in 8..56 {
        let found = grey(&even, x, 32);
        assert!((found - 130.0).abs() < 6.0, "{found}");
    }
    let edge = calmed(&calm(true, HAIR), 1.0);
    assert!((grey(&edge, 8, 32) - 130.0).abs() < 6.0);
    assert!((grey(&edge, 32, 32) - grey(&striped, 32, 32)).abs() < 10.0);
    assert!(calmed(&calm(false, HAIR), 0.0) == striped);
}

#[test]
fn an_even_ground_has_one_colour_and_follows_the_light_of_the_content() {
    // A ground that is painted with a halo and a frame.
    let painted = |x: u32| match x {
        0..6 | 58.. => 40,
        24..40 => 230,
        _ => 150,
    };
    let rgb = (0..64 * 64).flat_map(|at| [painted(at % 64); 3]);
    let painting = Picture::new(64, 64, rgb.collect()).unwrap();
    let calmed = |luma: &dyn Fn(usize) -> f32, part| {
        let tones: Vec<Tone> = (0..64 * 64).map(|at| [luma(at % 64), 0.0, 0.0]).collect();
        let mut painting = painting.clone();
        Calm::of(&tones, &[part; 64 * 64], 64).make_calm(&mut painting, [64, 64], 1.0);
        painting
    };
    let range = |picture: &Picture| {
        let greys: Vec<f32> = (0..64).map(|x| grey(picture, x, 32)).collect();
        greys.iter().copied().fold(f32::MIN, f32::max)
            - greys.iter().copied().fold(f32::MAX, f32::min)
    };
    let plain = |_: usize| 0.2;
    assert!(range(&calmed(&plain, BACKGROUND)) <= 1.0);
    assert!(range(&calmed(&plain, HAIR)) > 100.0, "hair is shaded");
    // A ground that is light in the middle stays so, without an edge.
    let lit = |x: usize| 0.6 - ((x as f32 - 31.5) / 80.0).powi(2);
    let lit = calmed(&lit, BACKGROUND);
    assert!(grey(&lit, 32, 32) > grey(&lit, 2, 32) + 25.0);
    let steps = (1..64).map(|x| (grey(&lit, x, 32) - grey(&lit, x - 1, 32)).abs());
    assert!(steps.fold(0.0, f32::max) < 12.0);
}

#[test]
fn parts_have_the_colours_of_the_same_parts_and_stay_as_bright() {
    // Hair on the left, ground on the right, lines between.
    let mut rgb = Vec::new();
    let mut parts = Vec::new();
    for at in 0..64 * 64 {
        let x = at % 64;
        rgb.extend([if (30..34).contains(&x) { 0 } else { 150 }; 3]);
        parts.push(if x < 32 { HAIR } else { BACKGROUND });
    }
    let painting = Picture::new(64, 64, rgb).unwrap();
    let green = [0.0, -0.3, -0.2];
    let wanted = PartColours::even(&[(utsushi_anatomy::Part::Hair, green)]);
    let mut coloured = painting.clone();
    parts::colour_parts(&mut coloured, (&parts, [64, 64]), COLOURED, (&wanted, 1.0));
    let at = |x: usize| {
        let at = (20 * 64 + x) * 3;
        tone([0, 1, 2].map(|channel| f32::from(coloured.rgb()[at + channel]) / 127.5 - 1.0))
    };
    let [luma, red, blue] = at(10);
    assert!((luma - (150.0 / 127.5 - 1.0)).abs() < 0.01);
    assert!((red - green[1]).abs() < 0.01 && (blue - green[2]).abs() < 0.01);
    // Ground of which nothing is known, and lines, stay.
    assert_eq!(coloured.rgb()[(20 * 64 + 50) * 3..][..3], [150; 3]);
    assert_eq!(coloured.rgb()[(20 * 64 + 31) * 3..][..3], [0; 3]);
}

#[test]
fn the_largest_value_around_is_found_in_squares() {
    let mut values = vec![0.0; 9 * 7];
    values[3 * 9 + 4] = 1.0;
    let largest = values::largest_around(&values, 9, 2);
    for (at, value) in largest.iter().enumerate() {
        let near = (at % 9).abs_diff(4) <= 2 && (at / 9).abs_diff(3) <= 2;
        assert_eq!(*value, if near { 1.0 } else { 0.0 }, "at {at}");
    }
    let falling: Vec<f32> = (0..6).map(|at| -(at as f32)).collect();
    let largest = values::largest_around(&falling, 6, 1);
    assert_eq!(largest, [0.0, 0.0, -1.0, -2.0, -3.0, -4.0]);
}

/// A line drawing of a face for tests: white paper with a line at every eighth column of its skin.
fn line_drawing() -> (Picture, Anatomy) {
    let (_, anatomy) = half_in_shade(1);
    let is_skin = |at: usize| anatomy.parts.parts()[at] == FACE;
    let rgb = (0..128 * 128).flat_map(|at| {
        let line = is_skin(at) && at % 8 == 0;
        [if line { 0u8 } else { 255 }; 3]
    });
    let picture = Picture::new(128, 128, rgb.collect()).unwrap();
    (picture, anatomy)
}

#[test]
fn lines_are_no_darker_and_no_redder_than_the_content_lets_them() {
    // The soft shadow of a nose, where the painting has a black crack, and a red one.
    let (mut picture, anatomy) = half_in_shade(4);
    let mut painting = scratched(512);
    let shadow = |x: u32| 45.0 * (1.0 - (x as f32 - 318.0).abs() / 6.0).max(0.0);
    for y in 280..300 {
        for x in 300..340 {
            let at = (y * 512 + x) as usize;
            let grey = 200.0 - shadow(x);
            picture.rgb_mut().as_chunks_mut::<3>().0[at] = [grey as u8; 3];
            if (312..324).contains(&x) {
                let crack = if y < 290 { [10; 3] } else { [230, 20, 30] };
                painting.rgb_mut().as_chunks_mut::<3>().0[at] = crack;
            }
        }
    }
    let lit = LitContent::of(&picture, Some(&anatomy), &cel(), None).unwrap();
    let done = lit.completed(painting, 1.0, (None, false));
    let at = |x: usize, y: usize| done.rgb().as_chunks::<3>().0[y * 512 + x].map(f32::from);
    let (skin, black, red) = (at(370, 285), at(318, 285), at(318, 295));
    assert!(
        black[1] > 0.55 * skin[1] && black[1] < skin[1] - 15.0,
        "{skin:?} {black:?}"
    );
    let chroma = |colour: [f32; 3]| colour[0] - colour[2];
    assert!(chroma(red) < chroma(skin) + 40.0, "{skin:?} {red:?}");
}

#[test]
fn skin_is_never_lit_darker_than_it_is() {
    let (picture, anatomy) = line_drawing();
    let lit = lit(&picture, &anatomy, &cel());
    assert!(grey(&lit, 44, 70) > 240.0, "{}", grey(&lit, 44, 70));
}

#[test]
fn lines_make_no_shade_and_stay() {
    let (picture, anatomy) = line_drawing();
    let lit = LitContent::of(&picture, Some(&anatomy), &cel(), None).unwrap();
    // Painted as it was drawn, on coloured paper.
    let colours = picture.rgb().chunks_exact(3);
    let colours = colours.flat_map(|pixel| {
        if pixel[0] > 0 {
            [200, 180, 120]
        } else {
            [10; 3]
        }
    });
    let painting = Picture::new(128, 128, colours.collect()).unwrap();
    let done = lit.completed(painting, 1.0, (None, false));
    let skin = (0.8 + 1.0) * 127.5;
    for x in [43, 60, 76, 84] {
        assert!(
            (grey(&done, x, 70) - skin).abs() < 12.0,
            "{} at {x}",
            grey(&done, x, 70)
        );
    }
    assert!(grey(&done, 48, 70) < 100.0);
}

#[test]
fn where_colours_are_kept_skin_keeps_its_own_tone() {
    let (picture, anatomy) = half_in_shade(1);
    let lit = LitContent::of(&picture, Some(&anatomy), &cel(), None).unwrap();
    let done = lit.completed(scratched(128), 1.0, (None, true));
    // The bright half of the content has 200.
    assert!(
        (grey(&done, 88, 90) - 200.0).abs() < 3.0,
        "{}",
        grey(&done, 88, 90)
    );
}
