//! Weights that are not what they should be.

use utsushi_weights::{NamedTensors, Precision, WeightsFile};

use crate::support::{Place, tiny_model, write_tiny_model};

/// A model file of 16-bit numbers whose last one is not a number.
fn with_nan(model: &[u8]) -> Vec<u8> {
    let mut bytes = model.to_vec();
    let last = bytes.len() - 2;
    bytes[last..].copy_from_slice(&0x7e00u16.to_le_bytes());
    bytes
}

/// The same, with a header that claims a length of its own.
fn with_header_length(model: &[u8], length: u64) -> Vec<u8> {
    let mut bytes = model.to_vec();
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    bytes
}

#[test]
fn each_is_a_clear_error_and_nothing_is_written() {
    let place = Place::new();
    place.draw("a.png", 32, 1);
    write_tiny_model(&place.path("m.safetensors"));
    let good = std::fs::read(place.path("m.safetensors")).unwrap();
    let mut other = tiny_model().exported();
    other.config["trunk_channels"] = [8, 8, 12].into();
    other
        .write(&place.path("other.safetensors"), false)
        .unwrap();
    let mut tensors = NamedTensors::new();
    tensors.insert("layer.weight", [2, 2], vec![1.0; 4]);
    let foreign = WeightsFile {
        tensors,
        ..Default::default()
    };
    foreign
        .write(&place.path("foreign.safetensors"), Precision::Single, false)
        .unwrap();
    let files: [(&str, Vec<u8>, &str); 7] = [
        ("empty.safetensors", Vec::new(), "safetensors"),
        (
            "letter.safetensors",
            b"Dear sir, this is no model.".to_vec(),
            "safetensors",
        ),
        (
            "cut.safetensors",
            good[..good.len() - 100].to_vec(),
            "safetensors",
        ),
        ("nan.safetensors", with_nan(&good), "NaN"),
        (
            "long.safetensors",
            with_header_length(&good, 1 << 60),
            "safetensors",
        ),
        (
            "other.safetensors",
            std::fs::read(place.path("other.safetensors")).unwrap(),
            "other",
        ),
        (
            "foreign.safetensors",
            std::fs::read(place.path("foreign.safetensors")).unwrap(),
            "not",
        ),
    ];
    for (name, bytes, _) in &files {
        place.write(name, bytes);
    }
    let before = place.files();
    for (name, _, part) in &files {
        let arguments = [
            "transfer", "a.png", "--style", "a.png", "--model", name, "-o", "out.png",
        ];
        let (code, out, err) = place.run(&arguments);
        assert_eq!((code, out.as_str()), (1, ""), "{name}: {err}");
        assert!(err.starts_with("error: ") && err.contains(name), "{err}");
        assert!(err.contains(part), "{name}: no `{part}` in: {err}");
    }
    assert_eq!(place.files(), before);
}
