//! Entries of a prepared set's manifest, one line each.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{ContentHash, Split};

/// An entry: a picture of a prepared set, as one line of `manifest.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Hash of the file from which the picture was cut; it names the picture in the set.
    pub hash: ContentHash,
    /// Name of the style that the picture belongs to.
    pub style: String,
    /// Whether the picture is for training or validation.
    pub split: Split,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// Width in pixels of the file from which the picture was cut.
    pub width: u32,
    /// Height in pixels of the file from which the picture was cut.
    pub height: u32,
    /// Labels of the picture from its source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Entry {
    /// Path of the picture within the prepared set's folder.
    pub fn relative_path(&self) -> PathBuf {
        picture_path(&self.style, &self.hash)
    }
}

/// Makes the path `pictures/<style>/<first two digits>/<hash>.png`.
pub(crate) fn picture_path(style: &str, hash: &ContentHash) -> PathBuf {
    let hash = hash.to_string();
    PathBuf::from("pictures")
        .join(style)
        .join(&hash[..2])
        .join(format!("{hash}.png"))
}
