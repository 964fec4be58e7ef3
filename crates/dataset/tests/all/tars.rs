//! Tars as sources, well packed and not, and a set as tars.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use utsushi_dataset::{PrepareReport, PreparedSet, ShardOptions, export_shards};

use crate::fixture::{Workshop, blots, png};

/// A header and what it is of.
pub fn member(kind: u8, name: &str, bytes: &[u8]) -> Vec<u8> {
    with_size(kind, name, bytes, bytes.len())
}

pub fn with_size(kind: u8, name: &str, bytes: &[u8], size: usize) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[156] = kind;
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header.extend(bytes);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

pub fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

pub fn drawn(seed: u64) -> Vec<u8> {
    png(&blots(seed, 64))
}

fn prepare_tar(shop: &Workshop, bytes: &[u8]) -> PrepareReport {
    shop.write("in/a.tar", bytes);
    let sets = shop.sets("size = 16\n[[source]]\npath = 'in/a.tar'\nstyle = 'a'\nlabels = { era = 'old', class = 'none' }");
    shop.prepare(&sets, "set").unwrap()
}

pub fn why(report: &PrepareReport) -> BTreeMap<String, String> {
    let dropped = report.dropped.iter();
    dropped
        .map(|it| (it.source.clone(), it.why.to_string()))
        .collect()
}

