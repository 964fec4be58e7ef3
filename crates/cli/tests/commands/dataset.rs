//! `utsushi dataset`

use std::path::Path;

use crate::support::Place;

/// Two folders of drawings, with a broken file in one.
fn gallery() -> Place {
    let place = Place::new();
    for seed in 0..6 {
        place.draw(&format!("art/ink/{seed}.png"), 64, seed);
        place.draw(&format!("art/oil/{seed}.jpg"), 72, 100 + seed);
    }
    place.write("art/oil/broken.jpg", "a letter");
    place.write(
        "sets.toml",
        "size = 32\nvalidation = 0.2\nmin_size = 16\nduplicate_distance = 0\n\
         [[source]]\npath = \"ink\"\nstyle = \"ink\"\nlicence = \"CC0\"\n\
         [[source]]\npath = \"oil\"\nstyle = \"oil\"\n",
    );
    place
}

#[test]
fn inspect_counts_and_draws_a_sheet() {
    let place = gallery();
    let (code, out, err) = place.run(&["dataset", "inspect", "art", "--sheet", "sheet.png"]);
    assert_eq!(code, 0, "{err}");
    for part in [
        "ink",
        "oil",
        "6 PNG",
        "6 JPEG",
        "64 px",
        "broken.jpg",
        "sheet.png",
    ] {
        assert!(out.contains(part), "no `{part}` in: {out}");
    }
    let sheet = utsushi_imaging::read(&place.path("sheet.png"), &Default::default()).unwrap();
    assert!(sheet.picture.width() > 6 * 96);
    // Not before the work, not after it: nothing is replaced.
    let (code, _, err) = place.run(&["dataset", "inspect", "art", "--sheet", "sheet.png"]);
    assert_eq!(code, 1);
    assert!(err.contains("--force"), "{err}");
}

#[test]
fn inspect_warns_of_a_style_that_was_enlarged() {
    let place = Place::new();
    place.draw("small.png", 64, 5);
    let small = utsushi_imaging::read(&place.path("small.png"), &Default::default()).unwrap();
    let enlarged = utsushi_imaging::resize(&small.picture, 256, 256);
    std::fs::create_dir(place.path("soft")).unwrap();
    let path = place.path("soft/one.png");
    utsushi_imaging::write(&path, &enlarged, &Default::default()).unwrap();
    let (code, out, err) = place.run(&["dataset", "inspect", "soft"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("one.png looks blurred or enlarged: 256 px"),
        "{out}"
    );
    assert!(out.contains("soft: 1 of 1 picture;"), "{out}");
}

#[test]
fn inspect_names_what_is_not_there() {
    let place = Place::new();
    let (code, out, err) = place.run(&["dataset", "inspect", "missing.zip"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("missing.zip"), "{err}");
}

#[test]
fn prepare_cuts_and_goes_on_where_it_was() {
    let place = gallery();
    let prepare = [
        "dataset",
        "prepare",
        "sets.toml",
        "-o",
        "set",
        "--root",
        "art",
    ];
    let (code, out, err) = place.run(&prepare);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("12 pictures kept, 12 of them cut now"),
        "{out}"
    );
    assert!(
        out.contains("1 unreadable") && out.contains("report.jsonl"),
        "{out}"
    );
    let report = std::fs::read_to_string(place.path("set/report.jsonl")).unwrap();
    assert!(report.contains("broken.jpg"), "{report}");
    let (code, out, _) = place.run(&prepare);
    assert_eq!(code, 0);
    assert!(out.contains("12 pictures kept, 0 of them cut now"), "{out}");
}

#[test]
fn faces_are_framed_alike_whatever_is_around_them() {
    let place = Place::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    for name in ["eileen", "lucy", "sylvie"] {
        let bytes = std::fs::read(folder.join(format!("{name}.png"))).unwrap();
        place.write(&format!("art/{name}.png"), bytes);
    }
    let ramp = (0..128 * 128).flat_map(|index: u32| [(index % 128) as u8, (index / 128) as u8, 90]);
    let ramp = utsushi_imaging::Picture::new(128, 128, ramp.collect()).unwrap();
    utsushi_imaging::write(&place.path("art/ramp.png"), &ramp, &Default::default()).unwrap();
    place.write(
        "sets.toml",
        "size = 128\n[[source]]\npath = \"art\"\nstyle = \"art\"\n",
    );
    let prepare = [
        "dataset",
        "prepare",
        "sets.toml",
        "-o",
        "set",
        "--crop",
        "face",
    ];
    let (code, out, err) = place.run(&prepare);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("4 pictures kept") && out.contains("no face was found in 1 picture"),
        "{out}"
    );
    let report = std::fs::read_to_string(place.path("set/report.jsonl")).unwrap();
    assert!(
        report.contains("art/ramp.png") && report.contains("fallback_crop"),
        "{report}"
    );
    let (code, out, _) = place.run(&prepare);
    assert!(code == 0 && out.contains("0 of them cut now"), "{out}");
    // The sets file alone asks for another crop.
    let (code, _, err) = place.run(&prepare[..5]);
    assert!(code == 1 && err.contains("--force"), "{err}");
    // A face in the frame stands where the frame wants it.
    let finder = utsushi::faces::FaceFinder::builtin(&burn::tensor::Device::flex()).unwrap();
    let cut: Vec<_> = place
        .files()
        .into_iter()
        .filter(|path| path.starts_with(place.path("set/pictures")))
        .collect();
    assert_eq!(cut.len(), 4);
    let faceless = utsushi_dataset::PreparedSet::open(&place.path("set")).unwrap();
    let faceless = faceless
        .entries()
        .iter()
        .find(|it| it.source == "art/ramp.png");
    let faceless = place.path("set").join(faceless.unwrap().relative_path());
    for path in cut.into_iter().filter(|path| *path != faceless) {
        let picture = utsushi_imaging::read(&path, &Default::default())
            .unwrap()
            .picture;
        let face = finder.main_face(&picture).unwrap();
        let [x, y] = face.centre().map(|value| value / 128.0);
        assert!((x - 0.5).abs() < 0.1 && (y - 0.53).abs() < 0.12, "{face:?}");
        assert!((0.45..0.78).contains(&(face.size() / 128.0)), "{face:?}");
    }
}

