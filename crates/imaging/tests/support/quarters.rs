//! The picture that all fixtures show: see `tests/fixtures/make_fixtures.py`.

#![allow(dead_code)] // No test file uses all of it.
#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

use std::path::PathBuf;

use utsushi_imaging::{Alpha, DecodeError, DecodeLimits, Decoded, Picture, decode};

pub const WIDTH: u32 = 24;
pub const HEIGHT: u32 = 16;
pub const RED: [u8; 3] = [200, 40, 30];
pub const GREEN: [u8; 3] = [40, 160, 60];
pub const BLUE: [u8; 3] = [30, 60, 190];
pub const SAND: [u8; 3] = [210, 180, 120];

/// The four quarters, left to right, top to bottom.
pub fn quarters(colours: [[u8; 3]; 4]) -> Picture {
    let mut rgb = Vec::new();
    for row in 0..HEIGHT {
        for column in 0..WIDTH {
            let quarter = usize::from(row >= HEIGHT / 2) * 2 + usize::from(column >= WIDTH / 2);
            rgb.extend(colours[quarter]);
        }
    }
    Picture::new(WIDTH, HEIGHT, rgb).unwrap()
}

pub fn colours() -> Picture {
    quarters([RED, GREEN, BLUE, SAND])
}

/// As the fixtures in grey have it: the green channel.
pub fn greys() -> Picture {
    quarters([RED, GREEN, BLUE, SAND].map(|colour| [colour[1]; 3]))
}

/// 255 in the left half, `right` in the right.
pub fn halves(right: u8) -> Alpha {
    let values = (0..WIDTH * HEIGHT).map(|i| if i % WIDTH < WIDTH / 2 { 255 } else { right });
    Alpha::Eight(values.collect())
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// Names and bytes of all fixtures that are pictures.
pub fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".py"))
        .collect();
    names.sort();
    assert!(names.len() > 50, "fixtures are missing");
    names
        .into_iter()
        .map(|name| (name.clone(), fixture(&name)))
        .collect()
}

pub fn decoded(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode(bytes, &DecodeLimits::default())
}

/// The largest difference between two pictures' colours.
pub fn difference(left: &Picture, right: &Picture) -> u8 {
    assert_eq!(
        (left.width(), left.height()),
        (right.width(), right.height())
    );
    left.rgb()
        .iter()
        .zip(right.rgb())
        .map(|(a, b)| a.abs_diff(*b))
        .max()
        .unwrap()
}
