//! Promises of the libraries' interfaces that a compiler does not check.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of all crates but the program, which nobody depends on, by their paths.
fn sources() -> Vec<(PathBuf, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = fs::read_dir(crates)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("cli"))
        .map(|path| path.join("src"))
        .collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                sources.push((path, text));
            }
        }
    }
    assert!(sources.len() > 300, "only {} files found", sources.len());
    sources
}

/// Whether an enum may gain variants in a minor version, as the documentation of `utsushi` says.
fn may_grow(name: &str) -> bool {
    name.ends_with("Error") || name.ends_with("Format")
}

/// Public enums that may grow and yet can be matched without a `_`.
fn closed_enums(source: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = Vec::new();
    let mut closed = Vec::new();
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("pub enum ") {
            let end = rest.find(|c: char| !c.is_alphanumeric());
            let name = &rest[..end.unwrap_or(rest.len())];
            if may_grow(name) && !attributes.contains(&"#[non_exhaustive]") {
                closed.push(name);
            }
        }
        // Attributes and comments go on to the item below them; whatever else is not of it.
        if line.starts_with("#[") || line.starts_with("//") {
            attributes.push(line)
        } else {
            attributes.clear()
        }
    }
    closed
}

/// Public functions whose errors are texts, by what stands between `pub fn` and the body.
fn errors_as_text(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in source.split("pub fn ").skip(1) {
        let end = rest.find([';', '{']).unwrap_or(rest.len());
        let signature = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        let result = signature.rsplit_once("-> Result<").map_or("", |(_, it)| it);
        let error = result.rsplit_once(',').map_or("", |(_, error)| error);
        if ["String>", "&'static str>", "&str>"].contains(&error.trim()) {
            found.push(signature);
        }
    }
    if source.contains("type Err = String;") {
        found.push("FromStr".to_owned());
    }
    found
}

#[test]
fn errors_and_formats_may_gain_variants() {
    for (path, source) in sources() {
        let closed = closed_enums(&source);
        let path = path.display();
        assert!(
            closed.is_empty(),
            "{path}: #[non_exhaustive] for {closed:?}"
        );
    }
}

#[test]
fn public_functions_return_errors_and_not_texts() {
    for (path, source) in sources() {
        let texts = errors_as_text(&source);
        let path = path.display();
        assert!(
            texts.is_empty(),
            "{path}: a type for the error of {texts:?}"
        );
    }
}

#[test]
fn what_is_looked_for_is_found() {
    let source = "/// An error.\npub enum ReadError {}\n\
                  #[non_exhaustive]\npub enum WriteError {}\n\
                  #[non_exhaustive]\n/// Another.\npub enum Format {\n    A,\n}\n\
                  pub enum OutputFormat {}\npub enum Layout {}\nenum InnerError {}\n";
    assert_eq!(closed_enums(source), ["ReadError", "OutputFormat"]);
    let source = "pub fn a(\n    x: u8,\n) -> Result<(), String> {}\n\
                  pub fn b() -> Result<String, Error> {}\n\
                  fn c() -> Result<(), String> {}\n\
                  pub(crate) fn d() -> Result<(), String> {}\n";
    assert_eq!(
        errors_as_text(source),
        ["a( x: u8, ) -> Result<(), String>"]
    );
    assert_eq!(errors_as_text("    type Err = String;\n"), ["FromStr"]);
}
