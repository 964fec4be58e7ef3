use utsushi_anatomy::Part;
use utsushi_imaging::Picture;

use super::super::*;
use super::*;
use crate::PartColours;

const SIDE: usize = 64;

fn part_at(x: usize, y: usize) -> Part {
    match (x, y) {
        (_, ..20) => Part::Hair,
        (24..40, 36..48) => Part::Eyes,
        _ => Part::Face,
    }
}

fn parts() -> Vec<u8> {
    let at = |at: usize| part_at(at % SIDE, at / SIDE).index() as u8;
    (0..SIDE * SIDE).map(at).collect()
}

/// Of a face below hair, with an edge down the middle.
fn content() -> Picture {
    let grey = |at: usize| if at % SIDE < SIDE / 2 { 90 } else { 200 };
    let rgb = (0..SIDE * SIDE).flat_map(|at| [grey(at); 3]);
    Picture::new(SIDE as u32, SIDE as u32, rgb.collect()).unwrap()
}

/// The content with fine strokes everywhere, of that many levels up and down.
fn stroked(levels: i32) -> Picture {
    let mut picture = content();
    for (at, value) in picture.rgb_mut().iter_mut().enumerate() {
        let sign = if ((at / 3) % SIDE).is_multiple_of(2) {
            1
        } else {
            -1
        };
        *value = (i32::from(*value) + sign * levels) as u8;
    }
    picture
}

/// What is left of a painting with strokes of 20 levels, where skin has a texture of `wanted` levels.
fn painted(wanted: f32, weight: f32) -> Picture {
    let mut painting = stroked(20);
    let parts = parts();
    let wanted = wanted / 127.5;
    weaken(
        &mut painting,
        &content(),
        (&parts, [SIDE; 2]),
        (wanted, weight),
    );
    painting
}

/// The strokes around a pixel, in levels.
fn strokes(picture: &Picture, x: usize, y: usize) -> f32 {
    let at = |x: usize| f32::from(picture.rgb()[(y * SIDE + x) * 3]);
    ((at(x) - at(x + 1)) / 2.0).abs()
}

#[test]
fn skin_loses_the_strokes_that_the_reference_does_not_have() {
    let before = stroked(20);
    let after = painted(2.0, 1.0);
    for (x, y) in [(12, 40), (50, 34), (10, 58)] {
        // One and a half times as strong as wanted.
        assert!(
            (2.0..4.5).contains(&strokes(&after, x, y)),
            "{}",
            strokes(&after, x, y)
        );
    }
    // Hair and eyes keep theirs.
    for (x, y) in [(12, 8), (50, 4), (31, 41)] {
        assert_eq!(strokes(&after, x, y), strokes(&before, x, y));
    }
    let half = strokes(&painted(2.0, 0.5), 12, 40);
    assert!((10.0..13.5).contains(&half), "{half}");
    assert_eq!(painted(2.0, 0.0), before);
    // As strong as the reference's is left alone.
    assert_eq!(painted(20.0, 1.0), before);
}

#[test]
fn edges_of_the_content_stay() {
    let after = painted(0.0, 1.0);
    let pixel = |x: usize| i32::from(after.rgb()[(50 * SIDE + x) * 3]);
    assert!(pixel(33) - pixel(30) > 95, "{} {}", pixel(30), pixel(33));
}

#[test]
fn without_skin_nothing_changes() {
    let mut painting = stroked(20);
    let hair = vec![Part::Hair.index() as u8; SIDE * SIDE];
    weaken(&mut painting, &content(), (&hair, [SIDE; 2]), (0.0, 1.0));
    assert_eq!(painting, stroked(20));
}

/// Colours of a figure whose skin has tones from `dark` to 0.6, and a texture of that many levels.
fn colours(hair: Tone, dark: f32, levels: f32) -> PartColours {
    let skin = |step: usize| [dark + (0.6 - dark) * step as f32 / 15.0, 0.1, -0.1];
    let skin = std::array::from_fn(skin);
    PartColours::with_skin(hair, skin, levels / 127.5)
}

#[test]
fn skin_that_is_drawn_is_lit_in_rough_styles_too() {
    let rough = Surface {
        smoothness: 0.1,
        ..Surface::default()
    };
    let green = [0.0, -0.2, -0.1];
    let drawn = colours(green, 0.55, 1.5);
    assert_eq!(extent_of(&rough, Some(&drawn)), Some(Extent::Whole));
    let light = |colours: &PartColours| Light::of(&rough, Some(colours));
    let amount = |colours: &PartColours| light(colours).map(|light| light.amount);
    assert_eq!(amount(&drawn), Some(1.0));
    // Modelled skin is not, but has a texture, where it is not brushed.
    let modelled = colours(green, -0.6, 2.2);
    assert_eq!(amount(&modelled), Some(0.0));
    assert!(light(&modelled).unwrap().texture.is_some());
    assert_eq!(light(&colours(green, -0.6, 4.0)).unwrap().texture, None);
    let ink = PartColours::with_skin([-0.9, 0.0, 0.0], [[0.8, 0.0, 0.0]; 16], 0.01);
    assert_eq!(extent_of(&rough, Some(&ink)), None);
    // Printed skin is as even, on paper with a grain.
    let printed = colours(green, 0.55, 2.4);
    assert_eq!(amount(&printed), Some(0.0));
    let grid = Surface {
        grid: Some(64),
        ..rough
    };
    assert_eq!(extent_of(&grid, Some(&drawn)), None);
}

#[test]
fn brushwork_takes_the_colours_of_the_parts_of_the_reference() {
    let rough = Surface {
        smoothness: 0.1,
        ..Surface::default()
    };
    let points = [utsushi_anatomy::PointFound::default(); utsushi_anatomy::Landmark::COUNT];
    let anatomy = Anatomy {
        parts: utsushi_anatomy::PartsMap::new(SIDE as u32, SIDE as u32, parts()).unwrap(),
        faces: vec![utsushi_anatomy::FacePoints {
            bounds: [8.0, 20.0, 48.0, 44.0],
            points,
        }],
    };
    let wanted = colours([0.0, -0.4, -0.2], -0.6, 4.0);
    assert_eq!(extent_of(&rough, Some(&wanted)), Some(Extent::Whole));
    let lit = LitContent::of(&content(), Some(&anatomy), &rough, Some(&wanted)).unwrap();
    assert_eq!(lit.content, content());
    let done = lit.completed(content(), 1.0, (Some(&wanted), false));
    let at = |x: usize, y: usize| {
        let pixel = done.rgb().as_chunks::<3>().0[y * SIDE + x];
        tone(pixel.map(<Picture as Depth>::seen))
    };
    // Four fifths of the way, as bright as before; eyes keep their colour.
    for (place, red) in [([50, 8], -0.32), ([50, 50], 0.08), ([31, 42], 0.0)] {
        let [luma, found, _] = at(place[0], place[1]);
        assert!((found - red).abs() < 0.02, "{found} at {place:?}");
        let grey = if place[0] < SIDE / 2 { 90.0 } else { 200.0 };
        assert!((luma - (grey / 127.5 - 1.0)).abs() < 0.02, "{luma}");
    }
    // In its own colours it stays as it is.
    assert_eq!(lit.completed(content(), 1.0, (None, true)), content());
}
