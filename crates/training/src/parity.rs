//! Comparison of a training step with the same step in PyTorch (`bench/pytorch/check_step.py`):
//! losses and gradients from the same weights, pictures and drawn numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use burn::tensor::{Device, Tensor};
use utsushi_backbone::{FeatureNetwork, write_untrained};
use utsushi_dataset::{Pictures, TrainingBatch};
use utsushi_weights::{NamedTensors, Precision, WeightsFile};

use crate::augment::Augmentation;
use crate::config::TrainingConfig;
use crate::procedural::{disturbed, repainted, smooth_contents, smoothness_of};
use crate::random::{Stream, integer, standard_normal, stream};
use crate::reference_game::ReferenceGame;
use crate::stats::Pending;
use crate::trainer::Trainer;

/// Configuration of small networks with every kind of layer; without clipping, and with moments
/// equal to the gradients.
const CONFIG: &str = r#"
[run]
seed = 9
size = 32
batch = 8
warm_up_steps = 0
ramp_steps = 0
feature_size = 32
[model]
native_size = 32
styles = 3
style_dim = 6
latent_dim = 4
trunk_channels = [8, 12, 16]
style_channels = [8, 10, 12, 14]
mapping_width = 10
line_style = true
noise = true
style_slots = 3
slot_dim = 5
[discriminator]
projected_channels = 8
pixel_channels = [6, 8, 10]
[adversarial]
projected = "hinge"
pixel = "relativistic"
reference_weight = 1.0
r2_gamma = 0.5
[losses]
lines = 0.25
fine_lines = 0.1
lips = 2.0
texture = 2.0
lips_of = ["b"]
matching = 3.0
classification = 0.7
reconstruction_interval = 1
cycle = 0.5
[procedural]
disturbed = 0.7
painted = 0.5
smoothed = true
[optimizer]
beta1 = 0.0
clip_norm = 1e9
[near]
share = 0.5
"#;

fn pictures(salt: u64) -> Pictures {
    let wave = |at: usize, pace: f32| (at as f32 * pace + salt as f32).sin();
    let pixels = (0..8 * 32 * 32 * 3).map(|at| {
        let (row, column) = (at / 96, at / 3 % 32);
        wave(row, 0.37) * wave(column, 0.53) * 0.6 + wave(at % 3 + salt as usize, 1.9) * 0.3
    });
    Pictures {
        size: 32,
        pixels: pixels.collect(),
        styles: (0..8).map(|at| (at + salt as usize) % 3).collect(),
        labels: vec![BTreeMap::new(); 8],
    }
}

/// Tensors for PyTorch: what a step starts from, draws and computes.
#[derive(Default)]
struct Dump(NamedTensors);

impl Dump {
    fn put(&mut self, name: &str, shape: impl Into<Vec<usize>>, values: Vec<f32>) {
        self.0.insert(name, shape, values);
    }

    fn put_tensor<const D: usize>(&mut self, name: &str, tensor: &Tensor<D>) {
        let values = tensor.clone().into_data().try_to_vec::<f32>();
        self.put(name, tensor.dims(), values.unwrap());
    }

    fn put_pictures(&mut self, name: &str, pictures: &Pictures) {
        let shape = [pictures.len(), pictures.size, pictures.size, 3];
        self.put(name, shape, pictures.pixels.clone());
    }

    fn put_whole(&mut self, name: &str, values: impl IntoIterator<Item = usize>) {
        let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
        self.put(name, [values.len()], values);
    }
}

/// The random numbers that `Trainer::advance` draws for a step.
fn drawn(
    config: &TrainingConfig,
    batch: &TrainingBatch,
    smoothness: &BTreeMap<usize, f32>,
    step: u64,
    dump: &mut Dump,
) {
    let (seed, size, rows) = (config.run.seed, config.run.size, config.run.batch);
    let device = Device::flex();
    let random = |purpose| stream(seed, purpose, step);
    let normal = |purpose, count| standard_normal(&mut random(purpose), count);
    let half = rows / 2;
    let latents = half * config.model.latent_dim;
    let procedural = &config.procedural;
    dump.put_pictures("drawn.reference", &batch.reference);
    let real = batch.real.as_ref().unwrap_or(&batch.reference);
    dump.put_pictures("drawn.real", real);
    let contents = smooth_contents(batch, smoothness);
    dump.put_pictures("drawn.content", &contents);
    let amounts = smoothness_of(batch, smoothness).collect();
    dump.put("drawn.smoothness", [rows], amounts);
    let shown = disturbed(
        &contents,
        &mut random(Stream::Disturbance),
        procedural.disturbed,
    );
    dump.put_pictures("drawn.shown", &shown);
    let painters = &mut random(Stream::Painters);
    let truth = repainted(real, painters, procedural.painted);
    let shown = repainted(real, painters, procedural.painted / 2.0);
    let shown = disturbed(&shown, painters, procedural.disturbed);
    dump.put_pictures("drawn.truth", &truth);
    dump.put_pictures("drawn.rebuilt_from", &shown);
    dump.put_whole("drawn.labels", batch.reference.styles.iter().copied());
    let lips = |style: &usize| usize::from(batch.real.is_none() && *style == 1);
    dump.put_whole("drawn.lips", batch.content.styles.iter().map(lips));
    let shape = [half, config.model.latent_dim];
    dump.put("drawn.latents", shape, normal(Stream::Latents, latents));
    let others = normal(Stream::DiversityLatents, latents);
    dump.put("drawn.other_latents", shape, others);
    let noise = normal(Stream::Noise, rows * size * size * 3);
    dump.put("drawn.noise", [rows, size, size, 3], noise);
    let change = &mut random(Stream::Augmentation);
    let change = Augmentation::draw(&config.augmentation, change, rows, size, &device);
    let shifts = change.shifts.iter().flatten();
    let shifts = shifts.map(|&by| by as f32).collect();
    dump.put("drawn.shifts", [rows, 2], shifts);
    dump.put_tensor("drawn.brightness", &change.brightness);
    dump.put_tensor("drawn.mask", &change.mask.unwrap());
    let game = ReferenceGame::draw(&mut random(Stream::Windows), half, size, &device);
    dump.put_whole("drawn.side", [game.side]);
    for (index, places) in game.places.iter().enumerate() {
        let name = format!("drawn.places.{index}");
        dump.put_whole(&name, places.iter().flatten().copied());
    }
    dump.put_tensor("drawn.grey", &game.grey);
    dump.put_tensor("drawn.gain", &game.gain);
    let matching = &mut random(Stream::Matching);
    let matched = [0, 1].map(|_| integer(matching, 0, 1) as usize);
    dump.put_whole("drawn.matched", matched);
}

