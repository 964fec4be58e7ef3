//! Pictures in, painted pictures out.

use serde_json::json;
use utsushi::{BlendPath, Framing, Model, PaintOptions, PaintRequest, StyleCode};
use utsushi_imaging::{
    AnyPicture, DecodeLimits, DeepPicture, EncodeOptions, Extras, Metadata, OutputFormat, Picture,
    decode, decode_deep, encode_deep, encode_with,
};

use crate::client::{get, post_form, post_json, request};
use crate::test_server::{TestServer, drawing, painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &Default::default()).unwrap().picture
}

/// What the library paints.
fn expected(content: &[u8], style: &StyleCode, strength: f32) -> Picture {
    let options = PaintOptions {
        strength,
        ..PaintOptions::default()
    };
    let content = picture(content);
    let request = PaintRequest::new(&content, style).with_options(options);
    painter().paint_one(&request, &mut ()).unwrap()
}

#[test]
fn the_answer_is_what_the_library_paints() {
    let server = TestServer::open();
    let (content, reference) = (drawing(60, 44), drawing(40, 48));
    let fields: [(&str, &[u8]); 3] = [
        ("content", &content),
        ("reference", &reference),
        ("strength", b"0.6"),
    ];
    let answer = post_form(server.address, "/v1/transfer", &fields).with_status(200);
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert!(answer.header("etag").unwrap().starts_with('"'));
    let style = painter().style_of(&picture(&reference)).unwrap();
    assert_eq!(picture(&answer.body), expected(&content, &style, 0.6));

    let fields: [(&str, &[u8]); 3] = [
        ("content", &content),
        ("style_name", b"oil"),
        ("format", b"webp"),
    ];
    let answer = post_form(server.address, "/v1/transfer", &fields);
    assert_eq!(answer.header("content-type"), Some("image/webp"));
    let oil = painter().named_style("oil").unwrap();
    assert_eq!(picture(&answer.body), expected(&content, &oil, 1.0));
}

#[test]
fn sixteen_bits_come_back_where_the_format_holds_them() {
    let server = TestServer::open();
    let rgb = (0..40 * 36 * 3u32).map(|value| (value * 2_654_435) as u16);
    let alpha = (0..40 * 36u32).map(|value| 65_535 - (value * 7) as u16);
    let clear = DeepPicture::new(40, 36, rgb.collect(), Some(alpha.collect())).unwrap();
    let opaque = clear.clone().without_alpha();
    let ask = |content: &[u8], strength: &'static str, format: &'static str| {
        let fields: [(&str, &[u8]); 4] = [
            ("content", content),
            ("style_name", b"oil"),
            ("strength", strength.as_bytes()),
            ("format", format.as_bytes()),
        ];
        let answer = post_form(server.address, "/v1/transfer", &fields).with_status(200);
        let decoded = decode_deep(&answer.body, &DecodeLimits::default()).unwrap();
        (decoded.bits, decoded.picture)
    };
    let oil = painter().named_style("oil").unwrap();
    for picture in [&clear, &opaque] {
        for sent in [OutputFormat::Png, OutputFormat::Tiff] {
            let content = encode_deep(picture, sent).unwrap();
            for format in ["png", "tiff"] {
                assert_eq!(
                    ask(&content, "0", format),
                    (16, picture.clone()),
                    "{format}"
                );
            }
        }
        let content = encode_deep(picture, OutputFormat::Png).unwrap();
        let deep = AnyPicture::from(picture.clone());
        let request = PaintRequest::new(&deep, &oil);
        let painted = Model::from(painter()).paint_any(&request, &mut ());
        let painted = painted.unwrap().into_sixteen();
        assert_eq!(ask(&content, "1", "png"), (16, painted));
        let (bits, eight) = ask(&content, "0", "webp");
        assert_eq!(bits, 8);
        assert_eq!(eight.to_picture().rgb(), picture.to_picture().rgb());
    }
    // JPEG XL is written with 16 bits where nothing is transparent.
    let content = encode_deep(&opaque, OutputFormat::Png).unwrap();
    assert_eq!(ask(&content, "0", "jxl"), (16, opaque));
    let content = encode_deep(&clear, OutputFormat::Png).unwrap();
    assert_eq!(ask(&content, "0", "jxl").0, 8);
    assert_eq!(ask(&drawing(40, 36), "1", "png").0, 8);
}

