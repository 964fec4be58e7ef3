//! `utsushi morph`, and animations on `utsushi transfer`.

use std::time::Duration;

use utsushi_imaging::{AnimationFormat, AnimationWriter, Frame, frames};

use crate::creative::{done, picture, run, studio};
use crate::support::{Place, drawing};

fn film(place: &Place, name: &str) -> Vec<Frame> {
    let bytes = std::fs::read(place.path(name)).unwrap();
    let frames = frames(&bytes, &Default::default()).unwrap();
    frames.expect("an animation").map(Result::unwrap).collect()
}

#[test]
fn a_morph_begins_and_ends_on_the_repainted_pictures_in_every_format() {
    let place = studio();
    done(
        &place,
        "transfer",
        &[
            "a.png",
            "--style",
            "a.png",
            "--octaves",
            "0",
            "-o",
            "first.png",
        ],
    );
    done(
        &place,
        "transfer",
        &[
            "t.png",
            "--style",
            "t.png",
            "--octaves",
            "0",
            "-o",
            "last.png",
        ],
    );
    for name in ["m.webp", "m.apng", "frames"] {
        let out = done(
            &place,
            "morph",
            &["a.png", "t.png", "--frames", "5", "-o", name, "--json"],
        );
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(told["largest_step"].as_f64().unwrap() >= told["mean_step"].as_f64().unwrap());
    }
    for name in ["m.webp", "m.apng"] {
        let film = film(&place, name);
        assert_eq!(film.len(), 5);
        assert_eq!(film[0].picture, picture(&place, "first.png"), "{name}");
        assert_eq!(film[4].picture, picture(&place, "last.png"), "{name}");
        assert_eq!(film[0].delay, Duration::from_millis(50));
    }
    assert_eq!(
        picture(&place, "frames/frame-00005.png"),
        picture(&place, "last.png")
    );
    done(
        &place,
        "morph",
        &["a.png", "t.png", "--frames", "3", "-o", "m.gif"],
    );
    assert_eq!(film(&place, "m.gif").len(), 3);
    let (code, _, err) = run(&place, "morph", &["a.png", "t.png", "-o", "m.gif"]);
    assert!(code == 1 && err.contains("--force"), "{err}");
    for (arguments, part) in [
        (&["a.png", "-o", "x.gif"][..], "PICTURE"),
        (&["a.png", "t.png", "-o", "x.jpg"], "folder"),
        (
            &["a.png", "r.png", "s.png", "--frames", "2", "-o", "x.gif"],
            "frames",
        ),
    ] {
        let (code, _, err) = run(&place, "morph", arguments);
        assert!(
            code == 2 && err.contains(part),
            "{arguments:?} {code} {err}"
        );
    }
}

#[test]
fn an_animation_is_painted_frame_by_frame_and_keeps_its_delays() {
    let place = studio();
    let mut writer = AnimationWriter::new(AnimationFormat::Apng, 3);
    for (index, seed) in [1, 2, 1].into_iter().enumerate() {
        let delay = Duration::from_millis(30 + 20 * index as u64);
        writer
            .push(&Frame {
                picture: drawing(40, seed),
                delay,
            })
            .unwrap();
    }
    place.write("film.png", writer.finish().unwrap());
    let painted = ["film.png", "--style", "r.png", "--steady", "0", "-o"];
    for name in ["o.png", "o.webp"] {
        let out = done(
            &place,
            "transfer",
            &[&painted[..], &[name, "--json"]].concat(),
        );
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(told["frames"], 3);
        assert!(told["input_change"].as_f64().unwrap() > 0.0);
        let film = film(&place, name);
        let delays: Vec<_> = film.iter().map(|frame| frame.delay.as_millis()).collect();
        assert_eq!(delays, [30, 50, 70]);
        assert_eq!(film[0].picture, film[2].picture);
        place.draw("two.png", 40, 2);
        done(
            &place,
            "transfer",
            &["two.png", "--style", "r.png", "-o", "two-o.png", "--force"],
        );
        assert_eq!(film[1].picture, picture(&place, "two-o.png"));
        std::fs::remove_file(place.path("two.png")).unwrap();
    }
    done(&place, "transfer", &[&painted[..], &["o.jpg"]].concat());
    let whole = std::fs::read(place.path("film.png")).unwrap();
    place.write("cut.png", &whole[..whole.len() / 2]);
    let (code, _, err) = run(
        &place,
        "transfer",
        &["cut.png", "--style", "r.png", "-o", "c.webp"],
    );
    assert!(code == 1 && err.contains("cut.png"), "{err}");
    assert!(!place.path("c.webp").exists());
}
