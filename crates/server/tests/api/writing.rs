//! How results are written: quality, colours, depth, metadata and layers.

use utsushi::{PaintOptions, PaintRequest, creative::edit};
use utsushi_imaging::{
    AnyPicture, DecodeLimits, DeepPicture, Document, DocumentFormat, EncodeOptions, Entry, Extras,
    Format, Layer, LayerMask, Metadata, OutputFormat, Picture, decode, decode_any, encode_any,
    encode_with, from_srgb, probe,
};
use utsushi_server::{EngineOptions, Limits};
use utsushi_test_fixtures::in_display_p3;

use crate::client::{Answer, post_form};
use crate::test_server::{TestServer, drawing, painter};

const OIL: (&str, &[u8]) = ("style_name", b"oil");

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

fn ask(server: &TestServer, path: &str, content: &[u8], more: &[(&str, &[u8])]) -> Answer {
    let mut fields: Vec<(&str, &[u8])> = vec![("content", content)];
    fields.extend(more);
    post_form(server.address, path, &fields)
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

fn names(document: &Document) -> Vec<String> {
    let name = |entry: &Entry| match entry {
        Entry::Layer(layer) => layer.name.clone(),
        Entry::Group(group) => group.name.clone(),
    };
    document.entries.iter().map(name).collect()
}

#[test]
fn quality_is_that_of_the_encoder() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let same: (&str, &[u8]) = ("strength", b"0");
    for (path, style) in [
        ("/v1/transfer", OIL),
        ("/v1/mix", ("styles", &br#"[{"name": "oil"}]"#[..])),
        (
            "/v1/edit",
            ("directions", br#"[{"direction": 0, "amount": 0}]"#),
        ),
    ] {
        let of = |quality: &'static str| {
            let more: [(&str, &[u8]); 4] = [
                style,
                same,
                ("format", b"jpeg"),
                ("quality", quality.as_bytes()),
            ];
            let answer = ask(&server, path, &content, &more);
            let extras = Extras::default();
            let options = EncodeOptions {
                quality: quality.parse().unwrap_or_default(),
            };
            let picture = picture(&content);
            let expected = encode_with(&picture, OutputFormat::Jpeg, options, &extras);
            (answer, expected.unwrap())
        };
        for quality in ["1", "40", "100"] {
            // At strength 0 nothing is marked.
            let (answer, expected) = of(quality);
            assert_eq!(answer.with_status(200).body, expected, "{path} {quality}");
        }
        for quality in ["0", "101", "255"] {
            let is = (422, "bad_quality".to_owned());
            assert_eq!(refused(&of(quality).0), is, "{path} {quality}");
        }
        for quality in ["256", "-1", "x", "4.5"] {
            let is = (400, "bad_field".to_owned());
            assert_eq!(refused(&of(quality).0), is, "{path} {quality}");
        }
    }
}

#[test]
fn colours_are_brought_back_to_the_profile_of_the_content() {
    let server = TestServer::open();
    let png = in_display_p3(drawing(40, 36));
    let profile = decode(&png, &DecodeLimits::default()).unwrap().profile;
    assert!(profile.is_some());
    let extras = Extras {
        profile: profile.clone(),
        ..Extras::default()
    };
    let keep: (&str, &[u8]) = ("colour", b"keep");
    let nowhere: (&str, &[u8]) = ("directions", br#"[{"direction": 0, "amount": 0}]"#);
    for (path, more) in [("/v1/transfer", OIL), ("/v1/edit", nowhere)] {
        for format in ["png", "jpeg", "webp", "tiff", "avif", "psd", "ora"] {
            let more = [more, ("strength", b"0"), ("format", format.as_bytes())];
            let kept = ask(&server, path, &png, &[&more[..], &[keep]].concat());
            let kept = decode(&kept.with_status(200).body, &DecodeLimits::default()).unwrap();
            assert_eq!(kept.profile, profile, "{path} {format}");
            let plain = ask(&server, path, &png, &more).with_status(200);
            let plain = decode(&plain.body, &DecodeLimits::default()).unwrap();
            assert_eq!(plain.profile, None, "{path} {format}");
            // The same colours in the numbers of the profile, which 8 bits round once more.
            let own = from_srgb(&plain.picture.into(), profile.as_ref().unwrap()).unwrap();
            let options = EncodeOptions::default();
            let own = encode_any(&own, OutputFormat::Png, options, &extras).unwrap();
            let own = picture(&own);
            let pairs = kept.picture.rgb().iter().zip(own.rgb());
            let far: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
            let mean = f64::from(far) / own.rgb().len() as f64;
            // Those that lose something lose most in the colours of single pixels.
            let lossy = matches!(format, "jpeg" | "avif");
            assert!(
                mean <= if lossy { 12.0 } else { 0.0 },
                "{path} {format}: {mean}"
            );
        }
        let jxl: (&str, &[u8]) = ("format", b"jxl");
        let answer = ask(&server, path, &png, &[more, keep, jxl]);
        assert_eq!(refused(&answer), (422, "no_profile".to_owned()));
    }
    let answer = ask(&server, "/v1/transfer", &png, &[OIL, ("colour", b"other")]);
    assert_eq!(refused(&answer), (400, "bad_field".to_owned()));
}

#[test]
fn content_and_painting_are_the_layers_of_a_document() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let flat = ask(&server, "/v1/transfer", &content, &[OIL]).with_status(200);
    let mut mask = Picture::filled(60, 44, [0; 3]);
    mask.rgb_mut()[..60 * 44 * 3 / 2].fill(255);
    let mask = utsushi_imaging::encode(&mask, OutputFormat::Png, Default::default()).unwrap();
    for (format, media) in [
        ("psd", "image/vnd.adobe.photoshop"),
        ("ora", "image/openraster"),
    ] {
        let format: (&str, &[u8]) = ("format", format.as_bytes());
        let answer = ask(&server, "/v1/transfer", &content, &[OIL, format]).with_status(200);
        assert_eq!(answer.header("content-type"), Some(media));
        let document = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        assert_eq!(names(&document), ["content", "painting"]);
        assert_eq!(document.merged().into_eight(), picture(&flat.body));
        let Entry::Layer(ground) = &document.entries[0] else {
            panic!("a layer");
        };
        assert_eq!(ground.picture.eight().as_ref(), &picture(&content));

        // What stays as it is lies above, through its mask.
        let keep: (&str, &[u8]) = ("keep", &mask);
        let kept = ask(&server, "/v1/transfer", &content, &[OIL, keep]).with_status(200);
        let answer = ask(&server, "/v1/transfer", &content, &[OIL, keep, format]);
        let document = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        assert_eq!(names(&document)[..3], ["content", "painting", "kept 1"]);
        let (merged, kept) = (document.merged().into_eight(), picture(&kept.body));
        let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 2;
        assert!(merged.rgb().iter().zip(kept.rgb()).all(near));

        let along: (&str, &[u8]) = ("directions", br#"[{"direction": 0, "amount": 2}]"#);
        let edited = ask(&server, "/v1/edit", &content, &[along]).with_status(200);
        let answer = ask(&server, "/v1/edit", &content, &[along, format]).with_status(200);
        let document = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        assert_eq!(names(&document), ["content", "painting"]);
        assert_eq!(document.merged().into_eight(), picture(&edited.body));
        // What is new has no content below it.
        let seed: [(&str, &[u8]); 2] = [("seed", b"3"), format];
        let answer = post_form(server.address, "/v1/generate", &seed).with_status(200);
        let document = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        assert_eq!(names(&document), ["painting"]);
    }
}

/// A drawing, a smaller part above it that is seen through a mask, and a hidden one.
fn layered() -> Document {
    let mut part = Layer::whole("part", picture(&drawing(24, 20)));
    (part.left, part.top, part.opacity) = (5, 7, 200);
    part.mask = Some(LayerMask {
        left: 5,
        top: 7,
        width: 12,
        height: 20,
        values: vec![255; 240],
        outside: 0,
    });
    let mut hidden = Layer::whole("hidden", Picture::filled(48, 40, [1, 2, 3]));
    hidden.visible = false;
    Document::stacked(
        Layer::whole("ground", picture(&drawing(48, 40))),
        [part, hidden],
    )
}

#[test]
fn each_visible_layer_is_repainted_by_itself() {
    let server = TestServer::open();
    let document = layered();
    let psd = document
        .encode(DocumentFormat::Psd, &Extras::default())
        .unwrap();
    let oil = painter().named_style("oil").unwrap();
    let alone = |content: &Picture| {
        let request = PaintRequest::new(content, &oil);
        painter().paint_one(&request, &mut ()).unwrap()
    };
    let layers: (&str, &[u8]) = ("layers", b"true");
    let mix: (&str, &[u8]) = ("styles", br#"[{"name": "oil"}]"#);
    for (path, style) in [("/v1/transfer", OIL), ("/v1/mix", mix)] {
        let psd_out: (&str, &[u8]) = ("format", b"psd");
        let answer = ask(&server, path, &psd, &[style, layers, psd_out]).with_status(200);
        assert_eq!(probe(&answer.body).unwrap().format, Format::Psd);
        let found = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        let [
            Entry::Layer(ground),
            Entry::Layer(part),
            Entry::Layer(hidden),
        ] = &found.entries[..]
        else {
            panic!("layers stay layers");
        };
        assert_eq!(
            ground.picture.eight().as_ref(),
            &alone(&picture(&drawing(48, 40)))
        );
        assert_eq!(
            part.picture.eight().as_ref(),
            &alone(&picture(&drawing(24, 20)))
        );
        assert_eq!((part.left, part.top, part.opacity), (5, 7, 200));
        assert!(part.mask.is_some());
        assert_eq!(&Entry::Layer(hidden.clone()), &document.entries[2]);
        let ora_out: (&str, &[u8]) = ("format", b"ora");
        let answer = ask(&server, path, &psd, &[style, layers, ora_out]).with_status(200);
        let found = Document::read(&answer.body, &DecodeLimits::default()).unwrap();
        assert_eq!(names(&found), ["ground", "part", "part (mask)", "hidden"]);
    }
    // Its own style may be part of the mix.
    let own: (&str, &[u8]) = ("styles", br#"[{"own": true}]"#);
    ask(&server, "/v1/mix", &psd, &[own, layers, ("format", b"ora")]).with_status(200);
}

#[test]
fn layers_that_cannot_be_painted() {
    let limits = Limits {
        film_pixels: 4_700,
        ..Limits::default()
    };
    let options = EngineOptions {
        limits,
        ..EngineOptions::default()
    };
    let (server, small) = (TestServer::open(), TestServer::with(options, None));
    let encoded = |document: &Document| {
        let format = DocumentFormat::OpenRaster;
        document.encode(format, &Extras::default()).unwrap()
    };
    let ora = encoded(&layered());
    let layers: (&str, &[u8]) = ("layers", b"true");
    let psd: (&str, &[u8]) = ("format", b"psd");
    let code = |server: &TestServer, content: &[u8], more: &[(&str, &[u8])]| {
        let all = [&[OIL, layers], more].concat();
        refused(&ask(server, "/v1/transfer", content, &all))
    };
    let no_layers = (422, "no_layers".to_owned());
    assert_eq!(code(&server, &ora, &[]), no_layers, "a PNG holds none");
    assert_eq!(code(&server, &drawing(40, 36), &[psd]), no_layers);
    let mask: (&str, &[u8]) = ("mask", &drawing(48, 40));
    assert_eq!(code(&server, &ora, &[psd, mask]), no_layers);
    let mut hidden = layered();
    hidden.entries.drain(..2);
    assert_eq!(code(&server, &encoded(&hidden), &[psd]), no_layers);
    // 48·40 and 24·20, each twice: the mask and what is hidden are layers too.
    assert_eq!(code(&small, &ora, &[psd]).1, "too_many_pixels");
    assert_eq!(
        code(&server, &ora[..ora.len() / 2], &[psd]).1,
        "bad_picture"
    );
    let bad = ask(&server, "/v1/transfer", &ora, &[OIL, ("layers", b"1")]);
    assert_eq!(refused(&bad), (400, "bad_field".to_owned()));
}

#[test]
fn an_edit_keeps_metadata_and_sixteen_bits() {
    let server = TestServer::open();
    let rgb = (0..40 * 36 * 3u32).map(|value| (value * 2_654_435) as u16);
    let deep = DeepPicture::new(40, 36, rgb.collect(), None).unwrap();
    let extras = Extras {
        metadata: Metadata {
            exif: Some(b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x04\0\0\0Ann\0\0\0\0\0".to_vec()),
            iptc: Some(b"\x1c\x02\x50\0\x03Ann".to_vec()),
            ..Metadata::default()
        },
        ..Extras::default()
    };
    let content = AnyPicture::from(deep);
    let options = EncodeOptions::default();
    let png = encode_any(&content, OutputFormat::Png, options, &extras).unwrap();
    let along: (&str, &[u8]) = ("directions", br#"[{"direction": 0, "amount": 2}]"#);
    let nowhere: (&str, &[u8]) = ("directions", br#"[{"direction": 0, "amount": 0}]"#);
    let found = |more: &[(&str, &[u8])]| {
        let answer = ask(&server, "/v1/edit", &png, more).with_status(200);
        decode_any(&answer.body, &DecodeLimits::default()).unwrap()
    };
    for format in ["png", "tiff", "psd", "ora", "jxl"] {
        let format: (&str, &[u8]) = ("format", format.as_bytes());
        let same = found(&[nowhere, format]);
        assert_eq!((same.bits, &same.picture), (16, &content), "{format:?}");
        let exif = same.metadata.exif.unwrap();
        assert!(exif.windows(3).any(|part| part == b"Ann"), "{format:?}");
        let moved = found(&[along, format]);
        assert!(moved.bits == 16 && moved.picture != content, "{format:?}");
        let bare = found(&[along, format, ("metadata", b"false")]);
        assert_eq!((bare.metadata.exif, bare.metadata.iptc), (None, None));
        assert!(bare.metadata.xmp.is_some(), "the mark stays");
    }
    assert_eq!(found(&[along]).metadata.iptc, extras.metadata.iptc);
    assert_eq!(found(&[along, ("format", b"webp")]).bits, 8);
    // As the library edits what has 8 bits.
    let eight = drawing(40, 36);
    let answer = ask(&server, "/v1/edit", &eight, &[along]).with_status(200);
    let painter = painter();
    let way = utsushi::creative::find(&painter, 12).unwrap().remove(0);
    let mode = utsushi::creative::EditMode::Change;
    let options = PaintOptions::default();
    let edited = edit(
        &painter,
        &picture(&eight),
        &[(way.direction, 2.0)],
        mode,
        &options,
        &mut (),
    );
    assert_eq!(picture(&answer.body), edited.unwrap());
}
