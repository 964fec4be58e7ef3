//! The built-in finder on the example pictures, and on what has no face.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use utsushi::faces::{Face, FaceFinder, FaceFinderError};
use utsushi_imaging::{
    Alpha, DecodeLimits, Filter, Picture, over_white, read, resize, resize_with,
};

/// The example pictures, with the middle and the width of the face in pixels: eyes, nose and mouth
/// were marked by hand.
const PORTRAITS: [(&str, [f32; 2], f32); 3] = [
    ("eileen", [138.0, 178.0], 139.0),
    ("lucy", [126.0, 130.0], 112.0),
    ("sylvie", [123.0, 109.0], 100.0),
];

fn finder() -> FaceFinder {
    FaceFinder::builtin(&Device::flex()).unwrap()
}

fn portrait(name: &str) -> Picture {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    let path = folder.join(format!("{name}.png"));
    read(&path, &DecodeLimits::default()).unwrap().picture
}

/// The picture at another size, on a larger sheet.
fn placed(
    picture: &Picture,
    side: u32,
    sheet: (u32, u32),
    at: (u32, u32),
    colour: [u8; 3],
) -> Picture {
    let small = resize(picture, side, side);
    let mut whole = Picture::filled(sheet.0, sheet.1, colour);
    for row in 0..side {
        for column in 0..side {
            let from = (row * side + column) as usize;
            let to = ((row + at.1) * sheet.0 + column + at.0) as usize;
            let share = small
                .alpha()
                .map_or(1.0, |alpha| f32::from(alpha.at(from)) / 65535.0);
            for channel in 0..3 {
                let below = f32::from(colour[channel]);
                let value = below + (f32::from(small.rgb()[3 * from + channel]) - below) * share;
                whole.rgb_mut()[3 * to + channel] = value.round() as u8;
            }
        }
    }
    whole
}

/// Whether a face's middle is within a quarter of the expected width of where it should be, and its
/// size within a third.
fn fits(face: &Face, middle: [f32; 2], width: f32) -> bool {
    let [x, y] = face.centre();
    let distance = (x - middle[0]).hypot(y - middle[1]);
    distance < width / 4.0 && (0.67..1.5).contains(&(face.size() / width))
}

#[test]
fn the_examples_faces_are_found_at_every_size() {
    let finder = finder();
    for (name, middle, width) in PORTRAITS {
        let picture = portrait(name);
        for side in [64, 100, 256, 700] {
            let scale = side as f32 / picture.width() as f32;
            let found = finder.main_face(&resize(&picture, side, side));
            let found = found.unwrap_or_else(|| panic!("no face in {name} at {side}"));
            let middle = middle.map(|value| value * scale);
            assert!(
                fits(&found, middle, width * scale),
                "{name} at {side}: {found:?}"
            );
        }
    }
}

#[test]
fn they_are_found_wherever_they_stand() {
    let finder = finder();
    let colours = [[255; 3], [30, 60, 40], [128, 128, 128]];
    let mut missed = Vec::new();
    for (name, middle, width) in PORTRAITS {
        let picture = portrait(name);
        for (index, (side, at)) in [(120, (10, 5)), (150, (240, 200)), (240, (90, 150))]
            .into_iter()
            .enumerate()
        {
            let sheet = placed(&picture, side, (400, 400), at, colours[index]);
            let scale = side as f32 / picture.width() as f32;
            let expected = [
                at.0 as f32 + middle[0] * scale,
                at.1 as f32 + middle[1] * scale,
            ];
            let found = finder.find(&sheet);
            if !found.iter().any(|face| fits(face, expected, width * scale)) {
                missed.push((name, side, found));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_mirrored_picture_has_its_face_on_the_other_side() {
    let finder = finder();
    let picture = placed(&portrait("sylvie"), 200, (300, 200), (0, 0), [255; 3]);
    let face = finder.main_face(&picture).unwrap();
    let other = finder.main_face(&picture.flip_horizontal()).unwrap();
    let mirrored = Face {
        x: 300.0 - face.x - face.width,
        ..face
    };
    assert!(mirrored.overlap(&other) > 0.7, "{face:?} {other:?}");
}

#[test]
fn nothing_is_found_where_there_is_nothing() {
    let finder = finder();
    let mut pictures = vec![];
    for colour in [[0; 3], [255; 3], [128; 3], [240, 200, 180], [20, 90, 200]] {
        pictures.push(Picture::filled(300, 200, colour));
    }
    let ramp =
        (0..256 * 256).flat_map(|index: u32| [(index % 256) as u8, (index / 256) as u8, 128]);
    pictures.push(Picture::new(256, 256, ramp.collect()).unwrap());
    // Grain of several sizes.
    let mut state = 1_u32;
    for side in [8, 24, 64, 256] {
        let noise = (0..side * side * 3).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        let grain = Picture::new(side, side, noise.collect()).unwrap();
        pictures.push(resize_with(&grain, 256, 256, Filter::Bilinear));
    }
    for (index, picture) in pictures.iter().enumerate() {
        let found = finder.find(picture);
        assert!(found.is_empty(), "picture {index}: {found:?}");
        assert!(finder.main_face(picture).is_none());
    }
}

#[test]
fn sizes_nobody_draws_are_looked_at_all_the_same() {
    let finder = finder();
    for (width, height) in [(1, 1), (1, 4000), (4000, 1), (2, 3), (7, 513), (1025, 31)] {
        let found = finder.find(&Picture::filled(width, height, [200, 150, 90]));
        assert!(found.is_empty(), "{width}×{height}: {found:?}");
    }
    let clear = Picture::filled(90, 70, [255, 0, 0]);
    let clear = clear.with_alpha(Alpha::Eight(vec![0; 90 * 70])).unwrap();
    assert!(finder.find(&clear).is_empty());
}

#[test]
fn transparency_is_white_paper_and_any_thread_sees_the_same() {
    let finder = finder();
    let picture = portrait("lucy");
    let paper = over_white(&picture).into_owned();
    let flat = Picture::new(picture.width(), picture.height(), paper).unwrap();
    let [one, other] = [picture, flat].map(|picture| {
        let finder = finder.clone();
        std::thread::spawn(move || finder.main_face(&picture).unwrap())
            .join()
            .unwrap()
    });
    assert!(one.overlap(&other) > 0.9, "{one:?} {other:?}");
}

#[test]
fn other_files_are_refused_by_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/faces/faces.safetensors");
    let device = Device::flex();
    let read = FaceFinder::read(&own, &device).unwrap();
    assert_eq!(read.version(), finder().version());
    let house = folder.join("crates/builtin-model/assets/model.safetensors");
    let error = FaceFinder::read(&house, &device).unwrap_err();
    assert!(matches!(error, FaceFinderError::Weights { .. }), "{error}");
    assert!(error.to_string().contains("model.safetensors"));
    assert!(FaceFinder::read(&folder.join("README.md"), &device).is_err());
    assert!(FaceFinder::read(&folder.join("missing"), &device).is_err());
}
