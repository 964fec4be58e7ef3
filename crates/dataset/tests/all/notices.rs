//! What is told of sources beside the pictures that are left out.

use std::io::Write;

use utsushi_dataset::{InspectOptions, Notice, PrepareReport, SetsFile, inspect};

use crate::fixture::{Workshop, blots, png};

fn told(report: &PrepareReport) -> Vec<String> {
    report.notices.iter().map(Notice::to_string).collect()
}

fn labels(shop: &Workshop) -> Vec<Option<String>> {
    let mut entries = shop.manifest("set");
    entries.sort_by(|left, right| left.source.cmp(&right.source));
    let role = |entry: &utsushi_dataset::Entry| entry.labels.get("role").cloned();
    entries.iter().map(role).collect()
}

#[test]
fn rows_of_labels_that_name_no_picture_are_told() {
    let shop = Workshop::new();
    shop.draw("p", 0..3);
    shop.draw("q", 5..6);
    let source = |name: &str| {
        format!("[[source]]\npath = '{name}'\nstyle = '{name}'\nlabels_from = 'l.csv'\n")
    };
    let sets = shop.sets(&format!("size = 16\n{}{}", source("p"), source("q")));
    shop.write(
        "l.csv",
        b"file_name;role\n0000.png;knight\n0005.png;mage\n0001.PNG;mage\np/0002.png;mage\n\
          0000.png;fool\n",
    );
    let report = shop.prepare(&sets, "set").unwrap();
    let told = told(&report);
    let [twice, missing] = &told[..] else {
        panic!("{told:?}")
    };
    assert!(twice.contains("several rows") && twice.contains("`0000.png`"));
    // The other source has `0005.png`.
    for part in [
        "l.csv",
        "2 of 4 rows",
        "`0001.PNG`, `p/0002.png`",
        "such as `0000.png`",
    ] {
        assert!(missing.contains(part), "{missing}");
    }
    assert!(
        shop.read("set/report.jsonl")
            .contains("labels-without-picture")
    );
    let role = |role: &str| Some(role.to_owned());
    assert_eq!(labels(&shop), [role("fool"), None, None, role("mage")]);

    // Nothing to tell once every row names a picture.
    shop.write(
        "l.csv",
        b"file_name\trole\n0000.png\tknight\n0005.png\tmage\n",
    );
    let report = shop.prepare(&sets, "set").unwrap();
    assert_eq!(report.notices, []);
    assert_eq!(shop.read("set/report.jsonl"), "");
}

#[test]
fn stylegans_labels_are_held_against_the_pictures_too() {
    let shop = Workshop::new();
    shop.draw("p", 0..2);
    shop.write(
        "p/dataset.json",
        br#"{"labels": [["0000.png", 1], ["img/0001.png", 2]]}"#,
    );
    let sets = shop.sets("size = 16\n[[source]]\npath = 'p'\nstyle = 'p'\n");
    let told = told(&shop.prepare(&sets, "set").unwrap());
    assert!(
        told[0].contains("1 of 2 rows") && told[0].contains("img/0001.png"),
        "{told:?}"
    );
}

/// A zip of one member whose name stands in it as these bytes, without the flag for UTF-8.
fn zip_with_name(name: &[u8], bytes: &[u8]) -> Vec<u8> {
    let placeholder = "n".repeat(name.len());
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file(&placeholder[..], options).unwrap();
    writer.write_all(bytes).unwrap();
    let mut zip = writer.finish().unwrap().into_inner();
    let places: Vec<usize> = (0..zip.len() - name.len())
        .filter(|&at| zip[at..].starts_with(placeholder.as_bytes()))
        .collect();
    assert_eq!(places.len(), 2, "one in each header");
    for at in places {
        zip[at..at + name.len()].copy_from_slice(name);
    }
    zip
}

