//! Stopped and killed runs.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_dataset::{DatasetError, PrepareOptions, PreparedSet, prepare};

use crate::fixture::Workshop;

const SETS: &str = "size = 16\n[[source]]\npath = 'one'\nstyle = 'one'\n\
                    [[source]]\npath = 'two'\nstyle = 'two'";

#[test]
fn a_run_stopped_and_started_again_ends_like_one_that_was_not() {
    let shop = Workshop::new();
    shop.draw("one", 0..100);
    shop.draw("two", 200..240);
    // Duplicates and unusable files must come out the same, too.
    shop.draw("two", 0..1);
    fs::copy(shop.path("one/0001.png"), shop.path("one/9001.png")).unwrap();
    shop.write("two/9000.png", b"nothing");
    let sets = shop.sets(SETS);
    let whole = shop.prepare(&sets, "whole").unwrap();

    let stop = AtomicBool::new(false);
    let mut stopped_at = 0;
    let mut progress = |now: &utsushi_dataset::PrepareProgress| {
        stopped_at = now.done;
        assert_eq!(now.total, 143);
        stop.store(true, Ordering::Relaxed);
    };
    let options = PrepareOptions::default();
    let outcome = prepare(&sets, &options, &shop.path("halves"), &mut progress, &stop);
    match outcome {
        Err(DatasetError::Stopped { done, total }) => assert_eq!((done, total), (stopped_at, 143)),
        other => panic!("{other:?}"),
    }
    assert!((1..143).contains(&stopped_at));
    let error = PreparedSet::open(&shop.path("halves"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("stopped"), "{error}");

    // What a killed run may leave: half a line, half a picture.
    let journal = shop.path("halves/journal.jsonl");
    let mut bytes = fs::read(&journal).unwrap();
    bytes.extend(b"{\"style\":\"one");
    fs::write(&journal, bytes).unwrap();
    let picture = shop.files("halves/pictures").remove(0);
    fs::rename(&picture, picture.with_extension("part")).unwrap();

    let rest = shop.prepare(&sets, "halves").unwrap();
    // Of 143 files, one is a copy and one no picture; the half picture is cut again.
    assert_eq!((whole.cut, rest.cut), (141, 141 - stopped_at + 1));
    assert_eq!(rest.dropped, whole.dropped);
    assert_eq!(rest.styles, whole.styles);
    for name in ["manifest.jsonl", "report.jsonl", "set.toml"] {
        assert_eq!(
            shop.read(&format!("halves/{name}")),
            shop.read(&format!("whole/{name}"))
        );
    }
    let names = |folder: &str| -> Vec<_> {
        let files = shop.files(&format!("{folder}/pictures"));
        let root = shop.path(folder);
        files
            .iter()
            .map(|file| file.strip_prefix(&root).unwrap().to_path_buf())
            .collect()
    };
    assert_eq!(names("halves"), names("whole"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let shop = Workshop::new();
    shop.draw("one", 0..30);
    shop.draw("two", 50..60);
    let sets = shop.sets(SETS);
    for threads in [1, 3] {
        let options = PrepareOptions {
            threads,
            ..PrepareOptions::default()
        };
        let out = shop.path(&format!("{threads}"));
        crate::fixture::prepare_with(&sets, &options, &out).unwrap();
    }
    assert_eq!(shop.read("1/manifest.jsonl"), shop.read("3/manifest.jsonl"));
}
