//! Formats, depths and layers of what `utsushi transfer` reads and writes.

use std::process::Command;
use std::time::{Duration, Instant};

use utsushi_imaging::{
    DecodeLimits, DeepPicture, Document, Entry, Extras, Format, Layer, OutputFormat, Picture,
    WriteOptions, decode, decode_deep, encode_deep, read, write,
};

use crate::support::{Place, skip, write_tiny_model};
use crate::writing::deep;

/// A folder with a model, a content and a reference.
pub fn studio() -> Place {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("a.png", 48, 1);
    place.draw("r.png", 40, 2);
    place
}

pub fn transfer(place: &Place, arguments: &[&str]) -> (i32, String, String) {
    let mut all = vec!["transfer", "--model", "m.safetensors", "--device", "cpu"];
    all.extend(["--style", "r.png"]);
    all.extend(arguments);
    place.run(&all)
}

pub fn painted(place: &Place, arguments: &[&str], output: &str) -> Vec<u8> {
    let (code, _, err) = transfer(place, &[arguments, &["-o", output]].concat());
    assert_eq!(code, 0, "{output}: {err}");
    std::fs::read(place.path(output)).unwrap()
}

fn difference(a: &Picture, b: &Picture) -> u8 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let pairs = a.rgb().iter().zip(b.rgb());
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn every_format_holds_the_same_painting() {
    let place = studio();
    let limits = DecodeLimits::default();
    let expected = decode(&painted(&place, &["a.png"], "a-out.png"), &limits).unwrap();
    for (output, format, tolerance) in [
        ("a.webp", Format::WebP, 0),
        ("a.tif", Format::Tiff, 0),
        ("a.jxl", Format::JpegXl, 0),
        ("a.psd", Format::Psd, 0),
        ("a.ora", Format::OpenRaster, 0),
        ("a.avif", Format::Avif, 24),
    ] {
        let bytes = painted(&place, &["a.png"], output);
        let found = decode(&bytes, &limits).unwrap();
        assert_eq!(found.format, format);
        let far = difference(&found.picture, &expected.picture);
        assert!(far <= tolerance, "{output}: {far}");
        let xmp = String::from_utf8(found.metadata.xmp.unwrap()).unwrap();
        assert!(
            xmp.contains("compositeWithTrainedAlgorithmicMedia"),
            "{output}: {xmp}"
        );
        // What was written can be painted again.
        painted(&place, &[output], &format!("{output}.png"));
    }
    let size = |quality| {
        let output = format!("{quality}.avif");
        painted(&place, &["a.png", "--quality", quality], &output).len()
    };
    assert!(size("95") > size("20"));
}

#[test]
fn whatever_paints_marks_what_it_paints() {
    let place = studio();
    let model = ["--model", "m.safetensors", "--device", "cpu"];
    let marked = |command: &[&str], output: &str| {
        let (code, _, err) = place.run(&[command, &model].concat());
        assert_eq!(code, 0, "{command:?}: {err}");
        let read = read(&place.path(output), &DecodeLimits::default()).unwrap();
        read.metadata.xmp.is_some_and(|xmp| {
            let xmp = String::from_utf8(xmp).unwrap();
            xmp.contains("rainedAlgorithmicMedia")
        })
    };
    let find = ["direction", "find", "--on", "a.png", "--count", "1", "-o"];
    let found = "d/direction-01.png";
    assert!(marked(&[&find[..], &["d"]].concat(), found));
    let mix = ["mix", "a.png", "--style-name", "ink", "--style", "r.png"];
    let edit = ["edit", "a.png", "--direction", "d/direction-01.safetensors"];
    let morph = ["morph", "a.png", "r.png", "--frames", "2", "--size", "32"];
    let generate = ["generate", "--size", "32"];
    for (command, output) in [
        (&mix[..], "mix.png"),
        (&edit[..], "edit.png"),
        (&morph[..], "morph.webp"),
        (&morph[..], "frames"),
        (&generate[..], "new.png"),
    ] {
        let file = match output {
            "frames" => "frames/frame-00001.png",
            file => file,
        };
        assert!(
            marked(&[command, &["-o", output]].concat(), file),
            "{output}"
        );
        let unmarked = ["--no-mark", "--force", "-o", output];
        assert!(!marked(&[command, &unmarked].concat(), file), "{output}");
    }
}

