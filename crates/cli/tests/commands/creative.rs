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
    let mistakes: [(&str, &[&str], &str); 4] = [
        (
            "transfer",
            &["a.png", "--shape-from", "r.png"],
            "another style",
        ),
        (
            "transfer",
            &["a.png", "--style", "r.png", "--style-seed", "1"],
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

/// A mask of that size, white in its left half.
fn left_half(place: &Place, name: &str, width: u32, height: u32) {
    let mut mask = Picture::filled(width, height, [0; 3]);
    for index in (0..(width * height) as usize).filter(|i| (*i as u32 % width) < width / 2) {
        mask.rgb_mut()[index * 3..index * 3 + 3].fill(255);
    }
    write(&place.path(name), &mask, &WriteOptions::default()).unwrap();
}

/// Where the left halves of two pictures differ, and whether their right halves do.
fn halves_differ(one: &Picture, other: &Picture) -> [bool; 2] {
    let width = one.width() as usize;
    let pairs = one.rgb().as_chunks::<3>().0.iter();
    let pairs = pairs.zip(other.rgb().as_chunks::<3>().0).enumerate();
    let differ = |left: bool| {
        let half = move |index: usize| (index % width < width / 2) == left;
        pairs.clone().any(|(index, (a, b))| half(index) && a != b)
    };
    [differ(true), differ(false)]
}

#[test]
fn a_part_is_kept_in_pictures_folders_and_films() {
    let place = studio();
    // Half the size of the picture, and soft beyond the white.
    left_half(&place, "left.png", 20, 20);
    let kept = ["--style", "r.png", "--mask", "left.png:keep"];
    let transfer = |more: &[&str]| done(&place, "transfer", &[more, &kept[..]].concat());
    transfer(&["a.png", "-o", "1.png"]);
    let (given, painted) = (picture(&place, "a.png"), picture(&place, "1.png"));
    assert_eq!(halves_differ(&given, &painted), [false, true]);
    // Painted is what is white of the other half, and nothing else.
    left_half(&place, "left-40.png", 40, 40);
    let only = ["--style", "r.png", "--mask", "left-40.png:only"];
    let outputs = ["a.png", "-o", "only.png"];
    done(&place, "transfer", &[&outputs[..], &only[..]].concat());
    let part = picture(&place, "only.png");
    assert_eq!(halves_differ(&given, &part), [true, false]);
    // Beside a style for another part, which lies above it where both are white.
    transfer(&["a.png", "--strength", "0.5", "-o", "2.png"]);
    let half = picture(&place, "2.png");
    assert_eq!(halves_differ(&given, &half), [false, true]);
    // At the size of the picture, so that both masks end at one place.
    left_half(&place, "whole.png", 40, 40);
    let kept = ["--style", "r.png", "--mask", "whole.png:keep"];
    let above = ["a.png", "-o", "3.png"];
    let above = [
        &above[..],
        &kept[..],
        &["--mask", "whole.png:s.png", "--feather", "0"],
    ];
    done(&place, "transfer", &above.concat());
    let plain = [
        "a.png",
        "--style",
        "r.png",
        "--mask",
        "whole.png:s.png",
        "--feather",
        "0",
        "-o",
        "4.png",
    ];
    done(&place, "transfer", &plain);
    let [above, plain] = ["3.png", "4.png"].map(|name| picture(&place, name));
    assert_eq!(halves_differ(&above, &plain), [false, false]);

    // Transparent places stay, with the colours below them.
    let clear = utsushi_imaging::Alpha::Eight((0..1600).map(|i| (i % 200) as u8).collect());
    let clear = given.clone().with_alpha(clear).unwrap();
    place.draw("in/other.png", 40, 9);
    write(
        &place.path("in/clear.png"),
        &clear,
        &WriteOptions::default(),
    )
    .unwrap();
    transfer(&["in", "-o", "out"]);
    for name in ["clear.png", "other.png"] {
        let [before, after] =
            ["in", "out"].map(|folder| picture(&place, &format!("{folder}/{name}")));
        assert_eq!(halves_differ(&before, &after), [false, true], "{name}");
        assert_eq!(before.alpha(), after.alpha());
    }
    // A mask of another shape fails for the picture that it does not fit.
    left_half(&place, "wide.png", 40, 20);
    let wrong = [
        "a.png",
        "--style",
        "r.png",
        "--mask",
        "wide.png:keep",
        "-o",
        "5.png",
    ];
    let (code, _, err) = run(&place, "transfer", &wrong);
    assert!(code == 1 && err.contains("40×20"), "{err}");

    // Frames that nearly stand still are not mixed where they are kept.
    done(
        &place,
        "morph",
        &["a.png", "r.png", "--frames", "4", "-o", "film.webp"],
    );
    transfer(&["film.webp", "--steady", "0.9", "-o", "painted.webp"]);
    let frames = |name: &str| -> Vec<Picture> {
        let bytes = std::fs::read(place.path(name)).unwrap();
        let frames = utsushi_imaging::frames(&bytes, &Default::default()).unwrap();
        frames
            .unwrap()
            .map(|frame| frame.unwrap().picture)
            .collect()
    };
    let (before, after) = (frames("film.webp"), frames("painted.webp"));
    assert_eq!((before.len(), after.len()), (4, 4));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(halves_differ(before, after), [false, true]);
    }
}

#[test]
fn strength_leads_from_the_bytes_of_the_picture_beyond_the_style() {
    let place = studio();
    let at = |strength: &str| {
        let name = format!("{strength}.png");
        let how = [
            "a.png",
            "--style",
            "r.png",
            "--strength",
            strength,
            "-o",
            &name,
        ];
        done(&place, "transfer", &how);
        picture(&place, &name)
    };
    let given = picture(&place, "a.png");
    assert_eq!(at("0").rgb(), given.rgb());
    let apart = |painted: &Picture| {
        let pairs = given.rgb().iter().zip(painted.rgb());
        pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
    };
    let all: Vec<u64> = ["0.01", "0.1", "0.5", "1"]
        .map(|it| apart(&at(it)))
        .to_vec();
    assert!(all.is_sorted(), "{all:?}");
    // A level a byte comes from rounding.
    let bytes = given.rgb().len() as u64;
    assert!(all[0] <= bytes && all[1] <= all[3] / 4 + bytes, "{all:?}");
    assert_ne!(at("1.5"), at("1.0"));
    let over = [
        "a.png",
        "--style",
        "r.png",
        "--strength",
        "2.5",
        "-o",
        "no.png",
    ];
    let (code, _, err) = run(&place, "transfer", &over);
    assert!(code == 2 && err.contains("from 0 to 2"), "{err}");
}

#[test]
fn styles_of_seeds_are_counted() {
    let place = studio();
    let seeds = ["a.png", "--style-seed", "1..3", "-o", "sheet.png"];
    let (code, _, err) = run(&place, "transfer", &seeds);
    assert!(code == 0 && err.contains(" styles drawn, "), "{err}");
    // A seed is the same style on its own, on a sheet and in a folder.
    let one = ["a.png", "--style-seed", "2", "-o", "one.png"];
    done(&place, "transfer", &one);
    done(
        &place,
        "transfer",
        &["a.png", "--style-seed", "1..3", "-o", "folder/"],
    );
    let files = std::fs::read_dir(place.path("folder")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert_eq!(
        cell(&picture(&place, "sheet.png"), 1),
        picture(&place, "one.png")
    );
}
