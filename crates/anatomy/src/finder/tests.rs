// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

use utsushi_imaging::Alpha;
use utsushi_weights::{NamedTensors, Precision, collect};

use super::*;

fn finder() -> AnatomyFinder {
    let device = Device::flex();
    let file = WeightsFile {
        tensors: collect(&AnatomyNetwork::new(5, &device)),
        metadata: [].into(),
    };
    AnatomyFinder::filled(file, Path::new("test"), &device).unwrap()
}

/// A drawing of areas and lines for tests, always the same.
fn drawing(width: u32, height: u32) -> Picture {
    let rgb = (0..height).flat_map(|y| {
        (0..width).flat_map(move |x| {
            let area = ((x * 5 / width.max(1)) * 40 + (y * 3 / height.max(1)) * 25) as u8;
            let line = (x * 3 + y * 7) % 31 < 3;
            if line {
                [20, 10, area]
            } else {
                [area, 255 - area, area / 2 + 60]
            }
        })
    });
    Picture::new(width, height, rgb.collect()).unwrap()
}

#[test]
fn any_size_has_a_map_of_its_size() {
    let finder = finder();
    for (width, height) in [(1, 1), (1, 700), (900, 3), (33, 64), (700, 500)] {
        let face = [0.0, 0.0, width as f32, height as f32];
        let anatomy = finder.find(&drawing(width, height), &[face]);
        let map = &anatomy.parts;
        assert_eq!((map.width(), map.height()), (width, height));
        assert_eq!(map.parts().len(), (width * height) as usize);
        assert_eq!(anatomy.faces.len(), 1);
        assert_eq!(anatomy.faces[0].bounds, face);
        let points = anatomy.faces[0].points;
        let told =
            |point: &PointFound| (0.0..=1.0).contains(&point.confidence) && point.x.is_finite();
        assert!(points.iter().all(told));
    }
}

#[test]
fn the_same_picture_gives_the_same_answer() {
    let finder = finder();
    let picture = drawing(150, 120);
    let faces = [[20.0, 30.0, 40.0, 40.0], [90.0, 20.0, 30.0, 34.0]];
    let first = finder.find(&picture, &faces);
    assert_eq!(first, finder.clone().find(&picture, &faces));
    assert_eq!(first.faces.len(), 2);
    // Up to so many faces, in two batches.
    let many = vec![faces[0]; 20];
    let found = finder.find(&picture, &many).faces;
    assert_eq!(found.len(), 16);
    let near = |one: PointFound, other: PointFound| (one.x - other.x).abs() < 0.1;
    assert!(near(found[15].points[0], first.faces[0].points[0]));
}

#[test]
fn a_mirror_image_has_mirrored_points_and_parts() {
    let finder = finder();
    let picture = drawing(150, 120);
    let own = finder.find(&picture, &[[20.0, 30.0, 40.0, 44.0]]);
    let mirrored = finder.find(&picture.flip_horizontal(), &[[90.0, 30.0, 40.0, 44.0]]);
    for landmark in Landmark::ALL {
        let one = own.faces[0].point(landmark);
        let other = mirrored.faces[0].point(landmark.mirrored());
        assert!(
            (one.x - (150.0 - other.x)).abs() < 0.05,
            "{landmark:?}: {one:?} {other:?}"
        );
        assert!((one.y - other.y).abs() < 0.05, "{landmark:?}");
        assert!((one.confidence - other.confidence).abs() < 1e-3);
    }
    let same = (0..120).flat_map(|y| (0..150).map(move |x| (x, y)));
    let same = same.filter(|&(x, y)| own.parts.at(x, y) == mirrored.parts.at(149 - x, y));
    // Rounding may decide between parts that are about as likely.
    assert!(same.count() > 150 * 120 * 99 / 100);
}

#[test]
fn transparent_is_background() {
    let finder = finder();
    let picture = drawing(80, 60);
    let alpha = (0..80 * 60)
        .map(|at| if at % 80 < 40 { 127 } else { 128 })
        .collect();
    let picture = picture.with_alpha(Alpha::Eight(alpha)).unwrap();
    let parts = finder.find(&picture, &[[30.0, 20.0, 20.0, 20.0]]).parts;
    for y in 0..60 {
        assert!((0..40).all(|x| parts.at(x, y) == Part::Background));
    }
}

