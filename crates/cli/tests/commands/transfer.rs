//! `utsushi transfer`

use std::path::Path;

use utsushi_imaging::{Alpha, Picture, Rectangle, WriteOptions, read, write};

use crate::support::{Place, drawing, write_tiny_model};

/// A folder with a model, two contents and two references.
fn studio() -> Place {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    for (seed, name) in ["a.png", "b.png", "r.png", "s.png"].iter().enumerate() {
        place.draw(name, 40 + 8 * seed as u32, seed as u32);
    }
    place
}

fn transfer(place: &Place, arguments: &[&str]) -> (i32, String, String) {
    let mut all = vec!["transfer", "--model", "m.safetensors", "--device", "cpu"];
    all.extend(arguments);
    place.run(&all)
}

fn picture(place: &Place, name: &str) -> Picture {
    read(&place.path(name), &Default::default())
        .unwrap()
        .picture
}

#[test]
fn every_way_to_name_a_style_paints_something_of_its_own() {
    let place = studio();
    let ways: [&[&str]; 7] = [
        &["--style", "r.png"],
        &["--style", "s.png"],
        &["--style", "r.png=0.7", "--style", "s.png=0.3"],
        &["--style-name", "ink"],
        &["--style-name", "oil"],
        &["--style-seed", "5"],
        &["--style-seed", "6"],
    ];
    let mut seen = vec![picture(&place, "a.png").rgb().to_vec()];
    for (index, way) in ways.iter().enumerate() {
        let output = format!("{index}.png");
        let (code, out, err) = transfer(&place, &[&["a.png", "-o", &output], *way].concat());
        assert_eq!(code, 0, "{way:?}: {err}");
        assert!(out.contains(&output), "{out}");
        let painted = picture(&place, &output).rgb().to_vec();
        assert!(
            !seen.contains(&painted),
            "{way:?} gives what another way gives"
        );
        seen.push(painted);
    }
}

#[test]
fn only_the_ratio_of_weights_counts() {
    let place = studio();
    for (output, left, right) in [
        ("1.png", "r.png=1", "s.png=3"),
        ("2.png", "r.png=2", "s.png=6"),
    ] {
        let styles = ["a.png", "--style", left, "--style", right, "-o", output];
        assert_eq!(transfer(&place, &styles).0, 0);
    }
    assert_eq!(picture(&place, "1.png"), picture(&place, "2.png"));
}

#[test]
fn no_strength_leaves_the_picture_as_it_is() {
    let place = studio();
    let none = [
        "a.png",
        "--style",
        "r.png",
        "--strength",
        "0",
        "-o",
        "0.png",
    ];
    assert_eq!(transfer(&place, &none).0, 0);
    assert_eq!(picture(&place, "0.png"), picture(&place, "a.png"));
}

