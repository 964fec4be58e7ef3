//! `--save-style`, and what takes the files that it writes.

use std::time::Duration;

use utsushi::faces::SAMPLE_PORTRAIT;
use utsushi_imaging::{
    AnimationFormat, AnimationWriter, DecodeLimits, Frame, Picture, WriteOptions, decode, resize,
    write,
};
use utsushi_test_fixtures::TinyModel;

use crate::creative::{cell, done, picture, run, studio};
use crate::support::Place;

/// A folder with a style that was painted with in all ways.
fn saved() -> Place {
    let place = studio();
    let style = ["--style", "r.png=0.7", "--style-name", "ink=0.3"];
    let how = ["--strength", "0.8", "--octaves", "1", "--keep-colours"];
    let target = ["a.png", "-o", "first.png", "--save-style", "x.style"];
    done(&place, "transfer", &[&target[..], &style, &how].concat());
    place
}

fn failed(place: &Place, command: &str, arguments: &[&str]) -> (i32, String) {
    let (code, _, err) = run(place, command, arguments);
    assert_ne!(code, 0, "{command} {arguments:?}");
    (code, err)
}

#[test]
fn a_saved_style_paints_the_same_again() {
    let place = saved();
    let paint = |name: &str, more: &[&str]| {
        let style = ["a.png", "-o", name, "--style", "x.style"];
        done(&place, "transfer", &[&style[..], more].concat());
        picture(&place, name)
    };
    let first = picture(&place, "first.png");
    assert_eq!(paint("again.png", &[]), first);
    // What is said counts more than what is saved.
    assert_ne!(paint("full.png", &["--strength", "1"]), first);
    assert_ne!(
        paint("small.png", &["--octaves", "0", "--keep-colours=false"]),
        first
    );
    assert_eq!(
        paint("none.png", &["--strength", "0"]),
        picture(&place, "a.png")
    );

    // Saved once more, the same style again; nothing is replaced unasked.
    let again = ["a.png", "-o", "more.png", "--style", "x.style"];
    let save = ["--save-style", "y.style"];
    done(&place, "transfer", &[&again[..], &save].concat());
    let (code, err) = failed(&place, "transfer", &[&again[..], &save].concat());
    assert!(
        code == 1 && err.contains("y.style: exists already"),
        "{err}"
    );
    let both = [
        "a.png",
        "-o",
        "mixed.png",
        "--style",
        "x.style",
        "--style",
        "y.style=3",
    ];
    done(
        &place,
        "transfer",
        &[
            &both[..],
            &["--strength", "0.8", "--octaves", "1", "--keep-colours"],
        ]
        .concat(),
    );
    let (mixed, first) = (picture(&place, "mixed.png"), picture(&place, "first.png"));
    let mut pairs = mixed.rgb().iter().zip(first.rgb());
    assert!(pairs.all(|(a, b)| a.abs_diff(*b) <= 1));
}

