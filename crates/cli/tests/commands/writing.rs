//! What edits, layers and sheets keep: depth, colours and metadata.

use std::time::Duration;

use utsushi_imaging::{
    AnimationFormat, AnimationWriter, DecodeLimits, DeepPicture, Document, EncodeOptions, Entry,
    Extras, Frame, Metadata, OutputFormat, Picture, decode, decode_any, encode_any, encode_with,
    read,
};

use utsushi_test_fixtures::in_display_p3;

use crate::formats::{names, painted, studio, transfer};
use crate::support::Place;

/// Colours of 16 bits, without transparency, as a file.
pub fn deep(place: &Place, name: &str, extras: &Extras) -> DeepPicture {
    let rgb = (0..40 * 36 * 3u32).map(|value| (value * 2_654_435) as u16);
    let deep = DeepPicture::new(40, 36, rgb.collect(), None).unwrap();
    let options = EncodeOptions::default();
    let png = encode_any(&deep.clone().into(), OutputFormat::Png, options, extras);
    place.write(name, png.unwrap());
    deep
}

fn edit(place: &Place, arguments: &[&str]) -> (i32, String, String) {
    let mut all = vec!["edit", "--model", "m.safetensors", "--device", "cpu"];
    all.extend(arguments);
    place.run(&all)
}

/// A direction that leads somewhere, as `d.safetensors`.
fn direction(place: &Place) {
    let find = [
        "direction",
        "find",
        "--on",
        "a.png",
        "--count",
        "1",
        "-o",
        "d",
    ];
    let model = ["--model", "m.safetensors", "--device", "cpu"];
    let (code, _, err) = place.run(&[&find[..], &model].concat());
    assert_eq!(code, 0, "{err}");
}

#[test]
fn an_edit_keeps_sixteen_bits_metadata_and_layers() {
    let place = studio();
    direction(&place);
    let limits = DecodeLimits::default();
    let artist = b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x04\0\0\0Ann\0\0\0\0\0";
    let extras = Extras {
        metadata: Metadata {
            exif: Some(artist.to_vec()),
            ..Metadata::default()
        },
        ..Extras::default()
    };
    let deep = deep(&place, "deep.png", &extras);
    let edited = |output: &str, more: &[&str]| {
        let along = "d/direction-01.safetensors=0.7";
        let all = ["deep.png", "--direction", along, "-o", output, "--force"];
        let (code, _, err) = edit(&place, &[&all[..], more].concat());
        assert_eq!(code, 0, "{output}: {err}");
        decode_any(&std::fs::read(place.path(output)).unwrap(), &limits).unwrap()
    };
    for output in ["e.png", "e.tif", "e.jxl", "e.psd", "e.ora"] {
        let found = edited(output, &[]);
        assert_eq!(found.bits, 16, "{output}");
        assert_ne!(found.picture, deep.clone().into(), "{output}");
        let exif = found.metadata.exif.unwrap();
        assert!(exif.windows(3).any(|part| part == b"Ann"), "{output}");
        let eight = edited(output, &["--depth", "8", "--no-metadata"]);
        assert_eq!((eight.bits, eight.metadata.exif), (8, None), "{output}");
        let same = edited(output, &["--redraw", "--strength", "0"]);
        assert_eq!(same.picture, deep.clone().into(), "{output}");
        assert_eq!(same.metadata.xmp, None, "{output}: nothing was repainted");
    }
    edited("e.psd", &[]);
    let bytes = std::fs::read(place.path("e.psd")).unwrap();
    let document = Document::read(&bytes, &limits).unwrap();
    assert_eq!(names(&document), ["content", "painting"]);
    assert_eq!(document.merged(), edited("e.png", &[]).picture);
    let small = |quality| {
        edited("e.jpg", &["--quality", quality]);
        std::fs::metadata(place.path("e.jpg")).unwrap().len()
    };
    assert!(small("20") < small("95"));
    let all = ["deep.png", "--direction", "d/direction-01.safetensors"];
    let deep = ["-o", "x.jpg", "--depth", "16"];
    let (code, _, err) = edit(&place, &[&all[..], &deep].concat());
    assert_eq!(code, 1);
    assert!(err.contains("does not hold 16 bits"), "{err}");
    assert!(!place.path("x.jpg").exists());
}

#[test]
fn layers_keep_their_sixteen_bits() {
    let place = studio();
    let limits = DecodeLimits::default();
    let deep = deep(&place, "deep.png", &Extras::default());
    // The content and its painting.
    for output in ["l.psd", "l.ora"] {
        let bytes = painted(&place, &["deep.png"], output);
        let document = Document::read(&bytes, &limits).unwrap();
        let Entry::Layer(content) = &document.entries[0] else {
            panic!("a layer");
        };
        assert_eq!(content.picture, deep.clone().into(), "{output}");
        // Each layer by itself.
        let bytes = painted(&place, &[output, "--layers"], &format!("each-{output}"));
        let document = Document::read(&bytes, &limits).unwrap();
        assert!(document.is_deep(), "{output}");
        let same = [output, "--layers", "--strength", "0"];
        let same = painted(&place, &same, &format!("same-{output}"));
        let before = std::fs::read(place.path(output)).unwrap();
        assert_eq!(
            Document::read(&same, &limits).unwrap(),
            Document::read(&before, &limits).unwrap()
        );
        let eight = [output, "--layers", "--depth", "8"];
        let eight = painted(&place, &eight, &format!("eight-{output}"));
        assert!(!Document::read(&eight, &limits).unwrap().is_deep());
    }
    let bytes = painted(&place, &["a.png", "--depth", "16"], "forced.psd");
    assert!(Document::read(&bytes, &limits).unwrap().is_deep());
}

