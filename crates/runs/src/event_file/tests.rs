//! Tests of event files, which are read by a separate decoder.

use super::*;

/// Decodes the fields of a message to their numbers and contents; the content of a number is its
/// eight bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let length = match key & 7 {
            0 => {
                let value = varint(&mut bytes);
                found.push((key >> 3, value.to_le_bytes().to_vec()));
                continue;
            }
            1 => 8,
            5 => 4,
            2 => varint(&mut bytes) as usize,
            kind => panic!("kind {kind}"),
        };
        let (content, rest) = bytes.split_at(length);
        found.push((key >> 3, content.to_vec()));
        bytes = rest;
    }
    found
}

/// The content of the only field with this number.
fn field(bytes: &[u8], number: u64) -> Vec<u8> {
    let mut found = fields(bytes).into_iter().filter(|field| field.0 == number);
    let content = found.next().expect("the field is there").1;
    assert!(found.next().is_none());
    content
}

/// The contents of a file's records, after checking their lengths.
fn records(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let sum = |from: usize| u32::from_le_bytes(bytes[from..from + 4].try_into().unwrap());
        let content = &bytes[12..12 + length];
        assert_eq!(sum(8), checksum::masked(&bytes[..8]));
        assert_eq!(sum(12 + length), checksum::masked(content));
        found.push(content.to_vec());
        bytes = &bytes[16 + length..];
    }
    found
}

fn only_file(folder: &Path) -> Vec<u8> {
    let files: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert_eq!(files.len(), 1);
    let path = files[0].as_ref().unwrap().path();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with("events.out.tfevents.") && name.ends_with(".utsushi"));
    fs::read(path).unwrap()
}

#[test]
fn what_was_added_is_in_the_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = EventFile::start(folder.path(), 0).unwrap();
    let values = [("losses/content", 0.5), ("a", f64::NAN), ("pixel/r1", -2.0)];
    events.scalars(300, values).unwrap();
    events.scalars(301, [("a", f64::INFINITY)]).unwrap();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x03rest";
    events.picture(300, "samples", png).unwrap();
    let histogram = Histogram::of([0.0, 1.0]).unwrap();
    events.histogram(300, "codes", &histogram).unwrap();
    let events = records(&only_file(folder.path()));
    assert_eq!(events.len(), 4);
    assert_eq!(field(&events[0], 3), b"brain.Event:2");
    assert_eq!(field(&events[1], 2), 300u64.to_le_bytes());
    let time = f64::from_le_bytes(field(&events[1], 1).try_into().unwrap());
    assert!((Moment::now(0).wall_time - time).abs() < 60.0);

    let summary = fields(&field(&events[1], 5));
    assert_eq!(summary.len(), 2);
    assert_eq!(field(&summary[0].1, 1), b"losses/content");
    assert_eq!(field(&summary[0].1, 2), 0.5f32.to_le_bytes());
    assert_eq!(field(&summary[1].1, 2), (-2.0f32).to_le_bytes());

    let image = field(&field(&field(&events[2], 5), 1), 4);
    assert_eq!(field(&image, 1), 3u64.to_le_bytes());
    assert_eq!(field(&image, 2), 5u64.to_le_bytes());
    assert_eq!(field(&image, 4), png);

    let histogram = field(&field(&field(&events[3], 5), 1), 5);
    assert_eq!(field(&histogram, 3), 2.0f64.to_le_bytes());
    assert_eq!(field(&histogram, 6).len(), 32 * 8);
}

#[test]
fn a_run_that_goes_on_says_from_where() {
    let folder = tempfile::tempdir().unwrap();
    drop(EventFile::start(folder.path(), 40).unwrap());
    let events = records(&only_file(folder.path()));
    assert_eq!(field(&events[1], 2), 41u64.to_le_bytes());
    assert_eq!(field(&field(&events[1], 7), 1), 1u64.to_le_bytes());
    // A second one in the same second has a name of its own.
    drop(EventFile::start(folder.path(), 40).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_is_no_png_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = EventFile::start(folder.path(), 0).unwrap();
    for bytes in [&b""[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", b"GIF89a"] {
        assert!(events.picture(1, "samples", bytes).is_err());
    }
    assert_eq!(records(&only_file(folder.path())).len(), 1);
}

#[test]
fn tags_have_a_group() {
    assert_eq!(tag("memory"), "run/memory");
    assert_eq!(tag("content"), "losses/content");
    assert_eq!(tag("pixel/r1"), "pixel/r1");
}
