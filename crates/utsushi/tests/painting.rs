//! The library as its users have it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashSet;
use std::path::Path;

use utsushi::{
    DecodeLimits, Device, PaintRequest, Painter, Picture, StyleCode, WriteOptions, read, write,
};

/// The library sets none itself, so this compiles.
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;

fn striped(phase: u32) -> Picture {
    let bytes = (0..48 * 40 * 3).map(|i| (i * 7 + i / (13 + phase) * 31) as u8);
    Picture::new(48, 40, bytes.collect()).unwrap()
}

/// The example of the documentation, with files that are there.
#[test]
fn ten_lines_from_files_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let force = WriteOptions::default();
    write(&place("me.png"), &striped(0), &force).unwrap();
    write(&place("reference.png"), &striped(5), &force).unwrap();

    let limits = DecodeLimits::default();
    let content = read(&place("me.png"), &limits).unwrap().picture;
    let style = read(&place("reference.png"), &limits).unwrap().picture;
    let painter = Painter::builtin().unwrap();
    let painted = painter.transfer(&content, &style).unwrap();
    write(&place("painted.png"), &painted, &WriteOptions::default()).unwrap();

    assert_eq!((painted.width(), painted.height()), (48, 40));
    assert_ne!(painted, content);
    // The short way is the long way with the defaults.
    let code: StyleCode = painter.style_of(&style).unwrap();
    let request = PaintRequest::new(&content, code);
    assert_eq!(painter.paint_one(&request, &mut ()).unwrap(), painted);
}

/// The regression that came with training, on styles that people ask for by name.
#[test]
fn the_built_in_styles_have_their_surfaces() {
    let painter = Painter::builtin().unwrap();
    let surface = |name: &str| painter.surface(&painter.named_style(name).unwrap());
    for info in painter.styles() {
        let surface = surface(&info.name);
        let name = info.name.as_str();
        assert_eq!(
            surface.grid.is_some(),
            name == "pixel",
            "{name}: {surface:?}"
        );
        assert_eq!(surface.screen, name == "manga", "{name}: {surface:?}");
        // Skin that people have, or paper; landscapes show none.
        if let Some([red, _, blue]) = surface.skin {
            assert!(red > blue - 0.1, "{name}: {surface:?}");
        }
        let is_scene = ["monet-scene", "anime-scenery"].contains(&name);
        assert!(!is_scene || surface.skin.is_none(), "{name}: {surface:?}");
        let flat = ["flat-outline", "flat-vector"].contains(&name);
        assert_eq!(surface.flat, flat, "{name}: {surface:?}");
    }
    for name in ["tv-cel", "chibi", "fan-cel", "flat-vector"] {
        assert!(
            surface(name).smoothness > 0.7,
            "{name}: {:?}",
            surface(name)
        );
    }
    for name in ["old-master", "post-impressionist", "monet-scene"] {
        assert!(
            surface(name).smoothness < 0.3,
            "{name}: {:?}",
            surface(name)
        );
    }

    // And its paintings are made so.
    let style = painter.named_style("pixel").unwrap();
    let content = utsushi::resize(&striped(1), 126, 105);
    let request = PaintRequest::new(&content, &style);
    let painted = painter.paint_one(&request, &mut ()).unwrap();
    let colours = painted.rgb().as_chunks::<3>().0;
    let colours: HashSet<[u8; 3]> = colours.iter().copied().collect();
    assert!(colours.len() <= 16, "{} colours", colours.len());
}

#[test]
fn what_is_no_model_is_an_error() {
    let error = Painter::load(Path::new("missing.safetensors"), Device::flex()).unwrap_err();
    assert!(error.to_string().contains("missing.safetensors"), "{error}");
}
