//! Embedding of data beside the pixels: metadata, a colour profile, and the mark that a model had a
//! part in the picture.

mod avif;
mod gif;
mod jpeg;
mod jpeg_xl;
mod png;
mod tiff;
mod webp;
mod xmp;

use crate::metadata::Exif;
use crate::{ColourProfile, Metadata, OutputFormat, Resolution};

/// A mark for pictures that a trained model had a part in, in the terms of the IPTC (digital source
/// types).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A model has repainted a picture of another origin.
    Repainted,
    /// A model has generated the picture.
    Generated,
}

/// Data to write beside the pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// Metadata of the content. Orientation and resolution are changed to those of the pixels,
    /// which were rotated already; the thumbnail, which shows other pixels, is dropped; and the
    /// content's profile is not written.
    pub metadata: Metadata,
    /// Profile of the picture's colours; `None` for sRGB.
    pub profile: Option<ColourProfile>,
    /// Mark for a model's part in the picture.
    pub mark: Option<Mark>,
}

/// The extras, in the form in which they are written to a file.
pub(crate) struct Parts {
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
    pub(crate) iptc: Option<Vec<u8>>,
    pub(crate) resolution: Option<Resolution>,
    pub(crate) profile: Option<Vec<u8>>,
}

/// Prepares the extras for the file of a picture of that width and height.
pub(crate) fn parts(extras: &Extras, size: [u32; 2]) -> Parts {
    let metadata = &extras.metadata;
    let srgb = extras.profile.is_none() || extras.profile == ColourProfile::srgb();
    let exif = metadata.exif.as_deref().and_then(Exif::new);
    let lies = exif.as_ref().is_some_and(Exif::lies);
    let turned = |resolution: Resolution| Resolution {
        across: resolution.down,
        down: resolution.across,
    };
    let resolution = metadata.resolution;
    Parts {
        exif: exif.map(|exif| exif.turned(size, srgb)),
        xmp: xmp::packet(metadata.xmp.as_deref(), extras.mark),
        iptc: metadata.iptc.clone(),
        resolution: resolution.map(|it| if lies { turned(it) } else { it }),
        profile: extras
            .profile
            .as_ref()
            .map(|profile| profile.icc().to_vec()),
    }
}