#[test]
fn names_in_the_encodings_of_windows_find_their_labels() {
    // "日本語の絵.png" in Shift_JIS, "水墨画.png" in GBK, "café.png" in code page 437.
    let cases: [(&[u8], &str, &str); 3] = [
        (
            b"\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x8a\x47.png",
            "日本語の絵.png",
            "Shift_JIS",
        ),
        (b"\xcb\xae\xc4\xab\xbb\xad.png", "水墨画.png", "GBK"),
        (b"caf\x82.png", "café.png", "code page 437"),
    ];
    for (raw, name, encoding) in cases {
        let shop = Workshop::new();
        shop.write("a.zip", &zip_with_name(raw, &png(&blots(1, 64))));
        shop.write(
            "l.csv",
            format!("file_name,role\n{name},knight\n").as_bytes(),
        );
        let sets = shop
            .sets("size = 16\n[[source]]\npath = 'a.zip'\nstyle = 'a'\nlabels_from = 'l.csv'\n");
        let told = told(&shop.prepare(&sets, "set").unwrap());
        assert_eq!(shop.manifest("set")[0].source, format!("a.zip/{name}"));
        assert_eq!(labels(&shop), [Some("knight".to_owned())]);
        assert!(
            told[0].contains(encoding) && told[0].contains(name),
            "{told:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn files_are_read_whatever_bytes_their_names_are_of() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let shop = Workshop::new();
    shop.draw("p/sub", 0..1);
    let odd = shop.path("p").join(OsStr::from_bytes(b"caf\xe9.png"));
    if std::fs::write(&odd, png(&blots(7, 64))).is_err() {
        // Some file systems take UTF-8 alone.
        return;
    }
    shop.write(
        "l.csv",
        "file,role\ncafé.png,knight\nsub/0000.png,mage\n".as_bytes(),
    );
    let sets = shop.sets("size = 16\n[[source]]\npath = 'p'\nstyle = 'a'\nlabels_from = 'l.csv'\n");
    let told = told(&shop.prepare(&sets, "set").unwrap());
    assert_eq!(shop.manifest("set").len(), 2);
    assert_eq!(
        labels(&shop),
        [Some("knight".to_owned()), Some("mage".to_owned())]
    );
    assert!(told[0].contains("windows-1252"), "{told:?}");
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_told() {
    let shop = Workshop::new();
    shop.draw("p", 0..1);
    shop.draw("elsewhere", 1..2);
    std::os::unix::fs::symlink(shop.path("elsewhere"), shop.path("p/more")).unwrap();
    std::os::unix::fs::symlink(shop.path("nowhere"), shop.path("p/gone.png")).unwrap();
    let sets = shop.sets("size = 16\n[[source]]\npath = 'p'\nstyle = 'a'\n");
    let report = shop.prepare(&sets, "set").unwrap();
    assert!(told(&report)[0].contains("links to folders are not followed"));
    assert_eq!(report.dropped[0].source, "p/gone.png");
}

#[test]
fn a_folder_of_pictures_is_a_set_of_its_own() {
    let shop = Workshop::new();
    shop.draw("my art/ink wash", 0..2);
    shop.draw("my art/oil", 2..4);
    shop.draw("my art", 4..7);
    let sets = SetsFile::of_pictures(&shop.path("my art")).unwrap();
    let report = shop.prepare(&sets, "set").unwrap();
    let seen: Vec<_> = report
        .styles
        .iter()
        .map(|it| (&it.style[..], it.seen))
        .collect();
    assert_eq!(seen, [("ink-wash", 2), ("oil", 2), ("my-art", 3)]);
    let sets = SetsFile::of_pictures(&shop.path("my art/oil")).unwrap();
    let report = shop.prepare(&sets, "one").unwrap();
    assert_eq!(
        (&report.styles[0].style[..], report.styles[0].seen),
        ("oil", 2)
    );
}

#[test]
fn pictures_beside_folders_are_a_style_of_their_own() {
    let shop = Workshop::new();
    shop.draw("p/sub", 0..1);
    shop.write("p/notes.txt", b"no picture");
    let look = || {
        let found = inspect(&[shop.path("p")], &InspectOptions::default(), &mut |_| {}).unwrap();
        let counts = found
            .styles
            .into_iter()
            .map(|style| (style.name, style.pictures));
        counts.collect::<Vec<_>>()
    };
    assert_eq!(look(), [("sub".to_owned(), 1)]);
    shop.draw("p", 1..3);
    assert_eq!(look(), [("sub".to_owned(), 1), ("p".to_owned(), 2)]);
}

#[test]
fn sources_without_pictures_say_so() {
    let shop = Workshop::new();
    std::fs::create_dir_all(shop.path("empty/below")).unwrap();
    shop.write("pdfs/a.pdf", b"%PDF-1.7");
    for (folder, made) in [("empty", false), ("pdfs", true)] {
        let sets = SetsFile::of_pictures(&shop.path(folder)).unwrap();
        let error = shop.prepare(&sets, "set").unwrap_err().to_string();
        assert!(
            error.contains("there is no picture in the")
                || error.contains("there is no picture in this"),
            "{error}"
        );
        assert_eq!(shop.path("set").exists(), made);
    }
    let sets = SetsFile::of_pictures(&shop.path("nowhere")).unwrap();
    let error = shop.prepare(&sets, "set").unwrap_err().to_string();
    assert!(error.contains("no such file or folder"), "{error}");
}

#[test]
fn of_an_animation_the_first_frame_is_taken_which_is_told() {
    use utsushi_imaging::{AnimationFormat, AnimationWriter, Frame};

    let shop = Workshop::new();
    let mut writer = AnimationWriter::new(AnimationFormat::Apng, 0);
    for seed in 0..2 {
        let frame = Frame {
            picture: blots(seed, 64),
            delay: std::time::Duration::from_millis(100),
        };
        writer.push(&frame).unwrap();
    }
    shop.write("p/moving.png", &writer.finish().unwrap());
    shop.draw("p", 5..6);
    let sets = shop.sets("size = 16\n[[source]]\npath = 'p'\nstyle = 'a'\n");
    for _ in 0..2 {
        let told = told(&shop.prepare(&sets, "set").unwrap());
        assert!(
            told[0].contains("first frame") && told[0].contains("moving.png"),
            "{told:?}"
        );
    }
}
