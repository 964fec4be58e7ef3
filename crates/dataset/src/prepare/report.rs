//! Reports of a preparation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DropReason, Notice};

/// Report of a preparation, style by style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareReport {
    /// Counts of each style, in the order of the sets file.
    pub styles: Vec<StyleCounts>,
    /// All pictures left out, in the order of processing.
    pub dropped: Vec<DroppedPicture>,
    /// Pictures that were kept although they were to be cut by a face and none was found.
    pub without_face: Vec<FacelessPicture>,
    /// Notices on the sources.
    pub notices: Vec<Notice>,
    /// Number of pictures cut and kept in this run; the others are from an earlier one.
    pub cut: usize,
}

/// Numbers of pictures of one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StyleCounts {
    /// The style's name.
    pub style: String,
    /// Number of pictures processed.
    pub seen: usize,
    /// Number of pictures kept for training.
    pub train: usize,
    /// Number of pictures kept for validation.
    pub validation: usize,
    /// Number of pictures kept although they were to be cut by a face and none was found.
    pub without_face: usize,
    /// Number of pictures left out, by the short name of the reason.
    pub dropped: BTreeMap<&'static str, usize>,
}

/// A picture that was cut at the top because no face was found: one line of `report.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacelessPicture {
    /// The style that the picture is of.
    pub style: String,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// The crop that was taken instead: always `top`.
    pub fallback_crop: String,
}

/// A picture that was left out: one line of `report.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedPicture {
    /// The style it would have been in.
    pub style: String,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// Why it was left out.
    #[serde(flatten)]
    pub why: DropReason,
}
