use std::fs;

use burn::tensor::Device;
use serde_json::json;
use utsushi_model::{ModelConfig, PainterNetworks};

use super::*;
use crate::Precision;
use crate::collect;

fn small_config() -> ModelConfig {
    ModelConfig {
        native_size: 32,
        styles: 2,
        style_dim: 4,
        latent_dim: 3,
        trunk_channels: [4, 5, 6],
        style_channels: [4, 5, 6, 7],
        mapping_width: 8,
        ..ModelConfig::default()
    }
}

fn styles() -> Vec<ExportedStyle> {
    let style = |name: &str, role: &str| ExportedStyle {
        name: name.to_owned(),
        role: role.to_owned(),
        licence: "CC0".to_owned(),
    };
    vec![style("oil", "style"), style("photo", "content-only")]
}

fn model() -> ExportedModel {
    let networks = PainterNetworks::new(&small_config(), 3, &Device::flex());
    let card = "# Card\n\n| a | b |\n".to_owned();
    let mut model = ExportedModel::from_networks(&small_config(), &networks, styles(), card);
    let means = (0..2 * 4 * 4).map(|index| index as f32 / 8.0).collect();
    model.tensors.insert(STYLE_MEANS, [2, 4, 4], means);
    model
}

#[test]
fn the_networks_come_back_rounded_to_half_precision() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model().write(&path, false).unwrap();
    let mut read = ExportedModel::read(&path).unwrap();
    assert_eq!(read.card, model().card);
    assert_eq!(read.styles, styles());
    assert_eq!(
        read,
        ExportedModel::from_bytes(&fs::read(&path).unwrap(), &path).unwrap()
    );

    let (config, networks) = read.take_networks(&Device::flex(), &path).unwrap();
    assert_eq!(config, small_config());
    let original = PainterNetworks::new(&small_config(), 3, &Device::flex());
    let (original, loaded) = (collect(&original), collect(&networks));
    assert_eq!(original.len(), loaded.len());
    for ((name, before), (_, after)) in original.iter().zip(loaded.iter()) {
        for (&before, &after) in before.values.iter().zip(&after.values) {
            assert_eq!(half::f16::from_f32(before).to_f32(), after, "{name}");
        }
    }
}

#[test]
fn a_style_is_found_by_name_and_has_its_own_mean() {
    let model = model();
    let index = model.style_index("photo").unwrap();
    let expected: Vec<f32> = (16..32).map(|index| index as f32 / 8.0).collect();
    assert_eq!(model.style_mean(index), Some(expected.as_slice()));
    assert_eq!(model.style_mean(2), None);
    assert_eq!(model.style_index("Oil"), None);
}

#[test]
fn files_of_other_kinds_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let error_of = |path: &Path| ExportedModel::read(path).unwrap_err().to_string();

    assert!(error_of(folder.path()).contains("a folder"));

    let path = folder.path().join("file.safetensors");
    let mut file = WeightsFile {
        tensors: model().tensors,
        ..WeightsFile::default()
    };
    file.write(&path, Precision::Single, true).unwrap();
    assert!(error_of(&path).contains("not an utsushi model"));
    file.metadata
        .insert("format".into(), "utsushi-features".into());
    file.write(&path, Precision::Single, true).unwrap();
    assert!(error_of(&path).contains("\"utsushi-features\""));
    file.metadata
        .insert("format".into(), "utsushi-model".into());
    file.metadata.insert("format_version".into(), "3".into());
    file.metadata.insert("program_version".into(), "9.0".into());
    file.write(&path, Precision::Single, true).unwrap();
    let error = error_of(&path);
    assert!(
        error.contains("version 3 (utsushi 9.0); this program reads version 1 or 2"),
        "{error}"
    );
    file.metadata.insert("format_version".into(), "1".into());
    file.write(&path, Precision::Single, true).unwrap();
    assert!(error_of(&path).contains("`config` is not valid: it is missing"));
}

#[test]
fn a_model_that_does_not_fit_its_configuration_is_refused() {
    let origin = Path::new("model.safetensors");
    let error_of = |change: fn(&mut ExportedModel)| {
        let mut model = model();
        change(&mut model);
        let error = model
            .take_networks(&Device::flex(), origin)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("model.safetensors: "), "{error}");
        error
    };
    let error = error_of(|model| model.config["style_dim"] = json!(5));
    assert!(
        error.contains("needs [") && error.contains("`networks."),
        "{error}"
    );
    let error = error_of(|model| model.config["colour"] = json!(1));
    assert!(error.contains("colour"), "{error}");
    let error = error_of(|model| model.config["trunk_channels"] = json!([4000, 4000, 4000]));
    assert!(error.contains("the file has"), "{error}");
    let error = error_of(|model| model.config["latent_dim"] = json!(0));
    assert!(error.contains("latent_dim"), "{error}");
    let error = error_of(|model| model.config = json!("text"));
    assert!(error.contains("`config`"), "{error}");
    let error = error_of(|model| drop(model.styles.pop()));
    assert!(error.contains("2 styles, but 1"), "{error}");
    let error = error_of(|model| {
        model.tensors.insert("networks.more", [1], vec![0.0]);
    });
    assert!(
        error.contains("`networks.more` is not part of the network"),
        "{error}"
    );
}

#[test]
fn styles_that_cannot_be_told_apart_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let mut twice = model();
    twice.styles[1].name = "oil".to_owned();
    assert!(
        twice
            .write(&path, false)
            .unwrap_err()
            .to_string()
            .contains("there twice")
    );
    let mut short = model();
    short.styles.pop();
    let error = short.write(&path, false).unwrap_err().to_string();
    assert!(
        error.contains("1 styles, but `styles.mean` has the shape [2, 4, 4]"),
        "{error}"
    );
    assert!(!path.exists());
}
