//! `utsushi segment` and `utsushi landmarks`.

use utsushi_imaging::{Alpha, Picture, WriteOptions, read, write};

use crate::creative::{done, run, studio};
use crate::support::Place;

/// A folder with a portrait in which a face is found, and a picture without one.
fn place() -> Place {
    let place = Place::new();
    place.write("me.png", utsushi::faces::SAMPLE_PORTRAIT);
    let grey = Picture::filled(40, 30, [90; 3]);
    write(&place.path("grey.png"), &grey, &WriteOptions::default()).unwrap();
    place
}

fn picture(place: &Place, name: &str) -> Picture {
    read(&place.path(name), &Default::default())
        .unwrap()
        .picture
}

#[test]
fn a_map_has_the_size_of_its_picture_and_a_palette() {
    let place = place();
    let (code, out, err) = place.run(&["segment", "me.png", "-o", "parts.png"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("parts.png (1 face; "), "{out}");
    let bytes = std::fs::read(place.path("parts.png")).unwrap();
    // Sides, depth, and that pixels are numbers of a palette.
    assert_eq!(bytes[16..26], [0, 0, 0, 128, 0, 0, 0, 128, 8, 3]);
    let (code, _, err) = place.run(&["segment", "me.png", "-o", "parts.png"]);
    assert!(code == 1 && err.contains("--force"), "{err}");
    let (code, out, _) = place.run(&["segment", "me.png", "-o", "parts.png", "--force", "--json"]);
    assert_eq!(code, 0);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["faces"], 1);
    let shares = told["parts"].as_object().unwrap().values();
    let sum: f64 = shares.map(|share| share.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-3, "{out}");
    assert_eq!(std::fs::read(place.path("parts.png")).unwrap(), bytes);
    let (code, _, err) = place.run(&["segment", "me.png", "-o", "parts.jpg"]);
    assert!(code == 2 && err.contains("--overlay"), "{err}");
}

#[test]
fn an_overlay_is_the_picture_with_its_parts() {
    let place = place();
    let alpha = Alpha::Eight((0..40 * 30).map(|at| (at % 2 * 255) as u8).collect());
    let clear = picture(&place, "grey.png")
        .with_alpha(alpha.clone())
        .unwrap();
    write(&place.path("clear.png"), &clear, &WriteOptions::default()).unwrap();
    let (code, _, err) = place.run(&["segment", "clear.png", "--overlay", "-o", "shown.webp"]);
    assert_eq!(code, 0, "{err}");
    let shown = picture(&place, "shown.webp");
    assert_eq!(shown.alpha(), Some(&alpha));
    // What is transparent is background, and stays as it is.
    assert_eq!(shown.rgb()[..3], [90; 3]);
}

#[test]
fn folders_go_into_folders_and_what_is_broken_is_left_out() {
    let place = place();
    place.draw("in/1.png", 24, 1);
    place.draw("in/deep/2.png", 24, 2);
    let cut = std::fs::read(place.path("me.png")).unwrap();
    place.write("in/3.png", &cut[..200]);
    place.write("in/readme.txt", "a letter");
    let (code, out, err) = place.run(&["segment", "in", "-o", "out"]);
    assert_eq!(code, 3, "{err}");
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(place.path("out/1.png").is_file() && place.path("out/deep/2.png").is_file());
    assert!(
        err.contains("3.png") && !place.path("out/3.png").exists(),
        "{err}"
    );
    let (code, out, err) = place.run(&["landmarks", "in", "--json"]);
    assert_eq!(code, 3, "{err}");
    let told: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|it| it["file"].is_string()), "{out}");
    assert_eq!(told.iter().filter(|it| it["status"] == "failed").count(), 1);
}

#[test]
fn landmarks_are_points_of_each_face() {
    let place = place();
    let (code, out, err) = place.run(&["landmarks", "me.png", "--json"]);
    assert_eq!(code, 0, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["file"], "me.png");
    let faces = told["faces"].as_array().unwrap();
    assert_eq!(faces.len(), 1);
    assert_eq!(faces[0]["box"].as_array().unwrap().len(), 4);
    let points = faces[0]["points"].as_object().unwrap();
    assert_eq!(points.len(), 25);
    for point in points.values() {
        let point: Vec<f64> = point
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_f64().unwrap())
            .collect();
        assert!(
            point.len() == 3 && (0.0..=1.0).contains(&point[2]),
            "{point:?}"
        );
    }
    let (code, out, _) = place.run(&["landmarks", "me.png"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("me.png: 1 face") && out.contains("left_eye_outer"),
        "{out}"
    );
}

