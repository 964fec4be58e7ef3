//! A run that starts from an exported model.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use burn::tensor::{Int, Tensor};
use utsushi_runs::RunDirectory;
use utsushi_weights::{ExportedModel, collect};

use utsushi_training::{Checkpoint, discriminators_beside, export, export_discriminators, train};

use crate::support::{Workshop, initial, small_config, train_from};

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

#[test]
fn discriminators_go_on_where_they_lie_beside_the_model_and_fit() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let first = workshop.path("first");
    let config = || {
        let mut config = small_config(4);
        config.adversarial.reference_weight = 1.0;
        config
    };
    train(
        &workshop.options(&first, config(), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    let model = workshop.path("first.safetensors");
    export(&first, Checkpoint::Newest, &model, false).unwrap();
    let alone = train_from(&workshop, config(), &model, "alone");
    assert!(!alone.contains("discriminators"), "{alone}");

    let beside = export_discriminators(&first, Checkpoint::Newest, &model, false).unwrap();
    assert_eq!(beside, discriminators_beside(&model));
    // Rates of nothing, and nothing to paint: the discriminators stay as they came.
    let mut still = config();
    still.run.steps = 2;
    still.run.warm_up_steps = 0;
    still.optimizer.discriminator_rate = 1e-30;
    let told = train_from(&workshop, still, &model, "second");
    assert!(
        told.contains("beside the model: projected, pixel, classifier, reference"),
        "{told}"
    );
    let state = |run: &str, step| {
        let directory = RunDirectory::view(&workshop.path(run)).unwrap();
        directory
            .load(step)
            .unwrap()
            .tensors
            .take_under("discriminators")
    };
    let (before, after) = (state("first", 4), state("second", 2));
    for (name, one) in before.iter().filter(|(name, _)| !name.ends_with("right")) {
        let pairs = one.values.iter().zip(&after.get(name).unwrap().values);
        let off = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-6, "{name} moved by {off}");
    }

    // Of another size: that one starts afresh, the others go on.
    let mut wider = config();
    wider.discriminator.pixel_channels = vec![8, 12];
    let told = train_from(&workshop, wider, &model, "wider");
    assert!(
        told.contains("beside the model: projected, classifier, reference"),
        "{told}"
    );

    std::fs::write(&beside, b"damaged").unwrap();
    let options = {
        let mut options = workshop.options(&workshop.path("never"), config(), false);
        options.init = initial(&model);
        options
    };
    let error = train(&options, &never, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("first.discriminators.safetensors"),
        "{error}"
    );
}

#[test]
fn layers_that_start_at_zero_are_added_and_paint_as_before() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let first = workshop.path("first");
    train(
        &workshop.options(&first, small_config(2), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    let model = workshop.path("first.safetensors");
    export(&first, Checkpoint::Newest, &model, false).unwrap();
    let mut config = small_config(2);
    config.model.line_style = true;
    config.model.noise = true;
    config.model.style_slots = 3;
    config.optimizer.generator_rate = 1e-30;
    config.optimizer.mapping_rate = 1e-30;
    train_from(&workshop, config, &model, "second");
    let next = workshop.path("second.safetensors");
    export(&workshop.path("second"), Checkpoint::Newest, &next, false).unwrap();
    let painted = |path: &Path| {
        let device = burn::tensor::Device::flex();
        let mut model = ExportedModel::read(path).unwrap();
        assert!(model.style_gallery(0, 0).is_some() && model.style_gallery(0, 6).is_none());
        let (config, networks) = model.take_networks(&device, path).unwrap();
        let code = Tensor::<3>::ones(
            [1, utsushi_model::ModelConfig::STAGES, config.code_length()],
            &device,
        ) * 0.4;
        let ramp = Tensor::<1, Int>::arange(0..32 * 32 * 3, &device).float();
        let picture = (ramp * 0.37).sin().reshape([1, 32, 32, 3]);
        networks.generator.forward(picture, code)
    };
    let off = (painted(&model) - painted(&next)).abs().max();
    assert!(off.into_scalar::<f32>() < 1e-2);
}
