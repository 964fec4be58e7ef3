//! A run on styles that the model it starts from does not know.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use utsushi_runs::RunDirectory;
use utsushi_weights::{ExportedModel, NamedTensors, collect};

use utsushi_training::{Checkpoint, Outcome, TrainingConfig, export, train};

use crate::support::{Workshop, initial, small_config, train_from};

/// The parts that the recipe keeps.
const FROZEN: [&str; 3] = ["content_encoder", "style_encoder", "content_prior"];

/// A model of discs and squares, and the folder that it lies in.
fn model_of_two() -> (Workshop, PathBuf) {
    let workshop = Workshop::drawn();
    let (run, model) = (workshop.path("run"), workshop.path("two.safetensors"));
    let options = workshop.options(&run, small_config(2), false);
    train(&options, &AtomicBool::new(false), &mut |_| {}).unwrap();
    export(&run, Checkpoint::Newest, &model, false).unwrap();
    (workshop, model)
}

/// A short run that leaves alone what the recipe leaves alone.
fn fine_tuning(steps: u64) -> TrainingConfig {
    let mut config = small_config(steps);
    config.run.seed = 9;
    config.run.warm_up_steps = 0;
    config.prior.train = false;
    config.losses.keep = 2.0;
    let frozen = toml::Value::from(FROZEN.to_vec());
    config.optimizer.frozen = frozen.try_into().unwrap();
    config
}

/// Runs to its end on the workshop's set from a model, and exports it. Gives back what was told.
fn tuned(
    workshop: &Workshop,
    config: TrainingConfig,
    model: &Path,
    name: &str,
) -> (ExportedModel, String) {
    let run = workshop.path(name);
    let told = train_from(workshop, config, model, name);
    let path = workshop.path(&format!("{name}.safetensors"));
    export(&run, Checkpoint::Newest, &path, false).unwrap();
    (ExportedModel::read(&path).unwrap(), told)
}

fn names(model: &ExportedModel) -> Vec<&str> {
    model
        .styles
        .iter()
        .map(|style| style.name.as_str())
        .collect()
}

fn weights(model: &ExportedModel) -> NamedTensors {
    let path = Path::new("model");
    collect(
        &model
            .clone()
            .take_networks(&Device::flex(), path)
            .unwrap()
            .1,
    )
}

/// The rows of the styles' labels in the mapping network.
fn rows(model: &ExportedModel) -> Vec<Vec<f32>> {
    let weights = weights(model);
    let rows = weights.get("mapping_network.labels.weight").unwrap();
    rows.values
        .chunks(rows.shape[1])
        .map(<[f32]>::to_vec)
        .collect()
}

#[test]
fn a_new_style_joins_those_that_the_model_knows_and_frozen_parts_stay() {
    let (_first, path) = model_of_two();
    let before = ExportedModel::read(&path).unwrap();
    let workshop = Workshop::with([("rings", true)]);
    let (after, told) = tuned(&workshop, fine_tuning(4), &path, "run");

    assert_eq!(names(&after), ["discs", "squares", "rings"]);
    assert_eq!(after.styles[0].licence, "CC0");
    for style in [0, 1] {
        assert_eq!(after.style_mean(style), before.style_mean(style), "{style}");
    }
    assert_ne!(after.style_mean(2), before.style_mean(0));
    assert!(told.contains("`rings` is new; it starts as `"), "{told}");
    assert!(
        told.contains("kept without pictures of their own: discs, squares"),
        "{told}"
    );
    assert!(
        after.card.contains("| discs | style | 0 | 0 | CC0 |"),
        "{}",
        after.card
    );

    let (old, new) = (weights(&before), weights(&after));
    let (mut still, mut changed) = (0, 0);
    for (name, tensor) in old.iter() {
        let is_frozen = ["generator.encoder.", "style_encoder.", "content_prior."]
            .iter()
            .any(|part| name.starts_with(part) && !name.ends_with("labels.weight"));
        let same = new.get(name) == Some(tensor);
        if is_frozen {
            assert!(same, "{name} was to be kept");
            still += 1;
        } else {
            changed += usize::from(!same)
        }
    }
    assert!(still > 30 && changed > 15, "{still} {changed}");
}

