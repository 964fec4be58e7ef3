//! One file's bytes to one training picture.

use utsushi_imaging::{
    Alpha, DecodeLimits, EncodeOptions, OutputFormat, Picture, Rectangle, decode, encode,
    figure_square, resize,
};

use super::journal::Usable;
use super::settings::CutSettings;
use crate::crop::PixelBox;
use crate::perceptual_hash::{PerceptualHash, brightness};
use crate::{ContentHash, Crop, DropReason, FindFace};

/// For [`Crop::Figure`]: a picture whose ground is a smaller share of it is painted to its edges.
const LEAST_GROUND: f64 = 0.15;

/// A picture that can be trained on.
pub(super) struct CutPicture {
    pub png: Vec<u8>,
    pub noted: Usable,
}

/// Decodes, crops, checks, scales and encodes a file of the given content.
pub(super) fn cut(
    bytes: &[u8],
    content: &ContentHash,
    settings: &CutSettings,
    faces: Option<&dyn FindFace>,
) -> Result<CutPicture, DropReason> {
    let unreadable = |detail: String| DropReason::Unreadable { detail };
    let limits = DecodeLimits {
        max_pixels: settings.max_pixels,
        ..DecodeLimits::default()
    };
    let decoded = decode(bytes, &limits).map_err(|error| unreadable(error.to_string()))?;
    let (picture, more_frames) = (decoded.picture, decoded.more_frames);
    let (width, height) = (picture.width(), picture.height());
    // What counts is what the picture holds: a square continued beyond it does not gain detail.
    let held = |square: PixelBox| square.side.min(width).min(height);
    let found = match (settings.crop, faces) {
        (Crop::Face, Some(faces)) => faces.square(&picture),
        (Crop::Figure, _) => figure_square(&picture, LEAST_GROUND).map(PixelBox::from),
        _ => None,
    };
    // A face too small to be learned from is none: what lies around it may be one after all.
    let found = found.filter(|&found| held(found) >= settings.min_size);
    let faceless = settings.crop == Crop::Face && found.is_none();
    let square = found.unwrap_or_else(|| settings.crop.square(width, height));
    if held(square) < settings.min_size {
        let (width, height) = (square.side.min(width), square.side.min(height));
        return Err(DropReason::TooSmall {
            width,
            height,
            min_size: settings.min_size,
        });
    }
    let whole = settings.ground.below(cropped(&picture, square), content);
    let scaled = resize(&whole, settings.size, settings.size);
    let deviation = brightness_deviation(&scaled);
    if deviation < settings.min_deviation {
        return Err(DropReason::Blank {
            deviation_hundredths: (deviation * 100.0) as u32,
        });
    }
    let png = encode(&scaled, OutputFormat::Png, EncodeOptions::default())
        .map_err(|error| unreadable(error.to_string()))?;
    // Of the picture before scaling, so that sets of every size leave out the same pictures.
    Ok(CutPicture {
        png,
        noted: Usable {
            fingerprint: PerceptualHash::of(&whole),
            width,
            height,
            faceless,
            more_frames,
        },
    })
}

/// The square of a picture, continued by the edge pixels where it reaches beyond.
fn cropped(picture: &Picture, square: PixelBox) -> Picture {
    let (wide, high) = (i64::from(picture.width()), i64::from(picture.height()));
    let PixelBox { left, top, side } = square;
    let end = i64::from(side);
    if left >= 0 && top >= 0 && left + end <= wide && top + end <= high {
        let (left, top) = (left as u32, top as u32);
        return picture.crop(Rectangle {
            left,
            top,
            width: side,
            height: side,
        });
    }
    let mut rgb = Vec::with_capacity(side as usize * side as usize * 3);
    let mut alpha = Vec::new();
    for y in (top..top + end).map(|y| y.clamp(0, high - 1)) {
        for x in (left..left + end).map(|x| x.clamp(0, wide - 1)) {
            let index = (y * wide + x) as usize;
            rgb.extend_from_slice(&picture.rgb()[3 * index..3 * index + 3]);
            alpha.extend(picture.alpha().map(|alpha| alpha.at(index)));
        }
    }
    let whole = Picture::new(side, side, rgb).expect("a colour for each pixel was pushed");
    if alpha.is_empty() {
        return whole;
    }
    whole
        .with_alpha(Alpha::Sixteen(alpha))
        .expect("an alpha for each pixel was pushed")
}

/// Standard deviation of the brightness, in levels of 0…255.
fn brightness_deviation(picture: &Picture) -> f64 {
    let values = picture
        .rgb()
        .chunks_exact(3)
        .map(|pixel| f64::from(brightness(pixel)) / 1000.0);
    let count = picture.pixels() as f64;
    let (sum, squares) = values.fold((0.0, 0.0), |(sum, squares), it| {
        (sum + it, squares + it * it)
    });
    let mean = sum / count;
    (squares / count - mean * mean).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uncropped_picture_is_continued_by_its_edges() {
        let rgb = vec![1, 1, 1, 2, 2, 2, 3, 3, 3];
        let picture = Picture::new(3, 1, rgb.clone()).unwrap();
        let square = crate::Crop::None.square(3, 1);
        assert_eq!(
            cropped(&picture, square).rgb(),
            [rgb.clone(), rgb.clone(), rgb].concat()
        );
    }

    #[test]
    fn the_deviation_of_two_levels_is_half_their_difference() {
        let picture = Picture::new(2, 1, vec![100, 100, 100, 110, 110, 110]).unwrap();
        assert!((brightness_deviation(&picture) - 5.0).abs() < 1e-6);
        assert!(brightness_deviation(&Picture::filled(9, 9, [33, 66, 99])) < 1e-3);
    }
}