/// Makes a step from fresh weights, and writes what PyTorch needs to make the same step and to
/// compare.
fn dump_step(config: &TrainingConfig, features: &Path, near: bool, out: &Path) {
    let device = Device::flex();
    let labels = (0..3).map(|style| (style, style as i64)).collect();
    let network = FeatureNetwork::load(features, &device).unwrap();
    let mut trainer = Trainer::new(config.clone(), Some(network), labels, &device);
    trainer.with_lips = BTreeSet::from([1]);
    trainer.smoothness = BTreeMap::from([(0, 0.5), (2, 1.0)]);
    let batch = TrainingBatch {
        step: 0,
        content: pictures(1),
        reference: pictures(2),
        real: near.then(|| pictures(4)),
    };
    let mut dump = Dump::default();
    drawn(config, &batch, &trainer.smoothness, 0, &mut dump);
    let mut before = started(&mut trainer);
    for part in ["painter", "discriminators"] {
        dump.0
            .extend_under(&format!("before.{part}"), before.take_under(part));
    }
    let mut pending = Pending::default();
    pending.push(trainer.advance(&batch));
    for (name, value) in pending.means().unwrap() {
        dump.put(&format!("loss.{name}"), [1], vec![value as f32]);
    }
    let mut after = trainer.to_named();
    for part in ["painter", "discriminators"] {
        let optimizer = after.take_under(&format!("optimizer-{part}"));
        for (name, moment) in optimizer.iter() {
            if let Some(name) = name.strip_suffix(".first") {
                let name = format!("gradient.{part}.{name}");
                dump.put(&name, moment.shape.clone(), moment.values.clone());
            }
        }
        dump.0
            .extend_under(&format!("after.{part}"), after.take_under(part));
    }
    let file = WeightsFile {
        tensors: dump.0,
        metadata: BTreeMap::new(),
    };
    file.write(out, Precision::Single, true).unwrap();
}

/// The trainer's weights, after layers that start at zero were given other numbers, so that they
/// have an effect.
fn started(trainer: &mut Trainer) -> NamedTensors {
    let mut weights = utsushi_weights::collect(&trainer.average);
    let names: Vec<String> = weights.names().map(str::to_owned).collect();
    for name in names {
        let tensor = weights.get(&name).unwrap().clone();
        if tensor.values.iter().all(|value| *value == 0.0) {
            let values = (0..tensor.values.len()).map(|at| (at as f32 * 1.7 + 0.4).sin() * 0.1);
            weights.insert(name, tensor.shape, values.collect::<Vec<_>>());
        }
    }
    trainer.painter = utsushi_weights::apply(trainer.painter.clone(), &weights, "").unwrap();
    trainer.to_named()
}

#[test]
fn a_step_is_the_same_in_pytorch() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/pytorch/check_step.py");
    let python = std::env::var_os("UTSUSHI_PYTHON").unwrap_or_else(|| "python3".into());
    let needed = ["-c", "import torch, safetensors, numpy"];
    let found = Command::new(&python).args(needed).output();
    if !script.is_file() || !found.is_ok_and(|output| output.status.success()) {
        return skip(
            "pytorch",
            "there is no Python with PyTorch; UTSUSHI_PYTHON names one",
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write_untrained(&path("features.safetensors"), false).unwrap();
    let config: TrainingConfig = toml::from_str(CONFIG).unwrap();
    config.validate().unwrap();
    std::fs::write(path("config.toml"), config.to_toml()).unwrap();
    for (near, name) in [(false, "whole.safetensors"), (true, "near.safetensors")] {
        dump_step(&config, &path("features.safetensors"), near, &path(name));
    }
    let mut check = Command::new(&python);
    check.arg(script).args(
        [
            "config.toml",
            "features.safetensors",
            "whole.safetensors",
            "near.safetensors",
        ]
        .map(path),
    );
    let output = check.output().unwrap();
    let told =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}", told.concat());
    println!("{}", told.concat());
}

/// Reports that a test is skipped and why; fails instead if the environment variable
/// `UTSUSHI_REQUIRE` names what is missing.
fn skip(missing: &str, why: &str) {
    let required = std::env::var("UTSUSHI_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == missing),
        "UTSUSHI_REQUIRE asks for {missing}, but {why}"
    );
    eprintln!("skipped: {why}");
}