#[test]
fn every_command_with_a_style_takes_it() {
    let place = saved();
    let plain = [
        "a.png",
        "--style",
        "x.style",
        "--strength",
        "1",
        "--octaves",
        "0",
    ];
    done(
        &place,
        "transfer",
        &[&plain[..], &["-o", "plain.png"]].concat(),
    );
    let mix = [
        "a.png", "--style", "x.style", "--style", "s.png", "--steps", "3",
    ];
    let how = [
        "--keep-colours",
        "-o",
        "line.png",
        "--save-style",
        "mixed.style",
    ];
    done(&place, "mix", &[&mix[..], &how].concat());
    let sheet = picture(&place, "line.png");
    assert_eq!(cell(&sheet, 0), picture(&place, "plain.png"));
    // One file for each cell: the middle is the style that is painted in the middle.
    let middle = ["a.png", "--style", "mixed-2.style", "-o", "middle.png"];
    done(&place, "transfer", &middle);
    assert_eq!(cell(&sheet, 1), picture(&place, "middle.png"));
    assert!(place.path("mixed-1.style").exists() && place.path("mixed-3.style").exists());

    let seeds = [
        "a.png",
        "--style-seed",
        "2,11",
        "-o",
        "seeds.png",
        "--save-style",
        "s.style",
    ];
    done(&place, "transfer", &seeds);
    let out = done_alone(&place, &["model", "s-seed-02.style"]);
    assert!(out.contains("made of: --style-seed 2\n"), "{out}");

    let morph = [
        "a.png", "t.png", "--style", "x.style", "--frames", "2", "-o", "frames",
    ];
    done(&place, "morph", &morph);
    done(
        &place,
        "morph",
        &[
            "a.png",
            "t.png",
            "--style-name",
            "ink",
            "--frames",
            "2",
            "-o",
            "f2",
            "--save-style",
            "m.style",
        ],
    );
    let generate = ["--style", "x.style", "--seed", "3", "-o", "new.png"];
    done(&place, "generate", &generate);
    let masked = [
        "a.png",
        "--style-name",
        "ink",
        "--mask",
        "mask.png:x.style",
        "-o",
        "m.png",
    ];
    place.draw("mask.png", 40, 9);
    done(&place, "transfer", &masked);
    let staged = [
        "a.png",
        "--shape-from",
        "x.style",
        "--style-name",
        "ink",
        "-o",
        "st.png",
    ];
    done(&place, "transfer", &staged);
    place.write("jobs.tsv", "a.png\tx.style\tlisted.png\n");
    done(&place, "transfer", &["--list", "jobs.tsv"]);
    done(
        &place,
        "morph",
        &["a.png", "t.png", "--frames", "3", "-o", "clip.webp"],
    );
    let film = ["clip.webp", "--style", "x.style", "-o", "film.webp"];
    done(&place, "transfer", &film);

    let told: serde_json::Value =
        serde_json::from_str(&done_alone(&place, &["model", "x.style", "--json"])).unwrap();
    assert_eq!(told["made_of"], "--style r.png=0.7 --style-name ink=0.3");
    assert_eq!(
        (&told["octaves"], &told["keep_colours"]),
        (&1.into(), &true.into())
    );
    let out = done_alone(&place, &["model", "x.style"]);
    assert!(
        out.contains("--strength 0.8 --octaves 1 --keep-colours"),
        "{out}"
    );
}

