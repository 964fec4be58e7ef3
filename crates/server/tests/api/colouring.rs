//! `POST /v1/colour`, and faces that are carried along in morphs.

use serde_json::json;
use utsushi::anatomy::AnatomyReader;
use utsushi::creative::{Keyframe, MorphOptions, colour_lines, morph};
use utsushi::faces::SAMPLE_PORTRAIT;
use utsushi::{Device, PartColours, SavedStyle, StyleOptions};
use utsushi_imaging::{DecodeLimits, Document, OutputFormat, Picture, decode, encode, frames};
use utsushi_test_fixtures::in_lines;

use crate::client::{Answer, post_form, post_json};
use crate::documented::held_against_the_document;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter};

const PATH: &str = "/v1/colour";

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

fn png(picture: &Picture) -> Vec<u8> {
    encode(picture, OutputFormat::Png, Default::default()).unwrap()
}

/// The portrait in black lines on white paper.
fn lines() -> Picture {
    in_lines(&picture(SAMPLE_PORTRAIT))
}

fn ask(
    server: &TestServer,
    content: &[u8],
    reference: &[u8],
    more: &[(&'static str, &[u8])],
) -> Answer {
    let mut fields: Vec<(&str, &[u8])> = vec![("content", content), ("reference", reference)];
    fields.extend(more);
    let answer = post_form(server.address, PATH, &fields);
    held_against_the_document(server, PATH, "post", &answer);
    answer
}

#[test]
fn a_drawing_takes_the_colours_that_the_library_gives_it() {
    let server = TestServer::open();
    let reader = AnatomyReader::builtin(&Device::flex()).unwrap();
    let portrait = picture(SAMPLE_PORTRAIT);
    let colours = PartColours::of(&portrait, &reader.read(&portrait)).unwrap();
    let drawing = lines();
    let expected = colour_lines(&drawing, &reader.read_lines(&drawing), &colours).unwrap();
    assert_ne!(expected, drawing);
    let sent = png(&drawing);
    let answer = ask(&server, &sent, SAMPLE_PORTRAIT, &[]).with_status(200);
    // Byte for byte what `utsushi colour` writes.
    assert_eq!(answer.body, png(&expected));
    let body = json!({"content": base64(&sent), "references": [base64(SAMPLE_PORTRAIT)], "format": "webp"});
    let answer = post_json(server.address, PATH, &body).with_status(200);
    assert_eq!(answer.header("content-type"), Some("image/webp"));
    assert_eq!(picture(&answer.body), expected);
    let answer = ask(&server, &sent, SAMPLE_PORTRAIT, &[("format", b"ora")]).with_status(200);
    let document = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
    assert_eq!(document.entries.len(), 2);
}

#[test]
fn what_cannot_be_coloured_is_refused() {
    let server = TestServer::open();
    let lines = png(&lines());
    let painter = painter();
    let oil = painter.named_style("oil").unwrap();
    let saved = SavedStyle::new(&painter, oil, StyleOptions::default(), String::new()).unwrap();
    let saved = saved.to_bytes().unwrap();
    let grey = png(&Picture::filled(60, 60, [120; 3]));
    let paper = png(&Picture::filled(60, 60, [255; 3]));
    for (content, reference, code) in [
        (SAMPLE_PORTRAIT, SAMPLE_PORTRAIT, "no_line_drawing"),
        (&paper[..], SAMPLE_PORTRAIT, "no_figure"),
        (&lines[..], &grey[..], "no_part_colours"),
        (&lines[..], &saved[..], "no_part_colours"),
        (&lines[..], &saved[..100], "bad_saved_style"),
        (&lines[..], b"", "empty_reference"),
        (b"no picture", SAMPLE_PORTRAIT, "not_a_picture"),
    ] {
        let answer = ask(&server, content, reference, &[]);
        assert_eq!((answer.status, answer.code()), (422, code.to_owned()));
        let told = answer.json()["error"].to_string();
        assert!(!told.contains("utsushi "), "{told}");
    }
    let fields: [(&str, &[u8]); 3] = [
        ("content", &lines),
        ("reference", &grey),
        ("reference", &grey),
    ];
    let several = post_form(server.address, PATH, &fields);
    assert_eq!(
        (several.status, several.code()),
        (422, "too_many_references".to_owned())
    );
    let none = post_form(server.address, PATH, &fields[..1]);
    assert_eq!(
        (none.status, none.code()),
        (400, "missing_field".to_owned())
    );
    let seed = ask(&server, &lines, SAMPLE_PORTRAIT, &[("style_seed", b"1")]);
    assert_eq!(
        (seed.status, seed.code()),
        (400, "unknown_field".to_owned())
    );
}

#[test]
fn faces_are_carried_along_where_that_is_asked_for() {
    let server = TestServer::open();
    let painter = painter();
    let other = drawing(60, 52);
    let moved = {
        let portrait = picture(SAMPLE_PORTRAIT);
        let mut rgb = portrait.rgb().to_vec();
        rgb.rotate_right(128 * 3 * 12);
        png(&Picture::new(128, 128, rgb).unwrap())
    };
    let film = |second: &[u8], warp: bool| {
        let fields: [(&str, &[u8]); 5] = [
            ("picture", SAMPLE_PORTRAIT),
            ("picture", second),
            ("frames", b"3"),
            ("format", b"apng"),
            ("warp", if warp { b"true" } else { b"false" }),
        ];
        let answer = post_form(server.address, "/v1/morph", &fields).with_status(200);
        held_against_the_document(&server, "/v1/morph", "post", &answer);
        let opened = frames(&answer.body, &DecodeLimits::default())
            .unwrap()
            .unwrap();
        let shown: Vec<Picture> = opened.map(|frame| frame.unwrap().picture).collect();
        (shown, answer.header("utsushi-notes").unwrap().to_owned())
    };
    let keyframes = [SAMPLE_PORTRAIT, &moved].map(|bytes| {
        let picture = picture(bytes);
        let style = painter.style_of(&picture).unwrap();
        Keyframe { picture, style }
    });
    let options = MorphOptions {
        frames: 3,
        warp: true,
        ..MorphOptions::default()
    };
    let mut expected = Vec::new();
    let mut put = |_: usize, frame: &Picture| expected.push(frame.clone());
    let steps = morph(&painter, &keyframes, &options, &mut put, &mut ()).unwrap();
    assert_eq!(steps.without_face, [0; 0]);
    let (shown, notes) = film(&moved, true);
    assert_eq!(shown, expected);
    assert_eq!(notes, "[]");
    assert_ne!(film(&moved, false).0, expected);
    // A picture without a face is told, and fades.
    let (faded, notes) = film(&other, true);
    assert!(
        notes.contains("picture 1: no face with eyes and mouth was found"),
        "{notes}"
    );
    assert_eq!(faded, film(&other, false).0);
}
