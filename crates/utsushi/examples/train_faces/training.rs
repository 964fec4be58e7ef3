//! The loop.

use std::error::Error;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_weights::{Precision, WeightsFile, collect};

use utsushi::faces::{FaceNetwork, FaceTargetMaps, FaceTargets, face_loss};

use crate::adam::Adam;
use crate::dice::Dice;
use crate::sample::Sample;
use crate::scene::{SIDE, draw};

const SEED: u64 = 7;
const BATCH: usize = 16;
const RATE: f32 = 3e-3;
const WARM_UP: f32 = 100.0;

/// Steps after which the weights are written, and the losses told.
const WRITE: u64 = 500;
const TELL: u64 = 50;

pub fn train(samples: &[Sample], out: &Path, steps: u64) -> Result<(), Box<dyn Error>> {
    if out.exists() {
        return Err(format!("{} exists; remove it or name another file", out.display()).into());
    }
    let shown: Vec<&Sample> = samples.iter().filter(|sample| !sample.held_out).collect();
    let (sender, batches) = sync_channel(4);
    thread::scope(|scope| {
        scope.spawn(move || {
            for step in 0..steps {
                // Ends when nobody listens any more.
                if sender.send(batch(&shown, step)).is_err() {
                    return;
                }
            }
        });
        let device = Device::flex().autodiff();
        let mut network = FaceNetwork::new(SEED, &device);
        let mut adam = Adam::default();
        let mut sums = [0.0_f32; 2];
        let start = Instant::now();
        for (step, (pictures, maps)) in batches.into_iter().enumerate() {
            let step = step as u64 + 1;
            let shape = [BATCH, SIDE, SIDE, 3];
            let pictures = Tensor::from_data(TensorData::new(pictures, shape), &device);
            let losses = face_loss(network.forward(pictures), &FaceTargets::new(&maps, &device));
            for (sum, loss) in sums.iter_mut().zip(&losses) {
                *sum += loss.clone().into_scalar::<f32>();
            }
            let [focal, extent] = losses;
            let gradients = (focal + extent).backward();
            network = adam.update(network, &gradients, rate(step, steps));
            if step.is_multiple_of(TELL) {
                let [focal, extent] = sums.map(|sum| sum / TELL as f32);
                let seconds = start.elapsed().as_secs_f64() / step as f64;
                println!("{step}: focal {focal:.4}, extent {extent:.4}, {seconds:.3} s a step");
                sums = [0.0; 2];
            }
            if step.is_multiple_of(WRITE) || step == steps {
                write(&network, out)?;
            }
        }
        Ok(())
    })
}

fn batch(samples: &[&Sample], step: u64) -> (Vec<f32>, Vec<FaceTargetMaps>) {
    let mut dice = Dice::new(SEED, step);
    let mut pictures = Vec::with_capacity(BATCH * SIDE * SIDE * 3);
    let mut maps = Vec::with_capacity(BATCH);
    for _ in 0..BATCH {
        let (picture, targets) = draw(samples, &mut dice);
        pictures.extend(picture);
        maps.push(targets);
    }
    (pictures, maps)
}

/// Up at first, then down a cosine to nothing.
fn rate(step: u64, steps: u64) -> f32 {
    let done = step as f32 / steps as f32;
    let falling = 0.5 * (1.0 + (std::f32::consts::PI * done).cos());
    RATE * falling * (step as f32 / WARM_UP).min(1.0)
}

fn write(network: &FaceNetwork, out: &Path) -> Result<(), Box<dyn Error>> {
    let file = WeightsFile {
        tensors: collect(&network.valid()),
        metadata: [("format".to_owned(), "utsushi faces 1".to_owned())].into(),
    };
    // Nothing was there when the work began.
    Ok(file.write(out, Precision::Half, true)?)
}