#[test]
fn what_has_no_other_colours_or_depths_says_so() {
    let place = studio();
    let png = in_display_p3(std::fs::read(place.path("a.png")).unwrap());
    let profile = decode(&png, &DecodeLimits::default()).unwrap().profile;
    let profile = profile.unwrap();
    let extras = Extras {
        profile: Some(profile.clone()),
        ..Extras::default()
    };
    let picture = read(&place.path("a.png"), &DecodeLimits::default()).unwrap();
    let options = EncodeOptions::default();
    let png = encode_with(&picture.picture, OutputFormat::Png, options, &extras);
    place.write("wide.png", png.unwrap());
    for output in ["w.png", "w.jpg", "w.psd", "w.ora", "w.jxl", "w.gif"] {
        let keep = ["wide.png", "--colour", "keep", "-o", output];
        let (code, out, err) = transfer(&place, &[&keep[..], &["--json"]].concat());
        assert_eq!(code, 0, "{output}: {err}");
        let found = read(&place.path(output), &DecodeLimits::default()).unwrap();
        let said = "its colours are sRGB: ";
        if matches!(output, "w.jxl" | "w.gif") {
            assert_eq!(found.profile, None, "{output}");
            assert!(err.contains(said) && out.contains(said), "{output}: {err}");
        } else {
            assert_eq!(found.profile.as_ref(), Some(&profile), "{output}");
            assert!(!err.contains(said), "{output}: {err}");
        }
    }
    // Nothing is said of what has no profile.
    let (_, _, err) = transfer(&place, &["a.png", "--colour", "keep", "-o", "p.jxl"]);
    assert_eq!(err, "");
    for (more, words) in [
        (
            &["--colour", "keep"][..],
            "--colour keep: a sheet is in sRGB",
        ),
        (&["--depth", "16"], "--depth 16: a sheet has 8 bits"),
        (&["--layers"], "--layers: a sheet is one picture"),
    ] {
        let all = ["--style-seed", "1,2", "-o", "sheet.png", "a.png"];
        let model = ["transfer", "--model", "m.safetensors", "--device", "cpu"];
        let (code, _, err) = place.run(&[&model[..], &all, more].concat());
        assert_eq!(code, 2, "{more:?}: {err}");
        assert!(err.contains(words), "{err}");
    }
    let frames = [0, 1].map(|grey| Frame {
        picture: Picture::filled(32, 32, [grey * 200; 3]),
        delay: Duration::from_millis(100),
    });
    let mut writer = AnimationWriter::new(AnimationFormat::Gif, 0);
    frames.iter().for_each(|frame| writer.push(frame).unwrap());
    place.write("f.gif", writer.finish().unwrap());
    let (code, _, err) = transfer(&place, &["f.gif", "--depth", "16", "-o", "g.gif"]);
    assert_eq!(code, 1);
    assert!(err.contains("written with 8 bits a channel"), "{err}");
    let (code, _, err) = transfer(&place, &["f.gif", "--colour", "keep", "-o", "g.gif"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("animations and videos are written in sRGB"),
        "{err}"
    );
}

#[test]
fn a_quality_that_changes_nothing_is_noted_once() {
    let place = studio();
    place.write(
        "pictures/b.png",
        std::fs::read(place.path("a.png")).unwrap(),
    );
    place.write(
        "pictures/c.png",
        std::fs::read(place.path("a.png")).unwrap(),
    );
    let how = [
        "--model",
        "m.safetensors",
        "--device",
        "cpu",
        "--quality",
        "50",
    ];
    let noted = |command: &[&str]| {
        let (code, out, err) = place.run(&[command, &how[..]].concat());
        assert_eq!(code, 0, "{command:?}: {err}");
        (out, err.matches("--quality changes nothing").count(), err)
    };
    let style = ["--style", "r.png", "--style", "r.png"];
    let [transfer, several, mix] = [
        ["transfer", "a.png"],
        ["transfer", "pictures"],
        ["mix", "a.png"],
    ]
    .map(|command| [&command[..], &style[..]].concat());
    let edit = ["edit", "a.png", "--direction", "d/direction-01.safetensors"].to_vec();
    direction(&place);
    for (command, output, count) in [
        (&transfer, "t.png", 1),
        (&transfer, "t.jpg", 0),
        (&transfer, "t.avif", 0),
        (&several, "many", 1),
        (&mix, "m.webp", 1),
        (&mix, "m.jpg", 0),
        (&edit, "e.tif", 1),
        (&edit, "e.jpg", 0),
    ] {
        let (_, found, err) = noted(&[&command[..], &["-o", output]].concat());
        assert_eq!(found, count, "{output}: {err}");
    }
    let (out, ..) = noted(&[&transfer[..], &["-o", "json.png", "--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let note = told["notes"][0].as_str().unwrap();
    assert!(
        note.starts_with("json.png: ") && note.contains("in PNG"),
        "{note}"
    );
}
