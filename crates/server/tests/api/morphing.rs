//! Pictures turned into each other.

use serde_json::json;
use utsushi::creative::{Ease, Keyframe, MorphOptions, morph};
use utsushi::{BlendPath, Painter, StyleCode};
use utsushi_imaging::{DecodeLimits, Picture, decode, frames};
use utsushi_server::{EngineOptions, Limits};

use crate::client::{FORM, form, get, post_form, post_json, request};
use crate::jobs::{figure, idle, until};
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &Default::default()).unwrap().picture
}

/// The pictures of an animation file.
fn film(bytes: &[u8]) -> Vec<Picture> {
    let opened = frames(bytes, &DecodeLimits::default()).unwrap();
    let opened = opened.expect("an animation");
    opened.map(|frame| frame.unwrap().picture).collect()
}

/// What the library makes of it.
fn expected(painter: &Painter, stations: &[Keyframe], options: &MorphOptions) -> Vec<Picture> {
    let mut frames = Vec::new();
    let mut put = |_: usize, frame: &Picture| frames.push(frame.clone());
    morph(painter, stations, options, &mut put, &mut ()).unwrap();
    frames
}

#[test]
fn the_answer_is_what_the_library_morphs() {
    let server = TestServer::open();
    let painter = painter();
    let (one, two) = (drawing(60, 44), drawing(90, 130));
    let own = |bytes: &[u8]| Keyframe {
        picture: picture(bytes),
        style: painter.style_of(&picture(bytes)).unwrap(),
    };
    let options = MorphOptions {
        frames: 7,
        longest: 48,
        ..MorphOptions::default()
    };
    let fields: [(&str, &[u8]); 4] = [
        ("picture", &one),
        ("picture", &two),
        ("frames", b"7"),
        ("size", b"48"),
    ];
    let answer = post_form(server.address, "/v1/morph", &fields).with_status(200);
    assert_eq!(answer.header("content-type"), Some("image/webp"));
    let all = expected(&painter, &[own(&one), own(&two)], &options);
    assert_eq!(film(&answer.body), all);
    assert_eq!(figure(&server, "utsushi_pictures_total"), 7.0);
    for (format, media) in [("apng", "image/apng"), ("gif", "image/gif")] {
        let mut fields = fields.to_vec();
        fields.push(("format", format.as_bytes()));
        let answer = post_form(server.address, "/v1/morph", &fields);
        assert_eq!(answer.header("content-type"), Some(media));
        let shown = film(&answer.body);
        assert_eq!(shown.len(), 7, "{format}");
        assert!(format == "gif" || shown == all, "{format}");
    }
}

#[test]
fn one_picture_goes_through_styles() {
    let server = TestServer::open();
    let painter = painter();
    let (content, reference) = (drawing(40, 40), drawing(32, 64));
    let station = |style: StyleCode| Keyframe {
        picture: picture(&content),
        style,
    };
    let mixed = [
        (painter.named_style("oil").unwrap(), 1.0),
        (painter.style_of(&picture(&reference)).unwrap(), 2.0),
    ];
    let stations = [
        station(painter.made_up_style(None, 7).unwrap().code),
        station(painter.blend(&mixed, BlendPath::Sphere).unwrap()),
    ];
    let options = MorphOptions {
        frames: 6,
        ease: Ease::Linear,
        path: BlendPath::Sphere,
        closed: true,
        ..MorphOptions::default()
    };
    let body = json!({
        "pictures": [base64(&content)],
        "references": [base64(&reference)],
        "styles": [{"seed": 7}],
        "stations": [
            {"picture": 0},
            {"picture": 0, "styles": [{"name": "oil"}, {"reference": 0, "weight": 2}]},
        ],
        "frames": 6, "rate": 12, "ease": "linear", "blend": "sphere", "closed": true,
    });
    let answer = post_json(server.address, "/v1/morph", &body).with_status(200);
    let all = expected(&painter, &stations, &options);
    assert_eq!(film(&answer.body), all);
    assert_ne!(all[0], all[3]);
}

fn start(server: &TestServer, side: u32, frames: &str) -> serde_json::Value {
    let picture = drawing(side, side);
    let fields: [(&str, &[u8]); 3] = [
        ("picture", &picture),
        ("picture", &picture),
        ("frames", frames.as_bytes()),
    ];
    let headers = [FORM, ("prefer", "respond-async")];
    let body = form(&fields);
    let started = request(server.address, "POST", "/v1/morph", &headers, &body);
    assert_eq!(started.status, 202);
    started.json()
}

