//! `utsushi learn`

use crate::support::{Place, write_tiny_model};

/// The recipe, made small: a file of its name goes first.
const RECIPE: &str = "[run]\nsize = 32\nbatch = 2\nsteps = 2\nwarm_up_steps = 0\nramp_steps = 0\n\
    keep_styles = false\ntick_steps = 1\nsheet_steps = 1\ncheckpoint_steps = 1\n";

const LEARN: [&str; 6] = [
    "learn",
    "own",
    "--init",
    "m.safetensors",
    "-o",
    "mine.safetensors",
];

/// Two pictures, three to practise on, and a model.
fn studio() -> Place {
    let place = Place::new();
    for seed in 0..2 {
        place.draw(&format!("own/{seed}.png"), 64, seed);
    }
    for seed in 10..13 {
        place.draw(&format!("others/{seed}.png"), 64, seed);
    }
    write_tiny_model(&place.path("m.safetensors"));
    place.write("own-style", RECIPE);
    place
}

#[test]
fn few_pictures_become_a_model_of_their_style() {
    let place = studio();
    let learn = [&LEARN[..], &["--contents", "others"]].concat();
    let (code, out, err) = place.run(&learn);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("--style-name mine"), "{out}");
    let (_, about, err) = place.run(&["model", "mine.safetensors"]);
    assert!(
        about.contains("mine") && !about.contains("oil"),
        "{about}{err}"
    );
    // Sheets show the style though none of its pictures is held out.
    let sheets = std::fs::read_dir(place.path("runs/mine/run/samples")).unwrap();
    assert!(sheets.count() > 0);
    let paint = ["transfer", "own/0.png", "--model", "mine.safetensors"];
    let named = [&paint[..], &["--style-name", "mine", "-o", "a.png"]].concat();
    let (code, _, err) = place.run(&named);
    assert_eq!(code, 0, "{err}");

    // Nothing is replaced, and a run is not begun twice.
    let (code, _, err) = place.run(&learn);
    assert!(code == 1 && err.contains("--force"), "{err}");
    let (code, _, err) = place.run(&[&learn[..], &["--force"]].concat());
    assert!(code == 1 && err.contains("--resume"), "{err}");
    // A run that is done gives the same model again.
    let before = std::fs::read(place.path("mine.safetensors")).unwrap();
    let (code, out, err) = place.run(&[&learn[..], &["--force", "--resume"]].concat());
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(
        std::fs::read(place.path("mine.safetensors")).unwrap(),
        before
    );
}

#[test]
fn without_contents_the_model_makes_them_up_and_a_finished_clock_is_told() {
    let place = studio();
    let learn = [&LEARN[..], &["--for", "1s"]].concat();
    let (code, out, err) = place.run(&learn);
    assert_eq!(code, 0, "{out}{err}");
    assert!(!out.contains("had finished"), "{out}");
    let again = [&learn[..], &["--resume", "--force"]].concat();
    let (code, out, err) = place.run(&again);
    assert!(code == 0 && out.contains("had finished"), "{out}{err}");
    let made_up = std::fs::read_dir(place.path("runs/mine/contents")).unwrap();
    assert_eq!(made_up.count(), 96);
    assert!(place.path("mine.safetensors").is_file());
}

#[test]
fn what_cannot_be_learned_from_is_refused_before_anything_is_written() {
    let place = studio();
    place.write("own/not.png", "no picture");
    for seed in 0..50 {
        place.draw(&format!("many/{seed}.png"), 16, seed);
    }
    let before = place.files();
    for (changed, code, told) in [
        (["learn", "own/not.png"], 1, "not.png"),
        (["learn", "nowhere"], 1, "nowhere"),
        (["learn", "many"], 2, "train fine-tune"),
    ] {
        let arguments = [&changed[..], &LEARN[2..]].concat();
        let (found, _, err) = place.run(&arguments);
        assert!(found == code && err.contains(told), "{arguments:?}: {err}");
    }
    for (more, told) in [
        (["--resume", "--force"], "leave --resume out"),
        (["--name", "contents"], "--name"),
        (["--name", "a:b"], "a:b"),
    ] {
        let (code, _, err) = place.run(&[&LEARN[..], &more].concat());
        assert!(code != 0 && err.contains(told), "{more:?}: {err}");
    }
    let (code, _, err) = place.run(&["learn", "own", "-o", "mine.png"]);
    assert!(code == 2 && err.contains("a picture"), "{err}");
    assert_eq!(place.files(), before);
}
