use std::path::Path;

use burn::tensor::Device;
use utsushi_anatomy::Part;
use utsushi_weights::{
    ExportedModel, GALLERY_CODES, NamedTensors, STYLE_COLOURS, STYLE_GALLERY, STYLE_MEANS,
};

use crate::testing::{drawing, model, paint, painter, tiny_model};
use crate::{LoadModelError, Painter, PartColours, SteeredModel};

fn exported() -> ExportedModel {
    tiny_model().exported()
}

#[test]
fn typical_codes_come_along() {
    let mut exported = exported();
    let values = (0..3 * GALLERY_CODES * 16)
        .map(|i| i as f32 / 512.0)
        .collect();
    let shape = [3, GALLERY_CODES, 4, 4];
    exported.tensors.insert(STYLE_GALLERY, shape, values);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    exported.write(&path, false).unwrap();
    let loaded = Painter::load(&path, Device::flex()).unwrap();
    let code = loaded.named_style("cel:2").unwrap();
    let first = (GALLERY_CODES + 1) * 16;
    assert!((code.values()[0] - first as f32 / 512.0).abs() < 1e-3);
    assert_eq!(loaded.typical_styles("oil").unwrap().len(), GALLERY_CODES);
}

#[test]
fn colours_of_typical_codes_come_along_and_damaged_ones_are_refused() {
    let mut exported = exported();
    let values = vec![0.0; 3 * GALLERY_CODES * 16];
    exported
        .tensors
        .insert(STYLE_GALLERY, [3, GALLERY_CODES, 4, 4], values);
    let blue = PartColours::even(&[(Part::Hair, [0.25, -0.25, 0.5])]);
    exported.set_style_gallery([1, 2], &[0.5; 16], blue.to_tensors());
    // Those that were there go with the code that they belonged to.
    exported.set_style_gallery([1, 3], &[0.25; 16], blue.to_tensors());
    exported.set_style_gallery([1, 3], &[0.75; 16], NamedTensors::new());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    exported.write(&path, false).unwrap();
    let loaded = Painter::load(&path, Device::flex()).unwrap();
    let named = |name: &str| loaded.named_style(name).unwrap();
    assert_eq!(named("cel:3").values(), [0.5; 16]);
    assert_eq!(named("cel:3").part_colours(), Some(&blue));
    assert_eq!(named("cel:4").values(), [0.75; 16]);
    for other in ["cel", "cel:4", "oil:3"] {
        assert_eq!(named(other).part_colours(), None, "{other}");
    }
    let name = format!("{STYLE_COLOURS}.0.4.hair");
    exported.tensors.insert(name, [15, 3], vec![0.0; 45]);
    let error = SteeredModel::from_exported(exported, &Device::flex(), Path::new("x"));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("`oil`") && error.contains("code 5 are no tones"),
        "{error}"
    );
}

#[test]
fn an_exported_model_paints_as_the_networks_did() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    exported().write(&path, false).unwrap();
    let loaded = Painter::load(&path, Device::flex()).unwrap();
    assert_eq!(loaded.config(), &tiny_model().config);
    assert_eq!(loaded.card(), tiny_model().exported().card);
    assert!(loaded.styles()[2].content_only && !loaded.styles()[0].content_only);
    let bytes = std::fs::read(&path).unwrap();
    let again = Painter::from_bytes(&bytes, Path::new("built in"), Device::flex()).unwrap();
    let picture = drawing(48, 48);
    let oil = loaded.named_style("oil").unwrap();
    let painted = paint(&loaded, &picture, &oil, 1.0).unwrap();
    assert_eq!(painted, paint(&again, &picture, &oil, 1.0).unwrap());
    // Weights in half precision move colours a little.
    let exact = paint(&painter(), &picture, &oil, 1.0).unwrap();
    let apart = painted
        .rgb()
        .iter()
        .zip(exact.rgb())
        .map(|(a, b)| a.abs_diff(*b));
    assert!(apart.max().unwrap() < 8);
}

#[test]
fn files_that_are_no_model_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let of = |path: &Path| Painter::load(path, Device::flex()).unwrap_err().to_string();
    assert!(of(&path).contains("model.safetensors"));
    exported().write(&path, false).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    assert!(of(&path).contains("damaged"));

    let mut wrong = exported();
    wrong.tensors.insert(STYLE_MEANS, [3, 5], vec![0.0; 15]);
    wrong.write(&path, true).unwrap();
    let error = of(&path);
    assert!(
        error.contains("model.safetensors") && error.contains("`oil`"),
        "{error}"
    );

    let mut broken = exported();
    let bias = broken
        .tensors
        .names()
        .find(|name| name.ends_with("bias"))
        .unwrap()
        .to_owned();
    let mut tensor = broken.tensors.get(&bias).unwrap().clone();
    tensor.values[0] = f32::NAN;
    broken.tensors.insert(bias, tensor.shape, tensor.values);
    let loaded = SteeredModel::from_exported(broken, &Device::flex(), Path::new("x"));
    let error = loaded.unwrap_err().to_string();
    assert!(error.contains("NaN"), "{error}");

    let mut model = model();
    model.styles.pop();
    let error = Painter::new(model, Device::flex()).unwrap_err();
    assert!(matches!(
        error,
        LoadModelError::StyleCount {
            found: 2,
            expected: 3
        }
    ));
}
