//! Every format and kind that is read shows the same picture.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

#[path = "support/quarters.rs"]
mod quarters;

use quarters::*;
use utsushi_imaging::{Alpha, Format, Picture, fill_transparent, probe};

/// Checks one fixture: its colours to within `tolerance`, its format, depth and alpha.
#[track_caller]
fn shows(name: &str, picture: &Picture, tolerance: u8, bits: u8, alpha: Option<Alpha>) {
    let bytes = fixture(name);
    let decoded = decoded(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let found = &decoded.picture;
    assert!(
        difference(found, picture) <= tolerance,
        "{name}: {:?}",
        &found.rgb()[..6]
    );
    assert_eq!(found.alpha(), alpha.as_ref(), "{name}: alpha");
    assert_eq!(decoded.bits, bits, "{name}: bits");
    assert_eq!(
        Some(decoded.format),
        Format::from_extension(name.as_ref()),
        "{name}: format"
    );
    assert_eq!(
        decoded.more_frames,
        name.contains("animated") || name.contains("pages"),
        "{name}"
    );
    let probe = probe(&bytes).unwrap();
    assert_eq!(
        (probe.format, probe.width, probe.height),
        (decoded.format, WIDTH, HEIGHT)
    );
}

#[test]
fn png() {
    shows("rgb.png", &colours(), 0, 8, None);
    shows("animated.png", &colours(), 0, 8, None);
    shows("rgba.png", &colours(), 0, 8, Some(halves(64)));
    shows("opaque.png", &colours(), 0, 8, Some(halves(255)));
    shows("grey.png", &greys(), 0, 8, None);
    shows("grey_alpha.png", &greys(), 0, 8, Some(halves(64)));
    shows("grey_16.png", &greys(), 0, 16, None);
    shows("palette.png", &colours(), 0, 8, None);
    shows("palette_alpha.png", &colours(), 0, 8, Some(halves(64)));
    let black_and_white = quarters([[255; 3], [0; 3], [0; 3], [255; 3]]);
    shows("one_bit.png", &black_and_white, 0, 8, None);
}

#[test]
fn png_with_one_transparent_colour() {
    let keyed = decoded(&fixture("keyed.png")).unwrap().picture;
    assert_eq!(difference(&keyed, &colours()), 0);
    let alpha = keyed.alpha().unwrap().to_eight();
    assert!((0..alpha.len()).all(|i| (alpha[i] == 0) == (keyed.rgb()[3 * i..3 * i + 3] == GREEN)));
}

#[test]
fn jpeg() {
    shows("rgb.jpg", &colours(), 4, 8, None);
    shows("progressive.jpg", &colours(), 4, 8, None);
    shows("grey.jpg", &greys(), 4, 8, None);
    shows("cmyk.jpg", &colours(), 5, 8, None);
    shows("ycck.jpg", &colours(), 6, 8, None);
    // Halved chroma bleeds across the borders of the quarters, but not into their middle.
    let subsampled = decoded(&fixture("subsampled.jpg")).unwrap().picture;
    let middle = utsushi_imaging::Rectangle {
        left: 2,
        top: 2,
        width: 4,
        height: 4,
    };
    assert!(difference(&subsampled.crop(middle), &colours().crop(middle)) <= 4);
}

#[test]
fn webp() {
    shows("lossless.webp", &colours(), 0, 8, None);
    shows("animated.webp", &colours(), 0, 8, None);
    shows("lossless_alpha.webp", &colours(), 0, 8, Some(halves(64)));
    let lossy = decoded(&fixture("lossy.webp")).unwrap().picture;
    assert!(
        difference(&lossy, &colours()) <= 110,
        "chroma bleeds at the borders"
    );
    let mean = |picture: &Picture| picture.to_floats().iter().sum::<f32>() / 1152.0;
    assert!((mean(&lossy) - mean(&colours())).abs() < 0.02);
    let alpha = decoded(&fixture("lossy_alpha.webp")).unwrap().picture;
    assert_eq!(alpha.alpha(), Some(&halves(64)));
}

#[test]
fn avif() {
    shows("lossless.avif", &colours(), 0, 8, None);
    shows("lossless_alpha.avif", &colours(), 0, 8, Some(halves(64)));
    // Colours that were multiplied have lost what their transparency hides.
    shows("premultiplied.avif", &colours(), 2, 8, Some(halves(64)));
    shows("grey.avif", &greys(), 0, 8, None);
    shows("limited.avif", &colours(), 4, 8, None);
    shows("ten_bits.avif", &colours(), 3, 10, None);
    shows("orientation_6.avif", &colours(), 0, 8, None);
    shows("cropped.avif", &colours(), 0, 8, None);
    shows("animated.avif", &colours(), 6, 8, None);
    // Halved chroma bleeds across the borders of the quarters, but not into their middle.
    let subsampled = decoded(&fixture("subsampled.avif")).unwrap().picture;
    let middle = utsushi_imaging::Rectangle {
        left: 2,
        top: 2,
        width: 4,
        height: 4,
    };
    assert!(difference(&subsampled.crop(middle), &colours().crop(middle)) <= 4);
}

#[test]
fn jpeg_xl() {
    shows("lossless.jxl", &colours(), 0, 8, None);
    shows("container.jxl", &colours(), 0, 8, None);
    shows("animated.jxl", &colours(), 0, 8, None);
    shows("lossless_alpha.jxl", &colours(), 0, 8, Some(halves(64)));
    shows("grey.jxl", &greys(), 0, 8, None);
    shows("grey_16.jxl", &greys(), 0, 16, None);
    // As far from the picture at its edges as what libjxl makes of it.
    shows("lossy.jxl", &colours(), 41, 8, None);
    // A JPEG that was packed anew: as the JPEG, but for the rounding of its transform.
    shows("jpeg.jxl", &colours(), 5, 8, None);
    let turned = decoded(&fixture("orientation_6.jxl")).unwrap().picture;
    let jpeg = decoded(&fixture("orientation_6.jpg")).unwrap().picture;
    assert_eq!((turned.width(), turned.height()), (WIDTH, HEIGHT));
    assert!(difference(&turned, &jpeg) <= 2);
}

#[test]
fn documents() {
    shows("rgb.psd", &colours(), 0, 8, None);
    shows("grey.psd", &greys(), 0, 8, None);
    shows("cmyk.psd", &colours(), 5, 8, None);
    // As Krita wrote it.
    shows("krita.ora", &colours(), 0, 8, Some(halves(64)));
    let krita = decoded(&fixture("krita.psd")).unwrap().picture;
    assert!(
        difference(&krita, &colours()) <= 2,
        "laid over white and taken off it"
    );
    assert_eq!(krita.alpha(), Some(&halves(64)));
    let limits = utsushi_imaging::DecodeLimits::default();
    for name in ["krita.ora", "krita.psd"] {
        let document = utsushi_imaging::Document::read(&fixture(name), &limits).unwrap();
        let merged = document.merged();
        assert!(difference(&merged.eight(), &colours()) <= 1, "{name}");
        assert_eq!(merged.eight().alpha(), Some(&halves(64)), "{name}");
    }
}

#[test]
fn gif() {
    shows("plain.gif", &colours(), 0, 8, None);
    shows("interlaced.gif", &colours(), 0, 8, None);
    shows("animated.gif", &colours(), 0, 8, None);
    let transparent = decoded(&fixture("transparent.gif")).unwrap().picture;
    let alpha = transparent.alpha().unwrap().to_eight();
    let rows = alpha.chunks_exact(WIDTH as usize).take(8);
    assert!(
        rows.flatten()
            .enumerate()
            .all(|(i, &value)| (value == 0) == (i % 24 >= 12))
    );
    // What the transparent quarter hides is filled from around it.
    let filled = fill_transparent(&transparent);
    assert_ne!(filled.rgb()[12 * 3..13 * 3], [0, 0, 0]);
}

#[test]
fn a_gif_frame_smaller_than_its_screen_stands_where_it_belongs() {
    let picture = decoded(&fixture("offset.gif")).unwrap().picture;
    assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT + 1));
    let alpha = picture.alpha().unwrap().to_eight();
    assert!(alpha[..24].iter().all(|&value| value == 0));
    assert!(alpha[24..].iter().all(|&value| value == 255));
    assert_eq!(picture.rgb()[24 * 3..], *colours().rgb());
}

