//! Files are written whole or not at all.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

use std::fs;
use std::path::Path;

use utsushi_imaging::{
    DecodeLimits, Picture, WriteError, WriteOptions, check_target, read, write, write_whole,
};

const FORCE: WriteOptions = WriteOptions {
    force: true,
    quality: 90,
};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_ending_says_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::filled(9, 7, [90, 120, 150]);
    for name in ["a.png", "b.JPG", "c.jpeg", "d.webp", "e.gif"] {
        let path = folder.path().join(name);
        write(&path, &picture, &WriteOptions::default()).unwrap();
        let back = read(&path, &DecodeLimits::default()).unwrap();
        assert_eq!(
            Some(back.format),
            utsushi_imaging::Format::from_extension(&path)
        );
        assert_eq!((back.picture.width(), back.picture.height()), (9, 7));
    }
    for name in ["e.bmp", "f", "g.txt"] {
        let error = write(&folder.path().join(name), &picture, &FORCE).unwrap_err();
        assert!(matches!(error, WriteError::UnknownEnding { .. }), "{error}");
    }
    assert_eq!(
        names(folder.path()),
        ["a.png", "b.JPG", "c.jpeg", "d.webp", "e.gif"]
    );
}

#[test]
fn nothing_is_replaced_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    fs::write(&path, "precious").unwrap();
    let picture = Picture::filled(2, 2, [1; 3]);
    let error = write(&path, &picture, &WriteOptions::default()).unwrap_err();
    assert!(matches!(error, WriteError::Exists { .. }));
    assert!(error.to_string().contains("a.png") && error.to_string().contains("--force"));
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    write(&path, &picture, &FORCE).unwrap();
    assert_eq!(
        read(&path, &DecodeLimits::default()).unwrap().picture,
        picture
    );
    assert_eq!(names(folder.path()), ["a.png"]);
}

#[test]
fn failures_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let long = Picture::filled(20_000, 1, [1; 3]);
    let error = write(&folder.path().join("a.webp"), &long, &FORCE).unwrap_err();
    assert!(matches!(error, WriteError::Encode { .. }), "{error}");
    let nowhere = folder.path().join("no/such/a.png");
    let error = write(&nowhere, &long, &FORCE).unwrap_err();
    assert!(matches!(error, WriteError::NoFolder { .. }), "{error}");
    fs::create_dir(folder.path().join("b.png")).unwrap();
    let error = write(&folder.path().join("b.png"), &long, &FORCE).unwrap_err();
    assert!(matches!(error, WriteError::IsFolder { .. }), "{error}");
    assert_eq!(names(folder.path()), ["b.png"]);
}

#[test]
fn a_target_is_checked_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    assert!(check_target(&path, false).is_ok());
    assert!(names(folder.path()).is_empty(), "checking writes nothing");
    fs::write(&path, "x").unwrap();
    assert!(matches!(
        check_target(&path, false),
        Err(WriteError::Exists { .. })
    ));
    assert!(check_target(&path, true).is_ok());
}

#[test]
fn writers_at_the_same_time_leave_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let written = std::thread::scope(|scope| {
        let start = |letter: u8| {
            let path = &path;
            scope.spawn(move || write_whole(path, &vec![letter; 100_000], false).is_ok())
        };
        let writers: Vec<_> = (b'a'..b'i').map(start).collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(written.iter().filter(|&&done| done).count(), 1);
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len() == 100_000 && bytes.iter().all(|byte| *byte == bytes[0]));
    assert_eq!(names(folder.path()), ["notes.txt"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, "x").unwrap();
    let whole = folder.path().join("whole");
    write_whole(&whole, b"y", false).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&whole), mode(&plain));

    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&whole, &link).unwrap();
    assert!(matches!(
        write_whole(&link, b"z", false),
        Err(WriteError::Exists { .. })
    ));
    write_whole(&link, b"z", true).unwrap();
    assert_eq!(fs::read(&whole).unwrap(), b"z");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

/// What an animation says besides its frames goes along, and the mark with it; a GIF holds XMP alone.
#[test]
fn animations_hold_metadata_and_the_mark() {
    use std::time::Duration;
    use utsushi_imaging::{
        AnimationFormat, AnimationWriter, DecodeLimits, Extras, Frame, Mark, Metadata, frames,
    };

    let extras = Extras {
        metadata: Metadata {
            exif: Some(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec()),
            xmp: Some(b"<x><rdf:RDF>kept</rdf:RDF></x>".to_vec()),
            ..Metadata::default()
        },
        profile: None,
        mark: Some(Mark::Repainted),
    };
    for format in [
        AnimationFormat::Gif,
        AnimationFormat::Apng,
        AnimationFormat::WebP,
    ] {
        let film: Vec<Frame> = [[200, 0, 0], [0, 0, 200]]
            .into_iter()
            .map(|colour| Frame {
                picture: Picture::filled(6, 4, colour),
                delay: Duration::from_millis(50),
            })
            .collect();
        let mut writer = AnimationWriter::new(format, 2).with_extras(extras.clone());
        for frame in &film {
            writer.push(frame).unwrap();
        }
        let bytes = writer.finish().unwrap();
        let read = frames(&bytes, &DecodeLimits::default()).unwrap().unwrap();
        assert_eq!(read.loops(), 2, "{format}");
        let found = read.metadata();
        let xmp = String::from_utf8(found.xmp.clone().unwrap()).unwrap();
        assert!(xmp.contains("kept"), "{format}: {xmp}");
        assert!(
            xmp.contains("compositeWithTrainedAlgorithmicMedia"),
            "{format}: {xmp}"
        );
        // Upright: the frames have been turned.
        let orientation = found.exif.as_ref().map(|exif| exif[18]);
        let expected = (format != AnimationFormat::Gif).then_some(1);
        assert_eq!(orientation, expected, "{format}");
        let read: Vec<Frame> = read.map(Result::unwrap).collect();
        assert_eq!(read, film, "{format}");
    }
}
