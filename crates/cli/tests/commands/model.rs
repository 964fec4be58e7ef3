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
fn the_built_in_model_fits_on_two_screens() {
    let place = Place::new();
    let (code, out, err) = place.run(&["model"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().count() <= 60, "{out}");
    for part in ["tv-cel", "ukiyo-e", "CC BY-NC 4.0", "px", "--json"] {
        assert!(out.contains(part), "no `{part}` in: {out}");
    }
    assert!(!out.contains("[optimizer]"), "{out}");
    let (_, out, _) = place.run(&["model", "--json"]);
    let model: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(model["card"].as_str().unwrap().contains("[optimizer]"));
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

#[test]
fn a_gallery_shows_every_style_and_replaces_nothing_unasked() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("a.png", 40, 3);
    let (code, out, err) = place.run(&["model", "m.safetensors", "--gallery", "sheet.png"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("2 styles"), "{out}");
    let sheet = std::fs::read(place.path("sheet.png")).unwrap();
    let again = ["model", "m.safetensors", "--gallery", "sheet.png"];
    let (code, _, err) = place.run(&again);
    assert!(code != 0 && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(place.path("sheet.png")).unwrap(), sheet);
    let (code, _, err) = place.run(&[&again[..], &["--force", "--content", "a.png"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_ne!(std::fs::read(place.path("sheet.png")).unwrap(), sheet);
}