#[test]
fn bmp() {
    shows("rgb.bmp", &colours(), 0, 8, None);
    shows("palette.bmp", &colours(), 0, 8, None);
    shows("grey.bmp", &greys(), 0, 8, None);
    shows("thirty_two_bit.bmp", &colours(), 0, 8, None);
    shows("alpha.bmp", &colours(), 0, 8, Some(halves(64)));
    let black_and_white = quarters([[255; 3], [0; 3], [0; 3], [255; 3]]);
    shows("one_bit.bmp", &black_and_white, 0, 8, None);
}

#[test]
fn tiff() {
    for name in [
        "rgb.tif",
        "lzw.tif",
        "deflate.tif",
        "packbits.tif",
        "pages.tif",
    ] {
        shows(name, &colours(), 0, 8, None);
    }
    shows("rgba.tif", &colours(), 0, 8, Some(halves(64)));
    // Colours at a quarter of alpha lose two bits.
    shows("premultiplied.tif", &colours(), 2, 8, Some(halves(64)));
    shows("grey.tif", &greys(), 0, 8, None);
    shows("grey_alpha.tif", &greys(), 0, 8, Some(halves(64)));
    shows("grey_16.tif", &greys(), 0, 16, None);
    shows("palette.tif", &colours(), 0, 8, None);
    shows("cmyk.tif", &colours(), 1, 8, None);
    shows("jpeg.tif", &colours(), 110, 8, None);
    let black_and_white = quarters([[255; 3], [0; 3], [0; 3], [255; 3]]);
    shows("one_bit.tif", &black_and_white, 0, 8, None);
}

#[test]
fn orientation() {
    for value in 1..=8 {
        shows(&format!("orientation_{value}.jpg"), &colours(), 4, 8, None);
    }
    shows("orientation_6.png", &colours(), 0, 8, None);
    shows("orientation_6_late.png", &colours(), 0, 8, None);
    shows("orientation_6.webp", &colours(), 0, 8, None);
    shows("orientation_6.tif", &colours(), 0, 8, None);
    shows("orientation_5_palette.tif", &colours(), 0, 8, None);
    shows(
        "orientation_8_alpha.png",
        &colours(),
        0,
        8,
        Some(halves(64)),
    );
}