#[test]
fn metadata_of_the_content_go_along_unless_they_are_not_wanted() {
    let server = TestServer::open();
    let extras = Extras {
        metadata: Metadata {
            exif: Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec()),
            xmp: Some(b"<rdf:RDF><rdf:Description by=\"Ann\"/></rdf:RDF>".to_vec()),
            ..Metadata::default()
        },
        ..Extras::default()
    };
    let options = EncodeOptions::default();
    let content = encode_with(
        &picture(&drawing(40, 36)),
        OutputFormat::Png,
        options,
        &extras,
    );
    let content = content.unwrap();
    let ask = |path: &str, more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content)];
        fields.extend(more);
        let answer = post_form(server.address, path, &fields).with_status(200);
        let found = Metadata::of(&answer.body).unwrap();
        let xmp = String::from_utf8(found.xmp.unwrap()).unwrap();
        // The model's mark is there in any case.
        assert!(xmp.contains("compositeWithTrainedAlgorithmicMedia"));
        (found.exif, xmp.contains("Ann"))
    };
    let kept = (extras.metadata.exif.clone(), true);
    let oil: (&str, &[u8]) = ("style_name", b"oil");
    let mix: (&str, &[u8]) = ("styles", br#"[{"name": "oil"}]"#);
    let yes: (&str, &[u8]) = ("metadata", b"true");
    let no: (&str, &[u8]) = ("metadata", b"false");
    assert_eq!(ask("/v1/transfer", &[oil]), kept);
    assert_eq!(ask("/v1/transfer", &[oil, ("format", b"webp"), yes]), kept);
    assert_eq!(ask("/v1/mix", &[mix]), kept);
    assert_eq!(ask("/v1/transfer", &[oil, no]), (None, false));
    assert_eq!(ask("/v1/mix", &[mix, no]), (None, false));
}

#[test]
fn octaves_framing_and_jpg_are_those_of_the_library() {
    let server = TestServer::open();
    let (content, reference) = (drawing(160, 130), drawing(240, 200));
    let ask = |more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content), ("reference", &reference)];
        fields.extend(more);
        let answer = post_form(server.address, "/v1/transfer", &fields);
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{text}");
        answer
    };
    let style = painter().style_of_framed(&picture(&reference), Framing::Whole);
    let options = PaintOptions {
        octaves: Some(1),
        ..PaintOptions::default()
    };
    let (content_picture, style) = (picture(&content), style.unwrap());
    let request = PaintRequest::new(&content_picture, &style).with_options(options);
    let expected = painter().paint_one(&request, &mut ());
    let answer = ask(&[("octaves", b"1"), ("align", b"none")]);
    assert_eq!(picture(&answer.body), expected.unwrap());
    let without = ask(&[("octaves", b"0"), ("align", b"none")]);
    assert!(without.body != answer.body);
    let auto = ask(&[("octaves", b"auto"), ("align", b"none")]);
    assert_eq!(auto.body, ask(&[("align", b"none")]).body);
    let jpg = ask(&[("format", b"jpg")]);
    assert_eq!(jpg.header("content-type"), Some("image/jpeg"));
    assert_eq!(jpg.body, ask(&[("format", b"jpeg")]).body);
}

