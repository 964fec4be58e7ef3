//! Broken, lying and foreign files: a clear error each, never a panic, never half a picture.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/quarters.rs"]
mod quarters;

use quarters::*;
use utsushi_imaging::{DecodeError, DecodeLimits, Format, ReadError, decode, probe, read};

/// A panic caught around a decoder is an error, too, but one that should not occur.
#[track_caller]
fn no_panic<T>(outcome: &Result<T, DecodeError>, what: &str) {
    if let Err(error) = outcome {
        let text = error.to_string();
        assert!(!text.contains("gave up"), "{what}: a decoder panicked");
        assert!(text.len() > 10 && !text.contains('\n'), "{what}: {text}");
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_the_whole_picture() {
    for (name, bytes) in fixtures() {
        let whole = decoded(&bytes).unwrap().picture;
        for end in 0..bytes.len() {
            let what = format!("{name} cut to {end} of {} bytes", bytes.len());
            let outcome = decoded(&bytes[..end]);
            no_panic(&outcome, &what);
            no_panic(&probe(&bytes[..end]), &what);
            if let Ok(decoded) = outcome {
                assert!(decoded.picture == whole, "{what} shows another picture");
            }
        }
    }
}

#[test]
fn a_cut_file_is_said_to_be_cut() {
    for name in [
        "rgb.png",
        "rgb.jpg",
        "lossless.webp",
        "plain.gif",
        "rgb.bmp",
        "rgb.tif",
        "lossless.avif",
        "container.jxl",
        "lossy.jxl",
    ] {
        let bytes = fixture(name);
        let error = decoded(&bytes[..bytes.len() * 3 / 4]).unwrap_err();
        assert!(
            matches!(error, DecodeError::CutShort { .. }),
            "{name}: {error}"
        );
        assert!(error.to_string().contains("cut short"));
    }
}

/// Programs reserve the room for a file that they then do not fetch to its end.
#[test]
fn zeros_in_the_place_of_the_end_are_said_to_be_a_cut() {
    for name in [
        "rgb.jpg",
        "progressive.jpg",
        "lossy.webp",
        "lossless.webp",
        "lossy_alpha.webp",
        "animated.webp",
        "lossless.avif",
        "lossy.jxl",
        "rgb.png",
        "plain.gif",
        "lzw.tif",
    ] {
        let mut bytes = fixture(name);
        let start = (bytes.len() * 3 / 5).min(bytes.len() - 40);
        bytes[start..].fill(0);
        let error = decoded(&bytes).unwrap_err();
        assert!(
            matches!(error, DecodeError::CutShort { .. }),
            "{name}: {error}"
        );
        if let Err(error) = utsushi_imaging::frames(&bytes, &DecodeLimits::default()) {
            assert!(
                matches!(error, DecodeError::CutShort { .. }),
                "{name}: {error}"
            );
        }
    }
    // The first bytes of a file alone, and the room for the rest.
    for start in [&b"\xff\x0a"[..], b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"] {
        let bytes = [start, &[0; 64]].concat();
        for error in [
            decoded(&bytes).unwrap_err(),
            utsushi_imaging::frames(&bytes, &DecodeLimits::default())
                .err()
                .unwrap(),
            probe(&bytes).unwrap_err(),
        ] {
            assert!(matches!(error, DecodeError::CutShort { .. }), "{error}");
        }
    }
}

#[test]
fn an_animation_that_is_cut_is_refused_before_any_frame_is_seen() {
    for name in ["animated.webp", "animated.png"] {
        let bytes = fixture(name);
        for end in [bytes.len() / 2, bytes.len() * 9 / 10, bytes.len() - 1] {
            let opened = utsushi_imaging::frames(&bytes[..end], &DecodeLimits::default());
            let error = opened.err().unwrap();
            assert!(
                matches!(error, DecodeError::CutShort { .. }),
                "{name} to {end}: {error}"
            );
        }
    }
}

#[test]
fn bytes_that_are_no_picture() {
    assert_eq!(decoded(b""), Err(DecodeError::Empty));
    let zeros = decoded(&[0; 4096]).unwrap_err();
    assert!(
        zeros.to_string().contains("00 00 00 00 00 00 00 00"),
        "{zeros}"
    );
    assert!(matches!(
        decoded(b"{}"),
        Err(DecodeError::UnknownFormat { .. })
    ));
    assert!(matches!(
        decoded(b"<svg></svg>"),
        Err(DecodeError::OtherFormat { .. })
    ));
}

/// A small generator of pseudo-random numbers, so that failures can be repeated.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Keeps what random sizes allocate small, so that the test is fast.
const SMALL: DecodeLimits = DecodeLimits {
    max_pixels: 1 << 20,
    max_bytes: 1 << 24,
};

#[test]
fn garbage_behind_a_good_beginning() {
    let mut noise = Noise(0x5eed);
    for (name, bytes) in fixtures() {
        for round in 0..40 {
            let kept = [8, 16, 32, 64][round % 4].min(bytes.len());
            let mut garbage = bytes[..kept].to_vec();
            garbage.extend((0..600).map(|_| noise.next() as u8));
            no_panic(
                &decode(&garbage, &SMALL),
                &format!("{name} with garbage from {kept}"),
            );
        }
    }
}

#[test]
fn single_bytes_changed() {
    let mut noise = Noise(0xbad);
    for (name, bytes) in fixtures() {
        for round in 0..150 {
            let mut broken = bytes.clone();
            for _ in 0..=round % 3 {
                let position = noise.next() as usize % bytes.len();
                broken[position] = noise.next() as u8;
            }
            let what = format!("{name}, round {round}");
            no_panic(&decode(&broken, &SMALL), &what);
            no_panic(&probe(&broken), &what);
        }
    }
}

#[test]
fn a_header_beyond_the_limit_is_refused_by_its_size() {
    for (format, bytes) in hostile::giants() {
        let error = decoded(&bytes).unwrap_err();
        let DecodeError::TooManyPixels {
            width,
            height,
            limit,
            ..
        } = error
        else {
            panic!("{format}: {error}");
        };
        assert!(u64::from(width) * u64::from(height) > limit, "{format}");
        let text = error.to_string();
        assert!(
            text.contains(format) && text.contains("limit of 250000000 pixels"),
            "{text}"
        );
    }
}

#[test]
fn the_limit_itself_is_allowed() {
    let bytes = fixture("rgb.png");
    let exact = DecodeLimits {
        max_pixels: 24 * 16,
        max_bytes: 24 * 16 * 3,
    };
    assert!(decode(&bytes, &exact).is_ok());
    let fewer = DecodeLimits {
        max_pixels: 24 * 16 - 1,
        ..exact
    };
    assert!(matches!(
        decode(&bytes, &fewer),
        Err(DecodeError::TooManyPixels { limit: 383, .. })
    ));
    let less = DecodeLimits {
        max_bytes: 24 * 16 * 3 - 1,
        ..exact
    };
    assert!(matches!(
        decode(&bytes, &less),
        Err(DecodeError::TooManyBytes { limit: 1151, .. })
    ));
}

#[test]
fn sides_of_zero() {
    let png = hostile::png_of(&fixture("rgb.png"), 0, 16);
    assert!(decoded(&png).is_err());
    let mut gif = fixture("plain.gif");
    gif[6..10].fill(0);
    assert!(matches!(
        decoded(&gif),
        Err(DecodeError::NoPixels {
            format: Format::Gif,
            ..
        })
    ));
}

#[test]
fn content_wins_over_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("really a jpeg.png");
    std::fs::write(&path, fixture("rgb.jpg")).unwrap();
    assert_eq!(
        read(&path, &DecodeLimits::default()).unwrap().format,
        Format::Jpeg
    );
}

#[test]
fn errors_from_files_carry_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let limits = DecodeLimits::default();
    let fails = |name: &str| read(&folder.path().join(name), &limits).unwrap_err();
    let missing = fails("missing.png");
    assert!(matches!(missing, ReadError::NotFound { .. }));
    assert!(
        missing
            .to_string()
            .ends_with("missing.png: there is no such file"),
        "{missing}"
    );
    assert!(matches!(fails(""), ReadError::IsFolder { .. }));
    std::fs::write(folder.path().join("notes.png"), "just words").unwrap();
    let words = fails("notes.png").to_string();
    assert!(
        words.contains("notes.png: not a picture that can be read"),
        "{words}"
    );
    let small = DecodeLimits {
        max_bytes: 9,
        ..limits
    };
    let large = read(&folder.path().join("notes.png"), &small).unwrap_err();
    assert!(
        matches!(large, ReadError::TooLarge { limit: 9, .. }),
        "{large}"
    );
}
