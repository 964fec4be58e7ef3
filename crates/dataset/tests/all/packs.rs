//! A set as one file of bounded size.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use utsushi_dataset::{
    DatasetError, Loader, LoaderOptions, PackOptions, PackReport, PreparedSet, ShardOptions, Split,
    export_shards, pack,
};

use crate::fixture::{Workshop, four_sets, zip_of};

fn packed(
    set: &PreparedSet,
    path: &Path,
    options: &PackOptions,
) -> Result<PackReport, DatasetError> {
    pack(set, path, options, &mut |_| {}, &AtomicBool::new(false))
}

#[test]
fn a_pack_of_everything_is_the_set_but_for_what_jpeg_loses() {
    let (shop, set) = four_sets();
    let options = PackOptions {
        quality: 97,
        ..PackOptions::default()
    };
    let report = packed(&set, &shop.path("whole"), &options).unwrap();
    let file = PreparedSet::open(&shop.path("whole")).unwrap();
    assert!(file.is_pack() && !set.is_pack());
    assert_eq!(file.entries(), set.entries());
    assert_eq!(file.styles(), set.styles());
    assert_eq!(file.identity(), set.identity());
    let length = std::fs::metadata(shop.path("whole")).unwrap().len();
    assert_eq!(report.bytes, length);
    let all: Vec<_> = set.entries().iter().collect();
    let [one, other] = [&*set, &file].map(|set| set.load(&all, 32).unwrap());
    let apart = one.pixels.iter().zip(&other.pixels);
    let apart: f32 = apart.map(|(a, b)| (a - b).abs()).sum();
    let mean = apart / one.pixels.len() as f32;
    assert!(mean > 0.0 && mean < 0.02, "{mean}");
    assert_eq!(one.labels, other.labels);
    // And it is a set to train on.
    let options = LoaderOptions {
        size: 32,
        ..LoaderOptions::default()
    };
    let mut loader = Loader::new(Arc::new(file), options, 0).unwrap();
    assert_eq!(loader.next().unwrap().content.len(), 16);
}

#[test]
fn what_does_not_fit_is_left_out_evenly_and_the_same_way_each_time() {
    let (shop, set) = four_sets();
    let options = PackOptions {
        max_bytes: 60_000,
        size: Some(24),
        held_out: 2,
        ..PackOptions::default()
    };
    let report = packed(&set, &shop.path("small"), &options).unwrap();
    packed(&set, &shop.path("again"), &options).unwrap();
    let [bytes, again] = ["small", "again"].map(|name| std::fs::read(shop.path(name)).unwrap());
    assert!(bytes == again, "the same set gives the same bytes");
    assert!(bytes.len() <= 60_000, "{}", bytes.len());
    assert!(bytes.len() > 55_000, "room is left: {}", bytes.len());
    let file = PreparedSet::open(&shop.path("small")).unwrap();
    assert_eq!(file.size(), 24);
    let counts = report.styles.iter().map(|(_, train, held)| train + held);
    let counts: Vec<usize> = counts.collect();
    assert_eq!(counts.iter().sum::<usize>(), file.entries().len());
    for (number, (name, train, held)) in report.styles.iter().enumerate() {
        assert_eq!(file.train(number).len(), *train, "{name}");
        assert_eq!(file.validation(number).len(), *held, "{name}");
        assert!(*held <= 2 && *train > 0, "{name}: {train} and {held}");
        assert_eq!(file.styles()[number].train, *train);
        // Either all that may be packed, or as many as the others, to within one.
        let own = set.train(number).len() + set.validation(number).len().min(2);
        let most = counts.iter().max().unwrap();
        assert!(
            counts[number] == own || counts[number] + 1 >= *most,
            "{name}"
        );
    }
    assert!(counts[0] < 60, "it was to be too small: {counts:?}");
    for entry in file.entries() {
        assert!(set.entries().contains(entry), "splits and labels stay");
    }
    let held = |entry: &&utsushi_dataset::Entry| entry.split == Split::Validation;
    assert!(file.entries().iter().any(|entry| held(&entry)));
}

#[test]
fn what_cannot_be_packed_is_refused_and_nothing_is_written() {
    let (shop, set) = four_sets();
    let told = |options: PackOptions, name: &str| {
        let message = packed(&set, &shop.path(name), &options).unwrap_err();
        assert!(!shop.path(name).exists(), "{name} was written");
        message.to_string()
    };
    let usual = PackOptions::default();
    let small = told(
        PackOptions {
            max_bytes: 3_000,
            ..usual
        },
        "a",
    );
    assert!(small.contains("no training picture of"), "{small}");
    let size = Some(33);
    let large = told(PackOptions { size, ..usual }, "b");
    assert!(large.contains("16 to 32"), "{large}");
    packed(&set, &shop.path("whole"), &usual).unwrap();
    let there = packed(&set, &shop.path("whole"), &usual).unwrap_err();
    assert!(there.to_string().contains("--force"), "{there}");
    let force = PackOptions {
        force: true,
        ..usual
    };
    packed(&set, &shop.path("whole"), &force).unwrap();
    let stopped = pack(
        &set,
        &shop.path("c"),
        &usual,
        &mut |_| {},
        &AtomicBool::new(true),
    );
    assert!(matches!(stopped, Err(DatasetError::Stopped { .. })));
    assert!(!shop.path("c").exists());
    let file = PreparedSet::open(&shop.path("whole")).unwrap();
    let again = packed(&file, &shop.path("d"), &usual).unwrap_err();
    assert!(again.to_string().contains("is a pack itself"), "{again}");
    let options = ShardOptions::default();
    let stop = AtomicBool::new(false);
    let tars = export_shards(&file, &shop.path("tars"), &options, &mut |_, _| {}, &stop);
    assert!(tars.unwrap_err().to_string().contains("it is a pack"));
    assert!(!shop.path("tars").exists());
}

#[test]
fn files_that_are_no_packs_are_refused() {
    let shop = Workshop::new();
    let told = |bytes: &[u8]| {
        shop.write("file", bytes);
        PreparedSet::open(&shop.path("file"))
            .unwrap_err()
            .to_string()
    };
    assert!(told(b"a letter").contains("not a pack"));
    assert!(told(&zip_of(&[("a", b"b")], false)).contains("it has no `set.toml`"));
    let members: [(&str, &[u8]); 2] = [("set.toml", &[b'#'; 90]), ("manifest.jsonl", b"")];
    assert!(told(&zip_of(&members, true)).contains("compressed"));
    let strange = zip_of(&[("set.toml", &[0xff]), ("manifest.jsonl", b"")], false);
    assert!(told(&strange).contains("not a pack"));

    let (shop, set) = four_sets();
    packed(&set, &shop.path("file"), &PackOptions::default()).unwrap();
    let whole = std::fs::read(shop.path("file")).unwrap();
    let open = |bytes: &[u8]| {
        shop.write("file", bytes);
        PreparedSet::open(&shop.path("file"))
    };
    for length in [0, 100, whole.len() / 2, whole.len() - 1] {
        assert!(open(&whole[..length]).is_err(), "{length}");
    }
    // A byte of a picture is caught by the zip's sums.
    let mut changed = whole.clone();
    let begin = whole
        .windows(3)
        .position(|bytes| bytes == [0xff, 0xd8, 0xff]);
    changed[begin.unwrap() + 50] ^= 1;
    assert!(open(&changed).is_err());
    assert!(open(&whole).is_ok());
}