#[test]
fn what_is_white_in_the_mask_stays_as_it_is() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let mask = |white: fn(usize) -> bool| {
        let mut mask = Picture::filled(60, 44, [0; 3]);
        for index in (0..60 * 44).filter(|index| white(index % 60)) {
            mask.rgb_mut()[index * 3..index * 3 + 3].fill(255);
        }
        let format = utsushi_imaging::OutputFormat::Png;
        utsushi_imaging::encode(&mask, format, Default::default()).unwrap()
    };
    let left = mask(|column| column < 30);
    let ask = |path: &str, more: &[(&'static str, &[u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content), ("keep", &left)];
        fields.extend(more);
        let answer = post_form(server.address, path, &fields);
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{text}");
        picture(&answer.body)
    };
    let oil = painter().named_style("oil").unwrap();
    let (whole, given) = (expected(&content, &oil, 1.0), picture(&content));
    let hard = ask("/v1/transfer", &[("style_name", b"oil"), ("feather", b"0")]);
    for (index, colour) in hard.rgb().as_chunks::<3>().0.iter().enumerate() {
        let expected = if index % 60 < 30 { &given } else { &whole };
        assert_eq!(colour, &expected.rgb().as_chunks::<3>().0[index], "{index}");
    }
    let named = br#"[{"name": "oil"}]"#;
    assert_eq!(
        ask("/v1/mix", &[("styles", named), ("feather", b"0")]),
        hard
    );
    let soft = ask(
        "/v1/transfer",
        &[("style_name", b"oil"), ("feather", b"12")],
    );
    assert!(soft != hard && soft.rgb()[..90] == given.rgb()[..90]);

    // A reference that cannot be seen has no style.
    let clear = Picture::filled(40, 40, [9; 3]);
    let alpha = utsushi_imaging::Alpha::Eight(vec![0; 1600]);
    let clear = clear.with_alpha(alpha).unwrap();
    let png = utsushi_imaging::OutputFormat::Png;
    let clear = utsushi_imaging::encode(&clear, png, Default::default()).unwrap();
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("reference", &clear)];
    let answer = post_form(server.address, "/v1/transfer", &fields);
    assert_eq!(
        (answer.status, answer.code()),
        (422, "transparent_reference".to_owned())
    );
    // Fields are called as a form calls them.
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("refrence", &content)];
    let answer = post_form(server.address, "/v1/transfer", &fields);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(
        text.contains("`reference`") && !text.contains("`references`"),
        "{text}"
    );
    // The other way round: only the part is painted, up to what is kept of it.
    let part = |fields: &[(&'static str, &[u8])]| {
        let mut all: Vec<(&str, &[u8])> = vec![("content", &content), ("feather", b"0")];
        all.extend(fields);
        let answer = post_form(server.address, "/v1/transfer", &all).with_status(200);
        picture(&answer.body)
    };
    let right = mask(|column| column >= 30);
    assert_eq!(part(&[("style_name", b"oil"), ("mask", &right)]), hard);
    let most = mask(|column| column < 45);
    let strip = part(&[("style_name", b"oil"), ("mask", &most), ("keep", &left)]);
    for (index, colour) in strip.rgb().as_chunks::<3>().0.iter().enumerate() {
        let painted = (30..45).contains(&(index % 60));
        let expected = if painted { &whole } else { &given };
        assert_eq!(colour, &expected.rgb().as_chunks::<3>().0[index], "{index}");
    }
    let white = mask(|_| true);
    assert_eq!(part(&[("style_name", b"oil"), ("mask", &white)]), whole);

    let code = |keep: &[u8], more: &[(&'static str, &'static [u8])]| {
        let style: (&str, &[u8]) = ("style_name", b"oil");
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content), ("keep", keep), style];
        fields.extend(more);
        let answer = post_form(server.address, "/v1/transfer", &fields);
        (answer.status, answer.code())
    };
    let is = |code: &str| (422, code.to_owned());
    assert_eq!(code(&mask(|_| false), &[]), is("bad_mask"));
    assert_eq!(code(&drawing(44, 90), &[]), is("bad_mask"));
    assert_eq!(code(b"Hello!", &[]), is("not_a_picture"));
    assert_eq!(code(&left, &[("feather", b"-1")]), is("bad_feather"));
    assert_eq!(code(&left, &[("mask", b"Hello!")]), is("not_a_picture"));
    let fields: [(&str, &[u8]); 3] = [
        ("content", &content),
        ("style_name", b"oil"),
        ("feather", b"1"),
    ];
    let alone = post_form(server.address, "/v1/transfer", &fields);
    assert_eq!(alone.code(), "bad_feather");
}

#[test]
fn weights_mix_references_as_the_command_line_does() {
    let server = TestServer::open();
    let (content, one, two) = (drawing(40, 40), drawing(32, 64), drawing(70, 33));
    let fields: [(&str, &[u8]); 5] = [
        ("content", &content),
        ("reference", &one),
        ("weight", b"3"),
        ("reference", &two),
        ("weight", b"1"),
    ];
    let answer = post_form(server.address, "/v1/transfer", &fields);
    let painter = painter();
    let code = |bytes: &[u8]| painter.style_of(&picture(bytes)).unwrap();
    let blend = StyleCode::blend(&[(code(&one), 3.0), (code(&two), 1.0)]).unwrap();
    assert_eq!(picture(&answer.body), expected(&content, &blend, 1.0));
}

