//! `utsushi mix`, and what several styles are on `utsushi transfer`.

use utsushi_imaging::{Picture, Rectangle, WriteOptions, read, write};

use crate::support::{Place, write_tiny_model};

/// A folder with a model, a content and three references.
pub fn studio() -> Place {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    for (seed, name) in ["a.png", "r.png", "s.png", "t.png"].iter().enumerate() {
        place.draw(name, 40, seed as u32);
    }
    place
}

/// Runs a command with the model of the folder on the CPU.
pub fn run(place: &Place, command: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut all: Vec<&str> = command.split(' ').collect();
    all.extend(["--model", "m.safetensors", "--device", "cpu"]);
    all.extend(arguments);
    place.run(&all)
}

/// Runs a command that must work.
pub fn done(place: &Place, command: &str, arguments: &[&str]) -> String {
    let (code, out, err) = run(place, command, arguments);
    assert_eq!(code, 0, "{command} {arguments:?}: {err}");
    out
}

pub fn picture(place: &Place, name: &str) -> Picture {
    let read = read(&place.path(name), &Default::default());
    read.unwrap().picture
}

/// A cell of a sheet with cells of 40 px, by its column of one row.
pub fn cell(sheet: &Picture, column: u32) -> Picture {
    sheet.crop(Rectangle {
        left: 4 + 44 * column,
        top: 4,
        width: 40,
        height: 40,
    })
}

#[test]
fn the_ends_of_a_mix_are_the_pure_styles_and_the_middle_is_their_mean() {
    let place = studio();
    let two = ["a.png", "--style", "r.png", "--style", "s.png"];
    done(
        &place,
        "mix",
        &[&two[..], &["--steps", "3", "-o", "line.png"]].concat(),
    );
    done(
        &place,
        "transfer",
        &["a.png", "--style", "r.png", "-o", "r1.png"],
    );
    done(
        &place,
        "transfer",
        &["a.png", "--style", "s.png", "-o", "s1.png"],
    );
    done(
        &place,
        "transfer",
        &[&two[..], &["-o", "half.png"]].concat(),
    );
    let sheet = picture(&place, "line.png");
    for (column, name) in ["r1.png", "half.png", "s1.png"].iter().enumerate() {
        assert_eq!(cell(&sheet, column as u32), picture(&place, name), "{name}");
    }
    let three = [
        &two[..],
        &[
            "--style",
            "t.png",
            "-o",
            "three.png",
            "--json",
            "--steps",
            "3",
        ],
    ];
    let out = done(&place, "mix", &three.concat());
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["styles"][1][1], "r 50%  t 50%");
    assert_eq!(told["styles"][2].as_array().unwrap().len(), 3);
}

#[test]
fn shape_and_colour_come_from_their_own_references() {
    let place = studio();
    let crossed = ["a.png", "--shape-from", "r.png", "--colour-from", "s.png"];
    done(
        &place,
        "mix",
        &[&crossed[..], &["-o", "stages.png"]].concat(),
    );
    let sheet = picture(&place, "stages.png");
    for split in 0..=4u32 {
        let (name, split_text) = (format!("{split}.png"), split.to_string());
        let how = ["--split", &split_text, "-o", &name];
        done(&place, "transfer", &[&crossed[..], &how].concat());
        assert_eq!(cell(&sheet, split), picture(&place, &name), "split {split}");
    }
    done(
        &place,
        "transfer",
        &["a.png", "--style", "r.png", "-o", "pure.png"],
    );
    assert_eq!(picture(&place, "4.png"), picture(&place, "pure.png"));
    assert_ne!(picture(&place, "2.png"), picture(&place, "pure.png"));
    let with_style = [
        "a.png",
        "--shape-from",
        "r.png",
        "--style",
        "s.png",
        "-o",
        "with.png",
    ];
    done(&place, "transfer", &with_style);
    assert_eq!(picture(&place, "with.png"), picture(&place, "2.png"));
    let table = [
        "a.png",
        "--shape-from",
        "r.png",
        "--colour-from",
        "s.png",
        "--colour-from",
        "t.png",
        "-o",
        "table.png",
    ];
    done(&place, "mix", &table);
    assert_eq!(picture(&place, "table.png").width(), 2 * 44 + 4);
}

