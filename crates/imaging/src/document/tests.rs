//! Tests of documents, which are written and read again.

use super::*;
use crate::{
    Alpha, DeepPicture, Metadata, OutputFormat, Picture, decode, decode_any, encode, from_srgb,
};

/// A test document: a red ground, and on it a group with a half-transparent blue square with a
/// mask.
fn document() -> Document {
    let blue = Picture::filled(4, 3, [20, 40, 200]);
    let alpha = (0..12).map(|index| if index % 4 == 3 { 0 } else { 255 });
    let blue = blue.with_alpha(Alpha::Eight(alpha.collect())).unwrap();
    let mut square = Layer::whole("square & <more>", blue);
    (square.left, square.top, square.opacity) = (2, 1, 128);
    square.mask = Some(LayerMask {
        left: 2,
        top: 1,
        width: 2,
        height: 2,
        values: vec![255, 255, 0, 255],
        outside: 0,
    });
    let mut hidden = Layer::whole("hidden", Picture::filled(8, 6, [0; 3]));
    hidden.visible = false;
    Document {
        width: 8,
        height: 6,
        entries: vec![
            Entry::Layer(Layer::whole("ground", Picture::filled(8, 6, [200, 40, 30]))),
            Entry::Group(Group {
                name: "group".into(),
                opacity: 255,
                visible: true,
                blend: Some(Blend::Multiply),
                entries: vec![Entry::Layer(square), Entry::Layer(hidden)],
            }),
        ],
    }
}

#[test]
fn a_psd_comes_back_with_all_of_its_layers() {
    let document = document();
    let bytes = document
        .encode(DocumentFormat::Psd, &Extras::default())
        .unwrap();
    let limits = DecodeLimits::default();
    assert_eq!(Document::read(&bytes, &limits).unwrap(), document);
    let merged = decode(&bytes, &limits).unwrap();
    assert_eq!(merged.format, Format::Psd);
    assert_eq!(merged.picture, document.merged().into_eight());
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end], &limits).is_err(), "{end}");
        let _ = Document::read(&bytes[..end], &limits);
    }
}

#[test]
fn an_open_raster_comes_back_with_masks_in_the_transparency() {
    let document = document();
    let bytes = document
        .encode(DocumentFormat::OpenRaster, &Extras::default())
        .unwrap();
    let limits = DecodeLimits::default();
    let merged = decode(&bytes, &limits).unwrap();
    assert_eq!(merged.format, Format::OpenRaster);
    assert_eq!(merged.picture, document.merged().into_eight());
    let found = Document::read(&bytes, &limits).unwrap();
    assert_eq!(found.merged(), document.merged());
    let Entry::Group(group) = &found.entries[1] else {
        panic!("a group stays a group");
    };
    assert_eq!(group.blend, Some(Blend::Multiply));
    // The mask itself lies above its layer, for whoever wants to change it.
    let names: Vec<&str> = group
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Layer(layer) => &layer.name[..],
            Entry::Group(group) => &group.name[..],
        })
        .collect();
    assert_eq!(
        names,
        ["square & <more>", "square & <more> (mask)", "hidden"]
    );
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end], &limits).is_err(), "{end}");
    }
}

#[test]
fn a_hidden_group_stays_and_is_not_seen() {
    let mut document = document();
    let Entry::Group(group) = &mut document.entries[1] else {
        panic!("it has a group");
    };
    group.visible = false;
    for format in [DocumentFormat::Psd, DocumentFormat::OpenRaster] {
        let bytes = document.encode(format, &Extras::default()).unwrap();
        let limits = DecodeLimits::default();
        let mut found = Document::read(&bytes, &limits).unwrap();
        let ground = Picture::filled(8, 6, [200, 40, 30]);
        assert_eq!(decode(&bytes, &limits).unwrap().picture, ground, "{format}");
        assert_eq!(found.merged(), ground.clone().into(), "{format}");
        let mut seen = Vec::new();
        let outcome: Result<(), ()> = found.change_visible(&mut |layer| {
            seen.push(layer.name.clone());
            Ok(())
        });
        assert_eq!((outcome, &seen[..]), (Ok(()), &["ground".to_owned()][..]));
        let Entry::Group(group) = &found.entries[1] else {
            panic!("{format}: the group is kept");
        };
        assert!(!group.visible && group.entries.len() >= 2, "{format}");
    }
}

