//! What is asked for, and what comes of it. Each kind of work has a file, which is named here alone; all that
//! is public is public in the crate too.

mod anatomy;
mod colour;
mod edit;
mod generate;
mod kind;
mod look;
mod morph;
mod paint;
mod region;
mod save_style;

pub use anatomy::{FindLandmarks, Segment};
pub use colour::ColourLines;
pub use edit::{Edit, LabelTarget};
pub use generate::Generate;
pub use look::Subject;
pub use morph::{Morph, MorphKeyframe};
pub(in crate::engine) use paint::parts_of;
pub use paint::{PartSource, StylePart, Work};
pub use region::{PictureRegion, RegionPlace, RegionRole};
pub use save_style::SaveStyle;

use std::fmt::Debug;

use bytes::Bytes;
use utsushi_imaging::{AnimationFormat, Format, OutputFormat};

use super::worker::Worker;
use super::{Shared, WorkError};
use kind::Kind;
pub(super) use kind::{PIXEL_BYTES, Size};

/// Directions of the model that pictures can be moved along.
pub(super) const DIRECTIONS: usize = 12;

/// Anything that an engine does: each kind of work turns into one.
#[derive(Debug)]
pub struct Task(Box<dyn Kind>);

impl<K: Kind + 'static> From<K> for Task {
    fn from(kind: K) -> Self {
        Self(Box::new(kind))
    }
}

impl Task {
    /// Whether the task can be done, as far as headers tell; the pixels that it takes.
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        self.0.check(shared)
    }

    /// Does it, on a worker's thread.
    pub(super) fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        self.0.perform(worker)
    }
}

/// A finished picture or animation, or what else a task leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The bytes of a file.
    pub bytes: Bytes,
    /// The file's format.
    pub format: PaintedFormat,
    /// Pixels in a row; where it is no picture, of the one that it tells of or that shows it.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pictures in it: 1 for all but animations, and 0 where it is no picture.
    pub frames: u32,
    /// What there is to know of it, in words.
    pub notes: Vec<String>,
}

impl Painted {
    /// The result with more notes.
    pub(super) fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }
}

/// The format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaintedFormat {
    /// One picture.
    Picture(OutputFormat),
    /// Many.
    Animation(AnimationFormat),
    /// Landmarks of faces, in JSON.
    Landmarks,
    /// A [`SavedStyle`](utsushi::SavedStyle).
    Style,
}

impl PaintedFormat {
    /// The usual ending of a file in this format, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Picture(format) => Format::from(format).extension(),
            Self::Animation(format) => format.extension(),
            Self::Landmarks => "json",
            Self::Style => "style",
        }
    }

    /// The media type of a file in this format.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Picture(format) => Format::from(format).media_type(),
            Self::Animation(format) => format.media_type(),
            Self::Landmarks => "application/json",
            Self::Style => "application/octet-stream",
        }
    }
}