#[test]
fn sixteen_bits_stay_sixteen() {
    let place = studio();
    let limits = DecodeLimits::default();
    let rgb = (0..40 * 36 * 3u32).map(|value| (value * 2_654_435) as u16);
    let alpha = (0..40 * 36u32).map(|value| 65_535 - (value * 7) as u16);
    let deep = DeepPicture::new(40, 36, rgb.collect(), Some(alpha.collect())).unwrap();
    for (format, name) in [(OutputFormat::Png, "d.png"), (OutputFormat::Tiff, "d.tif")] {
        place.write(name, encode_deep(&deep, format).unwrap());
        for ending in ["png", "tif"] {
            let output = format!("none-{name}.{ending}");
            let bytes = painted(&place, &[name, "--strength", "0"], &output);
            let found = decode_deep(&bytes, &limits).unwrap();
            assert_eq!((found.bits, found.picture), (16, deep.clone()), "{output}");
        }
        let bytes = painted(&place, &[name], &format!("all-{name}"));
        let found = decode_deep(&bytes, &limits).unwrap();
        assert_eq!(found.bits, 16);
        assert_eq!(found.picture.alpha(), deep.alpha());
        assert_ne!(found.picture.rgb(), deep.rgb());
        let bytes = painted(&place, &[name, "--depth", "8"], &format!("8-{name}"));
        // Alpha keeps its own depth, and a PNG has one for all.
        let found = decode_deep(&bytes, &limits).unwrap();
        assert!(found.picture.rgb().iter().all(|value| value % 257 == 0));
    }
    // The encoder of JPEG XL has 16 bits for colours, and not for transparency.
    let opaque = deep.clone().without_alpha();
    place.write("o.png", encode_deep(&opaque, OutputFormat::Png).unwrap());
    let bytes = painted(&place, &["o.png", "--strength", "0"], "o.jxl");
    let found = decode_deep(&bytes, &limits).unwrap();
    assert_eq!((found.bits, found.picture), (16, opaque));
    let bytes = painted(&place, &["d.png", "--strength", "0"], "d.jxl");
    assert_eq!(decode(&bytes, &limits).unwrap().bits, 8);
    let bytes = painted(&place, &["a.png", "--depth", "16"], "forced.png");
    assert_eq!(decode(&bytes, &limits).unwrap().bits, 16);
    let refused = ["a.png", "--depth", "16", "-o", "x.jpg"];
    let (code, _, err) = transfer(&place, &refused);
    assert_eq!(code, 1);
    assert!(err.contains("does not hold 16 bits"), "{err}");
    assert!(!place.path("x.jpg").exists());
}

pub fn names(document: &Document) -> Vec<&str> {
    let name = |entry: &'_ Entry| match entry {
        Entry::Layer(layer) => layer.name.clone(),
        Entry::Group(group) => group.name.clone(),
    };
    let names = document.entries.iter().map(name);
    names.map(|name| &*name.leak()).collect()
}

#[test]
fn content_painting_and_masks_become_layers() {
    let place = studio();
    let limits = DecodeLimits::default();
    let white_left = (0..48 * 48).flat_map(|i| [if i % 48 < 24 { 255 } else { 0 }; 3]);
    let mask = Picture::new(48, 48, white_left.collect()).unwrap();
    write(&place.path("k.png"), &mask, &WriteOptions::default()).unwrap();
    let arguments = ["a.png", "--mask", "k.png:keep", "--feather", "4"];
    let flat = decode(&painted(&place, &arguments, "flat.png"), &limits).unwrap();
    for (output, expected) in [
        ("x.psd", &["content", "painting", "kept 1"][..]),
        ("x.ora", &["content", "painting", "kept 1", "kept 1 (mask)"]),
    ] {
        let bytes = painted(&place, &arguments, output);
        let document = Document::read(&bytes, &limits).unwrap();
        assert_eq!(names(&document), expected, "{output}");
        let far = difference(&document.merged().into_eight(), &flat.picture);
        assert!(far <= 2, "{output}: {far}");
    }
}