/// Asserts that a file is refused because it has no merged picture, but that its layers can be
/// read.
#[track_caller]
fn lacks_merged(bytes: &[u8], layers: &Document) {
    let limits = DecodeLimits::default();
    let error = decode(bytes, &limits).unwrap_err();
    assert!(error.to_string().contains("without its merged picture"));
    assert!(error.to_string().contains("--layers"), "{error}");
    assert_eq!(&Document::read(bytes, &limits).unwrap(), layers);
    assert!(Metadata::of(bytes).is_ok());
}

#[test]
fn a_psd_without_its_merged_picture_is_not_a_white_one() {
    /// Position of the resources: after the header and an empty palette.
    const RESOURCES: usize = 30;
    let document = document();
    let extras = Extras::default();
    let mut bytes = document.encode(DocumentFormat::Psd, &extras).unwrap();
    // Version information: whether the merged picture is real stands behind four bytes.
    let version = b"8BIM\x04\x21\0\0\0\0\0\x05\0\0\0\x01\0\0";
    let length = bytes[RESOURCES..RESOURCES + 4].first_chunk().unwrap();
    let length = u32::from_be_bytes(*length) + version.len() as u32;
    bytes[RESOURCES..RESOURCES + 4].copy_from_slice(&length.to_be_bytes());
    bytes.splice(RESOURCES + 4..RESOURCES + 4, *version);
    lacks_merged(&bytes, &document);
    // The one that says that it is real.
    bytes[RESOURCES + 4 + 16] = 1;
    let found = decode(&bytes, &DecodeLimits::default()).unwrap();
    assert_eq!(found.picture, document.merged().into_eight());
}

