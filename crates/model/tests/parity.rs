//! The networks against PyTorch's arithmetic in double precision; see `generate_fixtures.py`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_weights::{NamedTensors, apply, collect};

use utsushi_model::{
    DiscriminatorConfig, ModelConfig, Normaliser, PainterNetworks, PixelDiscriminator,
    ProjectedDiscriminator,
};

/// As in `generate_fixtures.py`.
fn formula(name: &str, count: usize) -> Vec<f64> {
    let seed: usize = name
        .bytes()
        .enumerate()
        .map(|(i, byte)| (i + 1) * byte as usize)
        .sum();
    let seed = (seed % 1009) as f64;
    (0..count)
        .map(|index| (seed + 1.7 * index as f64 + 0.1).sin())
        .collect()
}

fn tensor<const D: usize>(name: &str, shape: [usize; D]) -> Tensor<D> {
    let values: Vec<f32> = formula(name, shape.iter().product())
        .into_iter()
        .map(|v| v as f32)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// The module with weights by the formula.
fn filled<M: Module>(network: &str, module: M) -> M {
    let mut weights = NamedTensors::new();
    for (name, old) in collect(&module).iter() {
        let (last, count) = (old.shape.len() - 1, old.values.len());
        let fan_in = if last > 0 {
            old.shape[..last].iter().product()
        } else {
            4usize
        };
        let values = formula(name, count);
        let scale = if name.ends_with("right") {
            1.0 / values.iter().map(|v| v * v).sum::<f64>().sqrt()
        } else {
            1.0 / (fan_in as f64).sqrt()
        };
        if std::env::var_os("UTSUSHI_PRINT_NAMES").is_some() {
            let shape: Vec<String> = old.shape.iter().map(ToString::to_string).collect();
            println!("{network} {name} {}", shape.join(" "));
        }
        let values = values
            .into_iter()
            .map(|value| (value * scale) as f32)
            .collect();
        weights.insert(name, old.shape.clone(), values);
    }
    apply(module, &weights, "").unwrap()
}

fn fixture() -> BTreeMap<String, Vec<f32>> {
    serde_json::from_str(include_str!("fixtures/networks.json")).unwrap()
}

#[track_caller]
fn assert_close<const D: usize>(name: &str, found: Tensor<D>) {
    let wanted = &fixture()[name];
    let found = found.into_data().try_to_vec::<f32>().unwrap();
    assert_eq!(found.len(), wanted.len(), "{name}");
    let size = wanted.iter().map(|v| v * v).sum::<f32>().sqrt();
    let error = found
        .iter()
        .zip(wanted)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f32>()
        .sqrt();
    assert!(
        error < 1e-4 * size,
        "{name}: relative error {}",
        error / size
    );
}

fn config() -> ModelConfig {
    ModelConfig {
        native_size: 32,
        styles: 3,
        style_dim: 6,
        latent_dim: 4,
        trunk_channels: [8, 12, 16],
        style_channels: [5, 7, 9, 11],
        mapping_width: 10,
        ..ModelConfig::default()
    }
}

fn labels() -> Tensor<1, Int> {
    Tensor::from_data([2, 0], &Device::flex())
}

#[test]
fn what_paints_agrees() {
    let painter = filled(
        "painter",
        PainterNetworks::new(&config(), 1, &Device::flex()),
    );
    let codes = painter
        .style_encoder
        .forward(tensor("painting", [2, 16, 32, 3]));
    assert_close("style_codes", codes.clone());
    let noise = tensor("noise", [2, 4]);
    assert_close(
        "drawn_codes",
        painter.mapping_network.forward(noise, labels()),
    );
    let picture = tensor("picture", [2, 24, 16, 3]);
    assert_close(
        "content",
        painter.generator.encode(picture.clone()).features,
    );
    assert_close("painted", painter.generator.forward(picture, codes));
}

#[test]
fn what_judges_agrees() {
    let sizes = DiscriminatorConfig {
        projected_channels: 8,
        pixel_channels: vec![6, 8, 10],
    };
    let device = Device::flex();
    let pixel = filled(
        "pixel",
        PixelDiscriminator::new(&sizes, [3, 0], 1, &device).unwrap(),
    );
    let channels = [5, 7, 9, 6];
    let projected = ProjectedDiscriminator::new(&sizes, &channels, [3, 0], 1, &device).unwrap();
    let projected = filled("projected", projected);
    assert_close(
        "pixel_logits",
        pixel.forward(tensor("picture", [2, 24, 16, 3]), labels()),
    );
    let taps = [("a", 8), ("b", 4), ("c", 3), ("d", 2)]
        .into_iter()
        .zip(channels);
    let taps: Vec<Tensor<4>> = taps
        .map(|((key, side), channels)| tensor(&format!("tap-{key}"), [2, side, side, channels]))
        .collect();
    assert_close("projected_logits", projected.forward(&taps, labels()));
}

/// What tiles rely on: statistics recorded over one picture and given back change nothing.
#[test]
fn given_statistics_paint_what_own_statistics_paint() {
    let painter = filled(
        "painter",
        PainterNetworks::new(&config(), 1, &Device::flex()),
    );
    let picture = tensor("picture", [1, 24, 16, 3]);
    let codes = painter
        .style_encoder
        .forward(tensor("painting", [1, 16, 32, 3]));
    let paint = |norm: &mut Normaliser| {
        let content = painter.generator.encoder.forward(picture.clone(), norm);
        painter
            .generator
            .decoder
            .forward(&content, codes.clone(), norm)
    };
    let own = paint(&mut Normaliser::painting());
    let mut recording = Normaliser::recording();
    let recorded = paint(&mut recording);
    let given = paint(&mut Normaliser::given(recording.into_recorded()));
    for other in [recorded, given] {
        let difference = (other - own.clone()).abs().max().into_scalar::<f32>();
        assert!(difference < 1e-4, "{difference}");
    }
}