#[test]
fn a_mix_weighs_each_stage() {
    let server = TestServer::open();
    let (content, reference) = (drawing(40, 40), drawing(32, 64));
    let styles = json!([
        {"reference": 0, "weight": [1, 1, 0, 0.5]},
        {"seed": 7, "name": "cel", "weight": [0, 1, 1, 0]},
        {"own": true, "weight": [0, 0, 0, 1]},
        {"name": "oil", "weight": 0},
    ]);
    let text = styles.to_string();
    let fields: [(&str, &[u8]); 3] = [
        ("content", &content),
        ("reference", &reference),
        ("styles", text.as_bytes()),
    ];
    let answer = post_form(server.address, "/v1/mix", &fields).with_status(200);
    let painter = painter();
    let code = |bytes: &[u8]| painter.style_of(&picture(bytes)).unwrap();
    let parts = [
        (code(&reference), [1.0, 1.0, 0.0, 0.5]),
        (
            painter.made_up_style(Some("cel"), 7).unwrap().code,
            [0.0, 1.0, 1.0, 0.0],
        ),
        (code(&content), [0.0, 0.0, 0.0, 1.0]),
    ];
    let style = StyleCode::blend_stages(&parts).unwrap();
    let painted = picture(&answer.body);
    assert_eq!(painted, expected(&content, &style, 1.0));

    // The same in JSON.
    let body =
        json!({"content": base64(&content), "references": [base64(&reference)], "styles": styles});
    let answer = post_json(server.address, "/v1/mix", &body);
    assert_eq!(picture(&answer.body), painted);
    let body = json!({"content": base64(&content), "style_seed": 7});
    let answer = post_json(server.address, "/v1/transfer", &body);
    let seeded = painter.made_up_style(None, 7).unwrap().code;
    assert_eq!(picture(&answer.body), expected(&content, &seeded, 1.0));
}

#[test]
fn a_mix_may_turn_around_the_mean() {
    let server = TestServer::open();
    let painter = painter();
    let content = drawing(40, 40);
    let styles =
        r#"[{"seed": 3, "weight": [1, 2, 1, 1]}, {"name": "cel", "weight": [1, 0, 3, 1]}]"#;
    let fields: [(&str, &[u8]); 3] = [
        ("content", &content),
        ("styles", styles.as_bytes()),
        ("blend", b"sphere"),
    ];
    let answer = post_form(server.address, "/v1/mix", &fields);
    let parts = [
        (
            painter.made_up_style(None, 3).unwrap().code,
            [1.0, 2.0, 1.0, 1.0],
        ),
        (painter.named_style("cel").unwrap(), [1.0, 0.0, 3.0, 1.0]),
    ];
    let style = painter.blend_stages(&parts, BlendPath::Sphere).unwrap();
    let round = expected(&content, &style, 1.0);
    assert_eq!(picture(&answer.body), round);
    let straight = StyleCode::blend_stages(&parts).unwrap();
    assert_ne!(expected(&content, &straight, 1.0), round);
    let mut fields = fields;
    fields[2].1 = b"circle";
    let answer = post_form(server.address, "/v1/mix", &fields);
    assert_eq!((answer.status, answer.code()), (400, "bad_field".into()));
}