#[test]
fn each_layer_is_repainted_by_itself() {
    let place = studio();
    let limits = DecodeLimits::default();
    let a = read(&place.path("a.png"), &limits).unwrap().picture;
    let mut small = Layer::whole("small", Picture::filled(20, 18, [90, 30, 160]));
    (small.left, small.top, small.opacity) = (7, 9, 200);
    let mut hidden = Layer::whole("hidden", Picture::filled(48, 48, [1, 2, 3]));
    hidden.visible = false;
    let layers = vec![Layer::whole("ground", a), small, hidden.clone()];
    let document = Document {
        width: 48,
        height: 48,
        entries: layers.into_iter().map(Entry::Layer).collect(),
    };
    let extras = Default::default();
    let format = utsushi_imaging::DocumentFormat::Psd;
    place.write("in.psd", document.encode(format, &extras).unwrap());
    for output in ["out.psd", "out.ora"] {
        let bytes = painted(&place, &["in.psd", "--layers"], output);
        let found = Document::read(&bytes, &limits).unwrap();
        assert_eq!(names(&found), ["ground", "small", "hidden"]);
        let [
            Entry::Layer(ground),
            Entry::Layer(small),
            Entry::Layer(last),
        ] = &found.entries[..]
        else {
            panic!("layers stay layers");
        };
        // As the picture of the layer would be painted alone.
        let alone = decode(
            &painted(&place, &["a.png", "--force"], "alone.png"),
            &limits,
        );
        assert_eq!(ground.picture, alone.unwrap().picture.into());
        assert_eq!((small.left, small.top, small.opacity), (7, 9, 200));
        assert_ne!(small.picture.eight().rgb()[..3], [90, 30, 160]);
        assert_eq!(last, &hidden);
    }
    let (code, _, err) = transfer(&place, &["in.psd", "--layers", "-o", "x.png"]);
    assert_eq!(code, 2);
    assert!(err.contains(".ora or .psd"), "{err}");
    let (code, _, err) = transfer(&place, &["a.png", "--layers", "-o", "x.ora"]);
    assert_eq!(code, 1);
    assert!(err.contains("has no layers"), "{err}");
}

#[test]
fn layers_that_are_all_hidden_are_nothing_to_paint() {
    let place = studio();
    let mut layer = Layer::whole("hidden", Picture::filled(20, 18, [90, 30, 160]));
    layer.visible = false;
    let document = Document {
        width: 20,
        height: 18,
        entries: vec![Entry::Layer(layer)],
    };
    let format = utsushi_imaging::DocumentFormat::OpenRaster;
    let bytes = document.encode(format, &Default::default()).unwrap();
    place.write("in.ora", bytes);
    let (code, _, err) = transfer(&place, &["in.ora", "--layers", "-o", "out.ora"]);
    assert_eq!(code, 1);
    assert!(err.contains("none of its layers is visible"), "{err}");
    assert!(!place.path("out.ora").exists());
}

#[test]
fn layers_are_painted_where_the_merged_picture_is_missing() {
    use std::io::Cursor;
    let place = studio();
    let bytes = painted(&place, &["a.png"], "whole.ora");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).unwrap();
        if member.name().unwrap() != "mergedimage.png" {
            writer.raw_copy_file(member).unwrap();
        }
    }
    place.write("in.ora", writer.finish().unwrap().into_inner());
    let (code, _, err) = transfer(&place, &["in.ora", "-o", "x.png"]);
    assert_eq!(code, 1);
    assert!(err.contains("without its merged picture"), "{err}");
    assert!(err.contains("--layers"), "{err}");
    let bytes = painted(&place, &["in.ora", "--layers"], "out.ora");
    let document = Document::read(&bytes, &DecodeLimits::default()).unwrap();
    assert_eq!(names(&document), ["content", "painting"]);
}

/// Krita reads what was written, and shows the same.
#[test]
fn krita_shows_the_layers() {
    let works = |program: &str| Command::new(program).arg("--help").output().is_ok();
    if !works("krita") || !works("xvfb-run") {
        return skip("krita", "Krita and xvfb-run are not installed");
    }
    let place = studio();
    deep(&place, "deep.png", &Extras::default());
    for (content, output) in [
        ("a.png", "k.ora"),
        ("a.png", "k.psd"),
        ("deep.png", "d.ora"),
        ("deep.png", "d.psd"),
    ] {
        let bytes = painted(&place, &[content], output);
        let expected = decode(&bytes, &DecodeLimits::default()).unwrap().picture;
        let shown = place.path("shown.png");
        let mut krita = Command::new("xvfb-run");
        krita
            .args(["-a", "krita", "--export", "--export-filename"])
            .arg(&shown)
            .arg(place.path(output))
            .env("HOME", place.path(""))
            .env("XDG_RUNTIME_DIR", place.path(""));
        let mut process = krita.spawn().unwrap();
        let began = Instant::now();
        // Its first start fills a database of brushes.
        while process.try_wait().unwrap().is_none() {
            if began.elapsed() > Duration::from_secs(300) {
                process.kill().unwrap();
                panic!("{output}: Krita does not end");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let found = read(&shown, &DecodeLimits::default()).unwrap().picture;
        let far = difference(&found.without_alpha(), &expected);
        assert!(far <= 1, "{output}: {far}");
        std::fs::remove_file(&shown).unwrap();
    }
}
