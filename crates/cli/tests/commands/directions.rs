//! `utsushi direction` and `utsushi edit`

use utsushi_imaging::{Picture, WriteOptions, write};

use crate::creative::{cell, done, picture, run, studio};
use crate::support::Place;

/// The studio with a dark and a light folder.
fn examples() -> Place {
    let place = studio();
    for (name, level) in [
        ("dark/1.png", 20),
        ("dark/2.png", 40),
        ("light/1.png", 200),
        ("light/2.png", 250),
    ] {
        place.write(name, "");
        let options = WriteOptions {
            force: true,
            ..WriteOptions::default()
        };
        write(
            &place.path(name),
            &Picture::filled(40, 40, [level, level, level / 2]),
            &options,
        )
        .unwrap();
    }
    place
}

#[test]
fn a_learned_direction_moves_and_no_amount_of_it_does_not() {
    let place = examples();
    let learn = ["--from", "dark", "--to", "light", "-o", "d.safetensors"];
    let out = done(
        &place,
        "direction learn",
        &[&learn[..], &["--json"]].concat(),
    );
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["told_apart"], 1.0);
    // Pictures without a face count for the style alone, and teach no shape.
    let faces = serde_json::json!({"from": 0, "to": 0, "without": 4});
    assert_eq!(told["faces"], faces);
    assert!(told["shape"].is_null(), "{out}");
    let edit = |amount: &str, name: &str| {
        done(
            &place,
            "edit",
            &[
                "a.png",
                "--direction",
                &format!("d.safetensors{amount}"),
                "-o",
                name,
            ],
        );
        picture(&place, name)
    };
    assert_eq!(edit("=0", "0.png"), picture(&place, "a.png"));
    let whole = edit("", "1.png");
    assert_ne!(whole, picture(&place, "a.png"));
    assert_eq!(edit("=1.0", "2.png"), whole);
    let both = [
        "a.png",
        "-d",
        "d.safetensors=0.5",
        "-d",
        "d.safetensors=0.5",
        "-o",
        "3.png",
    ];
    done(&place, "edit", &both);
    let pairs = whole
        .rgb()
        .iter()
        .zip(picture(&place, "3.png").into_parts().rgb);
    assert!(
        pairs.into_iter().all(|(a, b)| a.abs_diff(b) <= 1),
        "halves add up"
    );
    let (code, _, err) = run(&place, "direction learn", &learn);
    assert!(code == 1 && err.contains("--force"), "{err}");
    place.write("other.safetensors", "no direction");
    let (code, _, err) = run(
        &place,
        "edit",
        &["a.png", "-d", "m.safetensors", "-o", "4.png"],
    );
    assert!(code == 1 && err.contains("no direction"), "{err}");
    let built_in = [
        "edit",
        "a.png",
        "-d",
        "d.safetensors",
        "-o",
        "4.png",
        "--device",
        "cpu",
    ];
    let (code, _, err) = place.run(&built_in);
    assert!(code == 1 && err.contains("another model"), "{err}");
    assert!(!place.path("4.png").exists());
}

#[test]
fn a_direction_learns_the_shape_of_faces_and_moves_it() {
    let place = studio();
    place.write("small/0.png", utsushi::faces::SAMPLE_PORTRAIT);
    std::fs::create_dir(place.path("large")).unwrap();
    // By the built-in model: an untrained one would paint lines of its own that are no part of a face.
    let warp = ["edit", "small/0.png", "--warp-face", "eyes=1"];
    let (code, _, err) = place.run(&[&warp[..], &["-o", "large/0.png"]].concat());
    assert_eq!(code, 0, "{err}");
    let learn = ["--from", "small", "--to", "large", "-o", "d.safetensors"];
    let out = done(&place, "direction learn", &learn);
    assert!(
        out.contains(" moves farthest, by ") && out.contains("from 1 face to 1 face"),
        "{out}"
    );
    let along = ["small/0.png", "-d", "d.safetensors", "-o", "open.png"];
    done(&place, "edit", &along);
    let landmarks = |name: &str| {
        let out = done_without_model(&place, name);
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        let points = told["faces"][0]["points"].clone();
        let down = |name: &str| points[name][1].as_f64().unwrap();
        down("left_eye_lower") - down("left_eye_upper")
    };
    // Eyes open as far as in the picture that it was learned from.
    let [before, shown, after] = ["small/0.png", "large/0.png", "open.png"].map(landmarks);
    assert!(after > before + 2.0, "{before} {after}");
    let apart = (after - shown).abs();
    assert!(apart < (shown - before) / 2.0, "{before} {shown} {after}");
    // A picture without a face has no shape to move, which is said.
    let (code, _, err) = run(
        &place,
        "edit",
        &["a.png", "-d", "d.safetensors", "-o", "plain.png"],
    );
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("moves its style alone"), "{err}");
}

fn done_without_model(place: &Place, name: &str) -> String {
    let (code, out, err) = place.run(&["landmarks", name, "--json"]);
    assert_eq!(code, 0, "{err}");
    out
}

#[test]
fn found_directions_come_with_a_sheet_each_and_can_be_used() {
    let place = examples();
    let out = done(
        &place,
        "direction find",
        &["--on", "a.png", "-o", "found", "--count", "3"],
    );
    assert_eq!(out.lines().count(), 4, "{out}");
    for index in 1..=3 {
        let sheet = picture(&place, &format!("found/direction-0{index}.png"));
        assert_eq!(sheet.width(), 4 + 5 * 44);
        // The cells are what `edit` makes of the picture, which is as it was without a step.
        assert_eq!(cell(&sheet, 2), picture(&place, "a.png"));
        let along = format!("found/direction-0{index}.safetensors=4");
        let edit = ["a.png", "-d", &along, "-o", "far.png", "--force"];
        done(&place, "edit", &edit);
        assert_eq!(cell(&sheet, 4), picture(&place, "far.png"));
    }
    done(
        &place,
        "edit",
        &[
            "a.png",
            "-d",
            "found/direction-01.safetensors=2",
            "-o",
            "e.png",
        ],
    );
    assert_ne!(picture(&place, "e.png"), picture(&place, "a.png"));
    let empty = [
        "--from",
        "dark",
        "--to",
        "found/none",
        "-o",
        "x.safetensors",
    ];
    let (code, _, err) = run(&place, "direction learn", &empty);
    assert!(code == 1 && err.contains("none"), "{err}");
}
