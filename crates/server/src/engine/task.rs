//! Tasks and their results. Each kind of work has a file, which is listed only here; all public
//! items are public in the crate, too.

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

/// Number of the model's directions along which pictures can be moved.
pub(super) const DIRECTIONS: usize = 12;

/// A task of any kind for an engine.
#[derive(Debug)]
pub struct Task(Box<dyn Kind>);

impl<K: Kind + 'static> From<K> for Task {
    fn from(kind: K) -> Self {
        Self(Box::new(kind))
    }
}

impl Task {
    /// Checks, as far as headers show, that the task can be done; returns the pixels and memory
    /// that it takes.
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        self.0.check(shared)
    }

    /// Performs the task on a worker's thread.
    pub(super) fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        self.0.perform(worker)
    }
}

/// The result of a task: a finished picture or animation, or other data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The bytes of the result's file.
    pub bytes: Bytes,
    /// Format of the file.
    pub format: PaintedFormat,
    /// Width in pixels; for a result that is not a picture, the width of the picture that it
    /// describes or that shows it.
    pub width: u32,
    /// Height in pixels; for a result that is not a picture, the height of the picture that it
    /// describes or that shows it.
    pub height: u32,
    /// Number of pictures: 1 for all but animations, and 0 for a result that is not a picture.
    pub frames: u32,
    /// Notes on the result, in words.
    pub notes: Vec<String>,
}

impl Painted {
    /// Adds notes to the result.
    pub(super) fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }
}

/// The format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaintedFormat {
    /// A single picture.
    Picture(OutputFormat),
    /// An animation.
    Animation(AnimationFormat),
    /// Landmarks of faces as JSON.
    Landmarks,
    /// A saved style ([`SavedStyle`](utsushi::SavedStyle)).
    Style,
}

impl PaintedFormat {
    /// The usual suffix of a file in this format, without the dot.
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
