//! A sheet of training pictures beside what is known of them.

use std::error::Error;
use std::path::Path;

use utsushi_anatomy::PointTarget;
use utsushi_imaging::{OutputFormat, Picture, encode};

use crate::drawing::Drawing;
use crate::sample::Sample;
use crate::training::drawn;
use crate::view::SIDE;

const COLUMNS: usize = 4;
const ROWS: usize = 5;

/// Of the parts, by their numbers.
const COLOURS: [[u8; 3]; 7] = [
    [40, 40, 40],
    [230, 120, 40],
    [250, 210, 180],
    [60, 120, 230],
    [140, 70, 30],
    [220, 40, 60],
    [70, 170, 90],
];

/// Of what is not known.
const UNKNOWN: [u8; 3] = [255, 0, 255];

/// Writes a PNG of twenty training pictures, each with its parts to the right; landmarks are
/// yellow points.
pub fn write(samples: &[Sample], out: &Path, seed: u64) -> Result<(), Box<dyn Error>> {
    let (wide, high) = (COLUMNS * 2 * SIDE, ROWS * SIDE);
    let mut bytes = vec![0; wide * high * 3];
    for (number, drawing) in drawn(samples, seed, COLUMNS * ROWS)?.iter().enumerate() {
        let (left, top) = (number % COLUMNS * 2 * SIDE, number / COLUMNS * SIDE);
        let mut put = |x: usize, y: usize, colour: [u8; 3]| {
            let at = ((top + y) * wide + left + x) * 3;
            bytes[at..at + 3].copy_from_slice(&colour);
        };
        let shown = marked(drawing);
        for at in 0..SIDE * SIDE {
            let (x, y) = (at % SIDE, at / SIDE);
            put(x, y, shown[at]);
            let class = usize::from(drawing.classes[at]);
            put(SIDE + x, y, COLOURS.get(class).copied().unwrap_or(UNKNOWN));
        }
    }
    let sheet = Picture::new(wide as u32, high as u32, bytes)?;
    Ok(std::fs::write(
        out,
        encode(&sheet, OutputFormat::Png, Default::default())?,
    )?)
}

fn marked(drawing: &Drawing) -> Vec<[u8; 3]> {
    let picture = drawing.picture();
    let mut colours = picture.rgb().as_chunks::<3>().0.to_vec();
    for point in &drawing.points {
        let PointTarget::At([x, y]) = *point else {
            continue;
        };
        for (across, down) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            let (x, y) = (x + across, y + down);
            let side = SIDE as f32;
            if (0.0..side).contains(&x) && (0.0..side).contains(&y) {
                colours[y as usize * SIDE + x as usize] = [255, 240, 0];
            }
        }
    }
    colours
}
