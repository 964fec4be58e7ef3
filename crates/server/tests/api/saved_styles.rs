//! Saved styles in the place of references.

use utsushi::{PaintRequest, SavedStyle, StyleOptions};
use utsushi_imaging::{DecodeLimits, Picture, decode};

use crate::client::post_form;
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
