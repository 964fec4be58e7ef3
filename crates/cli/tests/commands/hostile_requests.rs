//! Broken bodies for `utsushi serve`, and what its memory does.

use crate::killed::{body_of, exchange};
use crate::serve::Serving;
use crate::support::{Place, write_tiny_model};

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

const ADDRESSES: [&str; 5] = ["transfer", "mix", "edit", "morph", "generate"];

/// A form with pictures of 300 kB, cut, changed or with a field of another kind.
fn broken(chance: &mut Chance, picture: &[u8]) -> Vec<u8> {
    let mut picture = picture.to_vec();
    // Noise behind a sound head, so that there is much to hold and much to decode.
    for _ in 0..chance.below(200) {
        let at = 40 + chance.below(picture.len() - 40);
        picture[at] = chance.below(256) as u8;
    }
    let kinds: [&[u8]; 6] = [b"1e999", b"[]", b"[{}]", b"\xff\xfe", b"-1", b"oil\0"];
    let names = [
        "strength",
        "styles",
        "directions",
        "seed",
        "frames",
        "style_name",
    ];
    let mut body = Vec::new();
    let mut part = |name: &str, value: &[u8]| {
        let head = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), value, b"\r\n"].concat());
    };
    for name in ["content", "picture", "reference"] {
        if chance.below(2) == 0 {
            part(name, &picture);
        }
    }
    part(
        names[chance.below(names.len())],
        kinds[chance.below(kinds.len())],
    );
    body.extend_from_slice(b"--xyz--\r\n");
    if chance.below(3) == 0 {
        body.truncate(chance.below(body.len()));
    }
    body
}

/// A figure of `/metrics`; nothing where the system does not tell.
fn figure(host: &str, name: &str) -> Option<f64> {
    let answer = exchange(host, "GET /metrics HTTP/1.1\r\n", b"")?;
    let text = String::from_utf8_lossy(body_of(&answer)).into_owned();
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value?.parse().ok()
}

#[test]
fn a_thousand_broken_requests_leave_nothing_behind() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let serving = Serving::start(&place, &["--model", "m.safetensors"], None);
    let host = serving.host();
    // Noise does not compress.
    let mut chance = Chance(88_172_645_463_325_252);
    let side = 320;
    let noise = (0..side * side * 3)
        .map(|_| chance.below(256) as u8)
        .collect();
    let noise = utsushi_imaging::Picture::new(side as u32, side as u32, noise).unwrap();
    let path = place.path("noise.png");
    utsushi_imaging::write(&path, &noise, &Default::default()).unwrap();
    let picture = std::fs::read(path).unwrap();
    assert!(picture.len() > 290_000);
    let mut memory = Vec::new();
    for round in 0..1500 {
        let body = broken(&mut chance, &picture);
        let head = format!(
            "POST /v1/{} HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=xyz\r\n",
            ADDRESSES[round % 5]
        );
        let answer = exchange(host, &head, &body).unwrap();
        let status = String::from_utf8_lossy(&answer[..12]).into_owned();
        let known = ["HTTP/1.1 200", "HTTP/1.1 400", "HTTP/1.1 422"].contains(&status.as_str());
        assert!(known, "{status} in round {round}");
        if round == 499 || round == 1499 {
            memory.push(figure(host, "process_resident_memory_bytes"));
        }
    }
    for name in [
        "utsushi_upload_bytes_held",
        "utsushi_queue_waiting",
        "utsushi_queue_in_work",
    ] {
        assert_eq!(figure(host, name), Some(0.0), "{name}");
    }
    // The last thousand were some 400 MB.
    if let [Some(before), Some(after)] = memory[..] {
        assert!(after < before + 25e6, "from {before} to {after} bytes");
    }
}
