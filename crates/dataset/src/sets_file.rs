//! Sets files in TOML, which say which pictures make up a training set.

mod check;
mod source_entry;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use source_entry::{Pick, SourceEntry};

use crate::source::styles_below;
use crate::{Crop, DatasetError, Ground, Notice, Role, style_name};

/// A sets file: the sources of a training set, and how their pictures are chosen and cut.
///
/// ```toml
/// size = 128              # side of the prepared pictures, in pixels
/// validation = 0.05       # fraction held out
/// min_size = 48           # shortest side after the crop, in pixels
/// min_deviation = 4.0     # blank below this standard deviation of brightness (0…255)
/// duplicate_distance = 4  # bits of 64 in which look-alikes may differ, 0…15
///
/// [[source]]
/// path = "tv-cel.zip"     # a folder or a zip, relative to this file or to the root
/// style = "tv-cel"
/// crop = { box = [0.14, 0.10, 0.86, 0.82] }
/// role = "style"          # or "content-only"
/// licence = "research use"
/// labels = { age = "adult" }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetsFile {
    /// Side of the prepared pictures in pixels, 16…1024.
    #[serde(default = "defaults::size")]
    pub size: u32,
    /// Fraction of each style's pictures that is held out for validation, 0…0.5.
    #[serde(default = "defaults::validation")]
    pub validation: f64,
    /// Shortest side after the crop, in pixels; smaller pictures are dropped.
    #[serde(default = "defaults::min_size")]
    pub min_size: u32,
    /// Standard deviation of brightness (0…255) below which a picture is dropped as blank.
    #[serde(default = "defaults::min_deviation")]
    pub min_deviation: f64,
    /// Number of bits (0…15), of 64, in which the fingerprints of two pictures of a style may
    /// differ across, and twice as many down, for the second to be dropped as a near-duplicate.
    #[serde(default = "defaults::duplicate_distance")]
    pub duplicate_distance: u32,
    /// The sources, `[[source]]` each.
    #[serde(rename = "source", default)]
    pub sources: Vec<SourceEntry>,
    /// Folder from which relative source paths start: the sets file's own.
    #[serde(skip)]
    folder: PathBuf,
    /// Notices on parts of a folder of pictures that could not be listed.
    #[serde(skip)]
    pub(crate) notices: Vec<Notice>,
}

mod defaults {
    pub fn size() -> u32 {
        128
    }
    pub fn validation() -> f64 {
        0.05
    }
    pub fn min_size() -> u32 {
        48
    }
    pub fn min_deviation() -> f64 {
        4.0
    }
    pub fn duplicate_distance() -> u32 {
        4
    }
}

