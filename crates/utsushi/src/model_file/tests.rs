use utsushi_imaging::Picture;
use utsushi_model::{Student, StudentConfig};
use utsushi_weights::{ExportedStyle, Precision};

use super::*;
use crate::testing::model;
use crate::{PaintRequest, Style};

fn style(name: &str) -> ExportedStyle {
    ExportedStyle {
        name: name.to_owned(),
        role: "style".to_owned(),
        licence: "CC0".to_owned(),
    }
}

#[test]
fn every_kind_of_file_has_the_same_door() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let device = Device::flex();
    let picture = Picture::filled(40, 32, [90, 120, 200]);

    let own = model();
    let styles = ["oil", "cel", "photo"].map(style).to_vec();
    let exported = ExportedModel::from_networks(&own.config, &own.networks, styles, "# A".into());
    exported.write(&at("model.safetensors"), false).unwrap();
    let opened = Model::open(&at("model.safetensors"), device.clone()).unwrap();
    assert_eq!(opened.card(), "# A");
    assert_eq!(opened.steered().unwrap().styles().len(), 3);

    let config = StudentConfig {
        channels: [3, 4, 5],
        blocks: 2,
        ..StudentConfig::default()
    };
    let student = Student::new(&config, 5, &device);
    let student = ExportedStudent::from_network(&config, &student, style("cel"), "# B".into());
    student.write(&at("student.safetensors"), false).unwrap();
    let opened = Model::open(&at("student.safetensors"), device.clone()).unwrap();
    assert!(opened.steered().is_none());
    assert_eq!((opened.card(), opened.style_count()), ("# B", 1));
    assert_eq!(opened.style_info(0).unwrap().licence, "CC0");
    let request = PaintRequest::new(&picture, Style::Only);
    assert!(opened.paint_one(&request, &mut ()).is_ok());
}

#[test]
fn what_is_no_model_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let error_of = |path: &Path| {
        let error = Model::open(path, Device::flex()).unwrap_err();
        error.to_string()
    };
    assert!(error_of(folder.path()).contains("a folder"));
    let missing = error_of(&folder.path().join("missing.safetensors"));
    assert!(missing.contains("missing.safetensors"), "{missing}");
    let path = folder.path().join("other.safetensors");
    let other = WeightsFile::default();
    other.write(&path, Precision::Single, false).unwrap();
    assert!(error_of(&path).contains("not an utsushi model"));
    if cfg!(feature = "onnx") {
        let path = folder.path().join("cut.onnx");
        std::fs::write(&path, [0x3a, 0x05, 0x00]).unwrap();
        assert!(error_of(&path).contains("cut.onnx: this is no ONNX network"));
    }
}