#[test]
fn transparency_comes_back_untouched() {
    let place = studio();
    let alpha: Vec<u8> = (0..40 * 40).map(|index| (index * 7 % 256) as u8).collect();
    let clear = drawing(40, 3)
        .with_alpha(Alpha::Eight(alpha.clone()))
        .unwrap();
    write(&place.path("clear.png"), &clear, &WriteOptions::default()).unwrap();
    let (code, _, err) = transfer(&place, &["clear.png", "--style", "r.png", "-o", "out.webp"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        picture(&place, "out.webp").alpha(),
        Some(&Alpha::Eight(alpha))
    );
}

#[test]
fn a_folder_goes_into_a_folder_and_what_is_broken_is_left_out() {
    let place = studio();
    place.draw("in/1.png", 24, 1);
    place.draw("in/deep/2.png", 24, 2);
    place.write(
        "in/3.png",
        &std::fs::read(place.path("a.png")).unwrap()[..200],
    );
    place.write("in/4.jpg", "a letter");
    place.write("in/readme.txt", "a letter");
    let (code, out, err) = transfer(&place, &["in", "--style", "r.png", "-o", "out"]);
    assert_eq!(code, 3, "{err}");
    assert!(place.path("out/1.png").is_file() && place.path("out/deep/2.png").is_file());
    assert!(!place.path("out/3.png").exists() && !place.path("out/4.jpg").exists());
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(err.contains("3.png") && err.contains("cut short"), "{err}");
    assert!(err.contains("4.jpg"), "{err}");
}

#[test]
fn a_picture_in_a_batch_is_painted_as_it_would_be_alone() {
    let place = studio();
    let together = transfer(&place, &["a.png", "b.png", "--style", "r.png", "-o", "out"]);
    assert_eq!(together.0, 0, "{}", together.2);
    for name in ["a.png", "b.png"] {
        let alone = format!("alone-{name}");
        assert_eq!(
            transfer(&place, &[name, "--style", "r.png", "-o", &alone]).0,
            0
        );
        assert_eq!(
            picture(&place, &alone),
            picture(&place, &format!("out/{name}"))
        );
    }
}

#[test]
fn nothing_is_replaced_without_force() {
    let place = studio();
    let before = std::fs::read(place.path("b.png")).unwrap();
    let onto = ["a.png", "--style", "r.png", "-o", "b.png"];
    let (code, _, err) = transfer(&place, &onto);
    assert_eq!(code, 1);
    assert!(err.contains("b.png") && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(place.path("b.png")).unwrap(), before);
    let (code, _, err) = transfer(&place, &[&onto[..], &["--force"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_ne!(std::fs::read(place.path("b.png")).unwrap(), before);
}

#[test]
fn one_json_object_a_picture() {
    let place = studio();
    place.write("bad.png", "a letter");
    let arguments = [
        "a.png", "bad.png", "--style", "r.png", "-o", "out", "--json",
    ];
    let (code, out, _) = transfer(&place, &arguments);
    assert_eq!(code, 3);
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["status"], &lines[0]["content"]),
        (&"painted".into(), &"a.png".into())
    );
    assert_eq!(lines[1]["status"], "failed");
    assert!(lines[1]["error"].as_str().unwrap().contains("bad.png"));
}

#[test]
fn likely_mistakes_are_told_and_nothing_is_written() {
    let place = studio();
    let before = place.files();
    let mistakes: [(&[&str], i32, &str); 8] = [
        (&["a.png", "-o", "out.png"], 2, "--style"),
        (
            &["a.png", "--style-name", "oill", "-o", "out.png"],
            2,
            "did you mean `oil`",
        ),
        (
            &["a.png", "--style", "missing.png", "-o", "out.png"],
            1,
            "missing.png",
        ),
        (
            &["missing.png", "--style", "r.png", "-o", "out.png"],
            1,
            "missing.png",
        ),
        (
            &["a.png", "--style", "r.png", "-o", "out.bmp"],
            2,
            ".png, .jpg, .webp, .gif, .tif, .avif, .jxl, .psd or .ora",
        ),
        (
            &["a.png", "--style", "r.png", "-o", "no/such/folder/out.png"],
            1,
            "does not exist",
        ),
        (
            &["a.png", "b.png", "--style", "r.png", "-o", "out.png"],
            2,
            "folder",
        ),
        (&["a.png", "--style", "r.png=-1", "-o", "out.png"], 2, "-1"),
    ];
    for (arguments, expected, part) in mistakes {
        let (code, out, err) = transfer(&place, arguments);
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?}: {err}");
        assert!(
            err.contains("error: ") && err.contains(part),
            "{arguments:?}: {err}"
        );
    }
    assert_eq!(place.files(), before);
}

#[test]
fn the_style_of_a_standing_figure_is_read_around_its_face() {
    let place = studio();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    let figure = read(&folder.join("lucy.png"), &Default::default()).unwrap();
    let figure = figure.picture;
    let finder = utsushi::faces::FaceFinder::builtin(&burn::tensor::Device::flex()).unwrap();
    let frame = finder.main_face(&figure).unwrap().frame();
    let frame = frame.inside(figure.width(), figure.height());
    assert!(frame.side < figure.width());
    let face = figure.crop(Rectangle {
        left: frame.left as u32,
        top: frame.top as u32,
        width: frame.side,
        height: frame.side,
    });
    write(&place.path("figure.png"), &figure, &Default::default()).unwrap();
    write(&place.path("face.png"), &face, &Default::default()).unwrap();
    place.draw("field.png", 300, 9);

    let painted = |output: &str, style: &[&str]| {
        let (code, _, err) = transfer(&place, &[&["a.png", "-o", output], style].concat());
        assert_eq!(code, 0, "{err}");
        picture(&place, output).rgb().to_vec()
    };
    let by_face = painted("1.png", &["--style", "face.png", "--align", "none"]);
    let by_all = painted("2.png", &["--style", "figure.png", "--align", "none"]);
    assert!(by_face != by_all);
    for way in [&["--align", "face"][..], &["--align", "auto"], &[]] {
        let output = format!("by-{}.png", way.join("").trim_start_matches("--"));
        let style = [&["--style", "figure.png"], way].concat();
        assert!(painted(&output, &style) == by_face, "{way:?}");
    }
    // In a list too.
    place.write("jobs.tsv", "a.png\tfigure.png\tlisted.png\n");
    let (code, _, err) = transfer(&place, &["--list", "jobs.tsv", "--align", "none"]);
    assert_eq!(code, 0, "{err}");
    assert!(picture(&place, "listed.png").rgb() == by_all);
    // Where there is no face, all of it counts.
    let none = painted("3.png", &["--style", "field.png", "--align", "none"]);
    assert!(painted("4.png", &["--style", "field.png", "--align", "face"]) == none);
}

/// A model that has seen windows of larger pictures needs no smaller painting for faces like theirs.
#[test]
fn faces_as_large_as_any_that_were_seen_need_fewer_octaves() {
    use utsushi::{Painter, SteeredModel};
    use utsushi_weights::ExportedModel;

    let place = studio();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    let figure = read(&folder.join("eileen.png"), &Default::default()).unwrap();
    let figure = figure.picture;
    let device = burn::tensor::Device::flex();
    let octaves = |largest_seen: fn(usize) -> usize| {
        let path = place.path("m.safetensors");
        let exported = ExportedModel::read(&path).unwrap();
        let mut model = SteeredModel::from_exported(exported, &device, &path).unwrap();
        model.config.largest_seen = largest_seen(model.config.native_size);
        let painter = Painter::new(model, device.clone()).unwrap();
        painter.octaves(&figure)
    };
    let unseen = octaves(|_| 0);
    assert!(unseen >= 2, "{unseen}");
    assert_eq!(octaves(|native| native), unseen);
    assert_eq!(octaves(|native| 2 * native), unseen);
    assert_eq!(octaves(|native| 4 * native), unseen - 1);
    assert_eq!(octaves(|_| usize::MAX), 0);
}
