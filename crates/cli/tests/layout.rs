//! Rules that a compiler does not check: which crate may use which, how long files are, how they
//! are named. `ARCHITECTURE.md` says why.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate and the crates of this workspace that it may use. One direction only.
const ALLOWED: [(&str, &[&str]); 19] = [
    ("files", &[]),
    ("imaging", &["files"]),
    ("video", &["files", "imaging"]),
    ("dataset", &["files", "imaging"]),
    ("kernels", &[]),
    ("model", &["kernels"]),
    ("weights", &["files", "model"]),
    ("anatomy", &["imaging", "kernels", "model", "weights"]),
    ("backbone", &["kernels", "weights"]),
    ("runs", &["files", "imaging", "weights"]),
    (
        "training",
        &[
            "imaging", "dataset", "kernels", "model", "weights", "backbone", "runs",
        ],
    ),
    // A file and nothing else.
    ("builtin-model", &[]),
    ("free-model", &[]),
    // Whoever only paints builds neither training nor sets nor run folders.
    (
        "utsushi",
        &[
            "imaging",
            "video",
            "kernels",
            "model",
            "weights",
            "anatomy",
            "builtin-model",
            "free-model",
        ],
    ),
    ("onnx-export", &["imaging", "model", "weights"]),
    ("evaluation", &["imaging", "dataset", "backbone", "utsushi"]),
    // Whoever embeds the queue needs no command line.
    ("server", &["files", "imaging", "utsushi"]),
    (
        "cli",
        &[
            "imaging",
            "video",
            "dataset",
            "model",
            "weights",
            "backbone",
            "runs",
            "training",
            "builtin-model",
            "free-model",
            "utsushi",
            "onnx-export",
            "evaluation",
            "server",
        ],
    ),
    // For tests of those that use weights.
    ("test-fixtures", &["imaging", "model", "weights"]),
];

/// What tests of a crate may use besides: nothing that is built by whoever uses the crate.
const ALLOWED_IN_TESTS: [(&str, &[&str]); 7] = [
    // Its reference values lie in a file of weights.
    ("model", &["weights"]),
    // A model is made on the spot.
    ("runs", &["model"]),
    ("training", &["test-fixtures"]),
    ("utsushi", &["test-fixtures"]),
    ("evaluation", &["model", "test-fixtures"]),
    ("server", &["test-fixtures"]),
    ("cli", &["test-fixtures"]),
];

/// Lines that no file has more of.
const LONGEST: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Crates of the workspace that a manifest names in one of its tables.
fn edges(manifest: &str, table: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("manifests are TOML");
    let table = manifest.get(table).and_then(toml::Value::as_table);
    let names = table.into_iter().flat_map(|table| table.keys());
    let own = |name: &String| match name.as_str() {
        "utsushi" => Some("utsushi".to_owned()),
        name => name.strip_prefix("utsushi-").map(str::to_owned),
    };
    names.filter_map(own).collect()
}

/// All files with one of the endings below a folder.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings
                .iter()
                .any(|end| path.extension().is_some_and(|own| own == *end))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn crates_use_only_what_they_may() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let mut crates: Vec<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .collect();
    crates.sort();
    assert_eq!(
        crates.len(),
        ALLOWED.len(),
        "a new crate needs a line in this test"
    );
    for path in crates {
        let name = path.file_name().unwrap().to_str().unwrap();
        let may = *allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} has no line in this test"));
        let in_tests = ALLOWED_IN_TESTS.iter().find(|(other, _)| *other == name);
        let in_tests = in_tests.map_or(&[] as &[&str], |(_, more)| more);
        let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
        let check = |table: &str, may: &[&str]| {
            for edge in edges(&manifest, table) {
                let allowed = may.contains(&edge.as_str());
                assert!(
                    allowed,
                    "[{table}] of utsushi-{name} must not have utsushi-{edge}"
                );
            }
        };
        check("dependencies", may);
        check("build-dependencies", may);
        check("dev-dependencies", &[may, in_tests].concat());
    }
}

#[test]
fn the_allowed_edges_lead_one_way() {
    for (index, (name, uses)) in ALLOWED.iter().enumerate() {
        for used in *uses {
            let place = ALLOWED.iter().position(|(other, _)| other == used);
            assert!(
                place.is_some_and(|place| place < index),
                "{name} uses {used}, listed later"
            );
        }
    }
}

#[test]
fn edges_are_seen_however_they_are_written() {
    let manifest = "[dependencies]\nutsushi-a.workspace = true\nutsushi.workspace = true\nserde = '1'\n\
                    [dependencies.utsushi-c]\npath = '../c'\n\
                    [dev-dependencies]\nutsushi-b = { path = '../b' }\n";
    assert_eq!(edges(manifest, "dependencies"), ["utsushi", "a", "c"]);
    assert_eq!(edges(manifest, "dev-dependencies"), ["b"]);
    assert!(edges(manifest, "build-dependencies").is_empty());
}

#[test]
fn files_are_short() {
    for path in files(&root().join("crates"), &["rs"]) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= LONGEST,
            "{} has {lines} lines; split it",
            path.display()
        );
    }
}

#[test]
fn modules_are_named_after_what_is_in_them() {
    let found = files(&root().join("crates"), &["rs"]);
    let unnamed: Vec<_> = found
        .iter()
        .filter(|path| path.ends_with("mod.rs"))
        .collect();
    assert!(unnamed.is_empty(), "use foo.rs beside foo/: {unnamed:?}");
}