#[test]
fn a_job_tells_each_frame() {
    let server = TestServer::open();
    let links = start(&server, 300, "20");
    let events = get(server.address, links["events"].as_str().unwrap()).body;
    let text = String::from_utf8(events).unwrap();
    let stages: Vec<serde_json::Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let frame = |stage: &&serde_json::Value| stage["total"] == 20 && stage["done"] != 0;
    assert!(stages.iter().filter(frame).count() >= 3, "{text}");
    let last = stages.last().unwrap();
    assert_eq!(
        (&last["stage"], &last["frames"]),
        (&"done".into(), &20.into())
    );
    let result = get(server.address, links["result"].as_str().unwrap());
    assert_eq!(film(&result.body).len(), 20);
}

#[test]
fn a_job_can_be_cancelled_and_small_pictures_pass_it() {
    let server = TestServer::open();
    let links = start(&server, 512, "200");
    until(&server, "utsushi_queue_in_work", |value| value == 1.0);
    let small = drawing(24, 24);
    let fields: [(&str, &[u8]); 2] = [("content", &small), ("style_name", b"oil")];
    let passed = post_form(server.address, "/v1/transfer", &fields);
    assert_eq!(passed.status, 200);
    let place = links["status"].as_str().unwrap();
    let stage = get(server.address, place).json();
    assert_eq!(stage["stage"], "painting", "the morph goes on");
    let gone = request(server.address, "DELETE", place, &[], b"");
    assert_eq!(gone.status, 204);
    idle(&server);
    assert_eq!(figure(&server, "utsushi_pictures_total"), 1.0);
}

#[test]
fn morphs_that_make_no_sense_or_are_too_large() {
    let limits = Limits {
        pictures: 3,
        frames: 50,
        film_pixels: 24 * 24 * 40,
        ..Limits::default()
    };
    let engine = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let server = TestServer::with(engine, None);
    let content = drawing(24, 24);
    let code = |pictures: usize, more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("picture", &content); pictures];
        fields.extend(more);
        let answer = post_form(server.address, "/v1/morph", &fields);
        (answer.status, answer.code())
    };
    let is = |status, code: &str| (status, code.to_owned());
    assert_eq!(code(0, &[]), is(422, "too_few_frames"));
    assert_eq!(code(1, &[]), is(422, "too_few_frames"));
    assert_eq!(code(3, &[("frames", b"2")]), is(422, "too_few_frames"));
    assert_eq!(code(4, &[]), is(422, "too_many_pictures"));
    assert_eq!(code(2, &[("frames", b"51")]), is(422, "too_many_frames"));
    // Below the number of frames, above that of pixels.
    assert_eq!(code(2, &[("frames", b"41")]), is(422, "too_many_frames"));
    assert_eq!(
        code(2, &[("frames", b"9"), ("size", b"31")]),
        is(422, "bad_film")
    );
    assert_eq!(
        code(2, &[("frames", b"9"), ("rate", b"0")]),
        is(422, "bad_film")
    );
    let few: (&str, &[u8]) = ("frames", b"9");
    assert_eq!(code(2, &[few, ("format", b"png")]), is(400, "bad_format"));
    assert_eq!(code(2, &[few, ("ease", b"out")]), is(400, "bad_field"));
    assert_eq!(code(2, &[few, ("closed", b"yes")]), is(400, "bad_field"));
    assert_eq!(
        code(
            2,
            &[few, ("stations", br#"[{"picture": 0}, {"picture": 2}]"#)]
        ),
        is(422, "no_such_picture")
    );
    assert_eq!(code(2, &[few, ("styles", b"[]")]), is(422, "no_style"));
    let stations = br#"[{"picture": 0, "styles": []}, {"picture": 1}]"#;
    assert_eq!(code(2, &[few, ("stations", stations)]), is(422, "no_style"));
    assert_eq!(code(2, &[few, ("content", b"x")]), is(400, "unknown_field"));
    let broken = &content[..content.len() / 2];
    let fields: [(&str, &[u8]); 3] = [("picture", &content), ("picture", broken), few];
    let answer = post_form(server.address, "/v1/morph", &fields);
    assert_eq!((answer.status, answer.code()), is(422, "bad_picture"));
}
