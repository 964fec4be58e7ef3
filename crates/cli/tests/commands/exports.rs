//! `utsushi export --data`

use std::path::Path;

use utsushi_weights::{ExportedModel, STYLE_COLOURS, STYLE_GALLERY};

use crate::support::{Place, tiny_model};

/// A prepared set of the portraits that come with the project.
fn prepared(place: &Place, style: &str) {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    let sets = format!(
        "size = 256\nvalidation = 0.0\n\n[[source]]\npath = '{}'\nstyle = \"{style}\"\n\
         crop = \"figure\"\nlicence = \"MIT\"\n",
        pictures.display()
    );
    place.write("sets.toml", sets);
    let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn typical_codes_take_the_colours_of_the_parts_of_paintings() {
    let place = Place::new();
    prepared(&place, "tv-cel");
    let export = ["export", "builtin", "--data", "set", "-o", "m.safetensors"];
    let (code, out, err) = place.run(&export);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("m.safetensors: with the colours of set"),
        "{out}"
    );
    let read = |path: &Path| ExportedModel::read(path).unwrap();
    let before = read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../builtin-model/assets/model.safetensors"),
    );
    let after = read(&place.path("m.safetensors"));
    let own = after.style_index("tv-cel").unwrap();
    for choice in 0..3 {
        for part in ["hair", "face"] {
            let name = format!("{STYLE_COLOURS}.{own}.{choice}.{part}");
            assert_eq!(
                after.tensors.get(&name).map(|tones| &tones.shape[..]),
                Some(&[16, 3][..]),
                "{name}"
            );
        }
        assert_ne!(
            after.style_gallery(own, choice),
            before.style_gallery(own, choice)
        );
    }
    let other = after.style_index("game-cel").unwrap();
    assert_eq!(
        after.style_gallery(other, 0),
        before.style_gallery(other, 0)
    );
    let networks = |model: &ExportedModel| {
        let tensors = model.tensors.iter();
        let tensors = tensors.filter(|(name, _)| name.starts_with("networks."));
        tensors
            .map(|(name, tensor)| (name.to_owned(), tensor.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(networks(&before), networks(&after));
    // It is not replaced unasked.
    let (code, _, err) = place.run(&export);
    assert!(code == 1 && err.contains("exists already"), "{err}");
}

#[test]
fn sets_and_models_that_do_not_belong_together_are_refused() {
    let place = Place::new();
    prepared(&place, "watercolour");
    let mut model = tiny_model().exported();
    model.write(&place.path("tiny.safetensors"), false).unwrap();
    let run = |arguments: &[&str]| {
        let (code, _, err) = place.run(arguments);
        assert!(!place.path("m.safetensors").exists());
        (code, err)
    };
    let (code, err) = run(&["export", "builtin", "--data", "set", "-o", "m.safetensors"]);
    assert!(
        code == 2 && err.contains("none of its styles is one of the model's"),
        "{err}"
    );
    let (code, err) = run(&["export", "builtin", "--data", ".", "-o", "m.safetensors"]);
    assert!(code == 1 && err.contains("dataset prepare"), "{err}");
    model.tensors.remove(STYLE_GALLERY);
    model.write(&place.path("old.safetensors"), false).unwrap();
    let (code, err) = run(&[
        "export",
        "old.safetensors",
        "--data",
        "set",
        "-o",
        "m.safetensors",
    ]);
    assert!(code == 2 && err.contains("keeps no typical codes"), "{err}");
}
