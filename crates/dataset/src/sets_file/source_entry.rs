//! Entries of a sets file, one for each source.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{Crop, Ground, Role};

/// A source of pictures, one `[[source]]` of a sets file. Several sources may feed one style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// A folder (read with all folders in it), a zip, or a tar (`.tar`, `.tar.gz`).
    pub path: PathBuf,
    /// Name of the style that the pictures belong to: letters of any script, digits, `-` and `_`.
    pub style: String,
    /// The part of each picture that is used.
    #[serde(default)]
    pub crop: Crop,
    /// The ground that transparent pictures are laid on.
    #[serde(default)]
    pub ground: Ground,
    /// Whether pictures may be painted in the style, or it only provides contents.
    #[serde(default)]
    pub role: Role,
    /// Terms under which the pictures may be used, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Labels of all pictures of the source, copied to their lines of the manifest.
    #[serde(default, deserialize_with = "scalars")]
    pub labels: BTreeMap<String, String>,
    /// A file with labels of single pictures: CSV, JSON Lines, or StyleGAN's `dataset.json`;
    /// relative paths start where those of sources do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels_from: Option<PathBuf>,
    /// Choice of the pictures that are used, in the order of their names.
    #[serde(default)]
    pub pick: Pick,
    /// Whether subfolders are read, too.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub subfolders: bool,
    /// Near-duplicate distance for this source, instead of the file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_distance: Option<u32>,
}

/// A choice of every n-th picture of a source, in the order of their names.
///
/// It is for sources whose files follow each other in a fixed cycle, such as bust, face, head: each
/// kind can then be a source of its own with its own crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// Length of the cycle, at least 1.
    pub every: usize,
    /// Place in the cycle of the pictures used, below `every`.
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

/// Deserialises label values as text, so that every column has one type.
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
