//! Labels of single pictures as conditions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::support::{Workshop, small_config};
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_runs::RunDirectory;
use utsushi_weights::ExportedModel;

use utsushi_dataset::{Loader, LoaderOptions, PreparedSet};
use utsushi_model::{Condition, Labels};
use utsushi_training::{Checkpoint, InitialModel, Trainer, TrainingConfig, export, train};

fn tone() -> Vec<Condition> {
    vec![Condition {
        name: "tone".to_owned(),
        values: vec!["dark".to_owned(), "light".to_owned()],
    }]
}

fn labelled(steps: u64) -> TrainingConfig {
    let mut config = small_config(steps);
    config.labels.columns = vec!["tone".to_owned()];
    config
}

/// Codes drawn for the first style where nothing, `dark` and `light` hold.
fn drawn(trainer: &Trainer) -> Vec<Vec<f32>> {
    let device = Device::flex();
    let holding = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
    let codes = holding.map(|row| {
        let labels = Labels {
            styles: Tensor::<1, Int>::from_data([0], &device),
            conditions: Some(Tensor::from_data([row], &device)),
        };
        let noise = TensorData::new(vec![0.3f32, -1.0, 0.8, 0.1], [1, 4]);
        let noise = Tensor::from_data(noise, &device);
        let network = &trainer.average().mapping_network;
        network
            .forward(noise, labels)
            .into_data()
            .try_to_vec::<f32>()
            .unwrap()
    });
    codes.into()
}

#[test]
fn codes_follow_the_labels_that_change_nothing_at_first() {
    let workshop = Workshop::drawn();
    let set = Arc::new(PreparedSet::open(&workshop.path("set")).unwrap());
    let options = LoaderOptions {
        batch: 8,
        size: 32,
        threads: 0,
        ..LoaderOptions::default()
    };
    let batch = Loader::new(set, options, 0).unwrap().next().unwrap();
    let tones: Vec<_> = batch
        .reference
        .labels
        .iter()
        .map(|it| it.get("tone"))
        .collect();
    assert_eq!(tones.len(), 8);
    assert!(tones.iter().flatten().count() > 2, "{tones:?}");

    let labels = BTreeMap::from([(0, 0), (1, 1)]);
    let trainer = |conditions: Vec<Condition>| {
        let mut config = labelled(200);
        config.run.batch = 8;
        (config.run.warm_up_steps, config.run.ramp_steps) = (0, 0);
        (config.model.styles, config.model.conditions) = (2, conditions);
        config.labels.left_out = 0.0;
        config.optimizer.generator_rate = 2e-3;
        config.optimizer.mapping_rate = 2e-3;
        (config.prior.train, config.model.prior) = (false, None);
        Trainer::new(config, None, labels.clone(), &Device::flex())
    };
    let (plain, mut trainer) = (trainer(Vec::new()), trainer(tone()));
    let [nothing, dark, light] = <[_; 3]>::try_from(drawn(&trainer)).unwrap();
    assert!(
        nothing == dark && nothing == light,
        "fresh conditions move nothing"
    );
    assert_eq!(
        drawn(&plain)[0],
        nothing,
        "nor do they change other weights"
    );

    let first = trainer.advance(&batch).read();
    let mut last = first.clone();
    for _ in 0..80 {
        last = trainer.advance(&batch).read();
    }
    for name in ["labels/read_loss", "labels/drawn_loss"] {
        let (before, after) = (first[name], last[name]);
        assert!(after < 0.5 * before, "{name} from {before} to {after} only");
    }
    assert!(last["labels/read_accuracy"] > 0.9, "{last:?}");
    let [nothing, dark, light] = <[_; 3]>::try_from(drawn(&trainer)).unwrap();
    assert!(nothing != dark && dark != light);
}

fn config_of(path: &Path) -> TrainingConfig {
    let run = RunDirectory::view(path).unwrap();
    TrainingConfig::read(&run.config_path()).unwrap()
}

#[test]
fn a_model_has_the_labels_of_its_set_and_hands_them_on() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let (first, second) = (workshop.path("first"), workshop.path("second"));
    train(
        &workshop.options(&first, labelled(3), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    assert_eq!(config_of(&first).model.conditions, tone());
    let file = workshop.path("first.safetensors");
    export(&first, Checkpoint::Newest, &file, false).unwrap();
    let mut model = ExportedModel::read(&file).unwrap();
    assert!(
        model.card.contains("| tone | dark, light |"),
        "{}",
        model.card
    );
    let (config, networks) = model.take_networks(&Device::flex(), &file).unwrap();
    assert_eq!(config.conditions, tone());
    assert!(networks.condition_reader.is_some());

    // A run that says nothing of labels keeps them.
    let mut options = workshop.options(&second, small_config(2), false);
    options.init = Some(InitialModel {
        model: ExportedModel::read(&file).unwrap(),
        path: file,
    });
    train(&options, &never, &mut |_| {}).unwrap();
    assert_eq!(config_of(&second).model.conditions, tone());
}

#[test]
fn a_column_that_no_picture_has_is_named_with_those_there_are() {
    let workshop = Workshop::drawn();
    let mut config = small_config(2);
    config.labels.columns = vec!["tone".to_owned(), "mood".to_owned()];
    let options = workshop.options(&workshop.path("run"), config, false);
    let error = train(&options, &AtomicBool::new(false), &mut |_| {}).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("`mood`") && error.contains("tone"),
        "{error}"
    );
    assert!(!workshop.path("run").exists());
}
