//! New paintings from seeds.

use serde_json::json;
use utsushi::creative::{GenerateOptions, Generated, generate, sheet_of_paintings};
use utsushi::{BlendPath, OutputOptions, StyleCode, StyleError};
use utsushi_imaging::{Picture, decode, probe};
use utsushi_server::{Engine, EngineOptions, Generate, Limits, SubmitError, WorkError};

use crate::client::{FORM, form, get, post_form, post_json, request};
use crate::jobs::idle;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter, painter_without_prior};

const PATH: &str = "/v1/generate";

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &Default::default()).unwrap().picture
}

/// What the library makes of a seed.
fn expected(seed: u64, options: &GenerateOptions) -> Generated {
    generate(&painter(), seed, options, &mut ()).unwrap()
}

fn named(name: &str) -> GenerateOptions {
    GenerateOptions {
        name: Some(name.to_owned()),
        ..GenerateOptions::default()
    }
}

#[test]
fn a_seed_gives_the_librarys_painting_and_the_same_bytes_again() {
    let server = TestServer::open();
    let answer = post_json(server.address, PATH, &json!({}));
    assert_eq!(answer.status, 200);
    let usual = expected(1, &GenerateOptions::default()).painting;
    assert_eq!(picture(&answer.body), usual);

    let options = GenerateOptions {
        truncation: 0.4,
        side: Some(56),
        ..named("cel")
    };
    let fields: [(&str, &[u8]); 4] = [
        ("style_name", b"cel"),
        ("seed", b"18446744073709551615"),
        ("truncation", b"0.4"),
        ("size", b"56"),
    ];
    let one = post_form(server.address, PATH, &fields);
    let painting = expected(u64::MAX, &options).painting;
    assert_eq!(picture(&one.body), painting);
    assert_eq!(painting.width(), 56);
    let again = post_form(server.address, PATH, &fields);
    assert_eq!(again.body, one.body);
    assert!(one.header("etag").is_some());
    let mut other = fields;
    other[1].1 = b"18446744073709551614";
    assert_ne!(post_form(server.address, PATH, &other).body, one.body);
}

#[test]
fn several_are_on_a_sheet_however_many_are_painted_at_once() {
    let paintings: Vec<_> = (7..12)
        .map(|seed| {
            let made = expected(seed, &GenerateOptions::default());
            (format!("{} {seed}", made.name), made.painting)
        })
        .collect();
    let sheet = sheet_of_paintings(&paintings);
    for tile in [256, 1024] {
        let options = EngineOptions {
            tile,
            ..EngineOptions::default()
        };
        let server = TestServer::with(options, None);
        let answer = post_json(server.address, PATH, &json!({"seed": 7, "count": 5}));
        assert_eq!(picture(&answer.body), sheet, "{tile}");
    }
    // Larger than a pass: one after the other.
    let options = EngineOptions {
        tile: 256,
        ..EngineOptions::default()
    };
    let server = TestServer::with(options, None);
    let body = json!({"seed": 7, "count": 3, "size": 264});
    let answer = post_json(server.address, PATH, &body);
    let options = GenerateOptions {
        side: Some(264),
        ..GenerateOptions::default()
    };
    let large = (7..10).map(|seed| {
        let sketched = utsushi::creative::sketched(&painter(), seed, &options).unwrap();
        let paint = utsushi::PaintOptions {
            tile: 256,
            ..Default::default()
        };
        let request = utsushi::PaintRequest::new(&sketched.sketch, &sketched.style);
        let painting = painter().paint_one(&request.with_options(paint), &mut ());
        (format!("{} {seed}", sketched.name), painting.unwrap())
    });
    let large: Vec<_> = large.collect();
    assert_eq!(picture(&answer.body), sheet_of_paintings(&large));
}

