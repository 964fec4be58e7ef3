//! What files say besides their pixels, read by exiftool.

use std::process::Command;

use serde_json::{Map, Value};

use crate::support::{Place, skip, write_tiny_model};

const TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// What exiftool finds in a file, by group and name, in numbers where there are some.
fn found(place: &Place, name: &str) -> Map<String, Value> {
    let output = Command::new("exiftool")
        .args(["-j", "-n", "-G0"])
        .arg(place.path(name))
        .output()
        .unwrap();
    let mut files: Vec<Map<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
    files.pop().unwrap()
}

/// A photograph that lies on its side, with all that a camera and its owner note in it.
fn photograph(place: &Place) {
    place.draw("thumbnail.jpg", 16, 3);
    place.draw("content.jpg", 48, 1);
    let noted = Command::new("exiftool")
        .current_dir(place.path(""))
        .args([
            "-q",
            "-overwrite_original",
            "-Orientation#=6",
            "-Artist=Ann",
        ])
        .args([
            "-Copyright=by Ann",
            "-XMP-dc:Title=A head",
            "-IPTC:City=Kyoto",
        ])
        .args([
            "-XResolution=300",
            "-YResolution=150",
            "-ResolutionUnit=inches",
        ])
        .args([&format!(
            "-XMP-iptcExt:DigitalSourceType#={TYPES}digitalCapture"
        )])
        .args(["-ThumbnailImage<=thumbnail.jpg", "content.jpg"])
        .status()
        .unwrap();
    assert!(noted.success());
    let found = found(place, "content.jpg");
    assert_eq!(found["EXIF:Orientation"], 6);
    assert!(found.contains_key("EXIF:ThumbnailImage"));
}

#[test]
fn edits_and_sheets_keep_what_their_content_says() {
    if Command::new("exiftool").arg("-ver").output().is_err() {
        return skip("exiftool", "exiftool is not installed");
    }
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("r.png", 40, 2);
    photograph(&place);
    let run = |command: &[&str], more: &[&str]| {
        let model = ["--model", "m.safetensors", "--device", "cpu", "--force"];
        let (code, _, err) = place.run(&[command, &model, more].concat());
        assert_eq!(code, 0, "{command:?}: {err}");
    };
    run(
        &[
            "direction",
            "find",
            "--on",
            "r.png",
            "--count",
            "1",
            "-o",
            "d",
        ],
        &[],
    );
    let along = "d/direction-01.safetensors=0.5";
    let edit = [
        "edit",
        "content.jpg",
        "--direction",
        along,
        "-o",
        "edit.tif",
    ];
    let mix = [
        "mix",
        "content.jpg",
        "--style",
        "r.png",
        "--style-name",
        "ink",
        "-o",
        "mix.png",
    ];
    let sheet = [
        "transfer",
        "content.jpg",
        "--style-seed",
        "1,2",
        "-o",
        "sheet.jpg",
    ];
    for (command, output) in [
        (&edit[..], "edit.tif"),
        (&mix, "mix.png"),
        (&sheet, "sheet.jpg"),
    ] {
        run(command, &[]);
        let tags = found(&place, output);
        assert_eq!(tags.get("ExifTool:Warning"), None, "{output}");
        assert_eq!(tags["XMP:Title"], "A head", "{output}");
        assert_eq!(tags["EXIF:Artist"], "Ann", "{output}");
        assert_eq!(tags["IPTC:City"], "Kyoto", "{output}");
        assert_eq!(tags["EXIF:XResolution"], 150, "{output}");
        let mark = format!("{TYPES}compositeWithTrainedAlgorithmicMedia");
        assert_eq!(tags["XMP:DigitalSourceType"], mark, "{output}");
        run(command, &["--no-metadata", "--no-mark"]);
        let tags = found(&place, output);
        let groups = ["XMP:", "EXIF:Artist", "IPTC:"];
        let left = tags
            .keys()
            .find(|name| groups.iter().any(|it| name.starts_with(it)));
        assert_eq!(left, None, "{output}");
    }
}

