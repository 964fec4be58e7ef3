//! Trains the face finder, and measures it:
//!
//! ```text
//! train_faces ZIPS LABELS OUT.safetensors [STEPS]
//! train_faces measure ZIPS LABELS [WEIGHTS.safetensors]
//! ```
//!
//! `ZIPS` is the folder of the zips whose pictures `LABELS` (written by `bench/faces/label.py`) is
//! about. Without `WEIGHTS`, the finder that the crate comes with is measured. The same arguments
//! give the same weights, whatever the number of threads.

mod adam;
mod canvas;
mod dice;
mod measure;
mod sample;
mod scene;
mod training;

use std::error::Error;
use std::path::Path;

use burn::tensor::Device;
use utsushi_faces::FaceFinder;

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
        [zips, labels, out, rest @ ..] => {
            let steps = rest.first().map_or(Ok(STEPS), |steps| steps.parse())?;
            let samples = sample::read(Path::new(zips), Path::new(labels))?;
            training::train(&samples, Path::new(out), steps)
        }
        _ => Err("train_faces [measure] ZIPS LABELS OUT [STEPS]".into()),
    }
}
