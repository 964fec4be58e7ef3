//! The game learns: one batch is overfitted, the ways without a network or a loss still run, and
//! a divergence is caught.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::support::{Workshop, small_config};
use burn::tensor::Device;
use utsushi_dataset::{Loader, LoaderOptions, PreparedSet};
use utsushi_runs::RunDirectory;
use utsushi_training::{AdversarialLoss, TrainError, Trainer, TrainingConfig, train};

fn mean(values: &BTreeMap<String, f32>, name: &str) -> f32 {
    *values
        .get(name)
        .unwrap_or_else(|| panic!("no `{name}` in {values:?}"))
}

#[test]
fn one_batch_is_overfitted() {
    let workshop = Workshop::drawn();
    let set = Arc::new(PreparedSet::open(&workshop.path("set")).unwrap());
    let options = LoaderOptions {
        batch: 4,
        size: 32,
        threads: 0,
        ..LoaderOptions::default()
    };
    let batch = Loader::new(set, options, 0).unwrap().next().unwrap();
    let labels = BTreeMap::from([(0, 0), (1, 1)]);
    let trainer = |change: &dyn Fn(&mut TrainingConfig)| {
        let mut config = small_config(200);
        config.model.styles = 2;
        change(&mut config);
        Trainer::new(config, None, labels.clone(), &Device::flex())
    };

    let mut painting = trainer(&|config| {
        config.run.warm_up_steps = 200;
        config.optimizer.generator_rate = 2e-3;
    });
    let first = mean(&painting.advance(&batch).read(), "reconstruction/pixels");
    let mut last = first;
    for _ in 0..149 {
        last = mean(&painting.advance(&batch).read(), "reconstruction/pixels");
    }
    assert!(
        last < 0.4 * first,
        "reconstruction from {first} to {last} only"
    );

    // Against a generator that does not move, the discriminator must learn to tell them apart.
    let mut judging = trainer(&|config| {
        (config.run.warm_up_steps, config.adversarial.r1_gamma) = (0, 0.0);
        (config.adversarial.r2_gamma, config.augmentation.shift) = (0.0, 0.0);
        (
            config.optimizer.generator_rate,
            config.optimizer.mapping_rate,
        ) = (0.0, 0.0);
        config.optimizer.discriminator_rate = 2e-3;
    });
    let mut margin = || {
        let game = judging.advance(&batch).read();
        mean(&game, "pixel/real_logit") - mean(&game, "pixel/fake_logit")
    };
    let before = margin();
    let after = (0..60).map(|_| margin()).last().unwrap();
    assert!(
        after > before + 2.0,
        "the discriminator's margin went from {before} to {after}"
    );
}

#[test]
fn every_adversarial_loss_trains_with_and_without_features() {
    let workshop = Workshop::drawn();
    for (index, loss) in [
        AdversarialLoss::Minimax,
        AdversarialLoss::NonSaturating,
        AdversarialLoss::Hinge,
        AdversarialLoss::Relativistic,
    ]
    .into_iter()
    .enumerate()
    {
        let mut config = small_config(3);
        (config.adversarial.projected, config.adversarial.pixel) = (loss, loss);
        let mut options = workshop.options(&workshop.path(&format!("run-{index}")), config, false);
        if index % 2 == 0 {
            options.features = None;
        }
        let mut messages = Vec::new();
        train(&options, &AtomicBool::new(false), &mut |progress| {
            messages.extend(progress.message.clone());
        })
        .unwrap();
        let told = messages
            .iter()
            .any(|message| message.contains("pixel discriminator alone"));
        assert_eq!(told, options.features.is_none(), "{messages:?}");
    }
}

#[test]
fn a_divergence_stops_the_run_and_keeps_the_last_good_checkpoint() {
    let workshop = Workshop::drawn();
    let run = workshop.path("run");
    let never = AtomicBool::new(false);
    train(
        &workshop.options(&run, small_config(2), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    // The same run with a weight that overflows at once.
    let path = run.join("config.toml");
    let mut config: TrainingConfig =
        toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    config.losses.content = 3e38;
    config.losses.style = 3e38;
    std::fs::write(&path, config.to_toml()).unwrap();
    let error = train(
        &workshop.options(&run, small_config(8), true),
        &never,
        &mut |_| {},
    )
    .unwrap_err();
    let TrainError::Diverged { ref name, step, .. } = error else {
        panic!("{error}")
    };
    assert!((2..8).contains(&step) && !name.is_empty());
    assert!(error.to_string().contains(name.as_str()), "{error}");
    assert_eq!(
        RunDirectory::view(&run)
            .unwrap()
            .latest()
            .unwrap()
            .state
            .unwrap()
            .record
            .step,
        2
    );
}
