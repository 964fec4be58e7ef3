use utsushi_anatomy::{FacePoints, Landmark, PartsMap, PointFound};

use super::*;

const GREY: [u8; 3] = [128; 3];
const GREEN: [u8; 3] = [20, 160, 60];
const PEACH: [u8; 3] = [250, 220, 200];

/// A face for tests, with all its landmarks found.
fn face() -> FacePoints {
    FacePoints {
        bounds: [10.0, 20.0, 20.0, 20.0],
        points: [PointFound::default(); Landmark::COUNT],
    }
}

/// A test painting of 40 pixels side: hair above, a face below, background to the right, and one
/// row of mouth.
fn painting(hair: [u8; 3]) -> (Picture, Anatomy) {
    let (mut rgb, mut parts) = (Vec::new(), Vec::new());
    for at in 0..40 * 40 {
        let (part, colour) = match (at % 40, at / 40) {
            (30.., _) => (Part::Background, GREY),
            (_, ..20) => (Part::Hair, hair),
            (10..14, 30) => (Part::Mouth, [200, 40, 40]),
            _ => (Part::Face, PEACH),
        };
        rgb.extend(colour);
        parts.push(part.index() as u8);
    }
    let anatomy = Anatomy {
        parts: PartsMap::new(40, 40, parts).unwrap(),
        faces: vec![face()],
    };
    (Picture::new(40, 40, rgb).unwrap(), anatomy)
}

fn of(hair: [u8; 3]) -> PartColours {
    let (painting, anatomy) = painting(hair);
    PartColours::of(&painting, &anatomy).unwrap()
}

fn tone_of(rgb: [u8; 3]) -> Tone {
    tone(rgb.map(|byte| f32::from(byte) / 127.5 - 1.0))
}

fn are_near(one: Tone, other: Tone) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| (one - other).abs() < 1e-4)
}

#[test]
fn each_part_has_the_tones_of_its_own_pixels() {
    let colours = of(GREEN);
    for (part, colour) in [
        (Part::Hair, GREEN),
        (Part::Face, PEACH),
        (Part::Background, GREY),
    ] {
        let tones = colours.of_part(part).unwrap();
        assert!(tones.iter().all(|&tone| are_near(tone, tone_of(colour))));
    }
    assert!(are_near(colours.skin().unwrap(), tone_of(PEACH)));
    // Of four pixels no tones are told, and there are no clothes.
    assert_eq!(colours.of_part(Part::Mouth), None);
    assert_eq!(colours.of_part(Part::Body), None);
    let green = tone_of(GREEN);
    assert!((colours.chroma() - green[1].hypot(green[2])).abs() < 1e-4);
}

#[test]
fn without_a_face_without_hair_and_where_nothing_is_seen_there_are_no_colours() {
    let (painting, anatomy) = painting(GREEN);
    let faceless = Anatomy {
        faces: Vec::new(),
        ..anatomy.clone()
    };
    assert_eq!(PartColours::of(&painting, &faceless), None);
    let bald = PartsMap::new(40, 40, vec![Part::Face.index() as u8; 1600]).unwrap();
    let bald = Anatomy {
        parts: bald,
        faces: vec![face()],
    };
    assert_eq!(PartColours::of(&painting, &bald), None);
    let alpha = utsushi_imaging::Alpha::Eight(vec![0; 1600]);
    let unseen = painting.with_alpha(alpha).unwrap();
    assert_eq!(PartColours::of(&unseen, &anatomy), None);
}

#[test]
fn a_ground_that_is_cut_away_has_no_colour() {
    let (painting, anatomy) = painting(GREEN);
    // Of the ground a column is seen.
    let seen = (0..1600).map(|at| if at % 40 > 31 { 0 } else { 255 });
    let cut = painting
        .with_alpha(utsushi_imaging::Alpha::Eight(seen.collect()))
        .unwrap();
    let colours = PartColours::of(&cut, &anatomy).unwrap();
    assert_eq!(colours.of_part(Part::Background), None);
    assert!(colours.of_part(Part::Hair).is_some());
}