#[test]
fn what_cannot_be_painted_is_said() {
    let server = TestServer::open();
    let content = drawing(24, 24);
    let code = |path: &str, fields: &[(&str, &[u8])]| {
        let answer = post_form(server.address, path, fields);
        (answer.status, answer.code())
    };
    let with = |more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content)];
        fields.extend(more);
        code("/v1/transfer", &fields)
    };
    let is = |status, code: &str| (status, code.to_owned());
    assert_eq!(with(&[]), is(422, "no_style"));
    assert_eq!(with(&[("style_name", b"olive")]), is(422, "unknown_style"));
    assert_eq!(with(&[("style_name", b"photo")]), is(422, "unknown_style"));
    assert_eq!(with(&[("style_seed", b"-1")]), is(400, "bad_field"));
    let oil: (&str, &[u8]) = ("style_name", b"oil");
    assert_eq!(with(&[oil, ("strength", b"2.5")]), is(422, "bad_strength"));
    assert_eq!(with(&[oil, ("strength", b"NaN")]), is(422, "bad_strength"));
    assert_eq!(with(&[oil, ("weight", b"1")]), is(422, "bad_weight"));
    assert_eq!(with(&[oil, ("format", b"gif")]), is(400, "bad_format"));
    assert_eq!(with(&[oil, ("octaves", b"6")]), is(422, "bad_octaves"));
    assert_eq!(with(&[oil, ("octaves", b"many")]), is(400, "bad_field"));
    assert_eq!(with(&[oil, ("align", b"hand")]), is(400, "bad_field"));
    assert_eq!(with(&[oil, oil]), is(400, "repeated_field"));
    assert_eq!(
        with(&[oil, ("path", b"/etc/passwd")]),
        is(400, "unknown_field")
    );
    assert_eq!(with(&[oil, ("styles", b"[]")]), is(400, "unknown_field"));
    for (field, meant) in [("strenght", "strength"), ("seed", "style_seed")] {
        let fields: [(&str, &[u8]); 2] = [("content", &content), (field, b"1")];
        let answer = post_form(server.address, "/v1/transfer", &fields);
        let fix = &answer.json()["error"]["fix"];
        assert_eq!(fix, &format!("did you mean `{meant}`?"), "{field}");
    }
    assert_eq!(with(&[("reference", b"hello")]), is(422, "not_a_picture"));
    assert_eq!(with(&[("reference", b"")]), is(422, "empty_reference"));
    assert_eq!(
        with(&[oil, ("reference", b"hello")]),
        is(422, "conflicting_styles")
    );
    assert_eq!(
        code("/v1/transfer", &[("content", b""), oil]),
        is(422, "not_a_picture")
    );
    assert_eq!(code("/v1/transfer", &[oil]), is(400, "missing_field"));
    let half = &content[..content.len() / 2];
    assert_eq!(
        code("/v1/transfer", &[("content", half), oil]),
        is(422, "bad_picture")
    );
    let mix = |styles: &'static str| {
        code(
            "/v1/mix",
            &[("content", &content), ("styles", styles.as_bytes())],
        )
    };
    assert_eq!(mix("[]"), is(422, "no_style"));
    assert_eq!(mix(r#"[{"reference": 0}]"#), is(422, "no_such_reference"));
    assert_eq!(
        mix(r#"[{"name": "oil", "weight": [1, 1, 0, 1]}]"#),
        is(422, "bad_weight")
    );
    assert_eq!(
        mix(r#"[{"name": "oil", "weight": -1}]"#),
        is(422, "bad_weight")
    );
}

#[test]
fn styles_show_themselves() {
    let server = TestServer::open();
    let styles = get(server.address, "/v1/styles").json();
    let names: Vec<_> = styles["styles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["name"])
        .collect();
    assert_eq!(names, ["oil", "cel"]);
    let path = styles["styles"][1]["thumbnail"].as_str().unwrap();
    let first = get(server.address, path);
    assert_eq!(
        (first.status, first.header("content-type")),
        (200, Some("image/webp"))
    );
    let painted = picture(&first.body);
    assert_eq!((painted.width(), painted.height()), (128, 128));
    let tag = first.header("etag").unwrap();
    let again = request(server.address, "GET", path, &[("if-none-match", tag)], b"");
    assert_eq!((again.status, again.body.len()), (304, 0));
    // Content only, beyond the last, no number.
    for index in ["2", "3", "-1", "x", "99999999999999999999"] {
        let answer = get(server.address, &format!("/v1/styles/{index}/thumbnail"));
        assert_eq!(
            (answer.status, answer.code()),
            (404, "no_such_style".into()),
            "{index}"
        );
    }
}

/// RFC 4648.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let mut four = [0; 4];
        four[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(four);
        let letter = |place: usize| {
            if place <= group.len() {
                LETTERS[(bits >> (18 - 6 * place)) as usize & 63] as char
            } else {
                '='
            }
        };
        [0, 1, 2, 3].map(letter)
    };
    bytes.chunks(3).flat_map(group).collect()
}