impl SetsFile {
    /// Reads and checks a sets file.
    ///
    /// # Errors
    /// The file cannot be read, or a key is unknown, missing or out of its range: the message names
    /// the key, its value and the fix.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let text = std::fs::read_to_string(path).map_err(DatasetError::file("read", path))?;
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Self::parse(&text, folder).map_err(|message| DatasetError::SetsFile {
            path: path.to_path_buf(),
            message,
        })
    }

    /// Makes the sets file for a folder of pictures, or for a zip or tar of them: with defaults
    /// throughout, and each of its folders, zips and tars as one style. Styles are named after
    /// them, with `-` for characters that no name may have.
    ///
    /// # Errors
    /// The folder cannot be listed, or it has only folders that cannot be listed.
    pub fn of_pictures(path: &Path) -> Result<Self, DatasetError> {
        let mut file = Self {
            size: defaults::size(),
            validation: defaults::validation(),
            min_size: defaults::min_size(),
            min_deviation: defaults::min_deviation(),
            duplicate_distance: defaults::duplicate_distance(),
            sources: Vec::new(),
            folder: PathBuf::new(),
            notices: Vec::new(),
        };
        for style in styles_below(path, &mut file.notices)? {
            let taken: Vec<&str> = file.sources.iter().map(|it| &it.style[..]).collect();
            let name = style_name::style_name_like(&style.name, &taken);
            file.sources.push(SourceEntry {
                path: style.path,
                style: name,
                crop: Crop::default(),
                ground: Ground::default(),
                role: Role::default(),
                licence: None,
                labels: BTreeMap::new(),
                labels_from: None,
                pick: Pick::default(),
                subfolders: style.subfolders,
                duplicate_distance: None,
            });
        }
        Ok(file)
    }

    fn parse(text: &str, folder: PathBuf) -> Result<Self, String> {
        let mut file: Self = toml::from_str(text).map_err(|error| match backslashes(text) {
            Some((line, path)) => format!(
                "{error}\nline {line} has `\\` between double quotes, where it begins a code; write \
                 {}",
                written(path)
            ),
            None => error.to_string(),
        })?;
        file.folder = folder;
        check::check(&file)?;
        Ok(file)
    }

    /// Path of a source's table of labels, if it has one.
    pub fn labels_path(&self, source: &SourceEntry, root: Option<&Path>) -> Option<PathBuf> {
        let file = source.labels_from.as_ref()?;
        Some(root.unwrap_or(&self.folder).join(file))
    }

    /// Path of a source: below `root` if there is one, else beside the sets file.
    pub fn source_path(&self, source: &SourceEntry, root: Option<&Path>) -> PathBuf {
        root.unwrap_or(&self.folder).join(&source.path)
    }
}

/// The number of the first line with a key whose value has `\` between double quotes, and that
/// value.
fn backslashes(text: &str) -> Option<(usize, &str)> {
    let value = |line| -> Option<&str> {
        let line: &str = line;
        let value = line.split_once('=')?.1.trim_start().strip_prefix('"')?;
        let value = value.rsplit_once('"').map_or(value, |(value, _)| value);
        value.contains('\\').then_some(value)
    };
    let mut lines = text.lines().enumerate();
    lines.find_map(|(index, line)| Some((index + 1, value(line)?)))
}

