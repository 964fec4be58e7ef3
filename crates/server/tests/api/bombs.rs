//! Small bodies that would become large: pictures, their chunks, forms, JSON.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use utsushi_imaging::{EncodeOptions, OutputFormat, decode, encode};

use crate::client::{Answer, FORM, JSON, form, get, post_form, request};
use crate::hostile::crc;
use crate::jobs::figure;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing};

/// An address and the fields of a form.
type Asked<'a> = (&'a str, Vec<(&'a str, &'a [u8])>);

/// Sends a picture to every address that takes one, in every field that does.
fn everywhere(server: &TestServer, picture: &[u8]) -> Vec<Answer> {
    let small = drawing(8, 8);
    let direction = br#"[{"direction": 0, "amount": 1}]"#.as_slice();
    let own = br#"[{"own": true}]"#.as_slice();
    let requests: [Asked<'_>; 10] = [
        (
            "/v1/transfer",
            vec![("content", picture), ("style_name", b"oil")],
        ),
        (
            "/v1/transfer",
            vec![("content", &small), ("reference", picture)],
        ),
        ("/v1/mix", vec![("content", picture), ("styles", own)]),
        (
            "/v1/edit",
            vec![("content", picture), ("directions", direction)],
        ),
        (
            "/v1/morph",
            vec![("picture", &small), ("picture", picture), ("frames", b"2")],
        ),
        (
            "/v1/morph",
            vec![
                ("picture", &small),
                ("picture", &small),
                ("reference", picture),
                ("styles", br#"[{"reference": 0}]"#),
                ("frames", b"2"),
            ],
        ),
        (
            "/v1/colour",
            vec![("content", picture), ("reference", &small)],
        ),
        (
            "/v1/colour",
            vec![("content", &small), ("reference", picture)],
        ),
        ("/v1/generate", vec![("reference", picture)]),
        (
            "/v1/generate",
            vec![("reference", picture), ("count", b"2")],
        ),
    ];
    let send = |(path, fields): Asked<'_>| post_form(server.address, path, &fields);
    requests.into_iter().map(send).collect()
}

#[test]
fn sizes_that_a_header_claims_in_every_format() {
    let server = TestServer::open();
    let small = decode(&drawing(16, 16), &Default::default())
        .unwrap()
        .picture;
    let made = |format| encode(&small, format, EncodeOptions::default()).unwrap();
    let mut png = made(OutputFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let checksum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    let mut jpeg = made(OutputFormat::Jpeg);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let mut gif = made(OutputFormat::Gif);
    gif[6..10].fill(0xff);
    let mut webp = made(OutputFormat::WebP);
    assert_eq!(&webp[12..16], b"VP8L");
    webp[21..24].fill(0xff);
    webp[24] |= 0x0f;
    let mut bmp = vec![0; 1024];
    bmp[..2].copy_from_slice(b"BM");
    for (at, value) in [(2, 1024), (10, 54), (14, 40), (18, 60_000), (22, 60_000)] {
        bmp[at..at + 4].copy_from_slice(&u32::to_le_bytes(value));
    }
    (bmp[26], bmp[28]) = (1, 24);
    let mut tiff = b"II*\0\x08\0\0\0\x08\0".to_vec();
    for (tag, value) in [
        (256u16, 60_000u32),
        (257, 60_000),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (279, 0xffff_ffff),
    ] {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(4u16.to_le_bytes());
        tiff.extend(1u32.to_le_bytes());
        tiff.extend(value.to_le_bytes());
    }
    tiff.extend([0; 64]);
    for (name, bomb) in [
        ("PNG", png),
        ("JPEG", jpeg),
        ("GIF", gif),
        ("WebP", webp),
        ("BMP", bmp),
        ("TIFF", tiff),
    ] {
        for answer in everywhere(&server, &bomb) {
            assert_eq!(answer.status, 422, "{name}");
            let code = answer.code();
            // Decoders of some formats look at the file's length before they tell its size.
            let early = ["WebP", "TIFF"].contains(&name) && code == "bad_picture";
            assert!(early || code == "too_many_pixels", "{name}: {code}");
        }
    }
}

/// Zeros, a thousand times as many as there are bytes: one literal, then matches of 258 bytes at
/// distance 1 in fixed codes (RFC 1951, section 3.2.6).
fn inflating(zeros: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: u32, count: u32| {
        // Codes go in with their first bit first.
        bits.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    };
    put(0b1, 1);
    put(0b10, 2);
    put(0b0011_0000, 8);
    for _ in 0..zeros / 258 {
        put(0b1100_0101, 8);
        put(0, 5);
    }
    put(0, 7);
    let byte = |eight: &[bool]| {
        eight
            .iter()
            .rev()
            .fold(0, |all, bit| all << 1 | u8::from(*bit))
    };
    let mut stream = vec![0x78, 0x9c];
    stream.extend(bits.chunks(8).map(byte));
    stream.extend([0; 4]);
    stream
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u32).to_be_bytes();
    let inner = [kind.as_slice(), data].concat();
    [&length[..], &inner, &crc(&inner).to_be_bytes()].concat()
}

#[test]
fn streams_that_inflate_do_not() {
    let server = TestServer::open();
    let bomb = inflating(400_000_000);
    assert!(bomb.len() < 3_000_000);
    let small = drawing(16, 16);
    let (head, rest) = small.split_at(33);
    let text = |kind: &[u8; 4], before: &[u8]| {
        let data = [before, &bomb].concat();
        [head, &chunk(kind, &data), rest].concat()
    };
    let pictures = [
        [head, &chunk(b"IDAT", &bomb), &chunk(b"IEND", b"")].concat(),
        text(b"zTXt", b"Comment\0\0"),
        text(b"iTXt", b"Comment\0\x01\0\0\0"),
        text(b"iCCP", b"sRGB\0\0"),
        text(b"eXIf", b""),
    ];
    for (index, picture) in pictures.iter().enumerate() {
        let began = Instant::now();
        for answer in everywhere(&server, picture) {
            let status = answer.status;
            assert!(status == 200 || status == 422, "{index}: {status}");
        }
        // Inflating all of it everywhere would take many times as long.
        assert!(began.elapsed() < Duration::from_secs(20), "{index}");
    }
    assert_eq!(figure(&server, "utsushi_upload_bytes_held"), 0.0);
}

#[test]
fn forms_and_objects_of_many_parts() {
    let server = TestServer::open();
    let small = drawing(8, 8);
    let text = base64(&small);
    let fields = |name: &'static str, value: &'static [u8], count: usize| {
        let mut all: Vec<(&str, &[u8])> = vec![("content", &small)];
        all.extend(std::iter::repeat_n((name, value), count));
        form(&all)
    };
    let mut bodies = vec![
        (FORM, fields("weight", b"1", 50_000)),
        (FORM, fields("reference", b"", 50_000)),
        (FORM, fields("picture", b"", 50_000)),
        (FORM, b"--xyz\r\n".repeat(200_000)),
        (
            FORM,
            [b"--xyz\r\n".to_vec(), b"a: b\r\n".repeat(100_000)].concat(),
        ),
        (
            FORM,
            [
                b"--xyz\r\nContent-Disposition: form-data; name=\"".to_vec(),
                vec![b'a'; 1 << 20],
            ]
            .concat(),
        ),
    ];
    let many = |value: Value| Value::Array(vec![value; 50_000]);
    for (name, value) in [
        ("styles", many(json!({"own": true}))),
        ("stations", many(json!({"picture": 0}))),
        ("directions", many(json!({"direction": 0, "amount": 1}))),
        ("weights", many(json!(1))),
        ("references", many(json!(""))),
        ("pictures", many(json!(""))),
        ("style_name", json!("x".repeat(1 << 20))),
    ] {
        let body = json!({"content": text, name: value}).to_string();
        bodies.push((JSON, body.into_bytes()));
    }
    for number in ["9".repeat(1 << 20), format!("1e{}", "9".repeat(1000))] {
        let body = format!(r#"{{"content": "{text}", "style_seed": {number}}}"#);
        bodies.push((JSON, body.into_bytes()));
    }
    for (index, (header, body)) in bodies.iter().enumerate() {
        for path in [
            "/v1/transfer",
            "/v1/mix",
            "/v1/edit",
            "/v1/morph",
            "/v1/generate",
        ] {
            let answer = request(server.address, "POST", path, &[*header], body);
            let status = answer.status;
            assert!(
                matches!(status, 400 | 413 | 422),
                "{status} to body {index} at {path}"
            );
            // An error says what is wrong, not all that was sent.
            assert!(answer.body.len() < 4096, "{index} at {path}");
        }
    }
    assert_eq!(get(server.address, "/healthz").status, 200);
    assert_eq!(figure(&server, "utsushi_upload_bytes_held"), 0.0);
}

#[test]
fn wrong_types_in_every_field() {
    let server = TestServer::open();
    let text = base64(&drawing(8, 8));
    let sound = [
        (
            "/v1/transfer",
            json!({"content": text, "references": [text], "weights": [1], "strength": 1}),
        ),
        (
            "/v1/mix",
            json!({"content": text, "references": [text], "styles": [{"reference": 0, "weight": 1}], "blend": "line", "format": "png"}),
        ),
        (
            "/v1/edit",
            json!({"content": text, "directions": [{"direction": 0, "amount": 1}], "mode": "redraw", "strength": 1}),
        ),
        (
            "/v1/morph",
            json!({"pictures": [text, text], "stations": [{"picture": 0}, {"picture": 1, "styles": [{"seed": 1}]}], "frames": 2, "rate": 5, "size": 32, "ease": "linear", "closed": false, "format": "gif"}),
        ),
        (
            "/v1/generate",
            json!({"seed": 1, "count": 1, "truncation": 0.5, "size": 32, "style_name": "oil", "format": "webp"}),
        ),
    ];
    let wrong = [
        "null",
        "true",
        "-1",
        "0.5",
        "1e30",
        "-1e30",
        "1e400",
        "18446744073709551616",
        "\"\"",
        "\"x\"",
        "\"NaN\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "[null]",
        "[[[]]]",
        "[\"\"]",
        "[1,2,3,4,5]",
        "{}",
        "{\"a\":1}",
        "[{}]",
        "[{\"weight\":1}]",
        "[{\"own\":1}]",
        "[{\"reference\":-1}]",
        "[{\"picture\":99}]",
        "[{\"direction\":99,\"amount\":1}]",
        "[{\"direction\":0,\"amount\":1e38}]",
        "[{\"seed\":1,\"weight\":[1,2]}]",
        "[{\"seed\":1,\"weight\":[-1,0,0,0]}]",
        "[{\"name\":\"../../etc/passwd\"}]",
    ];
    let mut refused = 0;
    let mut sent = 0;
    for (path, object) in &sound {
        let whole = request(
            server.address,
            "POST",
            path,
            &[JSON],
            object.to_string().as_bytes(),
        );
        assert_eq!(
            whole.status,
            200,
            "{path}: {:?}",
            String::from_utf8_lossy(&whole.body)
        );
        for field in object.as_object().unwrap().keys() {
            for value in wrong {
                let mut object = object.clone();
                object[field] = json!("HERE");
                let body = object.to_string().replace("\"HERE\"", value);
                let answer = request(server.address, "POST", path, &[JSON], body.as_bytes());
                let status = answer.status;
                assert!(
                    matches!(status, 200 | 400 | 422),
                    "{status} to {path} {field}: {value}"
                );
                refused += usize::from(status != 200);
                sent += 1;
            }
        }
    }
    // A few are sound by chance, as a strength of 0.5 is.
    assert!(sent > 700 && refused > sent * 9 / 10, "{refused} of {sent}");
    assert_eq!(figure(&server, "utsushi_upload_bytes_held"), 0.0);
    assert_eq!(figure(&server, "utsushi_queue_waiting"), 0.0);
}