#[test]
fn where_no_face_is_none_is_invented() {
    let place = place();
    let (code, out, _) = place.run(&["landmarks", "grey.png", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, told["faces"].as_array().unwrap().len()), (0, 0));
    let (code, out, _) = place.run(&["landmarks", "grey.png"]);
    assert_eq!((code, out.trim()), (0, "grey.png: no face was found"));
    let (code, out, _) = place.run(&["segment", "grey.png", "-o", "parts.png"]);
    assert!(code == 0 && out.contains("no face found"), "{out}");
}

#[test]
fn a_line_drawing_takes_the_colours_of_a_painting() {
    let place = place();
    place.write_line_drawing("lines.png");
    let lines = picture(&place, "lines.png");
    let command = ["colour", "lines.png", "--style", "me.png", "-o", "out.png"];
    let (code, out, err) = place.run(&command);
    assert_eq!((code, out.trim()), (0, "out.png"), "{err}");
    let coloured = picture(&place, "out.png");
    let pairs = coloured
        .rgb()
        .chunks_exact(3)
        .zip(lines.rgb().chunks_exact(3));
    let (mut black, mut coloured) = (0, 0);
    for (pixel, line) in pairs {
        if line[0] == 0 {
            assert_eq!(pixel, [0; 3]);
            black += 1;
        } else if pixel.iter().max().unwrap() - pixel.iter().min().unwrap() > 8 {
            coloured += 1;
        }
    }
    assert!(black > 500 && coloured > 2000, "{black} {coloured}");
    let (code, _, err) = place.run(&command);
    assert!(code == 1 && err.contains("--force"), "{err}");
    // A style that was read in the painting has its colours; one that was read in none has not.
    let save = |style: &[&str], target: &str| {
        let paint = [
            "transfer",
            "me.png",
            "-o",
            "p.png",
            "--force",
            "--save-style",
            target,
        ];
        let (code, _, err) = place.run(&[&paint[..], style].concat());
        assert_eq!(code, 0, "{err}");
    };
    save(&["--style", "me.png"], "me.style");
    save(&["--style-name", "manga"], "manga.style");
    let by_style = [
        "colour",
        "lines.png",
        "--style",
        "me.style",
        "-o",
        "by-style.png",
    ];
    let (code, _, err) = place.run(&by_style);
    assert_eq!(code, 0, "{err}");
    // The same but for where exactly parts of the painting end.
    let [by_style, by_painting] = ["by-style.png", "out.png"].map(|name| picture(&place, name));
    let pairs = by_style.rgb().iter().zip(by_painting.rgb());
    let apart: u64 = pairs
        .map(|(one, other)| u64::from(one.abs_diff(*other)))
        .sum();
    let apart = apart as f64 / by_style.rgb().len() as f64;
    assert!(apart < 2.0, "{apart} levels");
    let without = [
        "colour",
        "lines.png",
        "--style",
        "manga.style",
        "-o",
        "x.png",
    ];
    let (code, _, err) = place.run(&without);
    assert!(
        code == 2 && err.contains("manga.style: this saved style holds no colours"),
        "{err}"
    );
    // Neither a painting nor a drawing without a figure.
    let without = ["colour", "lines.png", "--style", "grey.png", "-o", "x.png"];
    let (code, _, err) = place.run(&without);
    assert!(code == 2 && err.contains("grey.png: no face"), "{err}");
    let (code, _, err) = place.run(&["colour", "me.png", "--style", "me.png", "-o", "x.png"]);
    assert!(
        code == 1 && err.contains("no drawing in dark lines"),
        "{err}"
    );
    let (code, _, err) = place.run(&["colour", "grey.png", "--style", "me.png", "-o", "x.png"]);
    assert!(code == 1 && err.contains("no figure"), "{err}");
    assert!(!place.path("x.png").exists());
}

