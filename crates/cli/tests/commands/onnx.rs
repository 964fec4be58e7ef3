//! `utsushi export --onnx`, and `utsushi transfer --model NETWORK.onnx`

use utsushi_imaging::{Picture, read};

use crate::support::{Place, write_tiny_model};

/// Turns colours around; see `tests/fixtures/make_networks.py`.
const NEGATIVE: &[u8] = include_bytes!("../fixtures/negative.onnx");

fn picture(place: &Place, name: &str) -> Picture {
    let read = read(&place.path(name), &Default::default());
    read.unwrap().picture
}

fn negative(picture: &Picture) -> Vec<u8> {
    picture.rgb().iter().map(|byte| 255 - byte).collect()
}

fn workshop() -> Place {
    let place = Place::new();
    place.write("negative.onnx", NEGATIVE);
    place.draw("a.png", 50, 1);
    place.draw("folder/b.png", 40, 2);
    place.draw("folder/c.png", 33, 3);
    place
}

#[test]
fn a_model_is_written_as_onnx_beside_its_styles_and_card() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let (code, out, err) = place.run(&["export", "m.safetensors", "--onnx", "out"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for name in [
        "content_encoder.onnx",
        "style_encoder.onnx",
        "mapping_network.onnx",
        "decoder.onnx",
        "transfer.onnx",
        "styles.json",
        "card.md",
    ] {
        assert!(out.contains(name), "no {name} in {out}");
        assert!(place.path("out").join(name).is_file());
    }
    let size = |folder: &str| std::fs::metadata(place.path(folder).join("transfer.onnx")).unwrap();
    let whole = size("out").len();
    let (code, _, err) = place.run(&["export", "m.safetensors", "--onnx", "out"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("exists already") && err.contains("--force"),
        "{err}"
    );
    let half = [
        "export",
        "m.safetensors",
        "--onnx",
        "out",
        "--half",
        "--force",
    ];
    assert_eq!(place.run(&half).0, 0);
    assert!(size("out").len() < whole);
    // A picture and a painting go in: no one-way network.
    place.draw("a.png", 40, 1);
    let network = [
        "transfer",
        "a.png",
        "--model",
        "out/transfer.onnx",
        "-o",
        "b.png",
    ];
    let (code, _, err) = place.run(&network);
    assert_eq!(code, 1);
    assert!(err.contains("it takes 2 things"), "{err}");
}

#[test]
fn what_export_cannot_do_is_told() {
    let place = Place::new();
    let cases: [(&[&str], i32, &str); 5] = [
        (&["export"], 2, "--onnx"),
        (&["export", "-o", "m.safetensors"], 2, "RUN"),
        (
            &["export", "run", "-o", "m.safetensors", "--half"],
            2,
            "--onnx",
        ),
        (
            &["export", "missing.safetensors", "--onnx", "out"],
            1,
            "missing.safetensors",
        ),
        (&["export", ".", "--onnx", "out"], 1, "utsushi train"),
    ];
    for (arguments, expected, part) in cases {
        let (code, out, err) = place.run(arguments);
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: no `{part}` in: {err}");
    }
    assert!(place.files().is_empty());
}

#[test]
fn a_network_paints_pictures_folders_and_lists() {
    let place = workshop();
    let with = |arguments: &[&str]| {
        let all = [&["transfer", "--model", "negative.onnx"], arguments].concat();
        let (code, out, err) = place.run(&all);
        assert_eq!(code, 0, "{arguments:?}: {err}");
        out
    };
    with(&["a.png", "-o", "painted.png"]);
    let a = picture(&place, "a.png");
    assert_eq!(picture(&place, "painted.png").rgb(), negative(&a));
    let out = with(&["folder", "-o", "painted", "--json"]);
    assert_eq!(out.lines().count(), 2, "{out}");
    let c = picture(&place, "folder/c.png");
    assert_eq!(picture(&place, "painted/c.png").rgb(), negative(&c));
    place.write("jobs.tsv", "a.png\t-\tlisted.png\n");
    with(&["--list", "jobs.tsv"]);
    assert_eq!(
        picture(&place, "listed.png"),
        picture(&place, "painted.png")
    );
    with(&["a.png", "-o", "same.png", "--strength", "0"]);
    assert_eq!(picture(&place, "same.png"), a);
    with(&[
        "a.png",
        "-o",
        "bytes.png",
        "--network",
        "order=bgr,multiple=16",
    ]);
    assert_eq!(picture(&place, "bytes.png").rgb(), negative(&a));
}

#[test]
fn how_a_network_is_taken_is_shown() {
    let place = workshop();
    let (code, out, err) = place.run(&["model", "negative.onnx"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let form = "layout=nhwc,in=-1..1,out=-1..1,order=rgb,multiple=8";
    assert!(out.contains(form) && out.contains("any size"), "{out}");
    let (_, out, _) = place.run(&["model", "negative.onnx", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown["network"], form);
    assert_eq!(shown["bytes"], NEGATIVE.len());
}

#[test]
fn an_animation_is_painted_frame_by_frame() {
    use utsushi_imaging::{AnimationFormat, AnimationWriter, Frame, frames};
    let place = workshop();
    let mut writer = AnimationWriter::new(AnimationFormat::Apng, 0);
    let shown: Vec<Picture> = (1..=3)
        .map(|seed| crate::support::drawing(40, seed))
        .collect();
    for picture in &shown {
        let delay = std::time::Duration::from_millis(100);
        let picture = picture.clone();
        writer.push(&Frame { picture, delay }).unwrap();
    }
    place.write("film.png", writer.finish().unwrap());
    let film = [
        "transfer",
        "film.png",
        "--model",
        "negative.onnx",
        "-o",
        "out.png",
        "--steady",
        "0",
    ];
    let (code, _, err) = place.run(&film);
    assert_eq!(code, 0, "{err}");
    let bytes = std::fs::read(place.path("out.png")).unwrap();
    let painted = frames(&bytes, &Default::default()).unwrap().unwrap();
    let painted: Vec<_> = painted.map(|frame| frame.unwrap().picture).collect();
    assert_eq!(painted.len(), 3);
    for (painted, shown) in painted.iter().zip(&shown) {
        assert_eq!(painted.rgb(), negative(shown));
    }
}

#[test]
fn what_does_not_go_with_a_network_is_told() {
    let place = workshop();
    write_tiny_model(&place.path("m.safetensors"));
    place.write("cut.onnx", &NEGATIVE[..NEGATIVE.len() / 2]);
    place.write("photo.onnx", std::fs::read(place.path("a.png")).unwrap());
    place.write("jobs.tsv", "a.png\tname:oil\tx.png\n");
    place.write("house.tsv", "a.png\t-\tx.png\n");
    let cases: [(&[&str], i32, &str); 9] = [
        (
            &[
                "transfer",
                "--model",
                "negative.onnx",
                "a.png",
                "-o",
                "x.png",
                "--style",
                "a.png",
            ],
            2,
            "one style",
        ),
        (
            &[
                "transfer",
                "--model",
                "negative.onnx",
                "a.png",
                "-o",
                "x.png",
                "--device",
                "vulkan",
            ],
            2,
            "CPU",
        ),
        (
            &[
                "transfer",
                "--model",
                "negative.onnx",
                "a.png",
                "-o",
                "x.png",
                "--network",
                "size=3",
            ],
            2,
            "no setting `size`",
        ),
        (
            &[
                "transfer",
                "--model",
                "m.safetensors",
                "a.png",
                "-o",
                "x.png",
                "--network",
                "order=bgr",
            ],
            2,
            "--model NETWORK.onnx",
        ),
        (
            &["transfer", "--model", "cut.onnx", "a.png", "-o", "x.png"],
            1,
            "cut.onnx: this is no ONNX network",
        ),
        (
            &["transfer", "--model", "photo.onnx", "a.png", "-o", "x.png"],
            1,
            "photo.onnx: this is a picture, and no model",
        ),
        (
            &[
                "transfer",
                "--model",
                "missing.onnx",
                "a.png",
                "-o",
                "x.png",
            ],
            1,
            "missing.onnx: cannot be read",
        ),
        (
            &["transfer", "--model", "negative.onnx", "--list", "jobs.tsv"],
            1,
            "the one style it has",
        ),
        (
            &[
                "morph",
                "a.png",
                "folder/b.png",
                "--model",
                "negative.onnx",
                "-o",
                "x.png",
            ],
            1,
            "`utsushi transfer` paints",
        ),
    ];
    for (arguments, expected, part) in cases {
        let (code, _, err) = place.run(arguments);
        assert_eq!(code, expected, "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: no `{part}` in: {err}");
    }
    let house = [
        "transfer",
        "--model",
        "m.safetensors",
        "--list",
        "house.tsv",
        "--device",
        "cpu",
    ];
    let (code, out, err) = place.run(&house);
    assert_eq!(code, 1);
    assert!(
        format!("{out}{err}").contains("this one has several"),
        "{out}{err}"
    );
    assert!(!place.path("x.png").exists());
}
