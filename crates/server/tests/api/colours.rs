//! Paintings in the colours of their contents.

use utsushi::creative::{Keyframe, MorphOptions, morph};
use utsushi::{PaintOptions, PaintRequest};
use utsushi_imaging::{DecodeLimits, Picture, decode, frames};

use crate::client::{post_form, post_json};
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

#[test]
fn colours_are_kept_where_they_are_asked_for() {
    let server = TestServer::open();
    let painter = painter();
    let content = drawing(60, 44);
    let shown = picture(&content);
    let oil = painter.named_style("oil").unwrap();
    let options = PaintOptions {
        keep_colours: true,
        ..PaintOptions::default()
    };
    let request = PaintRequest::new(&shown, &oil).with_options(options);
    let kept = painter.paint_one(&request, &mut ()).unwrap();
    let request = PaintRequest::new(&shown, &oil);
    let plain = painter.paint_one(&request, &mut ()).unwrap();
    assert_ne!(kept, plain);
    let ask = |path: &str, style: (&'static str, &'static [u8]), keep: &'static [u8]| {
        let fields = [("content", &content[..]), style, ("keep_colours", keep)];
        let answer = post_form(server.address, path, &fields).with_status(200);
        picture(&answer.body)
    };
    let name: (&str, &[u8]) = ("style_name", b"oil");
    let mix: (&str, &[u8]) = ("styles", br#"[{"name": "oil"}]"#);
    assert_eq!(ask("/v1/transfer", name, b"true"), kept);
    assert_eq!(ask("/v1/transfer", name, b"false"), plain);
    assert_eq!(ask("/v1/mix", mix, b"true"), kept);
    let json = serde_json::json!({
        "content": base64(&content), "style_name": "oil", "keep_colours": true,
    });
    let answer = post_json(server.address, "/v1/transfer", &json).with_status(200);
    assert_eq!(picture(&answer.body), kept);

    let other = drawing(60, 52);
    let fields: [(&str, &[u8]); 5] = [
        ("picture", &content),
        ("picture", &other),
        ("frames", b"3"),
        ("styles", br#"[{"name": "oil"}]"#),
        ("keep_colours", b"true"),
    ];
    let answer = post_form(server.address, "/v1/morph", &fields).with_status(200);
    let opened = frames(&answer.body, &DecodeLimits::default()).unwrap();
    let shown: Vec<Picture> = opened
        .unwrap()
        .map(|frame| frame.unwrap().picture)
        .collect();
    let keyframe = |bytes: &[u8]| Keyframe {
        picture: picture(bytes),
        style: oil.clone(),
    };
    let options = MorphOptions {
        frames: 3,
        keep_colours: true,
        ..MorphOptions::default()
    };
    let mut expected = Vec::new();
    let mut put = |_: usize, frame: &Picture| expected.push(frame.clone());
    let keyframes = [keyframe(&content), keyframe(&other)];
    morph(&painter, &keyframes, &options, &mut put, &mut ()).unwrap();
    assert_eq!(shown, expected);
}
