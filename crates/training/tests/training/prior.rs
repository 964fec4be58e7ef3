//! The content prior: it learns what paintings of a style show, and leaves the others alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_weights::{ExportedModel, collect};

use utsushi_dataset::{Loader, LoaderOptions, PreparedSet};
use utsushi_training::{Checkpoint, Progress, Trainer, export, train};

use crate::support::{Workshop, initial, small_config};

/// How bright sketches of a style are in the mean, by the averaged prior.
fn brightness(trainer: &Trainer, label: i64) -> f32 {
    let device = Device::flex();
    let prior = trainer.average().content_prior.as_ref().unwrap();
    let noise: Vec<f32> = (0..32).map(|index| (index as f32 * 1.7).sin()).collect();
    let noise = Tensor::from_data(TensorData::new(noise, [8, 4]), &device);
    let labels = Tensor::from_data(TensorData::new(vec![label; 8], [8]), &device);
    prior.forward(noise, labels).mean().into_scalar::<f32>()
}

#[test]
fn sketches_grow_as_bright_as_the_paintings_of_their_style() {
    let workshop = Workshop::drawn();
    let set = Arc::new(PreparedSet::open(&workshop.path("set")).unwrap());
    let options = LoaderOptions {
        batch: 8,
        size: 32,
        threads: 0,
        ..LoaderOptions::default()
    };
    let mut loader = Loader::new(set, options, 0).unwrap();
    let mut config = small_config(1000);
    config.model.styles = 2;
    (config.prior.alone, config.run.batch) = (true, 8);
    (config.augmentation.brightness, config.augmentation.cutout) = (0.0, 0.0);
    config.optimizer.generator_rate = 2e-3;
    config.optimizer.discriminator_rate = 2e-3;
    let labels = BTreeMap::from([(0, 0), (1, 1)]);
    let mut trainer = Trainer::new(config, None, labels, &Device::flex());
    let apart = |trainer: &Trainer| brightness(trainer, 0) - brightness(trainer, 1);
    let before = apart(&trainer);
    for _ in 0..150 {
        trainer.advance(&loader.next().unwrap());
    }
    // The discs stand on lighter ground than the squares: about 0.3 apart on −1…1.
    let after = apart(&trainer);
    assert!(
        before.abs() < 0.1 && (0.15..0.5).contains(&after),
        "discs brighter than squares by {before}, then {after}"
    );
}

#[test]
fn all_styles_can_share_what_is_drawn_and_a_prior_of_another_size_starts_afresh() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let paths = ["first", "second"].map(|name| workshop.path(name));
    let models = ["a", "b"].map(|name| workshop.path(&format!("{name}.safetensors")));
    let run = |path: &Path, config, init: Option<&Path>| {
        let mut options = workshop.options(path, config, false);
        options.init = init.and_then(initial);
        let mut messages = Vec::new();
        let mut told = |progress: &Progress| messages.extend(progress.message.clone());
        train(&options, &never, &mut told).unwrap();
        messages.join("\n")
    };
    let mut config = small_config(2);
    config.prior.alone = true;
    run(&paths[0], config.clone(), None);
    export(&paths[0], Checkpoint::Newest, &models[0], false).unwrap();
    config.prior.shared = true;
    let sizes = config.model.prior.as_mut().unwrap();
    sizes.channels = sizes.channels.map(|channels| channels + 4);
    let told = run(&paths[1], config, Some(&models[0]));
    assert!(told.contains("it starts afresh"), "{told}");
    export(&paths[1], Checkpoint::Newest, &models[1], false).unwrap();
    let rows = |path: &Path| {
        let model = ExportedModel::read(path).unwrap();
        let labels = model
            .tensors
            .get("networks.content_prior.labels.weight")
            .unwrap();
        let length = labels.shape[1];
        [&labels.values[..length], &labels.values[length..2 * length]].map(<[f32]>::to_vec)
    };
    let [one, other] = rows(&models[0]);
    assert_ne!(one, other);
    let [one, other] = rows(&models[1]);
    assert_eq!(one, other);
}

#[test]
fn a_model_without_a_prior_gets_one_and_its_other_networks_stay() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let paths = ["first", "second", "third"].map(|name| workshop.path(name));
    let models = ["a", "b", "c"].map(|name| workshop.path(&format!("{name}.safetensors")));
    let mut config = small_config(2);
    (config.model.prior, config.prior.train) = (None, false);
    train(
        &workshop.options(&paths[0], config.clone(), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    export(&paths[0], Checkpoint::Newest, &models[0], false).unwrap();

    let mut alone = small_config(2);
    alone.prior.alone = true;
    let mut options = workshop.options(&paths[1], alone, false);
    options.init = initial(&models[0]);
    train(&options, &never, &mut |_| {}).unwrap();
    export(&paths[1], Checkpoint::Newest, &models[1], false).unwrap();

    // A run that does not speak of a prior keeps the one that the model has.
    let mut options = workshop.options(&paths[2], config, false);
    options.init = initial(&models[1]);
    train(&options, &never, &mut |_| {}).unwrap();
    export(&paths[2], Checkpoint::Newest, &models[2], false).unwrap();

    let weights = |index: usize| {
        let mut model = ExportedModel::read(&models[index]).unwrap();
        let networks = model.take_networks(&Device::flex(), &models[index]);
        collect(&networks.unwrap().1)
    };
    let [none, given, kept] = [0, 1, 2].map(weights);
    let mut counts = [0, 0];
    for (name, tensor) in given.iter() {
        let is_prior = name.starts_with("content_prior");
        counts[usize::from(is_prior)] += 1;
        let other = if is_prior { &kept } else { &none };
        assert_eq!(other.get(name), Some(tensor), "{name}");
    }
    assert!(counts[0] > 20 && counts[1] > 20, "{counts:?}");
    assert!(none.names().all(|name| !name.starts_with("content_prior")));
}