#[test]
fn the_root_may_come_from_the_environment() {
    let place = gallery();
    let mut command = place.utsushi();
    command.env("UTSUSHI_DATA", place.path("art"));
    command.args([
        "dataset",
        "prepare",
        "sets.toml",
        "-o",
        "set",
        "--size",
        "16",
    ]);
    command.assert().success();
    assert!(place.path("set/manifest.jsonl").is_file());
}

#[test]
fn likely_mistakes_are_told_with_the_fix() {
    let place = gallery();
    place.write(
        "typo.toml",
        "[[source]]\npath = \"ink\"\nstyle = \"ink\"\nlicense = \"CC0\"\n",
    );
    place.write("full/letter.txt", "Dear sir");
    let mistakes: [(&[&str], i32, &str); 4] = [
        (&["sets.toml", "-o", "set"], 1, "--root"),
        (&["missing.toml", "-o", "set"], 1, "missing.toml"),
        (&["typo.toml", "-o", "set", "--root", "art"], 1, "licence"),
        (
            &["sets.toml", "-o", "full", "--root", "art"],
            1,
            "other files",
        ),
    ];
    for (arguments, expected, part) in mistakes {
        let (code, out, err) = place.run(&[&["dataset", "prepare"], arguments].concat());
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: no `{part}` in: {err}");
    }
    let (code, _, _) = place.run(&[
        "dataset",
        "prepare",
        "sets.toml",
        "-o",
        "set",
        "--size",
        "4",
    ]);
    assert_eq!(code, 2);
}

#[test]
fn a_set_of_other_settings_is_changed_only_by_force() {
    let place = gallery();
    let prepare = |size| {
        [
            "dataset",
            "prepare",
            "sets.toml",
            "-o",
            "set",
            "--root",
            "art",
            "--size",
            size,
        ]
    };
    assert_eq!(place.run(&prepare("32")).0, 0);
    let (code, _, err) = place.run(&prepare("48"));
    assert_eq!(code, 1);
    assert!(err.contains("--force"), "{err}");
    assert_eq!(place.run(&[&prepare("48")[..], &["--force"]].concat()).0, 0);
}
