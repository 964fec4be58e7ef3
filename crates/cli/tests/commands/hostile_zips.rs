//! Archives that try to leave their place or to fill the memory.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::Place;

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn members_that_climb_or_swell_are_left_out_and_told() {
    let place = Place::new();
    let picture = std::fs::read(place.draw("good.png", 64, 1)).unwrap();
    // Compresses to next to nothing, and is more than one picture may have.
    let zeros = vec![0; (64 << 20) + 1];
    let members: [(&str, &[u8]); 3] = [
        ("../climbing.png", &picture),
        ("huge.png", &zeros),
        ("good.png", &picture),
    ];
    place.write("bad.zip", archive(&members));
    place.write(
        "sets.toml",
        "size = 32\n[[source]]\npath = \"bad.zip\"\nstyle = \"bad\"\n",
    );
    let (code, out, err) = place.run(&["dataset", "inspect", "bad.zip"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("climbing.png") && out.contains("huge.png"),
        "{out}"
    );
    let (code, out, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "deep/set"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("1 picture kept"), "{out}");
    assert!(
        out.contains("1 refused") && out.contains("1 too-large"),
        "{out}"
    );
    let strays = place
        .files()
        .into_iter()
        .filter(|path| path.ends_with("climbing.png"));
    assert_eq!(strays.count(), 0);
}

#[test]
fn what_is_no_archive_is_an_error() {
    let place = Place::new();
    place.write("letter.zip", "Dear sir");
    let good = archive(&[("a.png", b"x")]);
    place.write("cut.zip", &good[..good.len() - 10]);
    for name in ["letter.zip", "cut.zip"] {
        let (code, out, err) = place.run(&["dataset", "inspect", name]);
        assert_eq!((code, out.as_str()), (1, ""), "{name}");
        assert!(err.contains(name), "{err}");
    }
}