/// Embeds the extras in the bytes of a picture or an animation that was just encoded. GIF supports
/// XMP only.
pub(crate) fn embedded(
    bytes: Vec<u8>,
    format: OutputFormat,
    (size, has_alpha): ([u32; 2], bool),
    extras: &Extras,
) -> Vec<u8> {
    let parts = parts(extras, size);
    match format {
        OutputFormat::Jpeg => jpeg::embedded(bytes, &parts),
        OutputFormat::Png => png::embedded(bytes, &parts),
        OutputFormat::WebP => webp::embedded(bytes, size, has_alpha, &parts),
        OutputFormat::Gif => gif::embedded(bytes, &parts),
        OutputFormat::Tiff => tiff::embedded(bytes, &parts),
        OutputFormat::Avif => avif::embedded(bytes, &parts),
        OutputFormat::JpegXl => jpeg_xl::embedded(bytes, &parts),
        // Documents are written with all that stands beside their layers.
        OutputFormat::Psd | OutputFormat::OpenRaster => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Ifd, Value};
    use crate::{DecodeLimits, EncodeOptions, Picture, decode, encode, encode_with};

    fn extras() -> Extras {
        let mut exif = Ifd::default();
        exif.set(0x010f, Value::Raw(2, b"Maker\0".to_vec()));
        exif.set(0x0112, Value::Shorts(vec![6]));
        let exif = exif.alone();
        let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        Extras {
            metadata: Metadata {
                exif: Some(exif),
                xmp: Some(
                    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                      xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
                      <rdf:Description rdf:about='' tiff:Orientation=\"6\"/></rdf:RDF></x:xmpmeta>"
                        .to_vec(),
                ),
                iptc: Some(b"\x1c\x02\x50\0\x04Name".to_vec()),
                resolution: Some(Resolution {
                    across: 300.0,
                    down: 150.0,
                }),
                profile: None,
            },
            profile: ColourProfile::new(icc),
            mark: Some(Mark::Repainted),
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_turns_nothing() {
        let picture = Picture::filled(5, 3, [10, 200, 30]);
        let extras = extras();
        for format in [
            OutputFormat::Jpeg,
            OutputFormat::Png,
            OutputFormat::WebP,
            OutputFormat::Tiff,
            OutputFormat::Avif,
            OutputFormat::JpegXl,
        ] {
            let options = EncodeOptions::default();
            let bytes = encode_with(&picture, format, options, &extras).unwrap();
            let decoded = decode(&bytes, &DecodeLimits::default()).unwrap();
            let found = &decoded.metadata;
            assert_eq!(
                (decoded.picture.width(), decoded.picture.height()),
                (5, 3),
                "{format}"
            );
            let exif = Exif::new(found.exif.as_ref().unwrap()).unwrap();
            assert_eq!(exif.orientation(), 1, "{format}");
            let written = found.exif.as_ref().unwrap();
            assert!(written.windows(5).any(|part| part == b"Maker"), "{format}");
            let xmp = String::from_utf8(found.xmp.clone().unwrap()).unwrap();
            assert!(
                xmp.contains("compositeWithTrainedAlgorithmicMedia"),
                "{format}"
            );
            assert!(xmp.contains("tiff:Orientation=\"1\""), "{format}");
            if format.holds_profile() {
                assert_eq!(
                    found.profile.as_deref(),
                    extras.profile.as_ref().map(ColourProfile::icc),
                    "{format}"
                );
                assert!(decoded.converted, "{format}: the profile counts");
            }
            if matches!(
                format,
                OutputFormat::Jpeg | OutputFormat::Png | OutputFormat::Tiff
            ) {
                let resolution = found.resolution.unwrap();
                // The picture was turned by a quarter.
                assert!((resolution.across - 150.0).abs() < 0.5, "{format}");
                assert!((resolution.down - 300.0).abs() < 0.5, "{format}");
                assert_eq!(found.iptc, extras.metadata.iptc, "{format}");
            }
        }
    }

    #[test]
    fn colours_that_are_srgb_now_are_not_taken_for_others_again() {
        let mut exif = b"II*\0\x08\0\0\0\x01\0".to_vec();
        exif.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]);
        // Adobe RGB.
        exif.extend([1, 0, 1, 0xa0, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
        assert!(Exif::new(&exif).unwrap().is_adobe_rgb());
        let extras = Extras {
            metadata: Metadata {
                exif: Some(exif),
                ..Metadata::default()
            },
            ..Extras::default()
        };
        let picture = Picture::filled(5, 3, [10, 200, 30]);
        for format in [
            OutputFormat::Jpeg,
            OutputFormat::WebP,
            OutputFormat::Tiff,
            OutputFormat::Psd,
        ] {
            let options = EncodeOptions::default();
            let bytes = encode_with(&picture, format, options, &extras).unwrap();
            let decoded = decode(&bytes, &DecodeLimits::default()).unwrap();
            assert!(decoded.metadata.exif.is_some(), "{format}");
            assert!(!decoded.converted, "{format}");
        }
    }

    #[test]
    fn without_extras_the_file_is_as_it_was() {
        let picture = Picture::filled(5, 3, [10, 200, 30]);
        for format in [
            OutputFormat::Jpeg,
            OutputFormat::Png,
            OutputFormat::WebP,
            OutputFormat::Avif,
            OutputFormat::JpegXl,
        ] {
            let options = EncodeOptions::default();
            let plain = encode(&picture, format, options).unwrap();
            let with = encode_with(&picture, format, options, &Extras::default()).unwrap();
            assert_eq!(plain, with, "{format}");
        }
    }
}