/// A path with `\` in it, as it must be written in TOML.
fn written(path: &str) -> String {
    if path.contains('\'') {
        format!("each of them twice: \"{}\"", path.replace('\\', "\\\\"))
    } else {
        format!("the path in single quotes: '{path}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Crop, Role};

    fn parse(text: &str) -> Result<SetsFile, String> {
        SetsFile::parse(text, PathBuf::from("configs"))
    }

    #[test]
    fn a_short_file_gets_the_defaults() {
        let file = parse("[[source]]\npath = 'a.zip'\nstyle = 'a'").unwrap();
        assert_eq!(
            (file.size, file.min_size, file.duplicate_distance),
            (128, 48, 4)
        );
        assert_eq!((file.validation, file.min_deviation), (0.05, 4.0));
        let source = &file.sources[0];
        assert_eq!((source.crop, source.role), (Crop::Centre, Role::Style));
        assert_eq!(file.source_path(source, None), Path::new("configs/a.zip"));
        assert_eq!(
            file.source_path(source, Some(Path::new("/d"))),
            Path::new("/d/a.zip")
        );
    }

    #[test]
    fn a_full_file_is_read_as_written() {
        let file = parse(
            "size = 64\nvalidation = 0.1\nmin_size = 32\nmin_deviation = 2\nduplicate_distance = 0\n\
             [[source]]\npath = 'a'\nstyle = '水墨_1'\ncrop = { box = [0, 0.25, 1, 0.75] }\n\
             role = 'content-only'\nlicence = 'CC0'\nlabels = { age = 7, role = 'hero', old = true }\n\
             pick = { every = 3, first = 1 }\nduplicate_distance = 2",
        )
        .unwrap();
        let source = &file.sources[0];
        assert_eq!(source.style, "水墨_1");
        assert_eq!(source.crop, Crop::Box([0.0, 0.25, 1.0, 0.75]));
        assert_eq!(source.role, Role::ContentOnly);
        assert_eq!(source.labels["age"], "7");
        assert_eq!(source.labels["role"], "hero");
        assert_eq!(source.labels["old"], "true");
        assert_eq!(source.pick, Pick { every: 3, first: 1 });
        assert_eq!(source.duplicate_distance, Some(2));
    }

    #[test]
    fn errors_name_the_key_and_the_fix() {
        let source = "[[source]]\npath = 'a.zip'\nstyle = 'a'\n";
        let cases = [
            ("sise = 64\n", "", ["sise", "size"]),
            ("size = 8\n", "", ["size = 8", "16…1024"]),
            ("size = 'big'\n", "", ["size = 'big'", "u32"]),
            ("validation = 0.9\n", "", ["validation = 0.9", "0.05"]),
            ("min_size = 0\n", "", ["min_size = 0", "48"]),
            ("min_deviation = nan\n", "", ["min_deviation = NaN", "4"]),
            (
                "duplicate_distance = 16\n",
                "",
                ["duplicate_distance = 16", "0…15"],
            ),
            ("", "crop = 'middle'\n", ["crop = \"middle\"", "centre"]),
            ("", "crop = 3\n", ["crop = 3", "centre"]),
            ("", "crop = { box = [0, 0, 1] }\n", ["crop", "four numbers"]),
            (
                "",
                "crop = { box = [0.5, 0, 0.2, 1] }\n",
                ["box = [0.5", "left < right"],
            ),
            ("", "crop = { circle = 1 }\n", ["circle", "box"]),
            ("", "role = 'styles'\n", ["styles", "content-only"]),
            ("", "license = 'MIT'\n", ["license", "licence"]),
            (
                "",
                "labels = { age = [1] }\n",
                ["age", "text, a number or true/false"],
            ),
            (
                "",
                "pick = { every = 0, first = 0 }\n",
                ["every = 0", "at least 1"],
            ),
            (
                "",
                "pick = { every = 3, first = 3 }\n",
                ["first = 3", "below"],
            ),
            (
                "",
                "duplicate_distance = 99\n",
                ["duplicate_distance = 99", "0…15"],
            ),
            (
                "",
                "[[source]]\npath = 'b'\nstyle = '../b'\n",
                ["style = \"../b\"", "letters"],
            ),
            (
                "",
                "[[source]]\npath = ''\nstyle = 'b'\n",
                ["path", "folder or zip"],
            ),
            ("", "[[source]]\nstyle = 'b'\n", ["path", "missing"]),
            (
                "",
                "[[source]]\npath = 'b'\nstyle = 'a'\nrole = 'content-only'\n",
                ["style = \"a\"", "role"],
            ),
            (
                "",
                "[[source]]\npath = 'b'\nstyle = 'A'\n",
                ["style = \"A\"", "upper and lower case"],
            ),
            (
                "",
                "[[source]]\npath = 'b'\nstyle = '水　墨'\n",
                ["style = \"水　墨\"", "letters"],
            ),
        ];
        for (before, after, expected) in cases {
            let message = parse(&format!("{before}{source}{after}")).unwrap_err();
            for part in expected {
                assert!(
                    message.contains(part),
                    "`{before}{after}`: no `{part}` in: {message}"
                );
            }
        }
        assert!(parse("size = 64").unwrap_err().contains("[[source]]"));
        for path in [r#""C:\Users\me""#, r#""C:\temp\new""#, r#""D:\art""#] {
            let message = parse(&format!("[[source]]\npath = {path}\nstyle = 'a'")).unwrap_err();
            let own = format!("single quotes: '{}'", path.trim_matches('"'));
            assert!(message.contains(&own), "{own} / {message}");
        }
        let path = r#""C:\Users\O'Neill""#;
        let message = parse(&format!("[[source]]\npath = {path}\nstyle = 'a'")).unwrap_err();
        assert!(
            message.contains(r#"twice: "C:\\Users\\O'Neill""#),
            "{message}"
        );
    }
}