#[test]
fn what_is_not_there_or_no_picture_is_an_error() {
    let place = place();
    place.write("letter.png", "a letter");
    for command in [&["landmarks"][..], &["segment", "-o", "out.png"]] {
        for (name, said) in [("none.png", "no such file"), ("letter.png", "letter.png")] {
            let (code, _, err) = place.run(&[command, &[name]].concat());
            assert!(code == 1 && err.contains(said), "{err}");
        }
        let (code, _, _) = place.run(command);
        assert_eq!(code, 2);
    }
    assert!(!place.path("out.png").exists());
}

#[test]
fn a_mask_may_be_the_name_of_a_part() {
    let place = studio();
    let own = picture(&place, "a.png");
    // The left half is transparent, which is background whatever the network says of the rest.
    let alpha = (0..40 * 40).map(|at| if at % 40 < 20 { 0 } else { 255 });
    let clear = own
        .clone()
        .with_alpha(Alpha::Eight(alpha.collect()))
        .unwrap();
    write(&place.path("clear.png"), &clear, &WriteOptions::default()).unwrap();
    let style = ["clear.png", "--style", "r.png", "-o"];
    let masked = |mask: &str, output: &str| {
        done(
            &place,
            "transfer",
            &[&style[..], &[output, "--mask", mask]].concat(),
        );
        picture(&place, output)
    };
    let left = |picture: &Picture| -> Vec<u8> {
        let rows = picture.rgb().chunks(40 * 3);
        rows.flat_map(|row| row[..20 * 3].to_vec()).collect()
    };
    let plain = ["clear.png", "--style", "r.png", "-o", "plain.png"];
    done(&place, "transfer", &plain);
    let plain = picture(&place, "plain.png");
    assert_ne!(left(&plain), left(&own));
    assert_eq!(left(&masked("background:keep", "kept.png")), left(&own));
    assert_eq!(left(&masked("figure:only", "only.png")), left(&own));
    let within = [&style[..], &["within.png", "--within", "figure"]].concat();
    done(&place, "transfer", &within);
    assert_eq!(picture(&place, "within.png"), picture(&place, "only.png"));
    let restyled = masked("background:s.png", "restyled.png");
    assert_ne!(left(&restyled), left(&plain));
}

#[test]
fn a_part_that_is_not_there_is_told_and_films_need_a_file() {
    let place = studio();
    let nothing = Alpha::Eight(vec![0; 40 * 40]);
    let clear = picture(&place, "a.png").with_alpha(nothing).unwrap();
    write(&place.path("clear.png"), &clear, &WriteOptions::default()).unwrap();
    let style = ["clear.png", "--style", "r.png", "-o"];
    let arguments = [&style[..], &["out.png", "--mask", "hair:keep"]].concat();
    let (code, _, err) = run(&place, "transfer", &arguments);
    assert!(
        code == 0 && err.contains("clear.png: nothing was found"),
        "{err}"
    );
    done(&place, "transfer", &[&style[..], &["plain.png"]].concat());
    assert_eq!(picture(&place, "out.png"), picture(&place, "plain.png"));
    // With nothing to paint within, the picture stays.
    let arguments = [&style[..], &["same.png", "--within", "hair"]].concat();
    let (code, _, err) = run(&place, "transfer", &arguments);
    assert!(code == 0 && err.contains("the part `hair`"), "{err}");
    let [same, clear] = ["same.png", "clear.png"].map(|name| picture(&place, name));
    assert_eq!(same, clear);
    let arguments = [&style[..], &["x.png", "--within", "hare"]].concat();
    let (code, _, err) = run(&place, "transfer", &arguments);
    assert!(code == 2 && err.contains("did you mean `hair`?"), "{err}");
    // `./hair` is a file, which is not there.
    let file = [&style[..], &["x.png", "--mask", "./hair:keep"]].concat();
    let (code, _, err) = run(&place, "transfer", &file);
    assert!(code == 1 && err.contains("./hair"), "{err}");
    let morph = ["a.png", "r.png", "--frames", "3", "-o", "film.gif"];
    done(&place, "morph", &morph);
    let film = [
        "film.gif",
        "--style",
        "r.png",
        "--mask",
        "hair:keep",
        "-o",
        "painted.gif",
    ];
    let (code, _, err) = run(&place, "transfer", &film);
    assert!(code == 1 && err.contains("mask from a file"), "{err}");
    let within = ["a.png", "r.png", "--within", "hair", "-o", "x.gif"];
    let (code, _, err) = run(&place, "morph", &within);
    assert!(code == 2 && err.contains("--within has no place"), "{err}");
}
