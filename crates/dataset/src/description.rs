//! The description of a prepared set, `set.toml`, a file that people can read.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{ContentHash, DatasetError, Role};

pub(crate) const DESCRIPTION_FILE: &str = "set.toml";
pub(crate) const MANIFEST_FILE: &str = "manifest.jsonl";
pub(crate) const FORMAT: u32 = 1;

/// A style of a prepared set, as described in `set.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleEntry {
    /// The style's name.
    pub name: String,
    /// Whether pictures may be painted in the style.
    pub role: Role,
    /// Number of pictures to train on.
    pub train: usize,
    /// Number of pictures that are held out.
    pub validation: usize,
    /// Terms of the style's pictures, in words; those of several sources are joined by `; `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The label columns on which all sources of the style agree.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// The content of `set.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// Version of the folder's layout.
    pub format: u32,
    /// Side of the prepared pictures in pixels.
    pub size: u32,
    /// Fraction of pictures asked for validation, 0…0.5.
    pub validation: f64,
    /// Hash of the settings with which the set was prepared.
    pub settings: ContentHash,
    /// Hash of the manifest's bytes, so that manifest and description of different runs are not
    /// mixed.
    pub manifest: ContentHash,
    /// The styles, in the order of the sets file; their index is a style's number in training.
    #[serde(rename = "style")]
    pub styles: Vec<StyleEntry>,
}

impl Description {
    pub fn read(folder: &Path) -> Result<Self, DatasetError> {
        let path = folder.join(DESCRIPTION_FILE);
        let text = std::fs::read_to_string(&path).map_err(DatasetError::file("read", &path))?;
        Self::parse(&text, &path)
    }

    /// Parses the text of a description; `path` stands for its file in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, DatasetError> {
        let damaged = |message: String| DatasetError::PreparedSet {
            path: path.to_owned(),
            message,
        };
        // The version first: a later layout may have keys that this one does not know.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let version: Version = toml::from_str(text).map_err(|error| damaged(error.to_string()))?;
        if version.format != FORMAT {
            return Err(damaged(format!(
                "written in layout {}, this build reads layout {FORMAT}; prepare the set again",
                version.format
            )));
        }
        toml::from_str(text).map_err(|error| damaged(error.to_string()))
    }
}
