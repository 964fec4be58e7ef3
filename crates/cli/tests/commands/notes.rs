//! What is told besides the painting, in words and as JSON, and what names of styles may be.

use serde_json::Value;

use crate::support::Place;
use crate::training::workshop;

fn notes(out: &str) -> Vec<String> {
    let object: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let notes = object["notes"].as_array().expect("a list of notes");
    notes
        .iter()
        .map(|note| note.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn notes_are_told_as_json_too() {
    let place = Place::new();
    place.draw("a.png", 100, 1);
    std::fs::copy(place.draw("r.png", 64, 2), place.path("r.style")).unwrap();
    let paint = |more: &[&str]| {
        let common = ["transfer", "a.png", "--json", "--force"];
        place.run(&[&common[..], more].concat())
    };
    let (code, out, err) = paint(&["--style-name", "manga", "-o", "plain.png"]);
    assert_eq!(code, 0, "{err}");
    assert!(notes(&out).is_empty(), "{out}");
    // 100 pixels cannot be halved at all.
    let (code, out, err) = paint(&["--style-name", "manga", "--octaves", "3", "-o", "b.png"]);
    assert_eq!(code, 0, "{err}");
    let told = notes(&out).join("\n");
    assert!(
        told.contains("3 octaves asked for and 0 taken") && err.contains(&told),
        "{told} / {err}"
    );
    // A picture with the name of a style is one.
    let (code, out, err) = paint(&["--style", "r.style", "-o", "c.png"]);
    assert_eq!(code, 0, "{err}");
    let told = notes(&out).join("\n");
    assert!(
        told.contains("r.style: this is a picture") && err.contains(&told),
        "{told} / {err}"
    );
}

#[test]
fn what_shows_nothing_is_noted() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    place.draw("dot.png", 1, 2);
    let clear = utsushi_imaging::Picture::filled(40, 40, [200; 3]);
    let clear = clear.with_alpha(utsushi_imaging::Alpha::Eight(vec![0; 1600]));
    utsushi_imaging::write(
        &place.path("clear.png"),
        &clear.unwrap(),
        &Default::default(),
    )
    .unwrap();
    let paint = |arguments: &[&str]| {
        let (code, out, err) = place.run(&[&["transfer", "--json"], arguments].concat());
        assert_eq!(code, 0, "{err}");
        let told = notes(&out).join("\n");
        assert!(err.contains(&told), "{told} / {err}");
        told
    };
    let told = paint(&["a.png", "--style", "dot.png", "-o", "b.png"]);
    assert!(
        told.contains("dot.png: its 1×1 pixels say little"),
        "{told}"
    );
    let told = paint(&["clear.png", "--style-name", "manga", "-o", "c.png"]);
    assert!(
        told.contains("clear.png: all of the picture is transparent"),
        "{told}"
    );
}

#[test]
fn a_page_in_ink_is_noted_where_the_style_is_one_of_cels() {
    let place = Place::new();
    // Stripes of paper, ink and grey, as a page has them.
    let tone = |x: u32| [255, 255, 255, 255, 0, 0, 128, 128, 128, 128][x as usize / 4 % 10];
    let rgb = (0..128 * 128).flat_map(|at: u32| [tone(at % 128); 3]);
    let page = utsushi_imaging::Picture::new(128, 128, rgb.collect()).unwrap();
    utsushi_imaging::write(&place.path("page.png"), &page, &Default::default()).unwrap();
    let told = |name: &str| {
        let paint = ["transfer", "page.png", "--json", "--force", "-o", "b.png"];
        let (code, out, err) = place.run(&[&paint[..], &["--style-name", name]].concat());
        assert_eq!(code, 0, "{err}");
        notes(&out).join("\n")
    };
    for cels in ["tv-cel", "fan-cel"] {
        let told = told(cels);
        assert!(
            told.contains("`utsushi colour`") && told.contains("manga"),
            "{cels}: {told}"
        );
    }
    assert!(!told("manga").contains("utsushi colour"));
}

#[test]
fn edits_that_ask_for_something_else_are_told_what_to_do() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    let edit = |more: &[&str]| {
        let (code, _, err) = place.run(&[&["edit", "a.png", "-o", "b.png"], more].concat());
        assert!(code != 0 && !place.path("b.png").exists(), "{err}");
        (code, err)
    };
    let (code, err) = edit(&["--warp-face", "smile", "--strength", "0.5"]);
    let told = ["adds what changes", "--warp-face SHAPE=0.5", "--redraw"];
    assert!(code == 2 && told.iter().all(|it| err.contains(it)), "{err}");
    for (set, told) in [
        ("age=old", "`--warp-face age` changes the shape of a face"),
        ("role=knight", "`--warp-face` changes the shape of a face"),
        ("smile", "`--warp-face smile` changes the shape of a face"),
    ] {
        let (_, err) = edit(&["--set", set]);
        assert!(err.contains(told), "{set}: {err}");
    }
}

