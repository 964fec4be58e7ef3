//! What a preparation did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DropReason, Notice};

/// Report of a preparation, style by style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareReport {
    /// One line a style, in the order of the sets file.
    pub styles: Vec<StyleCounts>,
    /// All pictures left out, in the order they were met.
    pub dropped: Vec<DroppedPicture>,
    /// Pictures that were kept although they were to be cut by a face that was not found.
    pub without_face: Vec<FacelessPicture>,
    /// Notices on the sources.
    pub notices: Vec<Notice>,
    /// Pictures cut and kept in this run; the others were there from an earlier one.
    pub cut: usize,
}

/// Counts of one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StyleCounts {
    /// The style's name.
    pub style: String,
    /// Pictures looked at.
    pub seen: usize,
    /// Pictures kept for training.
    pub train: usize,
    /// Pictures kept for validation.
    pub validation: usize,
    /// Pictures among those kept in which no face was found, although they were to be cut by it.
    pub without_face: usize,
    /// Pictures left out, by the short name of the reason.
    pub dropped: BTreeMap<&'static str, usize>,
}

/// A picture that was cut at the top for want of a face: one line of `report.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacelessPicture {
    /// The style that the picture is of.
    pub style: String,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// The cut that was taken: always `top`.
    pub fallback_crop: String,
}

/// A picture that was left out: one line of `report.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedPicture {
    /// The style it would have been in.
    pub style: String,
    /// The source as the sets file names it, and the path inside it.
    pub source: String,
    /// The reason.
    #[serde(flatten)]
    pub why: DropReason,
}