#[test]
fn boxes_of_no_face_do_no_harm() {
    let finder = finder();
    let picture = drawing(80, 60);
    let nothing = [
        [f32::NAN, 0.0, 9.0, 9.0],
        [0.0, 0.0, f32::INFINITY, 9.0],
        [f32::NEG_INFINITY, 0.0, f32::INFINITY, 9.0],
        [10.0, 10.0, 0.0, 0.0],
        [10.0, 10.0, -5.0, 8.0],
        [10.0, 10.0, 1e-20, 1e-20],
        [500.0, 10.0, 20.0, 20.0],
        [-50.0, 10.0, 20.0, 20.0],
        [-1e30, -1e30, 2e30, 2e30],
        [f32::MIN, f32::MIN, f32::MAX, f32::MAX],
    ];
    let plain = finder.find(&picture, &[]);
    assert_eq!(finder.find(&picture, &nothing), plain);
    // They take no place of those that are some.
    let more = [&nothing[..], &nothing[..], &[[20.0, 20.0, 20.0, 20.0]]].concat();
    assert_eq!(finder.find(&picture, &more).faces.len(), 1);
}

#[test]
fn the_built_in_weights_fit() {
    AnatomyFinder::builtin(&Device::flex()).unwrap();
}

#[test]
fn damaged_and_other_weights_are_refused() {
    let device = Device::flex();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    std::fs::write(&path, &WEIGHTS[..WEIGHTS.len() / 2]).unwrap();
    let error = AnatomyFinder::read(&path, &device).unwrap_err();
    assert!(matches!(error, AnatomyError::File(_)), "{error}");
    assert!(error.to_string().contains("weights.safetensors"), "{error}");
    let mut tensors = NamedTensors::new();
    tensors.insert("eye", [1], vec![1.0]);
    let other = WeightsFile {
        tensors,
        metadata: [].into(),
    };
    other.write(&path, Precision::Single, true).unwrap();
    let error = AnatomyFinder::read(&path, &device).unwrap_err();
    assert!(matches!(error, AnatomyError::Weights { .. }), "{error}");
    let missing = AnatomyFinder::read(&folder.path().join("none"), &device);
    assert!(missing.is_err());
}

#[test]
fn roughly_told_parts_are_those_of_the_whole_with_those_of_faces_over_them() {
    let finder = finder();
    let picture = drawing(300, 200);
    let face = [[40.0, 50.0, 40.0, 40.0]];
    let (near, whole) = (
        finder.find_near(&picture, &face),
        finder.find_roughly(&picture, &[]),
    );
    let both = finder.find_roughly(&picture, &face);
    assert_eq!(both.faces, near.faces);
    assert!(whole.faces.is_empty());
    let background = Part::Background;
    for (x, y) in (0..200).flat_map(|y| (0..300).map(move |x| (x, y))) {
        let expected = match near.parts.at(x, y) {
            part if part == background => whole.parts.at(x, y),
            part => part,
        };
        assert_eq!(both.parts.at(x, y), expected, "at {x}, {y}");
    }
    // The one is told in places where the other is not.
    let told = |parts: &PartsMap| 1.0 - parts.share(background);
    assert!(told(&both.parts) > told(&near.parts));
    assert!(told(&both.parts) > told(&whole.parts));
}

#[test]
fn near_a_face_parts_are_told_and_elsewhere_is_background() {
    let finder = finder();
    let picture = drawing(300, 200);
    let near = finder.find_near(&picture, &[[40.0, 50.0, 40.0, 40.0]]);
    assert_eq!((near.parts.width(), near.parts.height()), (300, 200));
    // The crop reaches 60 pixels from the middle of the face, at 60, 70.
    for (x, y) in [(121, 70), (299, 0), (150, 199), (60, 131)] {
        assert_eq!(near.parts.at(x, y), Part::Background);
    }
    let whole = finder.find(&picture, &[[40.0, 50.0, 40.0, 40.0]]);
    assert_eq!(near.faces.len(), 1);
    assert_eq!(near.faces[0].bounds, whole.faces[0].bounds);
    assert_eq!(
        near,
        finder.find_near(&picture, &[[40.0, 50.0, 40.0, 40.0]])
    );
    for bounds in [
        [f32::NAN; 4],
        [0.0; 4],
        [900.0, 900.0, 10.0, 10.0],
        [-1e30, 0.0, 1e30, 1e30],
    ] {
        let none = finder.find_near(&picture, &[bounds]);
        assert!(none.faces.is_empty());
        assert_eq!(none.parts.share(Part::Background), 1.0);
    }
}
