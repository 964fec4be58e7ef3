//! What is written comes back.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

#[path = "support/quarters.rs"]
mod quarters;

use quarters::*;
use utsushi_imaging::{Alpha, EncodeError, EncodeOptions, OutputFormat, Picture, encode};

fn painted(width: u32, height: u32) -> Picture {
    let rgb = (0..width * height).flat_map(|i| [i as u8, (i / 3) as u8, (i * 7 / 5) as u8]);
    Picture::new(width, height, rgb.collect()).unwrap()
}

fn trip(picture: &Picture, format: OutputFormat) -> Picture {
    let bytes = encode(picture, format, EncodeOptions::default()).unwrap();
    let decoded = decoded(&bytes).unwrap();
    assert_eq!(decoded.format, format.into());
    decoded.picture
}

#[test]
fn lossless_formats_are_exact_at_every_size() {
    for (width, height) in [(1, 1), (1, 257), (300, 1), (17, 31), (256, 3)] {
        let picture = painted(width, height);
        let alpha = (0..width * height).map(|i| (i * 11) as u8).collect();
        let veiled = picture.clone().with_alpha(Alpha::Eight(alpha)).unwrap();
        for format in [OutputFormat::Png, OutputFormat::WebP] {
            assert_eq!(trip(&picture, format), picture, "{format} {width}×{height}");
            assert_eq!(trip(&veiled, format), veiled, "{format} {width}×{height}");
        }
    }
}

#[test]
fn tiff_and_jpeg_xl_are_exact() {
    for (width, height) in [(2, 2), (2, 257), (300, 2), (17, 31), (256, 3), (300, 290)] {
        let picture = painted(width, height);
        let alpha = (0..width * height).map(|i| (i * 11) as u8).collect();
        let veiled = picture.clone().with_alpha(Alpha::Eight(alpha)).unwrap();
        for format in [OutputFormat::Tiff, OutputFormat::JpegXl] {
            assert_eq!(trip(&picture, format), picture, "{format} {width}×{height}");
            assert_eq!(trip(&veiled, format), veiled, "{format} {width}×{height}");
        }
    }
    let pixel = painted(1, 1);
    assert_eq!(trip(&pixel, OutputFormat::Tiff), pixel);
    let options = EncodeOptions::default();
    let narrow = encode(&painted(1, 9), OutputFormat::JpegXl, options).unwrap_err();
    assert!(
        narrow.to_string().contains("1×9 pixels are too few"),
        "{narrow}"
    );
}

#[test]
fn avif_is_near_and_nearer_with_more_quality() {
    let rgb = (0..96 * 80u32).flat_map(|i| {
        let (x, y) = (i % 96, i / 96);
        [(x * 2) as u8, (y * 3) as u8, ((x + y) / 8 * 17) as u8]
    });
    let picture = Picture::new(96, 80, rgb.collect()).unwrap();
    let alpha = (0..96 * 80).map(|i| (i / 96 * 3) as u8).collect();
    let veiled = picture.clone().with_alpha(Alpha::Eight(alpha)).unwrap();
    let worth = |quality| {
        let bytes = encode(&veiled, OutputFormat::Avif, EncodeOptions { quality }).unwrap();
        let found = decoded(&bytes).unwrap();
        assert_eq!(found.bits, 10);
        let pairs = found.picture.rgb().iter().zip(picture.rgb());
        let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        let alphas = [&found.picture, &veiled].map(|it| it.alpha().unwrap().to_eight());
        let mut pairs = alphas[0].iter().zip(&alphas[1]);
        assert!(pairs.all(|(a, b)| a.abs_diff(*b) <= 6));
        (bytes.len(), f64::from(sum) / f64::from(96 * 80 * 3))
    };
    let ((many, near), (few, far)) = (worth(95), worth(30));
    assert!(many > few && near < far && near < 1.5, "{near} {far}");
}

#[test]
fn sixteen_bits_of_alpha_survive_in_png() {
    let values = (0..=u16::MAX).collect();
    let picture = painted(256, 256)
        .with_alpha(Alpha::Sixteen(values))
        .unwrap();
    assert_eq!(trip(&picture, OutputFormat::Png), picture);
    let webp = trip(&picture, OutputFormat::WebP);
    assert_eq!(webp.rgb(), picture.rgb());
    assert_eq!(
        webp.alpha().unwrap().to_eight(),
        picture.alpha().unwrap().to_eight()
    );
}

#[test]
fn an_opaque_alpha_channel_stays_one() {
    let picture = painted(5, 4)
        .with_alpha(Alpha::Eight(vec![255; 20]))
        .unwrap();
    assert_eq!(trip(&picture, OutputFormat::Png), picture);
    assert_eq!(trip(&picture, OutputFormat::WebP), picture);
}

#[test]
fn repainted_colours_go_out_under_the_old_alpha() {
    let bytes = fixture("rgba.png");
    let mut picture = decoded(&bytes).unwrap().picture;
    let alpha = picture.alpha().cloned();
    picture
        .rgb_mut()
        .iter_mut()
        .for_each(|byte| *byte = 255 - *byte);
    let back = trip(&picture, OutputFormat::Png);
    assert_eq!(back.alpha(), alpha.as_ref());
    assert_eq!(back.rgb(), picture.rgb());
}

#[test]
fn jpeg_is_close_and_lies_on_white() {
    let picture = colours();
    assert!(difference(&trip(&picture, OutputFormat::Jpeg), &picture) <= 12);
    let clear = picture.with_alpha(Alpha::Eight(vec![0; 384])).unwrap();
    let white = trip(&clear, OutputFormat::Jpeg);
    assert_eq!(white.alpha(), None);
    assert!(difference(&white, &Picture::filled(WIDTH, HEIGHT, [255; 3])) <= 1);
    let size = |quality| {
        let options = EncodeOptions { quality };
        encode(&painted(64, 64), OutputFormat::Jpeg, options)
            .unwrap()
            .len()
    };
    assert!(size(95) > size(50) && size(50) > size(1));
    assert_eq!(size(0), size(1));
    assert_eq!(size(200), size(100));
}

#[test]
fn sides_beyond_the_format_are_named() {
    let long = Picture::filled(70_000, 1, [5; 3]);
    let fails = |format| encode(&long, format, EncodeOptions::default()).unwrap_err();
    assert!(matches!(
        fails(OutputFormat::Jpeg),
        EncodeError::TooLarge { limit: 65_535, .. }
    ));
    assert!(matches!(
        fails(OutputFormat::WebP),
        EncodeError::TooLarge { limit: 16_383, .. }
    ));
    assert_eq!(trip(&long, OutputFormat::Png), long);
    for (format, side) in [(OutputFormat::Jpeg, 65_535), (OutputFormat::WebP, 16_383)] {
        let back = trip(&Picture::filled(1, side, [5; 3]), format);
        assert_eq!((back.width(), back.height()), (1, side));
    }
}

#[test]
fn floats_there_and_back_change_nothing() {
    for (name, bytes) in fixtures() {
        let picture = decoded(&bytes).unwrap().picture.without_alpha();
        let floats = picture.to_floats();
        let back = Picture::from_floats(picture.width(), picture.height(), &floats).unwrap();
        assert_eq!(back, picture, "{name}");
    }
}
