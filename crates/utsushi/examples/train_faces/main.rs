//! Trains the face finder, and measures it:
//!
//! ```text
//! train_faces ZIPS LABELS OUT.safetensors [STEPS]
//! train_faces measure ZIPS LABELS [WEIGHTS.safetensors]
//! train_faces find WEIGHTS.safetensors PICTURE...
//! ```
//!
//! `ZIPS` is the folder of the zips whose pictures `LABELS` (written by `bench/faces/label.py`) is
//! about. `measure` looks at those that were held out; without `WEIGHTS`, with the finder that the
//! crate comes with. `find` prints the corners of all faces and their scores. The same arguments give
//! the same weights, whatever the number of threads.

#[path = "../shared/adam.rs"]
mod adam;
mod canvas;
mod clutter;
#[path = "../shared/dice.rs"]
mod dice;
mod measure;
mod sample;
#[path = "../shared/sampling.rs"]
mod sampling;
mod scene;
mod training;

use std::error::Error;
use std::path::Path;

use burn::tensor::Device;
use utsushi::faces::FaceFinder;
use utsushi_imaging::{DecodeLimits, read};

const STEPS: u64 = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let device = Device::flex();
    match arguments.as_slice() {
        ["measure", zips, labels, rest @ ..] => {
            let samples = sample::read(Path::new(zips), Path::new(labels))?;
            let finder = match rest {
                [] => FaceFinder::builtin(&device)?,
                [weights, ..] => FaceFinder::read(Path::new(weights), &device)?,
            };
            measure::measure(&finder, &samples);
            Ok(())
        }
        ["find", weights, pictures @ ..] => {
            let finder = FaceFinder::read(Path::new(weights), &device)?;
            for path in pictures {
                let picture = read(Path::new(path), &DecodeLimits::default())?.picture;
                for face in finder.find(&picture) {
                    let [left, top] = [face.x, face.y].map(f32::round);
                    let [right, bottom] =
                        [face.x + face.width, face.y + face.height].map(f32::round);
                    println!(
                        "{path}\t{left}\t{top}\t{right}\t{bottom}\t{:.3}",
                        face.score
                    );
                }
            }
            Ok(())
        }
        [zips, labels, out, rest @ ..] => {
            let steps = rest.first().map_or(Ok(STEPS), |steps| steps.parse())?;
            let samples = sample::read(Path::new(zips), Path::new(labels))?;
            training::train(&samples, Path::new(out), steps)
        }
        _ => Err("train_faces ZIPS LABELS OUT.safetensors [STEPS]".into()),
    }
}
