//! What the crates are like once they are packed and published: each holds what it is built from and
//! its terms, says what it is, and is not too large.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Component, Path, PathBuf};

use zip::write::SimpleFileOptions;

/// What crates.io takes, in bytes.
const LARGEST: usize = 10 << 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders of all crates, with their manifests.
fn crates() -> Vec<(PathBuf, toml::Table)> {
    let folders = fs::read_dir(root().join("crates")).unwrap();
    let mut found: Vec<_> = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| {
            let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
            (path, manifest.parse().unwrap())
        })
        .collect();
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn each_says_what_it_is_and_carries_its_terms() {
    let all = crates();
    assert!(all.len() >= 15);
    for (path, manifest) in all {
        let package = &manifest["package"];
        let name = package["name"].as_str().unwrap();
        for key in ["description", "readme", "keywords", "categories", "include"] {
            assert!(package.get(key).is_some(), "{name}: no {key}");
        }
        // Links to registries lead nowhere as long as nothing is published.
        for key in ["documentation", "homepage", "repository"] {
            assert!(package.get(key).is_none(), "{name}: {key}");
        }
        let terms = package.get("license").or(package.get("license-file"));
        assert!(terms.is_some(), "{name}");
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let own = fs::read(path.join(file)).unwrap();
            assert!(
                own == fs::read(root().join(file)).unwrap(),
                "{name}: {file}"
            );
        }
        if let Some(readme) = package["readme"].as_str() {
            assert!(path.join(readme).is_file(), "{name}: {readme}");
        }
    }
}

#[test]
fn the_library_says_which_rust_it_needs() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let version = manifest["workspace"]["package"]["rust-version"].as_str();
    let told = format!("Rust {} or newer", version.unwrap());
    assert!(read("crates/utsushi/README.md").contains(&told), "{told}");
}

/// A file that lies outside of its crate is there while the project is built, and missing from the
/// package.
#[test]
fn nothing_is_built_from_files_of_other_crates() {
    let mut seen = 0;
    for (path, _) in crates() {
        let mut files = Vec::new();
        sources(&path.join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for part in text.split("include_").skip(1) {
                let kind = part.starts_with("bytes!(") || part.starts_with("str!(");
                let named = part.split('"').nth(1).filter(|_| kind);
                let Some(named) = named.filter(|it| it.starts_with("../")) else {
                    continue;
                };
                seen += 1;
                // Steps up from the file's folder, which is `src` or below it.
                let up = Path::new(named).components();
                let up = up.filter(|it| *it == Component::ParentDir).count();
                let inside = file.strip_prefix(&path).unwrap().components().count() - 1;
                assert!(up <= inside, "{}: {named}", file.display());
            }
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn the_example_on_the_page_is_the_one_in_the_examples() {
    let bytes = |path: &str| fs::read(root().join(path)).unwrap();
    let own = bytes("crates/server/assets/eileen.png");
    assert!(own == bytes("examples/pictures/eileen.png"));
}

#[test]
fn models_fit_into_packages() {
    for package in ["builtin-model", "free-model"] {
        let file = format!("crates/{package}/assets/model.safetensors");
        let packed = packed(&fs::read(root().join(file)).unwrap());
        // The rest of the crate is a few pages of text.
        assert!(packed + (64 << 10) < LARGEST, "{package}: {packed} bytes");
    }
}

/// How many bytes a file has when it is packed.
fn packed(file: &[u8]) -> usize {
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let best = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(9));
    packed.start_file("model", best).unwrap();
    packed.write_all(file).unwrap();
    packed.finish().unwrap().into_inner().len()
}
