//! Prints how long a step of the training takes, in seconds, over made-up pictures:
//! `training_step CONFIG FEATURES STATE STEPS`. `STATE` is where the networks are written first,
//! so that another program can start from the same.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::tensor::Device;
use utsushi_weights::{Precision, WeightsFile};

use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Pictures, TrainingBatch};
use utsushi_training::{Pending, Trainer, TrainingConfig};

/// Steps before the clock starts: what is allocated once is there then.
const UNCOUNTED: u64 = 4;

// As in the program.
#[global_allocator]
static ALLOCATOR: utsushi_kernels::RecyclingAllocator = utsushi_kernels::RecyclingAllocator::new();

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [config, features, state, steps] = arguments.as_slice() else {
        return Err("training_step CONFIG FEATURES STATE STEPS".into());
    };
    let steps: u64 = steps.to_string_lossy().parse()?;
    let mut config = TrainingConfig::read(config)?;
    // The steps that matter are those of the game.
    config.run.warm_up_steps = 0;
    config.model.styles = 7;
    let device = Device::flex();
    let features = FeatureNetwork::load(features, &device)?;
    let (size, batch) = (config.run.size, config.run.batch);
    let labels = (0..7)
        .map(|style| (style, style as i64))
        .collect::<BTreeMap<_, _>>();
    let mut trainer = Trainer::new(config, Some(features), labels, &device);
    write_state(&trainer, state)?;
    let mut pending = Pending::default();
    let mut start = Instant::now();
    for step in 0..UNCOUNTED + steps {
        if step == UNCOUNTED {
            start = Instant::now();
        }
        let pictures = |salt: u64| made_up(size, batch, step * 2 + salt);
        let batch = TrainingBatch {
            step,
            content: pictures(0),
            reference: pictures(1),
            real: None,
        };
        pending.push(trainer.advance(&batch));
    }
    pending.means()?;
    let seconds = start.elapsed().as_secs_f64() / steps as f64;
    println!(
        "{seconds:.4} s a step, {:.2} pictures a second",
        batch as f64 / seconds
    );
    Ok(())
}

fn write_state(trainer: &Trainer, path: &Path) -> Result<(), Box<dyn Error>> {
    let file = WeightsFile {
        tensors: trainer.to_named(),
        metadata: BTreeMap::new(),
    };
    Ok(file.write(path, Precision::Single, true)?)
}

/// Waves of all directions and colours.
fn made_up(size: usize, count: usize, salt: u64) -> Pictures {
    let pixels = (0..count * size * size * 3)
        .map(|i| ((i as f32) * 0.0137 + salt as f32).sin() * ((i / 3 % size) as f32 * 0.21).cos())
        .collect();
    Pictures {
        size,
        pixels,
        styles: (0..count).map(|index| index % 7).collect(),
        labels: vec![BTreeMap::new(); count],
    }
}
