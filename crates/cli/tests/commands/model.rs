//! `utsushi model`

use crate::support::{Place, write_tiny_model};

#[test]
fn styles_terms_and_card_are_shown() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let (code, out, err) = place.run(&["model", "m.safetensors"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for part in [
        "m.safetensors: ",
        "32 px",
        "ink",
        "oil",
        "CC0",
        "# An untrained model",
    ] {
        assert!(out.contains(part), "no `{part}` in: {out}");
    }
    let (code, out, _) = place.run(&["model", "m.safetensors", "--json"]);
    assert_eq!(code, 0);
    let model: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(model["styles"][1]["name"], "oil");
    assert_eq!(model["config"]["native_size"], 32);
}

#[test]
fn what_is_no_model_is_told_as_what_it_is() {
    let place = Place::new();
    place.draw("a.png", 32, 1);
    let (code, out, err) = place.run(&["model", "a.png"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("a.png") && err.contains("safetensors"),
        "{err}"
    );
    let (code, _, err) = place.run(&["model", "missing.safetensors"]);
    assert_eq!(code, 1);
    assert!(err.contains("missing.safetensors"), "{err}");
}
