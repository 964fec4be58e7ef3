//! One source of a sets file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{Crop, Ground, Role};

/// One `[[source]]` of a sets file. Several sources may feed one style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// A folder (read with all folders in it), a zip, or a tar (`.tar`, `.tar.gz`).
    pub path: PathBuf,
    /// The style the pictures belong to: letters of any script, digits, `-` and `_`.
    pub style: String,
    /// The part of each picture that is used.
    #[serde(default)]
    pub crop: Crop,
    /// The ground that transparent pictures are laid on.
    #[serde(default)]
    pub ground: Ground,
    /// Whether the style may be painted in, or only lends its faces.
    #[serde(default)]
    pub role: Role,
    /// Terms under which the pictures may be used, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Free columns copied to each picture's line of the manifest.
    #[serde(default, deserialize_with = "scalars")]
    pub labels: BTreeMap<String, String>,
    /// A file with labels of single pictures: CSV, JSON Lines, or StyleGAN's `dataset.json`; it
    /// lies where sources lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels_from: Option<PathBuf>,
    /// The pictures that are used, in the order of their names.
    #[serde(default)]
    pub pick: Pick,
    /// Whether the folders in a folder are read too.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub subfolders: bool,
    /// As the file's key of that name, for this source alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_distance: Option<u32>,
}

/// Every so many pictures of a source, counted in the order of their names.
///
/// For sources whose files come in a fixed turn, such as bust, face, head: each kind can then be a
/// source of its own with its own crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The length of a turn, at least 1.
    pub every: usize,
    /// The place in the turn, below `every`.
    pub first: usize,
}

impl Default for Pick {
    fn default() -> Self {
        Self { every: 1, first: 0 }
    }
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

/// Label values as text, so that every column has one type.
fn scalars<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let text = |(key, value)| {
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Float(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            other => {
                return Err(D::Error::custom(format!(
                    "label `{key} = {other}` must be text, a number or true/false"
                )));
            }
        };
        Ok((key, text))
    };
    BTreeMap::<String, toml::Value>::deserialize(deserializer)?
        .into_iter()
        .map(text)
        .collect()
}