/// Copies a zip without one member, and with the description changed.
fn rezipped(bytes: &[u8], without: &str, change: &dyn Fn(String) -> String) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let (name, mut content) = (member.name().unwrap().into_owned(), Vec::new());
        member.read_to_end(&mut content).unwrap();
        if name == "stack.xml" {
            content = change(String::from_utf8(content).unwrap()).into_bytes();
        }
        if name != without {
            let options = zip::write::SimpleFileOptions::default();
            let options = options.compression_method(zip::CompressionMethod::Stored);
            writer.start_file(name, options).unwrap();
            writer.write_all(&content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn an_open_raster_without_its_merged_picture_is_refused_by_name() {
    let format = DocumentFormat::OpenRaster;
    let bytes = document().encode(format, &Extras::default()).unwrap();
    let limits = DecodeLimits::default();
    let document = Document::read(&bytes, &limits).unwrap();
    let without = rezipped(&bytes, "mergedimage.png", &|text| text);
    lacks_merged(&without, &document);

    let refused = |change: &dyn Fn(String) -> String| {
        let error = Document::read(&rezipped(&bytes, "", change), &limits).unwrap_err();
        error.to_string()
    };
    let top = "h=\"6\">\n<stack>";
    let with = |more: &str| {
        let more = format!("{top}{more}");
        refused(&|text| text.replace(top, &more))
    };
    let text = with("<text name=\"title\" x=\"0\" y=\"0\"/>");
    assert!(
        text.contains("\"title\" is a text, which is no pixels"),
        "{text}"
    );
    let nameless = with("<layer name=\"empty\"/>");
    assert!(nameless.contains("\"empty\" names no file"), "{nameless}");
    let missing = with("<layer src=\"data/none.png\"/>");
    assert!(missing.contains("data/none.png is missing"), "{missing}");
}

#[test]
fn layers_of_no_pixels_are_passed_over() {
    let mut psd = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x02\0\x08\0\x03".to_vec();
    psd.extend([0; 8]);
    // One layer of 0 × 0 pixels, with three channels of two bytes each that say how they are
    // packed.
    let mut layers = b"\0\x01".to_vec();
    layers.extend([0; 16]);
    layers.extend(b"\0\x03\0\0\0\0\0\x02\0\x01\0\0\0\x02\0\x02\0\0\0\x02");
    layers.extend(b"8BIMnorm\xff\0\0\0\0\0\0\x0c\0\0\0\0\0\0\0\0\x03one");
    layers.extend([0; 6]);
    for length in [layers.len() + 4, layers.len()] {
        psd.extend((length as u32).to_be_bytes());
    }
    psd.extend(&layers);
    // The merged picture, as it is.
    psd.extend(b"\0\0\x01\x02\x03\x04\x05\x06");
    let limits = DecodeLimits::default();
    assert_eq!(Document::read(&psd, &limits).unwrap().entries, []);
    let found = decode(&psd, &limits).unwrap().picture;
    assert_eq!(found.rgb(), [1, 3, 5, 2, 4, 6]);
}

#[test]
fn layers_are_laid_over_each_other() {
    let merged = document().merged().into_eight();
    let at = |column: usize, row: usize| {
        let start = (row * 8 + column) * 3;
        <[u8; 3]>::try_from(&merged.rgb()[start..start + 3]).unwrap()
    };
    assert_eq!(merged.alpha(), None);
    assert_eq!(at(0, 0), [200, 40, 30]);
    // Multiplied: (200·20/255, 40·40/255, 30·200/255), half of it.
    assert_eq!(at(2, 1), [107, 23, 27]);
    assert_eq!(at(2, 2), [200, 40, 30], "the mask hides it");
    assert_eq!(at(4, 1), [200, 40, 30], "outside of the mask");
}

/// A test picture whose 16-bit colours and alpha cannot be expressed in 8 bits.
fn deep(width: u32, height: u32) -> DeepPicture {
    let count = width * height;
    let rgb = (0..count * 3).map(|value| (value * 40_503) as u16);
    let alpha = (0..count).map(|value| u16::MAX - (value * 331) as u16);
    DeepPicture::new(width, height, rgb.collect(), Some(alpha.collect())).unwrap()
}

#[test]
fn layers_of_sixteen_bits_come_back() {
    let mut above = Layer::whole("above", deep(4, 3));
    (above.left, above.top) = (2, 1);
    let ground = Layer::whole("ground", deep(8, 6).without_alpha());
    let mut document = Document::stacked(ground, [above]);
    let limits = DecodeLimits::default();
    for format in [DocumentFormat::Psd, DocumentFormat::OpenRaster] {
        let bytes = document.encode(format, &Extras::default()).unwrap();
        assert_eq!(
            Document::read(&bytes, &limits).unwrap(),
            document,
            "{format}"
        );
        let merged = decode_any(&bytes, &limits).unwrap();
        assert_eq!((merged.bits, &merged.picture), (16, &document.merged()));
        let size = Document::size(&bytes, &limits).unwrap();
        assert_eq!((size.width, size.height, size.pixels), (8, 6, 48 + 12));
        assert_eq!(size.bytes, 60 * 8, "{format}");
        for end in 0..bytes.len() {
            let _ = Document::read(&bytes[..end], &limits);
            let _ = Document::size(&bytes[..end], &limits);
        }
    }
    // One layer of 8 bits takes part in 16.
    document.change_all(&mut |layer| {
        if layer.name == "above" {
            layer.picture = layer.picture.eight().into_owned().into();
        }
    });
    let bytes = document
        .encode(DocumentFormat::Psd, &Extras::default())
        .unwrap();
    let found = Document::read(&bytes, &limits).unwrap();
    assert_eq!(found.merged(), document.merged());
}

#[test]
fn what_layers_take_is_bounded_before_they_are_read() {
    let document = Document::stacked(
        Layer::whole("ground", Picture::filled(40, 40, [9; 3])),
        [7, 8, 9, 10].map(|grey| Layer::whole("above", Picture::filled(40, 40, [grey; 3]))),
    );
    for format in [DocumentFormat::Psd, DocumentFormat::OpenRaster] {
        let bytes = document.encode(format, &Extras::default()).unwrap();
        let size = Document::size(&bytes, &DecodeLimits::default()).unwrap();
        assert_eq!((size.pixels, size.bytes), (8000, 32_000), "{format}");
        let narrow = DecodeLimits {
            max_bytes: 30_000,
            ..DecodeLimits::default()
        };
        let error = Document::read(&bytes, &narrow).unwrap_err();
        assert!(error.to_string().contains("more than the limit"), "{error}");
    }
    let png = encode(
        &Picture::filled(4, 4, [9; 3]),
        OutputFormat::Png,
        Default::default(),
    );
    let error = Document::size(&png.unwrap(), &DecodeLimits::default()).unwrap_err();
    assert!(matches!(error, DecodeError::NoLayers { .. }), "{error}");
}

/// A PSD with one layer, whose fill opacity is `fill`, of 255.
fn filled(layer: Layer, fill: u8) -> Vec<u8> {
    /// Positions of two lengths: of the whole layer section, and of the layers in it.
    const LENGTHS: [usize; 2] = [34, 38];
    let document = Document::stacked(
        Layer::whole("ground", Picture::filled(4, 4, [80; 3])),
        [layer],
    );
    let mut bytes = document
        .encode(DocumentFormat::Psd, &Extras::default())
        .unwrap();
    let block = [&b"8BIMiOpa\0\0\0\x04"[..], &[fill, 0, 0, 0]].concat();
    let place = |bytes: &[u8], what: &[u8]| {
        let found = bytes.windows(what.len()).rposition(|part| part == what);
        found.unwrap()
    };
    // Behind the last layer's mode stand four bytes, and the length of what is grown.
    let mode = place(&bytes, b"8BIMluni");
    let record = bytes[..mode].windows(4).rposition(|part| part == b"8BIM");
    let more = record.unwrap() + 12;
    for length in LENGTHS.into_iter().chain([more]) {
        let field: &mut [u8; 4] = bytes[length..].first_chunk_mut().unwrap();
        *field = (u32::from_be_bytes(*field) + block.len() as u32).to_be_bytes();
    }
    bytes.splice(mode..mode, block);
    bytes
}

#[test]
fn the_opacity_of_the_fill_counts() {
    let limits = DecodeLimits::default();
    let mut layer = Layer::whole("red", Picture::filled(4, 4, [200, 0, 0]));
    layer.opacity = 128;
    let found = Document::read(&filled(layer.clone(), 128), &limits).unwrap();
    let Entry::Layer(read) = &found.entries[1] else {
        panic!("a layer");
    };
    assert_eq!((read.opacity, &read.name[..]), (64, "red"));
    // A quarter of red over grey.
    assert_eq!(&found.merged().into_eight().rgb()[..3], [110, 60, 60]);
    let whole = Document::read(&filled(layer.clone(), 255), &limits).unwrap();
    assert_eq!(whole.entries[1], Entry::Layer(layer.clone()));
    // Where it is no opacity, the layer is named, unless nobody sees it.
    layer.blend = Blend::Difference;
    let error = Document::read(&filled(layer.clone(), 128), &limits).unwrap_err();
    assert!(
        error.to_string().contains("\"red\" is filled by 50 %"),
        "{error}"
    );
    assert!(Document::read(&filled(layer.clone(), 255), &limits).is_ok());
    layer.visible = false;
    assert!(Document::read(&filled(layer, 128), &limits).is_ok());
}

#[test]
fn documents_hold_colour_profiles() {
    let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let profile = ColourProfile::new(icc).unwrap();
    let srgb = AnyPicture::from(Picture::filled(4, 4, [200, 40, 30]));
    let extras = Extras {
        profile: Some(profile.clone()),
        ..Extras::default()
    };
    let own = from_srgb(&srgb, &profile).unwrap();
    assert_ne!(own, srgb);
    let document = Document::single(own);
    for format in [DocumentFormat::Psd, DocumentFormat::OpenRaster] {
        let bytes = document.encode(format, &extras).unwrap();
        let limits = DecodeLimits::default();
        let merged = decode(&bytes, &limits).unwrap();
        assert_eq!(merged.profile.as_ref(), Some(&profile), "{format}");
        let layers = Document::read(&bytes, &limits).unwrap().merged();
        for found in [merged.picture, layers.into_eight()] {
            let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 1;
            assert!(
                found.rgb().iter().zip(srgb.eight().rgb()).all(near),
                "{format}"
            );
        }
    }
}