#[test]
fn references_and_mixes_are_what_they_are_painted_in() {
    let server = TestServer::open();
    let painter = painter();
    let (one, two) = (drawing(60, 44), drawing(90, 130));
    let style_of = |bytes: &[u8]| painter.style_of(&picture(bytes)).unwrap();
    let in_style = |style: StyleCode| {
        let options = GenerateOptions {
            style: Some(style),
            ..named("oil")
        };
        expected(5, &options).painting
    };
    let common: [(&str, &[u8]); 2] = [("style_name", b"oil"), ("seed", b"5")];
    let ask = |more: &[(&'static str, &[u8])]| {
        let answer = post_form(server.address, PATH, &[&common, more].concat());
        assert_eq!(answer.status, 200);
        picture(&answer.body)
    };
    assert_eq!(ask(&[("reference", &one)]), in_style(style_of(&one)));
    let parts = [(style_of(&one), 1.0), (style_of(&two), 3.0)];
    let mixed = in_style(painter.blend(&parts, BlendPath::Sphere).unwrap());
    let weighted = ask(&[
        ("reference", &one),
        ("reference", &two),
        ("weight", b"1"),
        ("weight", b"3"),
        ("blend", b"sphere"),
    ]);
    assert_eq!(weighted, mixed);
    let body = json!({
        "style_name": "oil", "seed": 5, "references": [base64(&one), base64(&two)], "blend": "sphere",
        "styles": [{"reference": 0}, {"reference": 1, "weight": 3}],
    });
    let answer = post_json(server.address, PATH, &body);
    assert_eq!(picture(&answer.body), mixed);
    // Its own style is the one that its seed draws.
    let own = ask(&[("styles", br#"[{"own": true}]"#)]);
    assert_eq!(own, expected(5, &named("oil")).painting);
}

#[test]
fn a_sheet_is_a_job_with_progress() {
    let options = EngineOptions {
        tile: 256,
        ..EngineOptions::default()
    };
    let server = TestServer::with(options, None);
    let fields: [(&str, &[u8]); 3] = [("count", b"9"), ("size", b"512"), ("format", b"webp")];
    let headers = [FORM, ("prefer", "respond-async")];
    let started = request(server.address, "POST", PATH, &headers, &form(&fields));
    assert_eq!(started.status, 202);
    let links = started.json();
    let events = get(server.address, links["events"].as_str().unwrap());
    let events = String::from_utf8(events.body).unwrap();
    assert!(events.contains("\"total\":9"), "{events}");
    let result = get(server.address, links["result"].as_str().unwrap());
    assert_eq!(result.header("content-type"), Some("image/webp"));
    assert!(probe(&result.body).unwrap().width > 3 * 512);
    request(
        server.address,
        "DELETE",
        links["status"].as_str().unwrap(),
        &[],
        b"",
    );

    // One that nobody wants any more leaves nothing behind.
    let fields: [(&str, &[u8]); 2] = [("count", b"16"), ("size", b"1000")];
    let started = request(server.address, "POST", PATH, &headers, &form(&fields));
    let place = started.json()["status"].as_str().unwrap().to_owned();
    let gone = request(server.address, "DELETE", &place, &[], b"");
    assert_eq!(gone.status, 204);
    idle(&server);
}

#[test]
fn a_model_that_only_repaints_says_so_and_what_to_do() {
    let server = TestServer::of(painter_without_prior(), EngineOptions::default(), None);
    let models = |server: &TestServer| get(server.address, "/v1/models").json();
    assert_eq!(models(&server)["models"][0]["generates"], json!(false));
    let able = models(&TestServer::open());
    assert_eq!(able["models"][0]["generates"], json!(true));
    assert_eq!(able["limits"]["paintings"], json!(16));
    let answer = post_json(server.address, PATH, &json!({"seed": 3}));
    assert_eq!((answer.status, answer.code()), (422, "no_prior".to_owned()));
    let error = &answer.json()["error"];
    assert!(
        error["fix"].as_str().unwrap().contains("generates"),
        "{error}"
    );

    let engine = Engine::start(painter_without_prior(), EngineOptions::default());
    let order = Generate {
        name: None,
        references: Vec::new(),
        styles: Vec::new(),
        framing: Default::default(),
        path: BlendPath::Line,
        seed: 3,
        count: 1,
        truncation: 0.7,
        side: None,
        format: utsushi_imaging::OutputFormat::Png,
        output: OutputOptions::default(),
    };
    let refused = engine.submit(order).unwrap_err();
    let expected = SubmitError::Work(WorkError::Style(StyleError::NoPrior));
    assert_eq!(refused, expected);
}

#[test]
fn what_cannot_be_made_is_refused_before_the_work() {
    let limits = Limits {
        pixels: 300_000,
        film_pixels: 1_000_000,
        paintings: 12,
        ..Limits::default()
    };
    let options = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let server = TestServer::with(options, None);
    let content = drawing(24, 24);
    let code = |fields: &[(&str, &[u8])]| {
        let answer = post_form(server.address, PATH, fields);
        (answer.status, answer.code())
    };
    let is = |status, code: &str| (status, code.to_owned());
    for count in [&b"0"[..], b"13", b"4294967295"] {
        assert_eq!(code(&[("count", count)]), is(422, "bad_count"));
    }
    for truncation in [&b"1.01"[..], b"-0.1", b"NaN", b"inf"] {
        let found = code(&[("truncation", truncation)]);
        assert_eq!(found, is(422, "bad_truncation"));
    }
    for size in [&b"0"[..], b"31", b"4097", b"4294967295"] {
        assert_eq!(code(&[("size", size)]), is(422, "bad_size"));
    }
    // Below and above the pixels of one, and of all.
    assert_eq!(code(&[("size", b"548")]), is(422, "too_many_pixels"));
    let all: (&str, &[u8]) = ("count", b"12");
    assert_eq!(code(&[all, ("size", b"289")]), is(422, "too_many_pixels"));
    let last: (&str, &[u8]) = ("seed", b"18446744073709551615");
    assert_eq!(code(&[last, ("count", b"2")]), is(422, "bad_seed"));
    assert_eq!(code(&[("seed", b"-1")]), is(400, "bad_field"));
    assert_eq!(code(&[("style_name", b"oli")]), is(422, "unknown_style"));
    assert_eq!(code(&[("style_name", b"photo")]), is(422, "unknown_style"));
    assert_eq!(code(&[("styles", b"[]")]), is(422, "no_style"));
    let missing: (&str, &[u8]) = ("styles", br#"[{"reference": 0}]"#);
    assert_eq!(code(&[missing]), is(422, "no_such_reference"));
    let reference: (&str, &[u8]) = ("reference", &content);
    let weight: (&str, &[u8]) = ("weight", b"1");
    assert_eq!(code(&[weight]), is(422, "bad_weight"));
    let both = code(&[reference, weight, missing]);
    assert_eq!(both, is(422, "conflicting_styles"));
    let broken: (&str, &[u8]) = ("reference", &content[..content.len() / 2]);
    assert_eq!(code(&[broken]), is(422, "bad_picture"));
    assert_eq!(code(&[("format", b"gif")]), is(400, "bad_format"));
    for (name, value) in [
        ("content", &content[..]),
        ("strength", b"1"),
        ("style_seed", b"1"),
    ] {
        assert_eq!(code(&[(name, value)]), is(400, "unknown_field"), "{name}");
    }
    // The new fields belong here alone.
    let body = json!({"content": base64(&content), "style_name": "oil", "seed": 1});
    let answer = post_json(server.address, "/v1/transfer", &body);
    assert_eq!((answer.status, answer.code()), is(400, "unknown_field"));
}
