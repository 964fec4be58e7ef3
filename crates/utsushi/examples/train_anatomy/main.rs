//! Trains the network that tells parts and landmarks, and measures it:
//!
//! ```text
//! train_anatomy FOLDER OUT.safetensors [STEPS] [--init WEIGHTS] [--seed N]
//! train_anatomy measure FOLDER WEIGHTS
//! train_anatomy show FOLDER OUT.png [--seed N]
//! ```
//!
//! `FOLDER` and the folders in it hold labelled pictures; the module `sample` says how. `--init`
//! starts from weights that this example wrote. `measure` looks at the pictures that are held out,
//! shown as large as the network likes faces, and whole. `show` writes a sheet of training
//! pictures beside their targets. The same arguments give the same weights, whatever the number of
//! threads.

#[path = "../shared/adam.rs"]
mod adam;
mod average;
#[path = "../shared/dice.rs"]
mod dice;
mod disturbance;
mod drawing;
mod measure;
mod sample;
#[path = "../shared/sampling.rs"]
mod sampling;
mod sheet;
mod training;
mod view;

use std::error::Error;
use std::path::Path;

use training::Plan;
use utsushi_kernels::RecyclingAllocator;

#[global_allocator]
static ALLOCATOR: RecyclingAllocator = RecyclingAllocator::new();

const STEPS: u64 = 12_000;
const SEED: u64 = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let seed = option(&mut arguments, "--seed")?;
    let seed = seed.map_or(Ok(SEED), |seed| seed.parse())?;
    let init = option(&mut arguments, "--init")?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["measure", folder, weights] => {
            measure::measure(&sample::read(Path::new(folder))?, Path::new(weights))
        }
        ["show", folder, out] => {
            sheet::write(&sample::read(Path::new(folder))?, Path::new(out), seed)
        }
        [folder, out, rest @ ..] if rest.len() < 2 => {
            let steps = rest.first().map_or(Ok(STEPS), |steps| steps.parse())?;
            let plan = Plan {
                out: Path::new(out),
                steps,
                init: init.as_deref().map(Path::new),
                seed,
            };
            training::train(&sample::read(Path::new(folder))?, &plan)
        }
        _ => Err("train_anatomy FOLDER OUT.safetensors [STEPS] [--init WEIGHTS] [--seed N]".into()),
    }
}

/// Takes an option and its value out of the arguments.
fn option(arguments: &mut Vec<String>, name: &str) -> Result<Option<String>, String> {
    let Some(at) = arguments.iter().position(|it| it == name) else {
        return Ok(None);
    };
    arguments.remove(at);
    if at == arguments.len() {
        return Err(format!("{name} needs a value"));
    }
    Ok(Some(arguments.remove(at)))
}