#[test]
fn exiftool_finds_what_docs_say_of_each_format() {
    if Command::new("exiftool").arg("-ver").output().is_err() {
        return skip("exiftool", "exiftool is not installed");
    }
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("r.png", 40, 2);
    photograph(&place);
    let paint = |output: &str, more: &[&str]| {
        let model = ["--model", "m.safetensors", "--device", "cpu"];
        let command = ["transfer", "content.jpg", "--style", "r.png", "-o", output];
        let (code, _, err) = place.run(&[&command, &model[..], more].concat());
        assert_eq!(code, 0, "{output}: {err}");
        found(&place, output)
    };
    // Whether it holds EXIF, IPTC and a resolution of its own.
    for (ending, exif, iptc, own) in [
        ("png", true, true, Some("PNG:PixelsPerUnitX")),
        ("jpg", true, true, Some("JFIF:XResolution")),
        ("tif", true, true, None),
        ("psd", true, true, Some("Photoshop:XResolution")),
        ("webp", true, false, None),
        ("avif", true, false, None),
        ("jxl", true, false, None),
        ("gif", false, false, None),
    ] {
        let tags = paint(&format!("kept.{ending}"), &[]);
        assert_eq!(tags.get("ExifTool:Error"), None, "{ending}");
        assert_eq!(tags.get("ExifTool:Warning"), None, "{ending}");
        assert_eq!(tags["XMP:Title"], "A head", "{ending}");
        let mark = format!("{TYPES}compositeWithTrainedAlgorithmicMedia");
        assert_eq!(tags["XMP:DigitalSourceType"], mark, "{ending}");
        let text = |value: &str| Some(Value::from(value));
        let artist = tags.get("EXIF:Artist").cloned();
        assert_eq!(artist, exif.then_some("Ann").and_then(text), "{ending}");
        let copyright = tags.get("EXIF:Copyright").cloned();
        assert_eq!(
            copyright,
            exif.then_some("by Ann").and_then(text),
            "{ending}"
        );
        let city = tags.get("IPTC:City").cloned();
        assert_eq!(city, iptc.then_some("Kyoto").and_then(text), "{ending}");
        // It is upright now, and its rows are what were columns.
        let orientation = tags.get("EXIF:Orientation");
        assert!(
            orientation.is_none_or(|it| it == 1),
            "{ending}: {orientation:?}"
        );
        if exif {
            assert_eq!(tags["EXIF:XResolution"], 150, "{ending}");
            assert_eq!(tags["EXIF:YResolution"], 300, "{ending}");
        }
        if let Some(own) = own {
            let wanted = if ending == "png" { 5906 } else { 150 };
            assert_eq!(tags[own], wanted, "{ending}");
        }
        // What is small in it would show the picture as it was.
        let small = tags.keys().find(|name| name.contains("Thumbnail"));
        assert_eq!(small, None, "{ending}");

        let bare = paint(&format!("bare.{ending}"), &["--no-metadata"]);
        for gone in ["XMP:Title", "EXIF:Artist", "EXIF:Copyright", "IPTC:City"] {
            assert_eq!(bare.get(gone), None, "{ending}: {gone}");
        }
        assert_eq!(bare["XMP:DigitalSourceType"], mark, "{ending}");
        let nothing = paint(
            &format!("nothing.{ending}"),
            &["--no-metadata", "--no-mark"],
        );
        let groups = ["XMP:", "EXIF:Artist", "IPTC:"];
        let left = nothing
            .keys()
            .find(|name| groups.iter().any(|it| name.starts_with(it)));
        assert_eq!(left, None, "{ending}");
        let unmarked = paint(&format!("unmarked.{ending}"), &["--no-mark"]);
        assert_eq!(unmarked["XMP:Title"], "A head", "{ending}");
        // That a camera took it is no longer true.
        assert_eq!(unmarked.get("XMP:DigitalSourceType"), None, "{ending}");
    }
}