#[test]
fn several_seeds_make_a_sheet_or_a_folder_and_truncation_ends_at_the_mean() {
    let place = studio();
    let seeds = ["a.png", "--style-name", "ink", "--style-seed", "8..10"];
    done(
        &place,
        "transfer",
        &[&seeds[..], &["-o", "sheet.png"]].concat(),
    );
    done(&place, "transfer", &[&seeds[..], &["-o", "out"]].concat());
    let sheet = picture(&place, "sheet.png");
    let painted = ["out/seed-08.png", "out/seed-09.png", "out/seed-10.png"];
    let painted = painted.map(|name| picture(&place, name));
    assert_eq!(cell(&sheet, 0), painted[0]);
    assert_eq!(cell(&sheet, 1), painted[1]);
    assert_ne!(painted[0], painted[1]);
    let alone = [
        "a.png",
        "--style-name",
        "ink",
        "--style-seed",
        "9",
        "-o",
        "nine.png",
    ];
    done(&place, "transfer", &alone);
    assert_eq!(picture(&place, "nine.png"), painted[1]);
    let mean = [
        "a.png",
        "--style-name",
        "ink",
        "--style-seed",
        "9",
        "--truncation",
        "0",
        "-o",
        "0.png",
    ];
    done(&place, "transfer", &mean);
    done(
        &place,
        "transfer",
        &["a.png", "--style-name", "ink", "-o", "ink.png"],
    );
    assert_eq!(picture(&place, "0.png"), picture(&place, "ink.png"));
    place.draw("in/1.png", 24, 1);
    place.draw("in/2.png", 24, 2);
    done(
        &place,
        "transfer",
        &["in", "--style-seed", "1,2", "-o", "many"],
    );
    for name in ["many/seed-1/1.png", "many/seed-2/2.png"] {
        assert!(place.path(name).is_file(), "{name}");
    }
}

#[test]
fn a_mask_of_any_size_gives_a_part_its_style() {
    let place = studio();
    let white_left = |side: u32| {
        let rgb = (0..side)
            .flat_map(|_| (0..side).flat_map(move |c| [if c < side / 2 { 255 } else { 0 }; 3]));
        Picture::new(side, side, rgb.collect()).unwrap()
    };
    write(
        &place.path("mask.png"),
        &white_left(80),
        &WriteOptions::default(),
    )
    .unwrap();
    write(
        &place.path("wide.png"),
        &Picture::filled(80, 20, [255; 3]),
        &WriteOptions::default(),
    )
    .unwrap();
    let masked = [
        "a.png",
        "--style",
        "r.png",
        "--mask",
        "mask.png:s.png",
        "--feather",
        "0",
        "-o",
        "m.png",
    ];
    done(&place, "transfer", &masked);
    for (name, style, left) in [("r1.png", "r.png", 22), ("s1.png", "s.png", 0)] {
        done(&place, "transfer", &["a.png", "--style", style, "-o", name]);
        let half = Rectangle {
            left,
            top: 0,
            width: 18,
            height: 40,
        };
        // The very edge is between the two, since the mask is scaled.
        assert_eq!(
            picture(&place, "m.png").crop(half),
            picture(&place, name).crop(half)
        );
    }
    let wrong = [
        "a.png",
        "--style",
        "r.png",
        "--mask",
        "wide.png:s.png",
        "-o",
        "w.png",
    ];
    let (code, _, err) = run(&place, "transfer", &wrong);
    assert!(
        code == 1 && err.contains("80×20") && err.contains("40×40"),
        "{err}"
    );
}

#[test]
fn likely_mistakes_are_told() {
    let place = studio();
    let before = place.files();
    let mistakes: [(&str, &[&str], &str); 8] = [
        ("mix", &["a.png", "--style", "r.png"], "two styles or three"),
        ("mix", &["a.png"], "0 were given"),
        (
            "mix",
            &["a.png", "--style", "r.png=2", "--style", "s.png"],
            "weights",
        ),
        (
            "mix",
            &["a.png", "--shape-from", "r.png"],
            "need each other",
        ),
        (
            "transfer",
            &["a.png", "--shape-from", "r.png"],
            "another style",
        ),
        (
            "transfer",
            &["a.png", "--style", "r.png", "--style-name", "oil"],
            "mix",
        ),
        ("transfer", &["a.png", "--style-seed", "9..1"], "backwards"),
        (
            "transfer",
            &["a.png", "--style", "r.png", "--mask", "m.png"],
            "colon",
        ),
    ];
    for (command, arguments, part) in mistakes {
        let (code, _, err) = run(&place, command, &[arguments, &["-o", "out.png"]].concat());
        assert!(
            code == 2 && err.contains(part),
            "{command} {arguments:?}: {code} {err}"
        );
    }
    assert_eq!(place.files(), before);
}
