//! Bodies and heads that mean harm: no crash, no answer that blames the server.

use std::io::Write;
use std::net::TcpStream;

use utsushi_imaging::{EncodeOptions, OutputFormat, decode, encode};

use crate::client::{FORM, JSON, bytes_of, form, get, post_form, request, send_raw};
use crate::jobs::figure;
use crate::test_server::{TestServer, drawing};

/// Numbers that look random and are the same in every run (Marsaglia 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

fn harmless(server: &TestServer, bytes: &[u8], what: &str) {
    if let Some(answer) = send_raw(server.address, bytes) {
        let status = answer.status;
        assert!(status < 500, "{status} to {what}");
        assert!(status == 200 || status >= 400, "{status} to {what}");
    }
}

/// A sound request of each kind, with a picture of a format: what is then broken.
fn sound(content: &[u8]) -> [(Vec<u8>, (&'static str, &'static str), &'static str); 7] {
    let json = format!(
        r#"{{"content": "{}", "style_seed": 3, "strength": 0.5}}"#,
        crate::painting::base64(content)
    );
    let fields: [(&str, &[u8]); 4] = [
        ("content", content),
        ("reference", content),
        ("strength", b"0.5"),
        ("format", b"jpeg"),
    ];
    let stations = br#"[{"picture": 0}, {"picture": 1, "styles": [{"own": true}]}]"#;
    let film: [(&str, &[u8]); 4] = [
        ("picture", content),
        ("picture", content),
        ("frames", b"3"),
        ("stations", stations),
    ];
    let edit: [(&str, &[u8]); 2] = [
        ("content", content),
        ("directions", br#"[{"direction": 0, "amount": 1.5}]"#),
    ];
    let new: [(&str, &[u8]); 4] = [
        ("reference", content),
        ("seed", b"7"),
        ("count", b"2"),
        ("truncation", b"0.5"),
    ];
    [
        (json.clone().into_bytes(), JSON, "/v1/transfer"),
        (json.into_bytes(), JSON, "/v1/mix"),
        (form(&film), FORM, "/v1/morph"),
        (form(&edit), FORM, "/v1/edit"),
        (form(&new), FORM, "/v1/generate"),
        (form(&fields), FORM, "/v1/mix"),
        (form(&fields), FORM, "/v1/transfer"),
    ]
}

#[test]
fn a_thousand_broken_requests() {
    let server = TestServer::open();
    let picture = decode(&drawing(33, 21), &Default::default())
        .unwrap()
        .picture;
    let formats = [
        OutputFormat::Png,
        OutputFormat::Jpeg,
        OutputFormat::WebP,
        OutputFormat::Gif,
    ];
    let sound =
        formats.map(|format| sound(&encode(&picture, format, EncodeOptions::default()).unwrap()));
    let mut chance = Chance(88_172_645_463_325_252);
    for round in 0..1000 {
        let (mut body, header, path) = sound[round / 7 % 4][round % 7].clone();
        for _ in 0..=chance.below(6) {
            let (at, length) = (chance.below(body.len()), chance.below(40));
            match chance.below(5) {
                0 => body[at] = chance.below(256) as u8,
                1 => body[at] ^= 1 << chance.below(8),
                2 => body.truncate(at.max(1)),
                3 => {
                    let end = (at + length).min(body.len());
                    let copy = body[at..end].to_vec();
                    body.splice(at..at, copy);
                }
                _ => drop(body.drain(at..(at + length).min(body.len() - 1).max(at))),
            }
        }
        let bytes = bytes_of(server.address, "POST", path, &[header], &body);
        harmless(&server, &bytes, &format!("round {round}"));
    }
    assert_eq!(get(server.address, "/healthz").status, 200);
    assert_eq!(figure(&server, "utsushi_upload_bytes_held"), 0.0);
    assert_eq!(figure(&server, "utsushi_queue_waiting"), 0.0);
}

#[test]
fn pictures_that_claim_to_be_huge_are_never_decoded() {
    let server = TestServer::open();
    let mut bomb = drawing(8, 8);
    // Width and height of the header, whose checksum has to fit.
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let checksum = crc(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&checksum);
    let small = drawing(8, 8);
    for fields in [
        [("content", &bomb[..]), ("reference", &small[..])],
        [("content", &small[..]), ("reference", &bomb[..])],
    ] {
        let answer = post_form(server.address, "/v1/transfer", &fields);
        assert_eq!(
            (answer.status, answer.code()),
            (422, "too_many_pixels".into())
        );
    }
}

#[test]
fn heads_that_make_no_sense() {
    let server = TestServer::open();
    let host = server.address;
    let many: String = (0..500).map(|i| format!("x-{i}: y\r\n")).collect();
    let heads = [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        format!(
            "GET / HTTP/1.1\r\nhost: {host}\r\nx: {}\r\n\r\n",
            "a".repeat(100_000)
        ),
        format!(
            "GET /{} HTTP/1.1\r\nhost: {host}\r\n\r\n",
            "a".repeat(100_000)
        ),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\n{many}\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\nhost: example.org\r\n\r\n"),
        format!("POST /v1/mix HTTP/1.1\r\nhost: {host}\r\ncontent-length: -1\r\n\r\n"),
        format!(
            "POST /v1/mix HTTP/1.1\r\nhost: {host}\r\ncontent-length: 99999999999999999999\r\n\r\n"
        ),
        format!(
            "POST /v1/mix HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"
        ),
        format!(
            "POST /v1/mix HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
        ),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ];
    for head in &heads {
        harmless(&server, head.as_bytes(), &head[..head.len().min(60)]);
    }
    harmless(
        &server,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        "a TLS handshake",
    );
    for path in [
        "/../../etc/passwd",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/",
        "//",
        "/v1",
        "/%",
    ] {
        assert_eq!(get(server.address, path).status, 404, "{path}");
    }
    for method in ["PUT", "PATCH", "DELETE", "BREW"] {
        let answer = request(server.address, method, "/v1/transfer", &[], b"");
        assert_eq!(
            (answer.status, answer.code()),
            (405, "method_not_allowed".into())
        );
        assert_eq!(answer.header("allow"), Some("POST"));
    }
    assert_eq!(get(server.address, "/healthz").status, 200);
}

#[test]
fn bodies_of_another_kind() {
    let server = TestServer::open();
    let post = |kind: &str, body: &[u8]| {
        let answer = request(
            server.address,
            "POST",
            "/v1/mix",
            &[("content-type", kind)],
            body,
        );
        (answer.status, answer.code())
    };
    let wrong = (415, "unsupported_media_type".to_owned());
    assert_eq!(post("image/png", &drawing(8, 8)), wrong);
    assert_eq!(post("multipart/form-data", b"x"), wrong);
    assert_eq!(post("multipart/form-data; boundary=a", b"x").1, "bad_form");
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"content": 7}"#,
        r#"{"file": "x"}"#,
        "\u{0}",
    ] {
        assert_eq!(post("application/json", body.as_bytes()).0, 400, "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(
        post("application/json", deep.as_bytes()),
        (400, "bad_json".into())
    );
    let body = br#"{"content": "!!!!", "styles": [{"seed": 1}]}"#;
    assert_eq!(post("application/json", body), (400, "bad_base64".into()));
}

#[test]
fn connections_that_say_nothing_do_no_harm() {
    let server = TestServer::open();
    let mut silent: Vec<_> = (0..100)
        .map(|_| TcpStream::connect(server.address).unwrap())
        .collect();
    for stream in silent.iter_mut().take(50) {
        stream.write_all(b"GET / HT").unwrap();
    }
    assert_eq!(get(server.address, "/healthz").status, 200);
}

/// The checksum of PNG chunks (ISO 3309).
pub fn crc(bytes: &[u8]) -> u32 {
    let step = |mut crc: u32, byte: &u8| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
        crc
    };
    !bytes.iter().fold(u32::MAX, step)
}