/// Runs a command that takes no model and must work.
fn done_alone(place: &Place, arguments: &[&str]) -> String {
    let (code, out, err) = place.run(arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    out
}

#[test]
fn files_that_are_no_styles_of_the_model_are_refused_with_what_to_do() {
    let place = saved();
    let other = TinyModel::new(&["ink", "oil"]).with_prior().with_seed(9);
    other
        .exported()
        .write(&place.path("other.safetensors"), false)
        .unwrap();
    let (code, _, err) = place.run(&[
        "transfer",
        "a.png",
        "--style",
        "x.style",
        "-o",
        "o.png",
        "--device",
        "cpu",
        "--model",
        "other.safetensors",
    ]);
    assert_eq!(code, 1, "{err}");
    assert!(
        err.contains("x.style: ") && err.contains("another model"),
        "{err}"
    );
    assert!(
        err.contains("made of: --style r.png=0.7 --style-name ink=0.3"),
        "{err}"
    );

    let bytes = std::fs::read(place.path("x.style")).unwrap();
    place.write("cut.style", &bytes[..bytes.len() - 10]);
    let head = b"\"format\":\"";
    let at = bytes.windows(head.len()).position(|part| part == head);
    let at = at.unwrap() + head.len();
    let mut newer = bytes.clone();
    newer[at] = b'9';
    place.write("newer.style", newer);
    let mut broken = bytes.clone();
    let last = broken.len() - 4;
    broken[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    place.write("nan.style", broken);
    let mut large = bytes;
    large.resize(5 << 20, 0);
    place.write("large.style", large);
    for (name, said) in [
        ("cut.style", "cut off"),
        ("newer.style", "has the format 9"),
        ("nan.style", "is NaN"),
        ("large.style", "no style has more than"),
        ("m.safetensors", "no saved style"),
    ] {
        let (_, err) = failed(
            &place,
            "transfer",
            &["a.png", "--style", name, "-o", "o.png"],
        );
        assert!(err.contains(name) && err.contains(said), "{name}: {err}");
        // Beside others too, where nothing is read of it but the style.
        let two = ["a.png", "--style", name, "--style", "r.png", "-o", "o.png"];
        let (_, err) = failed(&place, "mix", &two);
        assert!(err.contains(name), "{name}: {err}");
    }
    assert!(!place.path("o.png").exists());

    let save = |target| {
        [
            "a.png",
            "--style",
            "r.png",
            "-o",
            "p.png",
            "--save-style",
            target,
        ]
    };
    for (target, said) in [("p.jpg", "no picture"), ("-", "standard output")] {
        let (code, err) = failed(&place, "transfer", &save(target));
        assert!(code == 2 && err.contains(said), "{err}");
    }
    let own = [
        "a.png",
        "t.png",
        "--frames",
        "2",
        "-o",
        "own",
        "--save-style",
        "own.style",
    ];
    let (code, err) = failed(&place, "morph", &own);
    assert!(code == 2 && err.contains("its own style"), "{err}");
    for option in ["--keep-colours", "--save-style=d.style"] {
        let style = ["distil", "--style", "r.png", "--data", "set"];
        let (code, _, err) = place.run(&[&style[..], &[option, "-o", "d.safetensors"]].concat());
        assert!(code == 2 && err.contains("no place here"), "{err}");
    }
    let (code, _, err) = place.run(&["model", "x.style", "--gallery", "g.png"]);
    assert!(code == 2 && err.contains("the styles of a model"), "{err}");
}

#[test]
fn what_a_file_does_not_hold_of_parts_is_noted() {
    let place = studio();
    let white = Picture::filled(40, 40, [255; 3]);
    write(&place.path("m.png"), &white, &WriteOptions::default()).unwrap();
    let paint = |more: &[&str]| {
        let style = ["a.png", "--style", "r.png", "--save-style", "x.style"];
        let target = ["-o", "p.png", "--json", "--force"];
        done(&place, "transfer", &[&style[..], &target, more].concat())
    };
    let told = "the style of the whole";
    assert!(!paint(&[]).contains(told));
    let plain = std::fs::read(place.path("x.style")).unwrap();
    for (option, part) in [("--mask", "m.png:s.png"), ("--within", "m.png")] {
        let out = paint(&[option, part]);
        let again = format!("give {option} again");
        assert!(out.contains(told) && out.contains(&again), "{out}");
        assert_eq!(std::fs::read(place.path("x.style")).unwrap(), plain);
    }
}

#[test]
fn a_seed_is_the_same_style_on_a_sheet_alone_and_in_one_frame() {
    let place = studio();
    let portrait = decode(SAMPLE_PORTRAIT, &DecodeLimits::default()).unwrap();
    // Larger than what a sheet shows of it.
    let face = resize(&portrait.picture, 400, 400);
    write(&place.path("face.png"), &face, &WriteOptions::default()).unwrap();
    let save = |content: &str, seeds: &str, more: &[&str]| {
        let style = [content, "--style-seed", seeds, "--save-style", "x.style"];
        let how = ["--octaves", "0", "--force"];
        done(&place, "transfer", &[&style[..], &how, more].concat());
    };
    let style = |name: &str| std::fs::read(place.path(name)).unwrap();
    save("face.png", "3,4", &["-o", "sheet.png"]);
    for seed in ["3", "4"] {
        save("face.png", seed, &["-o", "alone.png"]);
        assert_eq!(style("x.style"), style(&format!("x-seed-{seed}.style")));
    }
    // Of a film it is tried on the first frame, whichever is shown.
    let frames = [Picture::filled(128, 128, [90, 120, 60]), portrait.picture];
    let mut film = AnimationWriter::new(AnimationFormat::Apng, 0);
    for picture in frames {
        let delay = Duration::from_millis(100);
        film.push(&Frame { picture, delay }).unwrap();
    }
    place.write("film.apng", film.finish().unwrap());
    save("film.apng", "3", &["-o", "film.webp"]);
    let of_film = style("x.style");
    for number in ["1", "2"] {
        let frame = ["--preview-frame", number, "-o", "frame.png"];
        save("film.apng", "3", &frame);
        assert_eq!(style("x.style"), of_film, "frame {number}");
    }
}
