//! Kinds of JPEG and TIFF that decoders often get wrong, beside what libjpeg and libtiff see in them:
//! see `tests/kinds/make_kinds.py`.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

use std::path::PathBuf;

use utsushi_imaging::{Alpha, DecodeError, DecodeLimits, Picture, decode};

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/kinds");
    std::fs::read(folder.join(name)).unwrap()
}

fn decoded(bytes: &[u8]) -> Result<Picture, DecodeError> {
    decode(bytes, &DecodeLimits::default()).map(|decoded| decoded.picture)
}

/// What the file shows, in 8 bits, and the largest difference from what it should.
fn difference(name: &str) -> u8 {
    let found = decoded(&file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let stem = name.split_once('.').unwrap().0;
    let expected = decoded(&file(&format!("{stem}.png"))).unwrap();
    assert_eq!((found.width(), found.height()), (37, 29), "{name}");
    let eight = |picture: &Picture| picture.alpha().map(Alpha::to_eight);
    assert_eq!(eight(&found), eight(&expected), "{name}");
    let pairs = found.rgb().iter().zip(expected.rgb());
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

const JPEGS: [&str; 11] = [
    "scan-a-component.jpg",
    "luma-coarser.jpg",
    "luma-coarser-progressive.jpg",
    "422.jpg",
    "440.jpg",
    "411.jpg",
    "410.jpg",
    "mixed.jpg",
    "restarts.jpg",
    "progressive-420.jpg",
    "plain-rgb.jpg",
];

#[test]
fn every_sampling_and_order_of_scans_is_read_as_libjpeg_reads_it() {
    for name in JPEGS {
        assert_eq!(difference(name), 0, "{name}");
    }
}

#[test]
fn a_jpeg_without_its_end_is_whole_and_one_with_less_is_not() {
    for name in JPEGS {
        let whole = file(name);
        let expected = decoded(&whole).unwrap();
        let without_end = &whole[..whole.len() - 2];
        assert_eq!(decoded(without_end).unwrap(), expected, "{name}");
        for trailer in [&b"SEFT and other words"[..], b"\xff\xd8\xff\xe1", &[0; 999]] {
            let bytes = [without_end, trailer].concat();
            assert_eq!(decoded(&bytes).unwrap(), expected, "{name}");
        }
        for missing in [8, whole.len() / 8, whole.len() / 4] {
            let error = decoded(&whole[..whole.len() - missing]).unwrap_err();
            assert!(
                matches!(error, DecodeError::CutShort { .. }),
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn a_jpeg_whose_data_stop_before_its_end_is_refused() {
    for name in JPEGS {
        let whole = file(name);
        let scan = whole
            .windows(2)
            .position(|pair| pair == [0xff, 0xda])
            .unwrap();
        let middle = scan + (whole.len() - scan) / 2;
        let bytes = [&whole[..middle], &[0xff, 0xd9]].concat();
        assert!(decoded(&bytes).is_err(), "{name}");
    }
    // A part that was overwritten: the codes lose their step.
    let mut bytes = file("scan-a-component.jpg");
    let scan = bytes
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    bytes[scan + 40..scan + 240].fill(0x55);
    assert!(decoded(&bytes).is_err());
}

#[test]
fn an_avif_of_several_parts_is_one_picture() {
    let found = decoded(&file("grid.avif")).unwrap();
    assert_eq!((found.width(), found.height()), (160, 128));
    assert_eq!(found, decoded(&file("grid.png")).unwrap());
}

#[test]
fn jpegs_that_are_not_read_are_named() {
    let said = |bytes: &[u8]| decoded(bytes).unwrap_err().to_string();
    let arithmetic = said(&file("arithmetic.jpg"));
    assert!(arithmetic.contains("of a kind that cannot be read (arithmetic coding)"));
    let mut bytes = file("422.jpg");
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    (bytes[frame + 1], bytes[frame + 4]) = (0xc1, 12);
    assert!(said(&bytes).contains("(12 bits a sample)"));
    (bytes[frame + 1], bytes[frame + 4]) = (0xc3, 8);
    assert!(said(&bytes).contains("(lossless JPEG)"));
}

#[test]
fn tiffs_are_read_as_they_were_written() {
    for name in [
        "fill-order-16.tif",
        "lzw-tiles.tif",
        "lzw-fill-order.tif",
        "deflate-planes.tif",
        "zstd.tif",
        "strips.tif",
        "inks-planes.tif",
        "float.tif",
        "float-predictor.tif",
        "float-half.tif",
        "big.tif",
        "big-endian-16.tif",
        "fax-group-3.tif",
        "fax-group-3-rows.tif",
        "fax-group-3-filled.tif",
        "fax-group-4.tif",
        "fax-fill-order.tif",
        "palette-alpha.tif",
    ] {
        assert_eq!(difference(name), 0, "{name}");
    }
    for name in [
        "jpeg-ycbcr.tif",
        "jpeg-tiles.tif",
        "jpeg-rgb.tif",
        "jpeg-alpha.tif",
    ] {
        assert!(difference(name) <= 1, "{name}");
    }
}

#[test]
fn a_tiff_cut_or_changed_anywhere_is_an_error_or_a_picture() {
    for name in [
        "zstd.tif",
        "fax-group-3-rows.tif",
        "jpeg-tiles.tif",
        "inks-planes.tif",
    ] {
        let whole = file(name);
        for end in (0..whole.len()).step_by(5) {
            let outcome = decoded(&whole[..end]);
            let gave_up = |error: &DecodeError| error.to_string().contains("gave up");
            assert!(!outcome.as_ref().is_err_and(gave_up), "{name} cut to {end}");
            let mut bytes = whole.clone();
            bytes[end] ^= 0x55;
            let outcome = decoded(&bytes);
            assert!(
                !outcome.as_ref().is_err_and(gave_up),
                "{name} changed at {end}"
            );
        }
    }
}
