//! The loop.

use std::error::Error;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Instant;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_anatomy::{AnatomyLosses, AnatomyNetwork, TargetMaps, Targets, anatomy_loss};
use utsushi_kernels::{self as kernels, with_precision};
use utsushi_weights::{Precision, WeightsFile, apply_taking, collect};

use crate::adam::Adam;
use crate::average::averaged;
use crate::dice::Dice;
use crate::drawing::Drawing;
use crate::sample::Sample;
use crate::view::SIDE;

const BATCH: usize = 16;
const RATE: f32 = 2e-3;
const WARM_UP: f32 = 200.0;

/// What each loss counts: of parts, of their overlap, of landmarks, of their places.
const WEIGHTS: [f32; 4] = [1.0, 0.5, 0.1, 0.2];

/// What a step counts in the average of the weights, once there are many.
const SHARE: f32 = 0.002;

/// Steps after which the weights are written, and the losses told.
const WRITE: u64 = 500;
const TELL: u64 = 50;

/// What training is asked for.
pub struct Plan<'a> {
    pub out: &'a Path,
    pub steps: u64,
    /// Weights to start from.
    pub init: Option<&'a Path>,
    pub seed: u64,
}

/// A batch: pictures and their targets.
type Batch = (Vec<f32>, Vec<TargetMaps>);

pub fn train(samples: &[Sample], plan: &Plan) -> Result<(), Box<dyn Error>> {
    let out = plan.out;
    if out.exists() {
        return Err(format!("{} exists; remove it or name another file", out.display()).into());
    }
    let stock = Stock::new(samples).ok_or("all pictures are held out")?;
    let device = Device::flex().autodiff();
    let mut network = match plan.init {
        Some(path) => read(path, &device)?,
        None => AnatomyNetwork::new(plan.seed, &device),
    };
    let mut average = network.valid();
    let mut adam = Adam::default();
    let drawers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    thread::scope(|scope| {
        // Each draws every so manieth batch, so that their order is the same for any number.
        let queues: Vec<Receiver<Batch>> = (0..drawers as u64)
            .map(|first| {
                let (sender, receiver) = sync_channel(2);
                let stock = &stock;
                scope.spawn(move || {
                    for step in (first..plan.steps).step_by(drawers) {
                        // Ends when nobody listens any more.
                        if sender.send(stock.batch(plan.seed, step)).is_err() {
                            return;
                        }
                    }
                });
                receiver
            })
            .collect();
        let mut sums = [0.0_f32; 4];
        let start = Instant::now();
        for step in 1..=plan.steps {
            let (pictures, maps) = queues[(step - 1) as usize % drawers].recv()?;
            let pictures = tensor(pictures, &device);
            let targets = Targets::new(&maps, &device);
            let maps = with_precision(kernels::Precision::Reduced, || network.forward(pictures));
            let losses = anatomy_loss(maps, &targets);
            let AnatomyLosses {
                entropy,
                overlap,
                focal,
                distance,
            } = losses;
            let losses = [entropy, overlap, focal, distance];
            for (sum, loss) in sums.iter_mut().zip(&losses) {
                *sum += loss.clone().into_scalar::<f32>();
            }
            let [entropy, overlap, focal, distance] = losses;
            let [one, two, three, four] = WEIGHTS;
            let loss = entropy * one + overlap * two + focal * three + distance * four;
            let gradients = loss.backward();
            network = adam.update(network, &gradients, rate(step, plan.steps));
            // At first, when hardly any steps were taken, more of the latest.
            let share = SHARE.max(9.0 / (step as f32 + 10.0));
            average = averaged(average, &network, share);
            if step.is_multiple_of(TELL) || step == plan.steps {
                let count = if step.is_multiple_of(TELL) {
                    TELL
                } else {
                    step % TELL
                };
                let [entropy, overlap, focal, distance] = sums.map(|sum| sum / count as f32);
                let seconds = start.elapsed().as_secs_f64() / step as f64;
                println!(
                    "{step}: parts {entropy:.4}, overlap {overlap:.4}, landmarks {focal:.4}, \
                     places {distance:.4}, {seconds:.3} s a step"
                );
                sums = [0.0; 4];
            }
            if step.is_multiple_of(WRITE) || step == plan.steps {
                write(&average, out)?;
            }
        }
        Ok(())
    })
}

/// What is drawn from.
struct Stock<'a> {
    samples: Vec<&'a Sample>,
    /// The sum of the weights of each sample and all before it.
    sums: Vec<f64>,
}

impl<'a> Stock<'a> {
    fn new(samples: &'a [Sample]) -> Option<Self> {
        let samples: Vec<&Sample> = samples
            .iter()
            .filter(|sample| !sample.held_out && sample.weight > 0.0)
            .collect();
        let sums = samples.iter().scan(0.0, |sum, sample| {
            *sum += f64::from(sample.weight);
            Some(*sum)
        });
        let sums: Vec<f64> = sums.collect();
        (!samples.is_empty()).then_some(Self { samples, sums })
    }

    fn batch(&self, seed: u64, step: u64) -> Batch {
        let mut dice = Dice::new(seed, step);
        let mut pictures = Vec::with_capacity(BATCH * SIDE * SIDE * 3);
        let mut maps = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            let drawing = self.draw(&mut dice);
            pictures.extend(drawing.numbers());
            maps.push(drawing.targets());
        }
        (pictures, maps)
    }

    fn draw(&self, dice: &mut Dice) -> Drawing {
        let whole = self.sums.last().copied().unwrap_or_default();
        let drawn = f64::from(dice.fraction()) * whole;
        let at = self.sums.partition_point(|&sum| sum <= drawn);
        let sample = self.samples[at.min(self.samples.len() - 1)];
        Drawing::random(&self.samples, sample, dice)
    }
}

/// Training pictures as they are drawn, for a look at them.
pub fn drawn(samples: &[Sample], seed: u64, count: usize) -> Result<Vec<Drawing>, Box<dyn Error>> {
    let stock = Stock::new(samples).ok_or("all pictures are held out")?;
    let mut dice = Dice::new(seed, 0);
    Ok((0..count).map(|_| stock.draw(&mut dice)).collect())
}

/// Pictures of the size that is trained with, `[batch, SIDE, SIDE, 3]`.
pub fn tensor(pictures: Vec<f32>, device: &Device) -> Tensor<4> {
    let batch = pictures.len() / (SIDE * SIDE * 3);
    Tensor::from_data(TensorData::new(pictures, [batch, SIDE, SIDE, 3]), device)
}

/// A network with weights that [`train`] wrote.
pub fn read(path: &Path, device: &Device) -> Result<AnatomyNetwork, Box<dyn Error>> {
    let mut tensors = WeightsFile::read(path)?.tensors;
    Ok(apply_taking(
        AnatomyNetwork::blank(device),
        &mut tensors,
        "",
    )?)
}

/// Up at first, then down a cosine to nothing.
fn rate(step: u64, steps: u64) -> f32 {
    let done = step as f32 / steps as f32;
    let falling = 0.5 * (1.0 + (std::f32::consts::PI * done).cos());
    RATE * falling * (step as f32 / WARM_UP).min(1.0)
}

fn write(network: &AnatomyNetwork, out: &Path) -> Result<(), Box<dyn Error>> {
    let file = WeightsFile {
        tensors: collect(network),
        metadata: [("format".to_owned(), "utsushi anatomy 1".to_owned())].into(),
    };
    // Nothing was there when the work began.
    Ok(file.write(out, Precision::Half, true)?)
}
