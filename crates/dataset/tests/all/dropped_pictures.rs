//! Which pictures are left out, and what is said about them.

use std::fs;

use utsushi_dataset::{ContentHash, DropReason, DroppedPicture, PreparedSet, Role};
use utsushi_imaging::{DecodeLimits, Picture, read, resize};

use crate::fixture::{Workshop, blots, four_sets, png, zip_of};

#[test]
fn every_unusable_picture_is_dropped_with_its_reason() {
    let shop = Workshop::new();
    shop.draw("art", 0..10);
    let good = png(&blots(0, 64));
    shop.write("art/a-copy.png", &good);
    // The same picture in another size and a little darker: other bytes, the same to the eye.
    let mut darker = resize(&blots(1, 64), 96, 96);
    darker
        .rgb_mut()
        .iter_mut()
        .for_each(|value| *value = *value / 20 * 19);
    shop.write("art/z-look-alike.png", &png(&darker));
    shop.write(
        "art/z-blank.png",
        &png(&Picture::filled(64, 64, [9, 120, 33])),
    );
    shop.write("art/z-cut-off.png", &good[..good.len() / 2]);
    shop.write("art/z-empty.png", b"");
    shop.write("art/z-note.txt", b"not a picture");
    shop.write("art/z-small.png", &png(&blots(50, 47)));
    shop.write("art/z-wrong-ending.jpg", &png(&blots(51, 64)));
    shop.write("art/.hidden.png", b"nobody asks about this one");
    let sets = shop.sets("size = 32\n[[source]]\npath = 'art'\nstyle = 'art'");
    let report = shop.prepare(&sets, "set").unwrap();

    let why = |name: &str| {
        let source = format!("art/{name}");
        report
            .dropped
            .iter()
            .find(|dropped| dropped.source == source)
            .unwrap()
            .why
            .clone()
    };
    // `0000.png` comes before `a-copy.png`.
    assert_eq!(
        why("a-copy.png"),
        DropReason::Duplicate {
            of: "art/0000.png".into()
        }
    );
    match why("z-look-alike.png") {
        DropReason::NearDuplicate { of, distance } => {
            assert_eq!(of, "art/0001.png");
            assert!(distance <= 12, "{distance}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(
        why("z-blank.png"),
        DropReason::Blank {
            deviation_hundredths: 0
        }
    );
    assert_eq!(
        why("z-small.png"),
        DropReason::TooSmall {
            width: 47,
            height: 47,
            min_size: 48
        }
    );
    for name in ["z-cut-off.png", "z-empty.png", "z-note.txt"] {
        assert_eq!(why(name).name(), "unreadable", "{name}");
    }
    assert_eq!(report.dropped.len(), 7);
    let art = &report.styles[0];
    assert_eq!((art.seen, art.train + art.validation), (18, 11));
    assert_eq!(art.dropped["unreadable"], 3);

    let lines = shop.read("set/report.jsonl");
    let told: Vec<DroppedPicture> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told, report.dropped);
}

#[test]
fn the_folder_holds_what_the_manifest_says_and_nothing_else() {
    let (shop, set) = four_sets();
    let mut listed: Vec<_> = set
        .entries()
        .iter()
        .map(|entry| shop.path("set").join(entry.relative_path()))
        .collect();
    listed.sort();
    assert_eq!(shop.files("set/pictures"), listed);
    assert_eq!(listed.len(), 60 + 6 + 20 + 15);
    for entry in set.entries() {
        let source = fs::read(shop.path(&entry.source)).unwrap();
        assert_eq!(ContentHash::of(&source), entry.hash);
        assert_eq!((entry.width, entry.height), (64, 64));
        let path = shop.path("set").join(entry.relative_path());
        let picture = read(&path, &DecodeLimits::default()).unwrap().picture;
        let whole = read(&shop.path(&entry.source), &DecodeLimits::default())
            .unwrap()
            .picture;
        assert_eq!(picture, resize(&whole, 32, 32));
    }
    let names: Vec<_> = set
        .styles()
        .iter()
        .map(|style| style.name.as_str())
        .collect();
    assert_eq!(names, ["many", "few", "some", "photo"]);
    assert_eq!(set.styles()[0].licence.as_deref(), Some("CC0"));
    assert_eq!(set.styles()[0].labels["age"], "7");
    assert_eq!(set.entries()[0].labels["age"], "7");
    assert_eq!(set.styles()[3].role, Role::ContentOnly);
    assert_eq!(set.size(), 32);
}

#[test]
fn a_zip_and_a_folder_of_the_same_pictures_make_the_same_set() {
    let shop = Workshop::new();
    shop.draw("folder/deep", 0..9);
    let members: Vec<(String, Vec<u8>)> = (0..9)
        .map(|seed| (format!("x/{seed}.png"), png(&blots(seed, 64))))
        .collect();
    let members: Vec<(&str, &[u8])> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    shop.write("stored.zip", &zip_of(&members, false));
    shop.write("deflated.zip", &zip_of(&members, true));
    let prepared: Vec<_> = ["folder", "stored.zip", "deflated.zip"]
        .into_iter()
        .map(|path| {
            let sets = shop.sets(&format!(
                "size = 16\n[[source]]\npath = '{path}'\nstyle = 'a'"
            ));
            shop.prepare(&sets, &format!("set of {path}")).unwrap();
            let set = PreparedSet::open(&shop.path(&format!("set of {path}"))).unwrap();
            set.entries()
                .iter()
                .map(|entry| (entry.hash, entry.split))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(prepared[0].len(), 9);
    assert_eq!(prepared[0], prepared[1]);
    assert_eq!(prepared[0], prepared[2]);
}

#[test]
fn pick_takes_turns() {
    let shop = Workshop::new();
    shop.draw("turns", 0..12);
    let sets = shop.sets(
        "size = 16\n[[source]]\npath = 'turns'\nstyle = 'a'\npick = { every = 3, first = 1 }",
    );
    shop.prepare(&sets, "set").unwrap();
    let mut sources: Vec<_> = shop
        .manifest("set")
        .into_iter()
        .map(|entry| entry.source)
        .collect();
    sources.sort();
    assert_eq!(
        sources,
        [
            "turns/0001.png",
            "turns/0004.png",
            "turns/0007.png",
            "turns/0010.png"
        ]
    );
}

#[test]
fn a_style_without_any_usable_picture_is_an_error_that_points_to_the_report() {
    let shop = Workshop::new();
    shop.write("art/a.png", b"no picture");
    let sets = shop.sets("[[source]]\npath = 'art'\nstyle = 'ghost'");
    let error = shop.prepare(&sets, "set").unwrap_err().to_string();
    assert!(
        error.contains("ghost") && error.contains("report.jsonl"),
        "{error}"
    );
    assert!(shop.read("set/report.jsonl").contains("art/a.png"));
    assert!(PreparedSet::open(&shop.path("set")).is_err());
}