#[test]
fn names_in_chinese_are_names_and_others_are_guessed() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    let paint = |name: &str, output: &str| {
        place.run(&["transfer", "a.png", "--style-name", name, "-o", output])
    };
    for (name, output) in [
        ("ukiyo-e", "a1.png"),
        ("浮世绘", "a2.png"),
        ("ukiyo-e:2", "b1.png"),
        ("浮世绘:2", "b2.png"),
    ] {
        let (code, _, err) = paint(name, output);
        assert_eq!(code, 0, "{name}: {err}");
    }
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("a1.png"), bytes("a2.png"));
    assert_eq!(bytes("b1.png"), bytes("b2.png"));
    for (name, meant) in [
        ("oil-painting", "old-master"),
        ("油画", "古典油画"),
        ("浮世會", "浮世绘"),
        ("ukio-e", "ukiyo-e"),
    ] {
        let (code, _, err) = paint(name, "no.png");
        assert_eq!(code, 2, "{name}: {err}");
        assert!(err.contains(&format!("did you mean `{meant}`")), "{err}");
    }
    let (_, _, err) = paint("浮世", "no.png");
    assert!(
        err.contains("`ukiyo-e` (`浮世绘`)") && err.contains("`manga` (`漫画`)"),
        "{err}"
    );
}

#[test]
fn what_is_no_model_is_told_with_the_command_that_takes_it() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    let save = [
        "--style-name",
        "manga",
        "-o",
        "p.png",
        "--save-style",
        "m.style",
    ];
    let (code, _, err) = place.run(&[&["transfer", "a.png"], &save[..]].concat());
    assert_eq!(code, 0, "{err}");
    for (arguments, file) in [
        (&["model", "a.png"][..], "a.png"),
        (
            &[
                "transfer",
                "a.png",
                "--style-name",
                "manga",
                "--model",
                "m.style",
                "-o",
                "q.png",
            ],
            "m.style",
        ),
    ] {
        let (code, _, err) = place.run(arguments);
        assert_eq!(code, 1, "{err}");
        let command = format!("utsushi transfer PICTURE --style {file}");
        assert!(err.contains(&command), "{err}");
    }
    let (code, out, _) = place.run(&["model", "m.style"]);
    assert!(
        code == 0 && out.contains("utsushi transfer PICTURE --style m.style"),
        "{out}"
    );
}

#[test]
fn whoever_loses_look_alikes_is_told_how_to_keep_them() {
    let place = workshop();
    let drawn = std::fs::read(place.draw("alike/0.png", 64, 9)).unwrap();
    // The same picture in another file.
    place.write("alike/1.png", [&drawn[..], b"\0"].concat());
    place.draw("alike/2.png", 64, 10);
    let prepare = ["dataset", "prepare", "alike", "--size", "32", "-o", "few"];
    let (code, out, err) = place.run(&prepare);
    assert_eq!(code, 0, "{err}");
    let told = "1 picture was left out because it looks like another one";
    assert!(out.contains(told), "{out}");
    for setting in ["--duplicate-distance 0", "`duplicate_distance = 0`"] {
        assert!(out.contains(setting), "{out}");
    }
    let with = |bits: &str| {
        let more = ["--force", "--duplicate-distance", bits];
        place.run(&[&prepare[..], &more].concat())
    };
    let (code, _, err) = with("0");
    assert_eq!(code, 0, "{err}");
    assert_eq!(with("16").0, 2);
}
