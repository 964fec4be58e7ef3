//! Files that are not what they say, given as content and as reference.

use crate::support::{Place, write_tiny_model};

/// The start of a PNG whose header claims 60000×60000 pixels, with the right checksum.
fn enormous_png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    let side = 60_000u32.to_be_bytes();
    bytes.extend([side, side].concat());
    bytes.extend([8, 2, 0, 0, 0]);
    let checksum = crc32(&bytes[12..29]);
    bytes.extend(checksum.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    bytes
}

/// The checksum of the PNG specification, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            (crc >> 1) ^ 0xedb8_8320
        } else {
            crc >> 1
        }
    };
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc))
    })
}

#[test]
fn each_is_a_clear_error_and_nothing_is_written() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let good = std::fs::read(place.draw("good.png", 32, 1)).unwrap();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    let files: [(&str, Vec<u8>, &str); 7] = [
        ("empty.png", Vec::new(), "empty"),
        (
            "letter.png",
            b"Dear sir, this is no picture.".to_vec(),
            "not a picture",
        ),
        ("cut.png", good[..good.len() / 2].to_vec(), "cut short"),
        ("head.png", good[..20].to_vec(), "cut short"),
        ("flipped.png", flipped, "damaged"),
        ("enormous.png", enormous_png(), "60000×60000"),
        ("zeros.bmp", vec![0; 4096], "not a picture"),
    ];
    for (name, bytes, _) in &files {
        place.write(name, bytes);
    }
    let before = place.files();
    for (name, _, part) in &files {
        for (content, style) in [(*name, "good.png"), ("good.png", *name)] {
            let arguments = [
                "transfer",
                content,
                "--style",
                style,
                "--model",
                "m.safetensors",
                "-o",
                "out.png",
            ];
            let (code, out, err) = place.run(&arguments);
            assert_eq!((code, out.as_str()), (1, ""), "{name}: {err}");
            assert!(err.starts_with("error: ") && err.contains(name), "{err}");
            assert!(err.contains(part), "{name}: no `{part}` in: {err}");
        }
    }
    assert_eq!(place.files(), before);
}

#[test]
fn content_wins_over_the_ending() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let bytes = std::fs::read(place.draw("a.png", 32, 1)).unwrap();
    place.write("a.jpg", bytes);
    let arguments = [
        "transfer",
        "a.jpg",
        "--style",
        "a.png",
        "--model",
        "m.safetensors",
        "-o",
        "out.png",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    assert!(place.path("out.png").is_file());
}
