use utsushi_anatomy::{FacePoints, Landmark, PartsMap, PointFound};
use utsushi_imaging::Picture;

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

/// A square picture with one face.
fn anatomy(side: u32, bounds: [f32; 4], parts: Vec<u8>) -> Anatomy {
    let points = [PointFound::default(); Landmark::COUNT];
    Anatomy {
        parts: PartsMap::new(side, side, parts).unwrap(),
        faces: vec![FacePoints { bounds, points }],
    }
}

/// A face of 64 pixels on a ground of 128, times `scale`, whose left half is in the shade; with two
/// eyes, in the shade of its brow, and a mouth. Beside the picture the parts.
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
    let lit = LitContent::of(picture, Some(anatomy), surface);
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
    // Lines within the skin stay lines: the mouth is as much darker than the skin around it as before.
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
    let lit = LitContent::of(&picture, Some(&anatomy), &smooth()).unwrap();
    let painting = Picture::filled(128, 128, [0; 3]);
    let [half, whole] = [0.5, 1.0].map(|weight| lit.with_eyes(painting.clone(), weight));
    // In an eye three quarters of its brightness, of grey 0 for black; near its upper border the soft
    // edge takes a 27th of that.
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
    assert!(!is_lit_evenly(&rough) && is_lit_evenly(&smooth()));
    assert!(LitContent::of(&picture, Some(&anatomy), &rough).is_none());
    assert!(LitContent::of(&picture, None, &smooth()).is_none());
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
