//! Tars in gzip as sources, honest and not.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use utsushi_dataset::{InspectOptions, PrepareReport, inspect};

use crate::fixture::Workshop;
use crate::tars::{drawn, member, tar, why, with_size};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn prepare(shop: &Workshop, name: &str, bytes: &[u8], set: &str) -> Result<PrepareReport, String> {
    shop.write(&format!("in/{name}"), bytes);
    let source = format!("size = 16\n[[source]]\npath = 'in/{name}'\nstyle = 'a'");
    let report = shop.prepare(&shop.sets(&source), set);
    report.map_err(|error| error.to_string())
}

/// Hash and labels by the name inside of the tar.
fn manifest(shop: &Workshop, set: &str) -> BTreeMap<String, (String, BTreeMap<String, String>)> {
    let entries = shop.manifest(set).into_iter();
    entries
        .map(|it| {
            let inside = it.source.splitn(3, '/').nth(2).unwrap().to_owned();
            (inside, (it.hash.to_string(), it.labels))
        })
        .collect()
}

/// Pictures in no order, with labels before and behind them.
fn mixed() -> Vec<u8> {
    tar(&[
        member(b'5', "x/", b""),
        member(b'0', "x/9.png", &drawn(9)),
        member(b'0', "x/9.cls", b"3\n"),
        member(b'0', "x/1.json", br#"{"artist": "someone"}"#),
        member(b'0', "x/1.png", &drawn(1)),
        member(b'0', "dataset.json", br#"{"labels": [["x/5.png", 7]]}"#),
        member(b'0', "x/5.png", &drawn(5)),
        member(b'0', "../up.png", &drawn(2)),
    ])
}

#[test]
fn a_packed_tar_gives_what_the_tar_gives() {
    let shop = Workshop::new();
    let plain = mixed();
    let report = prepare(&shop, "a.tar", &plain, "plain").unwrap();
    assert_eq!(report.dropped.len(), 1);
    let expected = manifest(&shop, "plain");
    assert_eq!(expected.len(), 3);
    assert_eq!(expected["x/5.png"].1["class"], "7");
    // Two members of gzip behind each other are one file (RFC 1952); names may lie.
    let halves = [packed(&plain[..700]), packed(&plain[700..])].concat();
    let all = packed(&plain);
    for (name, bytes) in [
        ("a.tar.gz", &all),
        ("b.TGZ", &all),
        ("c.tar.gz", &halves),
        ("d.tar", &all),
        ("e.tar.gz", &plain),
    ] {
        let report = prepare(&shop, name, bytes, name).unwrap();
        assert_eq!(manifest(&shop, name), expected, "{name}");
        assert!(why(&report)[&format!("in/{name}/../up.png")].contains("leads out"));
    }
}

#[test]
fn shards_in_a_folder_are_packed_or_not() {
    let shop = Workshop::new();
    let shard = |seed: u64| {
        let name = |number: u64| format!("{number:03}.png");
        tar(&[
            member(b'0', &name(seed + 1), &drawn(seed + 1)),
            member(b'0', &name(seed), &drawn(seed)),
        ])
    };
    shop.write("in/0.tar", &shard(10));
    shop.write("in/1.tar.gz", &packed(&shard(20)));
    shop.write("in/2.tgz", &packed(&shard(30)));
    shop.write("in/3.png", &drawn(40));
    let sets = shop.sets("size = 16\n[[source]]\npath = 'in'\nstyle = 'a'");
    let report = shop.prepare(&sets, "set").unwrap();
    assert!(report.dropped.is_empty(), "{:?}", why(&report));
    let entries = shop.manifest("set").into_iter();
    let mut sources: Vec<_> = entries.map(|it| it.source).collect();
    sources.sort();
    let expected = [
        "in/0.tar/010.png",
        "in/0.tar/011.png",
        "in/1.tar.gz/020.png",
        "in/1.tar.gz/021.png",
        "in/2.tgz/030.png",
        "in/2.tgz/031.png",
        "in/3.png",
    ];
    assert_eq!(sources, expected);
    let options = InspectOptions::default();
    let inspection = inspect(&[shop.path("in/1.tar.gz")], &options, &mut |_| {}).unwrap();
    assert_eq!(inspection.styles[0].name, "1");
    assert_eq!(inspection.styles[0].pictures, 2);
    assert!(inspection.styles[0].unreadable.is_empty());
}

/// Of two pictures that are the same, the first one is kept.
#[test]
fn pictures_of_a_packed_tar_are_taken_in_its_order() {
    let shop = Workshop::new();
    let twice = tar(&[
        member(b'0', "z.png", &drawn(1)),
        member(b'0', "a.png", &drawn(1)),
    ]);
    prepare(&shop, "a.tar", &twice, "plain").unwrap();
    assert_eq!(shop.manifest("plain")[0].source, "in/a.tar/a.png");
    prepare(&shop, "a.tar.gz", &packed(&twice), "set").unwrap();
    assert_eq!(shop.manifest("set")[0].source, "in/a.tar.gz/z.png");
}

#[test]
fn what_is_damaged_or_cut_short_gives_what_comes_before() {
    let first = member(b'0', "1.png", &drawn(1));
    let mut state = 1u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    let noise: Vec<u8> = noise.take(200_000).collect();
    let whole = packed(&tar(&[first.clone(), member(b'0', "2.png", &noise)]));
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 200].fill(0xff);
    for (bytes, part) in [(&whole[..middle], "cut short"), (&damaged[..], "damaged")] {
        let shop = Workshop::new();
        let report = prepare(&shop, "a.tar.gz", bytes, "set").unwrap();
        let why = why(&report);
        let last = why.iter().find(|(name, _)| name.contains("(all from byte"));
        assert!(
            last.is_some_and(|(_, it)| it.contains(part)),
            "{part}: {why:?}"
        );
        assert_eq!(shop.manifest("set").len(), 1, "{part}");
    }
    // Sizes that are not there.
    for size in [1 << 20, 1 << 32] {
        let shop = Workshop::new();
        let bytes = tar(&[first.clone(), with_size(b'0', "2.png", b"few", size)]);
        let report = prepare(&shop, "a.tar.gz", &packed(&bytes), "set").unwrap();
        assert!(why(&report)["in/a.tar.gz/2.png"].contains("ends within"));
    }
    let shop = Workshop::new();
    let nested = packed(&packed(&tar(&[first])));
    for bytes in [
        &nested[..],
        &[0x1f, 0x8b],
        &[0x1f, 0x8b, 9, 9, 9, 9],
        &packed(b"words"),
    ] {
        let error = prepare(&shop, "b.tar.gz", bytes, "other").unwrap_err();
        assert!(
            error.contains("b.tar.gz") && error.contains("not a tar"),
            "{error}"
        );
    }
}

#[test]
fn a_bomb_is_left_before_it_goes_off() {
    let bomb = vec![0; 96 << 20];
    for (name, kind) in [("bomb.png", b'0'), ("bomb.txt", b'0'), ("bomb/", b'5')] {
        let shop = Workshop::new();
        let bytes = packed(&tar(&[
            member(b'0', "1.png", &drawn(1)),
            member(kind, name, &bomb),
            member(b'0', "2.png", &drawn(2)),
        ]));
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        let report = prepare(&shop, "a.tar.gz", &bytes, "set").unwrap();
        let why = why(&report);
        let told = why.values().any(|it| it.contains("256 times its size"));
        assert!(told, "{why:?}");
        assert_eq!(shop.manifest("set").len(), 1);
    }
}