#[test]
fn tones_go_from_the_darkest_to_the_lightest_pixels() {
    let ramp: Vec<Tone> = (0..1600)
        .rev()
        .map(|at| [at as f32 / 800.0 - 1.0, 0.0, 0.0])
        .collect();
    let tones = steps(ramp).unwrap();
    for (step, tone) in tones.iter().enumerate().skip(1).take(STEPS - 2) {
        let middle = (step as f32 + 0.5) * 2.0 / STEPS as f32 - 1.0;
        assert!((tone[0] - middle).abs() < 2e-3, "{step}: {tone:?}");
    }
    // A luma has its place among them, and the tone there is that luma.
    let scale = Scale::of(&tones);
    for luma in [-0.8, -0.31, 0.0, 0.44, 0.8] {
        let found = tone_at(&tones, scale.place(luma));
        assert!((found[0] - luma).abs() < 0.01, "{found:?} for {luma}");
    }
    assert_eq!(scale.place(-3.0), 0.0);
    assert_eq!(scale.place(3.0), (STEPS - 1) as f32);
    assert_eq!(steps(vec![[0.0; 3]; STEPS - 1]), None);
}

#[test]
fn a_mix_has_the_means_of_what_is_shown() {
    let (green, peach) = (of(GREEN), of(PEACH));
    let mix = PartColours::blend([(&green, 3.0), (&peach, 1.0)].into_iter()).unwrap();
    let [one, other] = [GREEN, PEACH].map(tone_of);
    let wanted = [0, 1, 2].map(|index| 0.75 * one[index] + 0.25 * other[index]);
    assert!(are_near(mix.of_part(Part::Hair).unwrap()[3], wanted));
    let nothing = PartColours {
        parts: [None; Part::COUNT],
        skin_texture: None,
    };
    let mix = PartColours::blend([(&green, 1.0), (&nothing, 9.0)].into_iter()).unwrap();
    assert!(are_near(mix.of_part(Part::Hair).unwrap()[3], one));
    assert_eq!(PartColours::blend([(&green, 0.0)].into_iter()), None);
    assert_eq!(PartColours::blend(std::iter::empty()), None);
}

#[test]
fn numbers_are_tones_again_or_refused() {
    let colours = of(GREEN);
    let tensors = colours.to_tensors();
    assert_eq!(tensors.len(), 4);
    assert_eq!(tensors.get("hair").unwrap().shape, [STEPS, 3]);
    assert_eq!(PartColours::from_tensors(&tensors), Some(Some(colours)));
    assert_eq!(PartColours::from_tensors(&NamedTensors::new()), Some(None));
    let refused = |part: &str, values: Vec<f32>| {
        let mut tensors = NamedTensors::new();
        tensors.insert(part, [values.len()], values);
        PartColours::from_tensors(&tensors).is_none()
    };
    assert!(refused("beard", vec![0.0; 48]));
    for length in [0, 47, 49, 51] {
        assert!(refused("hair", vec![0.0; length]), "{length}");
    }
    assert!(refused("hair", vec![f32::NAN; 48]));
    for texture in [vec![], vec![f32::NAN], vec![-0.1], vec![2.1], vec![0.0; 2]] {
        assert!(refused("skin_texture", texture));
    }
    // What was written before there was a texture.
    let mut before = tensors.clone();
    before.remove("skin_texture");
    let before = PartColours::from_tensors(&before).unwrap().unwrap();
    assert_eq!(before.skin_texture(), None);
    assert_eq!(before.of_part(Part::Hair), of(GREEN).of_part(Part::Hair));
}

#[test]
fn skin_has_the_texture_of_its_own_strokes() {
    let (mut painting, anatomy) = painting(GREEN);
    let even = PartColours::of(&painting, &anatomy).unwrap();
    let least = even.skin_texture().unwrap() * 127.5;
    assert!(least < 0.5, "{least}");
    // Strokes of 2 levels up and down, in all colours.
    for (at, value) in painting.rgb_mut().iter_mut().enumerate() {
        *value = if (at / 3) % 2 == 0 {
            value.saturating_sub(4)
        } else {
            *value
        };
    }
    let stroked = PartColours::of(&painting, &anatomy).unwrap();
    let texture = stroked.skin_texture().unwrap() * 127.5;
    assert!((1.4..2.05).contains(&texture), "{texture}");
    let mix = [(&even, 1.0), (&stroked, 1.0)].into_iter();
    let mix = PartColours::blend(mix).unwrap().skin_texture().unwrap() * 127.5;
    assert!((mix - (least + texture) / 2.0).abs() < 1e-3, "{mix}");
}
