//! Zips that mean no good.

use std::collections::BTreeMap;

use utsushi_dataset::{PrepareOptions, PrepareReport};

use crate::fixture::{Workshop, blots, png, prepare_with, zip_of};

/// Prepares one zip with two good pictures beside what it holds; hands back why members were
/// dropped. Fails if anything was written outside the output folder.
fn dropped(shop: &Workshop, zip: &[u8], max_file_bytes: u64) -> BTreeMap<String, String> {
    shop.draw("good", 0..2);
    shop.write("in/bad.zip", zip);
    let sets = shop.sets(
        "size = 16\n[[source]]\npath = 'good'\nstyle = 'a'\n\
         [[source]]\npath = 'in/bad.zip'\nstyle = 'a'",
    );
    let before: Vec<_> = shop.files("");
    let options = PrepareOptions {
        max_file_bytes,
        ..PrepareOptions::default()
    };
    let report: PrepareReport = prepare_with(&sets, &options, &shop.path("set")).unwrap();
    let outside: Vec<_> = shop
        .files("")
        .into_iter()
        .filter(|path| !path.starts_with(shop.path("set")))
        .collect();
    assert_eq!(outside, before, "something was written outside the set");
    for path in shop.files("set/pictures") {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{stem}"
        );
    }
    let why = |it: &utsushi_dataset::DroppedPicture| (it.source.clone(), it.why.to_string());
    report.dropped.iter().map(why).collect()
}

#[test]
fn names_that_leave_the_archive_are_refused_one_by_one() {
    let shop = Workshop::new();
    let [one, two, three, fine] = [10, 11, 12, 13].map(|seed| png(&blots(seed, 64)));
    let members: [(&str, &[u8]); 4] = [
        ("../escaped.png", &one),
        ("a/../../escaped.png", &two),
        ("/absolute.png", &three),
        ("fine.png", &fine),
    ];
    let why = dropped(&shop, &zip_of(&members, true), 1 << 20);
    assert_eq!(why.len(), 3, "{why:?}");
    assert!(why["in/bad.zip/../escaped.png"].contains("leads out of the archive"));
    assert!(why["in/bad.zip/a/../../escaped.png"].contains("leads out of the archive"));
    assert!(why["in/bad.zip//absolute.png"].contains("absolute path"));
    assert_eq!(shop.manifest("set").len(), 3);
}

#[test]
fn a_link_in_a_zip_is_not_followed() {
    let shop = Workshop::new();
    let options = zip::write::SimpleFileOptions::default();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer
        .add_symlink("link.png", "/etc/passwd", options)
        .unwrap();
    let why = dropped(&shop, &writer.finish().unwrap().into_inner(), 1 << 20);
    assert!(
        why["in/bad.zip/link.png"].contains("symbolic link"),
        "{why:?}"
    );
}

#[test]
fn a_member_over_the_limit_is_not_read_whole() {
    let shop = Workshop::new();
    let huge = vec![0; 8 << 20];
    let why = dropped(&shop, &zip_of(&[("bomb.png", &huge)], true), 1 << 16);
    assert!(
        why["in/bad.zip/bomb.png"].contains("more than 65536 bytes"),
        "{why:?}"
    );
}

#[test]
fn a_member_that_lies_about_its_size_is_caught_while_reading() {
    let shop = Workshop::new();
    let huge = vec![0; 8 << 20];
    let mut zip = zip_of(&[("bomb.png", &huge)], true);
    let claim = (huge.len() as u32).to_le_bytes();
    let places: Vec<usize> = (0..zip.len() - 4)
        .filter(|&at| zip[at..at + 4] == claim)
        .collect();
    assert!(places.len() >= 2, "one in each header");
    places
        .into_iter()
        .for_each(|at| zip[at..at + 4].copy_from_slice(&100_u32.to_le_bytes()));
    let why = dropped(&shop, &zip, 1 << 16);
    assert!(
        why["in/bad.zip/bomb.png"].contains("larger than its declared"),
        "{why:?}"
    );
}

#[test]
fn an_encrypted_member_says_so() {
    let shop = Workshop::new();
    let mut zip = zip_of(&[("secret.png", &png(&blots(3, 64)))], false);
    // The lowest flag bit means encrypted: at 6 in the local header, at 8 in the central one.
    let central = zip
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    zip[6] |= 1;
    zip[central + 8] |= 1;
    let why = dropped(&shop, &zip, 1 << 20);
    assert!(
        why["in/bad.zip/secret.png"].contains("encrypted"),
        "{why:?}"
    );
}

#[test]
fn damaged_bytes_and_claims_of_giant_pictures_are_dropped() {
    let shop = Workshop::new();
    let good = png(&blots(4, 64));
    // 60000×60000 in the header, with a checksum that fits.
    let mut giant = good.clone();
    giant[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = crc32(&giant[12..29]);
    giant[29..33].copy_from_slice(&checksum.to_be_bytes());
    let mut zip = zip_of(&[("damaged.png", &good), ("giant.png", &giant)], false);
    let at = zip
        .windows(good.len())
        .position(|bytes| bytes == &good[..])
        .unwrap();
    zip[at + good.len() / 2] ^= 0xff;
    let why = dropped(&shop, &zip, 1 << 20);
    assert!(
        why["in/bad.zip/damaged.png"].starts_with("unreadable"),
        "{why:?}"
    );
    assert!(why["in/bad.zip/giant.png"].contains("60000"), "{why:?}");
}

#[test]
fn what_is_no_zip_is_an_error_that_names_the_file() {
    for bytes in [
        &b""[..],
        b"PK",
        b"PK\x05\x06 and then nothing of use",
        &[0; 4096],
    ] {
        let shop = Workshop::new();
        shop.write("broken.zip", bytes);
        let sets = shop.sets("[[source]]\npath = 'broken.zip'\nstyle = 'a'");
        let error = shop.prepare(&sets, "set").unwrap_err().to_string();
        assert!(
            error.contains("broken.zip") && error.contains("zip of pictures"),
            "{error}"
        );
        assert!(!shop.path("set").exists());
    }
}

/// The checksum of PNG chunks, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}