#[test]
fn a_new_style_starts_as_one_that_is_there_and_labels_follow_names() {
    let (_first, path) = model_of_two();
    let before = rows(&ExportedModel::read(&path).unwrap());
    // Rates of nothing: everything stays as it was put.
    let still = |mut config: TrainingConfig| {
        config.optimizer.generator_rate = 0.0;
        config.optimizer.mapping_rate = 0.0;
        config
    };
    // The set has them in another order, and one more.
    let workshop = Workshop::with([("rings", true), ("squares", false), ("discs", true)]);
    let (after, told) = tuned(&workshop, still(fine_tuning(1)), &path, "all");
    assert_eq!(names(&after), ["discs", "squares", "rings"]);
    let found = rows(&after);
    assert_eq!(found[..2], before[..]);
    assert!(before.contains(&found[2]));
    // Drawn as discs are.
    assert_eq!(found[2], before[0], "{told}");
    assert!(!told.contains("without pictures"), "{told}");

    // Those without pictures may be left out.
    let workshop = Workshop::with([("rings", true), ("squares", false)]);
    let mut config = still(fine_tuning(1));
    config.run.keep_styles = false;
    let (after, _) = tuned(&workshop, config, &path, "fewer");
    assert_eq!(names(&after), ["squares", "rings"]);
    assert_eq!(rows(&after)[0], before[1]);
}

#[test]
fn it_resumes_exactly_even_from_nothing_but_the_model() {
    let (_first, path) = model_of_two();
    let workshop = Workshop::with([("rings", true)]);
    tuned(&workshop, fine_tuning(5), &path, "whole");

    let parts = workshop.path("parts");
    let stop = AtomicBool::new(false);
    let mut options = workshop.options(&parts, fine_tuning(5), false);
    options.init = initial(&path);
    let outcome = train(&options, &stop, &mut |progress| {
        stop.store(progress.step >= 3, Ordering::Relaxed);
    });
    assert_eq!(outcome.unwrap(), Outcome::Stopped { step: 3 });
    // The model itself may be gone by then.
    std::fs::remove_file(&path).unwrap();
    let state = |run: &Path| RunDirectory::view(run).unwrap().load(5).unwrap().tensors;
    let go_on = || {
        let resumed = workshop.options(&parts, fine_tuning(5), true);
        train(&resumed, &AtomicBool::new(false), &mut |_| {}).unwrap();
        state(&parts)
    };
    let whole = state(&workshop.path("whole"));
    assert_eq!(go_on(), whole);

    // Killed before its first checkpoint, a run starts again from the model.
    std::fs::remove_dir_all(parts.join("checkpoints")).unwrap();
    std::fs::create_dir(parts.join("checkpoints")).unwrap();
    assert_eq!(go_on(), whole);
}

#[test]
fn a_configuration_without_sizes_takes_the_models() {
    let (_first, path) = model_of_two();
    let workshop = Workshop::with([("rings", true)]);
    let mut config = fine_tuning(1);
    let sizes = std::mem::take(&mut config.model);
    config.model.native_size = sizes.native_size;
    let (after, _) = tuned(&workshop, config.clone(), &path, "run");
    let own: utsushi_model::ModelConfig = serde_json::from_value(after.config).unwrap();
    assert_eq!((own.style_dim, own.styles), (sizes.style_dim, 3));
    assert_eq!(own.prior, sizes.prior);

    config.model.style_dim = 12;
    let run = workshop.path("other");
    let mut options = workshop.options(&run, config, false);
    options.init = initial(&path);
    let error = train(&options, &AtomicBool::new(false), &mut |_| {}).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("style_dim") || text.contains("[model]"),
        "{text}"
    );
}
