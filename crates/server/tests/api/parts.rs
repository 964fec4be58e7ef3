//! Parts of pictures by their names, and what is said of them.

use serde_json::{Value, json};
use utsushi::anatomy::{Anatomy, AnatomyReader, Area, encode_parts, with_parts};
use utsushi::faces::SAMPLE_PORTRAIT;
use utsushi::{Device, Mask, PaintRequest, Painter, RegionStyle, StyleCode, StyleRegion};
use utsushi_imaging::{DecodeLimits, OutputFormat, Picture, decode, encode};

use crate::client::{Answer, post_form, post_json};
use crate::documented::held_against_the_document;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

fn anatomy(picture: &Picture) -> Anatomy {
    AnatomyReader::builtin(&Device::flex())
        .unwrap()
        .read(picture)
}

/// What the library paints of the portrait.
fn expected(painter: &Painter, style: &StyleCode, regions: &[StyleRegion]) -> Picture {
    let content = picture(SAMPLE_PORTRAIT);
    let request = PaintRequest::new(&content, style).with_regions(regions);
    painter.paint_one(&request, &mut ()).unwrap()
}

fn region(mask: Mask, style: impl Into<RegionStyle>) -> StyleRegion {
    let style = style.into();
    StyleRegion { mask, style }
}

/// Asks for a painting of the portrait.
fn painted(server: &TestServer, path: &str, more: &[(&'static str, &[u8])]) -> Answer {
    let mut fields: Vec<(&str, &[u8])> = vec![("content", SAMPLE_PORTRAIT)];
    fields.extend(more);
    post_form(server.address, path, &fields).with_status(200)
}

fn notes(answer: &Answer) -> Value {
    serde_json::from_str(answer.header("utsushi-notes").unwrap()).unwrap()
}

#[test]
fn a_name_stands_for_a_mask() {
    let server = TestServer::open();
    let painter = painter();
    let oil = painter.named_style("oil").unwrap();
    let anatomy = anatomy(&picture(SAMPLE_PORTRAIT));
    let mask = |area: Area| area.mask(&anatomy, None).unwrap();
    let kept = expected(
        &painter,
        &oil,
        &[region(mask(Area::Hair), RegionStyle::Keep)],
    );
    let ask = |path: &str, more: &[(&'static str, &[u8])]| {
        let style: (&str, &[u8]) = match path {
            "/v1/mix" => ("styles", br#"[{"name": "oil"}]"#),
            _ => ("style_name", b"oil"),
        };
        let answer = painted(&server, path, &[more, &[style]].concat());
        let notes = notes(&answer).to_string();
        assert!(!notes.contains("part"), "{notes}");
        picture(&answer.body)
    };
    for path in ["/v1/transfer", "/v1/mix"] {
        for hair in ["hair", "头发"] {
            assert_eq!(ask(path, &[("keep", hair.as_bytes())]), kept, "{hair}");
            let regions = format!(r#"[{{"part": "{hair}", "keep": true}}]"#);
            assert_eq!(ask(path, &[("regions", regions.as_bytes())]), kept);
        }
    }
    for hair in ["hair", "头发"] {
        let body = json!({"content": base64(SAMPLE_PORTRAIT), "style_name": "oil", "keep": hair});
        let answer = post_json(server.address, "/v1/transfer", &body).with_status(200);
        assert_eq!(picture(&answer.body), kept, "{hair}");
    }
    let only = region(mask(Area::Face).inverted(), RegionStyle::Keep);
    let only = expected(&painter, &oil, &[only]);
    assert_eq!(ask("/v1/transfer", &[("mask", b"face")]), only);
    let regions = br#"[{"part": "face", "only": true}]"#;
    assert_eq!(ask("/v1/mix", &[("regions", regions)]), only);
    let wide = Area::Hair.mask(&anatomy, Some(9.0)).unwrap();
    let wide = expected(&painter, &oil, &[region(wide, RegionStyle::Keep)]);
    let soft: [(&str, &[u8]); 2] = [("keep", b"hair"), ("feather", b"9")];
    assert_eq!(ask("/v1/transfer", &soft), wide);
}

#[test]
fn hair_of_one_and_eyes_of_another() {
    let server = TestServer::open();
    let painter = painter();
    let [a, b] = [drawing(40, 48), drawing(52, 36)];
    let [of_a, of_b] = [&a, &b].map(|it| painter.style_of(&picture(it)).unwrap());
    let cel = painter.named_style("cel").unwrap();
    let anatomy = anatomy(&picture(SAMPLE_PORTRAIT));
    let mask = |area: Area| area.mask(&anatomy, Some(0.0)).unwrap();
    let mut upper = Picture::filled(128, 128, [0; 3]);
    upper.rgb_mut()[..128 * 20 * 3].fill(255);
    let upper_file = encode(&upper, OutputFormat::Png, Default::default()).unwrap();
    let expected = expected(
        &painter,
        &of_a,
        &[
            region(mask(Area::Hair), of_b),
            region(mask(Area::Eyes), cel),
            region(Mask::new(upper, Some(0.0)), RegionStyle::Keep),
        ],
    );
    let regions: &[u8] = br#"[{"part": "hair", "reference": 1}, {"part": "eyes", "name": "cel"},
                              {"mask": 0, "keep": true}]"#;
    let fields: [(&str, &[u8]); 6] = [
        ("reference", &a),
        ("reference", &b),
        ("regions", regions),
        ("region_mask", &upper_file),
        ("feather", b"0"),
        ("weight", b"3"),
    ];
    let answer = painted(&server, "/v1/transfer", &fields);
    assert_eq!(picture(&answer.body), expected);
    let mix = [("styles", &br#"[{"reference": 0}]"#[..])];
    let answer = painted(&server, "/v1/mix", &[&fields[..5], &mix].concat());
    assert_eq!(picture(&answer.body), expected);
    // Each region is a layer.
    let psd: (&str, &[u8]) = ("format", b"psd");
    let answer = painted(&server, "/v1/transfer", &[&fields[..5], &[psd]].concat());
    let document = utsushi_imaging::Document::read(&answer.body, &DecodeLimits::default());
    assert_eq!(document.unwrap().entries.len(), 5);
}

#[test]
fn parts_that_are_not_there_are_told() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let ask = |more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content), ("style_name", b"oil")];
        fields.extend(more);
        post_form(server.address, "/v1/transfer", &fields).with_status(200)
    };
    let whole = ask(&[]);
    let kept = ask(&[("keep", b"mouth")]);
    let told = json!(["nothing was found in the picture for the part `mouth`"]);
    assert_eq!(notes(&kept), told);
    assert_eq!(picture(&kept.body), picture(&whole.body));
    // Where it alone was to be painted, nothing is.
    let only = ask(&[("mask", b"mouth")]);
    assert_eq!(notes(&only), told);
    assert_eq!(picture(&only.body), picture(&content));
}

#[test]
fn what_shows_nothing_is_told() {
    let server = TestServer::open();
    let dot = drawing(1, 1);
    let clear = Picture::filled(60, 44, [9; 3]);
    let clear = clear.with_alpha(utsushi_imaging::Alpha::Eight(vec![0; 60 * 44]));
    let clear = encode(&clear.unwrap(), OutputFormat::Png, Default::default()).unwrap();
    let fields: [(&str, &[u8]); 2] = [("content", &clear), ("reference", &dot)];
    let answer = post_form(server.address, "/v1/transfer", &fields).with_status(200);
    let told = notes(&answer).to_string();
    assert!(told.contains("reference 0: its 1×1 pixels"), "{told}");
    assert!(told.contains("all of the picture is transparent"), "{told}");
}

#[test]
fn parts_and_points_are_those_of_the_library() {
    let server = TestServer::open();
    let portrait = picture(SAMPLE_PORTRAIT);
    let anatomy = anatomy(&portrait);
    let answer = painted(&server, "/v1/segment", &[]);
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(answer.body, encode_parts(&anatomy.parts).unwrap());
    assert_eq!(notes(&answer), json!([]));
    held_against_the_document(&server, "/v1/segment", "post", &answer);
    let shown = painted(&server, "/v1/segment", &[("overlay", b"true")]);
    assert_eq!(picture(&shown.body), with_parts(&portrait, &anatomy.parts));

    let answer = painted(&server, "/v1/landmarks", &[]);
    held_against_the_document(&server, "/v1/landmarks", "post", &answer);
    let faces = answer.json()["faces"].clone();
    assert_eq!(faces.as_array().unwrap().len(), 1);
    let chin = &faces[0]["points"]["chin"];
    let found = anatomy.faces[0].point(utsushi::anatomy::Landmark::Chin);
    for (told, found) in [0, 1]
        .map(|axis| &chin[axis])
        .iter()
        .zip([found.x, found.y])
    {
        assert!(
            (told.as_f64().unwrap() - f64::from(found)).abs() < 0.06,
            "{chin}"
        );
    }
    let content = drawing(60, 44);
    let fields: [(&str, &[u8]); 1] = [("content", &content)];
    let answer = post_form(server.address, "/v1/landmarks", &fields).with_status(200);
    assert_eq!(answer.json(), json!({"faces": []}));
    assert_eq!(notes(&answer), json!(["no face was found"]));
}

#[test]
fn parts_that_cannot_be_are_refused() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let code = |path: &str, more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content)];
        fields.extend(more);
        let answer = post_form(server.address, path, &fields);
        held_against_the_document(&server, path, "post", &answer);
        (answer.status, answer.code())
    };
    let oil: (&str, &[u8]) = ("style_name", b"oil");
    let regions = |regions: &'static str| [oil, ("regions", regions.as_bytes())];
    let is = |status: u16, code: &str| (status, code.to_owned());
    let path = "/v1/transfer";
    assert_eq!(
        code(path, &[oil, ("keep", b"tail")]),
        is(422, "unknown_part")
    );
    assert_eq!(
        code(path, &[oil, ("keep", "尾巴".as_bytes())]),
        is(422, "unknown_part")
    );
    for (given, status, expected) in [
        (r#"[{"part": "tail", "keep": true}]"#, 422, "unknown_part"),
        (r#"[{"part": "hair", "reference": -1}]"#, 400, "bad_field"),
        (r#"[{"part": "hair", "keep": 1}]"#, 400, "bad_field"),
        (r#"[{"part": "hair", "hold": true}]"#, 400, "unknown_field"),
        (r#"[{"part": "hair", "keep": true]"#, 400, "bad_json"),
        (r#"[{"part": "hair"}]"#, 400, "bad_region"),
        (r#"[{"mask": 0, "keep": true}]"#, 422, "no_such_mask"),
        (
            r#"[{"part": "hair", "reference": 0}]"#,
            422,
            "no_such_reference",
        ),
        (
            r#"[{"part": "hair", "name": "nothing"}]"#,
            422,
            "unknown_style",
        ),
        (r#"{"part": "hair"}"#, 400, "bad_json"),
        ("hair", 400, "bad_json"),
    ] {
        assert_eq!(code(path, &regions(given)), is(status, expected), "{given}");
    }
    // Counted from 0 is the second of one; and it is not the first that is in the way of a name.
    let second = r#"[{"part": "hair", "reference": 1}]"#;
    let fields: [(&str, &[u8]); 4] = [
        ("content", &content),
        ("reference", &content),
        oil,
        ("regions", second.as_bytes()),
    ];
    let answer = post_form(server.address, path, &fields);
    assert_eq!((answer.status, answer.code()), is(422, "no_such_reference"));
    let told = answer.json()["error"]["message"].to_string();
    assert!(
        told.contains("reference 1, counted from 0, is asked for, but 1 were sent"),
        "{told}"
    );
    let body = json!({"content": base64(&content), "style_name": "oil",
        "regions": [{"part": "hiar", "keep": true}]});
    let answer = post_json(server.address, path, &body);
    assert_eq!((answer.status, answer.code()), is(422, "unknown_part"));
    let error = answer.json()["error"].to_string();
    assert!(
        error.contains("did you mean `hair`?") && error.contains("background, figure"),
        "{error}"
    );
    let kept = r#"[{"mask": 0, "keep": true}]"#;
    let sent = |mask: &'static [u8]| [regions(kept)[0], regions(kept)[1], ("region_mask", mask)];
    assert_eq!(code(path, &sent(b"no picture")), is(422, "not_a_picture"));
    assert_eq!(
        code(path, &[oil, ("region_mask", b"x")]),
        is(422, "bad_region")
    );
    let layers: (&str, &[u8]) = ("layers", b"true");
    let psd: (&str, &[u8]) = ("format", b"psd");
    assert_eq!(
        code(path, &[oil, ("keep", b"hair"), layers, psd]),
        is(422, "no_layers")
    );
    // All that a region names is gone from the rest, which then has no style.
    let alone: [(&str, &[u8]); 1] = [("regions", br#"[{"part": "hair", "name": "oil"}]"#)];
    assert_eq!(code(path, &alone), is(422, "no_style"));
    for path in ["/v1/segment", "/v1/landmarks"] {
        assert_eq!(code(path, &[oil]), is(400, "unknown_field"));
        let fields: [(&str, &[u8]); 1] = [("content", b"no picture")];
        let answer = post_form(server.address, path, &fields);
        assert_eq!((answer.status, answer.code()), is(422, "not_a_picture"));
    }
}
