//! One line of a prepared set's manifest.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{ContentHash, Split};

/// A picture of a prepared set: one line of `manifest.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Hash of the file the picture was cut from; its name in the set.
    pub hash: ContentHash,
    /// The style it belongs to.
    pub style: String,
    /// Training or validation.
    pub split: Split,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// Width of the file the picture was cut from, in pixels.
    pub width: u32,
    /// Height of that file, in pixels.
    pub height: u32,
    /// The source's free label columns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Entry {
    /// Path of the picture in the prepared set's folder.
    pub fn relative_path(&self) -> PathBuf {
        picture_path(&self.style, &self.hash)
    }
}

/// `pictures/<style>/<first two digits>/<hash>.png`.
pub(crate) fn picture_path(style: &str, hash: &ContentHash) -> PathBuf {
    let hash = hash.to_string();
    PathBuf::from("pictures")
        .join(style)
        .join(&hash[..2])
        .join(format!("{hash}.png"))
}
