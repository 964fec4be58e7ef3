//! A run that starts from an exported model.

use std::sync::atomic::AtomicBool;

use utsushi_weights::{ExportedModel, collect};

use utsushi_training::{Checkpoint, export, train};

use crate::support::{Workshop, initial, small_config};

#[test]
fn its_weights_come_along_and_so_does_its_card() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let (first, second) = (workshop.path("first"), workshop.path("second"));
    train(
        &workshop.options(&first, small_config(4), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    let model = workshop.path("first.safetensors");
    export(&first, Checkpoint::Newest, &model, false).unwrap();

    // Rates of nothing: what is painted with stays as it came.
    let mut config = small_config(2);
    config.run.seed = 5;
    config.optimizer.generator_rate = 1e-30;
    config.optimizer.mapping_rate = 1e-30;
    let mut options = workshop.options(&second, config, false);
    options.init = initial(&model);
    train(&options, &never, &mut |_| {}).unwrap();
    let next = workshop.path("second.safetensors");
    export(&second, Checkpoint::Newest, &next, false).unwrap();

    let (before, after) = (
        ExportedModel::read(&model).unwrap(),
        ExportedModel::read(&next).unwrap(),
    );
    let device = burn::tensor::Device::flex();
    let weights = |exported: &ExportedModel, path| {
        collect(&exported.clone().take_networks(&device, path).unwrap().1)
    };
    let (old, new) = (weights(&before, &model), weights(&after, &next));
    for ((name, one), (_, two)) in old.iter().zip(new.iter()) {
        for (a, b) in one.values.iter().zip(&two.values) {
            assert!((a - b).abs() < 1e-3, "{name}: {a} became {b}");
        }
    }
    assert!(!before.card.contains("## Started from"));
    let (own, origin) = after.card.split_once("## Started from").unwrap();
    assert!(own.contains("seed 5") && own.contains("2 steps"));
    assert!(
        origin.contains("\n## Model card") && origin.contains("\n### Sets"),
        "{origin}"
    );
    assert!(
        origin.contains("| discs | style | "),
        "terms are said: {origin}"
    );
}
