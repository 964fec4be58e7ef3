//! Saved styles: in the place of references, and made.

use std::path::Path;

use utsushi::{PaintRequest, SavedStyle, StyleOptions};
use utsushi_imaging::{DecodeLimits, Picture, decode};

use crate::client::{FORM, form, get, post_form, request};
use crate::documented::held_against_the_document;
use crate::jobs::until;
use crate::test_server::{TestServer, drawing, painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

/// The bytes of a style.
fn saved() -> Vec<u8> {
    let painter = painter();
    let code = painter.sampled_style(None, 5).unwrap();
    let style = SavedStyle::new(&painter, code, StyleOptions::default(), "a.png".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.style");
    style.unwrap().write(&path, false).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn a_saved_style_stands_for_a_reference() {
    let server = TestServer::open();
    let (content, style, painting) = (drawing(60, 44), saved(), drawing(32, 40));
    let shown = picture(&content);
    let painter = painter();
    let code = painter.sampled_style(None, 5).unwrap();
    let expected = painter.paint_one(&PaintRequest::new(&shown, &code), &mut ());
    let expected = expected.unwrap();
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("reference", &style)];
    let answer = post_form(server.address, "/v1/transfer", &fields).with_status(200);
    assert_eq!(picture(&answer.body), expected);
    let fields: [(&str, &[u8]); 4] = [
        ("content", &content),
        ("reference", &painting),
        ("reference", &style),
        ("styles", br#"[{"reference": 1}]"#),
    ];
    let answer = post_form(server.address, "/v1/mix", &fields).with_status(200);
    assert_eq!(picture(&answer.body), expected);
    let fields: [(&str, &[u8]); 5] = [
        ("picture", &content),
        ("picture", &painting),
        ("reference", &style),
        ("frames", b"2"),
        ("styles", br#"[{"reference": 0}]"#),
    ];
    post_form(server.address, "/v1/morph", &fields).with_status(200);
}

#[test]
fn styles_that_cannot_be_used_are_refused() {
    let server = TestServer::open();
    let (content, style) = (drawing(40, 40), saved());
    let ask = |reference: &[u8]| {
        let fields: [(&str, &[u8]); 2] = [("content", &content), ("reference", reference)];
        let answer = post_form(server.address, "/v1/transfer", &fields).with_status(422);
        let error = answer.json()["error"].clone();
        assert_eq!(error["code"], "bad_saved_style", "{error}");
        let message = error["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("reference 0: "), "{message}");
        message
    };
    assert!(ask(&style[..style.len() - 10]).contains("cut off"));
    assert!(ask(&style[..style.len() / 2]).contains("inside its header"));
    let head = b"\"model\":\"";
    let model = style.windows(head.len()).position(|part| part == head);
    let model = model.unwrap() + head.len();
    let mut other = style.clone();
    other[model] = if other[model] == b'0' { b'1' } else { b'0' };
    assert!(ask(&other).contains("another model"));
    let mut broken = style.clone();
    let last = broken.len() - 4;
    broken[last..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    assert!(ask(&broken).contains("is inf"));
    let mut large = style;
    large.resize(5 << 20, 0);
    assert!(ask(&large).contains("no saved style"));
}

/// Saves what some fields say.
fn saved_by(server: &TestServer, fields: &[(&str, &[u8])]) -> Vec<u8> {
    let answer = post_form(server.address, "/v1/style", fields).with_status(200);
    held_against_the_document(server, "/v1/style", "post", &answer);
    let kind = "application/octet-stream";
    assert_eq!(answer.header("content-type"), Some(kind));
    let name = "attachment; filename=\"utsushi.style\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    answer.body
}

#[test]
fn what_is_saved_paints_the_same_again() {
    let server = TestServer::open();
    let (content, a, b) = (drawing(60, 44), drawing(32, 40), drawing(48, 36));
    let content: (&str, &[u8]) = ("content", &content);
    let [a, b]: [(&str, &[u8]); 2] = [("reference", &a), ("reference", &b)];
    let mix: &[u8] =
        br#"[{"reference": 0, "weight": [1, 0, 0, 0]}, {"name": "oil", "weight": [0, 1, 1, 0.5]},
                          {"own": true, "weight": [0, 0, 0, 0.5]}]"#;
    let again = |style: &[u8]| {
        let fields = [content, ("reference", style)];
        post_form(server.address, "/v1/transfer", &fields).with_status(200)
    };
    for (path, fields) in [
        ("/v1/transfer", vec![a]),
        (
            "/v1/transfer",
            vec![a, b, ("weight", b"0.7"), ("weight", b"0.3")],
        ),
        ("/v1/transfer", vec![a, ("align", b"none")]),
        ("/v1/transfer", vec![("style_name", b"cel")]),
        ("/v1/transfer", vec![("style_seed", b"7")]),
        (
            "/v1/transfer",
            vec![("style_seed", b"7"), ("style_name", b"oil")],
        ),
        ("/v1/mix", vec![a, ("styles", mix), ("blend", b"sphere")]),
    ] {
        let fields = [&[content], &fields[..]].concat();
        let painted = post_form(server.address, path, &fields).with_status(200);
        let style = saved_by(&server, &fields);
        assert_eq!(again(&style).body, painted.body, "{path}");
        // A saved style is a style to save, too.
        let twice = saved_by(&server, &[("reference", &style)]);
        assert_eq!(again(&twice).body, painted.body, "{path}");
    }
}

#[test]
fn what_a_saved_style_was_painted_with_and_made_of_goes_along() {
    let server = TestServer::open();
    let read = |fields: &[(&str, &[u8])]| {
        let bytes = saved_by(&server, fields);
        SavedStyle::from_bytes(&bytes, Path::new("x.style")).unwrap()
    };
    let plain = read(&[("style_name", b"oil")]);
    assert_eq!(plain.options, StyleOptions::default());
    assert_eq!(
        (plain.model(), plain.note.as_str()),
        (painter().fingerprint(), "oil")
    );
    assert!(plain.thumbnail.is_some());
    let content = drawing(60, 44);
    let told = read(&[
        ("content", &content),
        ("style_seed", b"7"),
        ("strength", b"1.5"),
        ("octaves", b"2"),
        ("keep_colours", b"true"),
        ("note", "浮世绘 + a.png".as_bytes()),
    ]);
    let options = StyleOptions {
        strength: 1.5,
        octaves: Some(2),
        keep_colours: true,
    };
    assert_eq!(
        (told.options, told.note.as_str()),
        (options, "浮世绘 + a.png")
    );
    // As a job.
    let headers = [FORM, ("prefer", "respond-async")];
    let body = form(&[("style_name", b"oil")]);
    let started = request(server.address, "POST", "/v1/style", &headers, &body).with_status(202);
    let result = started.json()["result"].as_str().unwrap().to_owned();
    until(&server, "utsushi_jobs_unfinished", |jobs| jobs == 0.0);
    let answer = get(server.address, &result);
    held_against_the_document(&server, "/v1/jobs/{id}/result", "get", &answer);
    assert!(SavedStyle::is_one(&answer.body));
}

#[test]
fn styles_that_cannot_be_saved_are_refused() {
    let server = TestServer::open();
    let a = drawing(32, 40);
    let a: (&str, &[u8]) = ("reference", &a);
    let name: (&str, &[u8]) = ("style_name", b"oil");
    let own: (&str, &[u8]) = ("styles", br#"[{"own": true}]"#);
    let long = "x".repeat(1001);
    for (fields, status, code) in [
        (vec![], 422, "no_style"),
        (vec![a, name], 422, "conflicting_styles"),
        (vec![a, own, ("weight", b"1")], 422, "conflicting_styles"),
        (vec![name, own], 422, "conflicting_styles"),
        (vec![own], 422, "no_content"),
        (vec![("style_seed", b"7")], 422, "no_content"),
        (vec![("style_seed", b"7"), name], 422, "no_content"),
        (
            vec![("styles", br#"[{"seed": 7}, {"name": "oil"}]"#)],
            422,
            "no_content",
        ),
        (vec![("styles", b"[]")], 422, "no_style"),
        (
            vec![("styles", br#"[{"reference": 0}]"#)],
            422,
            "no_such_reference",
        ),
        (vec![("style_name", b"nothing")], 422, "unknown_style"),
        (vec![("reference", b"no picture")], 422, "not_a_picture"),
        (vec![("content", b"no picture"), name], 422, "not_a_picture"),
        (vec![name, ("strength", b"7")], 422, "bad_strength"),
        (vec![name, ("octaves", b"9")], 422, "bad_octaves"),
        (vec![name, ("note", long.as_bytes())], 422, "bad_note"),
        (vec![name, ("note", b"\x1b[2J")], 422, "bad_note"),
        (vec![name, ("note", b"\xff")], 400, "bad_field"),
        (vec![name, ("format", b"png")], 400, "unknown_field"),
        (vec![name, ("path", b"/etc/x.style")], 400, "unknown_field"),
    ] {
        let answer = post_form(server.address, "/v1/style", &fields);
        let found = (answer.status, answer.code());
        assert_eq!(found, (status, code.to_owned()), "{fields:?}");
        held_against_the_document(&server, "/v1/style", "post", &answer);
    }
}
