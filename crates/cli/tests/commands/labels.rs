//! `utsushi edit --set`

use crate::creative::{done, picture, run, studio};
use crate::support::{Place, tiny_model};

/// The studio with a model that knows an age and a role.
fn labelled() -> Place {
    let place = studio();
    let labels: [(&str, &[&str]); 2] = [
        ("age", &["old", "young"]),
        ("role", &["knight", "mage", "villager"]),
    ];
    let model = tiny_model().with_conditions(&labels).exported();
    model.write(&place.path("m.safetensors"), true).unwrap();
    place
}

#[test]
fn a_picture_is_moved_to_a_label() {
    let place = labelled();
    let edit = |sets: &[&str], name: &str| {
        let mut arguments = vec!["a.png"];
        for set in sets {
            arguments.extend(["--set", set]);
        }
        arguments.extend(["-o", name]);
        done(&place, "edit", &arguments);
        picture(&place, name)
    };
    let before = picture(&place, "a.png");
    assert_eq!(edit(&["age=old:0"], "0.png"), before);
    let old = edit(&["age=old"], "1.png");
    assert_ne!(old, before);
    assert_eq!(edit(&["age=old:1"], "2.png"), old);
    assert_ne!(edit(&["age=young"], "3.png"), old);
    let both = edit(&["age=old", "role=mage"], "4.png");
    assert!(both != old && both != edit(&["role=mage"], "5.png"));
    let (_, out, _) = place.run(&["model", "m.safetensors"]);
    assert!(out.contains("knight, mage, villager"), "{out}");
}

#[test]
fn what_the_model_does_not_know_is_told_with_what_it_knows() {
    let place = labelled();
    let fails = |set: &str, code: i32, parts: &[&str]| {
        let arguments = ["a.png", "--set", set, "-o", "x.png"];
        let (found, _, err) = run(&place, "edit", &arguments);
        assert_eq!(found, code, "{err}");
        for part in parts {
            assert!(err.contains(part), "no `{part}` in {err}");
        }
    };
    fails("role=knihgt", 2, &["did you mean `knight`", "`mage`"]);
    fails("agee=old", 2, &["`age`", "`role`"]);
    fails("age=old:x", 2, &["-100 to 100"]);
    fails("age", 2, &["role=knight"]);
    let (code, _, err) = run(&place, "edit", &["a.png", "-o", "x.png"]);
    assert!(code == 2 && err.contains("--direction"), "{err}");
    let plain = studio();
    let arguments = ["a.png", "--set", "age=old", "-o", "x.png"];
    let (code, _, err) = run(&plain, "edit", &arguments);
    assert!(code == 2 && err.contains("labels.columns"), "{err}");
    assert!(!place.path("x.png").exists() && !plain.path("x.png").exists());
}