#[test]
fn labels_beside_pictures_go_into_the_manifest() {
    let shop = Workshop::new();
    let long = format!("{}/2.png", "deep".repeat(40));
    let record = |text: &str| {
        // A length that counts its own digits.
        let length = text.len() + 5;
        format!("{length} {text}\n").into_bytes()
    };
    let record = record(&format!("path={long}"));
    assert!(
        record.starts_with(b"17"),
        "three digits and a space: {}",
        record.len()
    );
    let bytes = tar(&[
        member(b'5', "x/", b""),
        member(b'0', "x/1.cls", b"3\n"),
        member(b'0', "x/1.json", br#"{"artist": "someone", "tags": ["a"]}"#),
        member(b'0', "x/1.png", &drawn(1)),
        member(b'x', "PaxHeaders/2", &record),
        member(b'0', "cut off", &drawn(2)),
        member(b'L', "././@LongLink", format!("{long}3.png\0").as_bytes()),
        member(b'0', "cut off too", &drawn(3)),
        member(b'0', "lonely.txt", b"nothing beside"),
    ]);
    let report = prepare_tar(&shop, &bytes);
    let entries = shop.manifest("set");
    assert_eq!(entries.len(), 3);
    let by_source: BTreeMap<_, _> = entries.iter().map(|it| (it.source.as_str(), it)).collect();
    let labels = &by_source["in/a.tar/x/1.png"].labels;
    let labels: Vec<_> = labels
        .iter()
        .map(|(key, it)| (key.as_str(), it.as_str()))
        .collect();
    assert_eq!(
        labels,
        [("artist", "someone"), ("class", "3"), ("era", "old")]
    );
    let other = by_source[format!("in/a.tar/{long}").as_str()];
    assert_eq!(other.labels["class"], "none");
    assert!(by_source.contains_key(format!("in/a.tar/{long}3.png").as_str()));
    let why = why(&report);
    assert_eq!(why.len(), 1);
    assert!(why["in/a.tar/lonely.txt"].starts_with("unreadable"));
}

#[test]
fn what_no_honest_tar_has_is_refused_one_by_one() {
    let shop = Workshop::new();
    let bytes = tar(&[
        member(b'0', "../up.png", &drawn(1)),
        member(b'0', "/root.png", &drawn(2)),
        member(b'2', "link.png", b""),
        member(b'3', "device.png", b""),
        member(b'S', "holes.png", &drawn(3)),
        member(b'0', "labelled.png", &drawn(4)),
        member(b'0', "labelled.json", b"{"),
        member(b'0', "long.png", &drawn(5)),
        member(b'0', "long.txt", &[b'a'; 70_000]),
        member(b'0', "fine.png", &drawn(6)),
    ]);
    let report = prepare_tar(&shop, &bytes);
    let why = why(&report);
    let is = |name: &str, part: &str| {
        let reason = &why[&format!("in/a.tar/{name}")];
        assert!(reason.contains(part), "{name}: {reason}");
    };
    is("../up.png", "leads out");
    is("/root.png", "absolute");
    is("link.png", "link");
    is("device.png", "no regular file");
    is("holes.png", "holes");
    is("labelled.png", "labelled.json");
    is("long.png", "long.txt");
    assert_eq!(why.len(), 7);
    assert_eq!(shop.manifest("set").len(), 1);
}

#[test]
fn a_tar_cut_short_gives_what_comes_before() {
    let shop = Workshop::new();
    let whole = tar(&[
        member(b'0', "1.png", &drawn(1)),
        member(b'0', "2.png", &drawn(2)),
    ]);
    let first = member(b'0', "1.png", &drawn(1)).len();
    // In a picture, and in a header.
    for (length, name, part) in [
        (first + 600, "2.png".to_owned(), "ends within it"),
        (
            first + 100,
            format!("(all from byte {first} on)"),
            "cut short",
        ),
    ] {
        let shop = Workshop::new();
        let report = prepare_tar(&shop, &whole[..length]);
        let why = why(&report);
        assert_eq!(why.len(), 1, "{why:?}");
        let reason = &why[&format!("in/a.tar/{name}")];
        assert!(reason.contains(part), "{reason}");
        assert_eq!(shop.manifest("set").len(), 1);
    }
    // A size that wraps around, and names without end.
    let mut giant = member(b'0', "giant.png", b"");
    giant[124..136].copy_from_slice(&[0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    giant[148..156].fill(b' ');
    let sum: u32 = giant.iter().map(|byte| u32::from(*byte)).sum();
    giant[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let name = with_size(b'L', "././@LongLink", b"", 1 << 32);
    for (last, part) in [(giant, "more bytes than"), (name, "too long")] {
        let bytes = tar(&[member(b'0', "1.png", &drawn(1)), last]);
        let shop = Workshop::new();
        let why = why(&prepare_tar(&shop, &bytes));
        assert!(
            why.len() == 1 && why.values().all(|it| it.contains(part)),
            "{why:?}"
        );
    }
    for bytes in [&b""[..], b"short", &[1; 2048]] {
        shop.write("in/b.tar", bytes);
        let sets = shop.sets("[[source]]\npath = 'in/b.tar'\nstyle = 'a'");
        let error = shop.prepare(&sets, "other").unwrap_err().to_string();
        assert!(
            error.contains("b.tar") && error.contains("not a tar"),
            "{error}"
        );
    }
}

#[test]
fn a_set_goes_out_as_tars_and_comes_back() {
    let shop = Workshop::new();
    shop.draw("ink", 0..7);
    shop.draw("oil", 20..25);
    let sets = shop.sets(
        "size = 16\nvalidation = 0.2\n[[source]]\npath = 'ink'\nstyle = 'ink'\n\
         [[source]]\npath = 'oil'\nstyle = 'oil'\nlabels = { era = 'old' }",
    );
    shop.prepare(&sets, "set").unwrap();
    let set = PreparedSet::open(&shop.path("set")).unwrap();
    let export = |folder: &str, force: bool, stop: bool| {
        let options = ShardOptions { pictures: 4, force };
        let stop = AtomicBool::new(stop);
        export_shards(&set, &shop.path(folder), &options, &mut |_, _| {}, &stop)
    };
    let tars = export("tars", false, false).unwrap();
    let train = set
        .entries()
        .iter()
        .filter(|it| it.split == utsushi_dataset::Split::Train)
        .count();
    assert_eq!(tars.len(), train.div_ceil(4) + (12 - train).div_ceil(4));
    assert!(tars[0].ends_with("train-000000.tar"));
    assert!(export("tars", false, false).is_err());
    let first = std::fs::read(&tars[0]).unwrap();
    export("tars", true, false).unwrap();
    assert_eq!(std::fs::read(&tars[0]).unwrap(), first);
    assert!(export("stopped", false, true).is_err());
    assert!(shop.files("stopped").is_empty());

    let sets = shop.sets("size = 16\nmin_size = 16\n[[source]]\npath = 'tars'\nstyle = 'all'\n");
    let report = shop.prepare(&sets, "again").unwrap();
    assert!(report.dropped.is_empty(), "{:?}", why(&report));
    let entries = shop.manifest("again");
    assert_eq!(entries.len(), 12);
    let old = entries.iter().filter(|it| it.labels["style"] == "oil");
    assert_eq!(old.count(), 5);
    assert!(entries.iter().all(|it| {
        let class = if it.labels["style"] == "ink" {
            "0"
        } else {
            "1"
        };
        it.labels["class"] == class && it.source.contains(".tar/")
    }));
}

#[test]
fn labels_of_single_pictures_come_from_tables() {
    let shop = Workshop::new();
    shop.draw("in", 0..3);
    shop.write(
        "in/dataset.json",
        br#"{"labels": [["0000.png", 4], ["0001.png", 5]]}"#,
    );
    shop.write(
        "labels.csv",
        b"file,artist\n0001.png,someone\n0009.png,nobody\n",
    );
    let text = "size = 16\n[[source]]\npath = 'in'\nstyle = 'a'\nlabels = { class = 'none' }";
    let sets = shop.sets(&format!("{text}\nlabels_from = 'labels.csv'"));
    let report = shop.prepare(&sets, "set").unwrap();
    assert!(report.dropped.is_empty(), "{:?}", why(&report));
    let entries = shop.manifest("set");
    let labels = |name: &str| {
        let entry = entries.iter().find(|it| it.source == format!("in/{name}"));
        entry.unwrap().labels.clone()
    };
    assert_eq!(labels("0000.png")["class"], "4");
    assert_eq!(labels("0001.png")["artist"], "someone");
    assert_eq!(labels("0002.png")["class"], "none");
    shop.write("labels.csv", b"file,artist\nother.png,someone\n");
    let error = shop.prepare(&sets, "set").unwrap_err().to_string();
    assert!(
        error.contains("labels.csv") && error.contains("0000.png"),
        "{error}"
    );
}
