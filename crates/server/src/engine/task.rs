//! What is asked for, and what comes of it.

mod anatomy;
mod colour;
mod edit;
mod generate;
mod look;
mod morph;
mod region;
mod save_style;
mod work;

pub use anatomy::{FindLandmarks, Segment};
pub use colour::ColourLines;
pub use edit::{Edit, ToLabel};
pub use generate::Generate;
pub use look::Subject;
pub use morph::{Morph, MorphKeyframe};
pub use region::{PictureRegion, RegionPlace, RegionRole};
pub use save_style::SaveStyle;
pub use work::{PartSource, StylePart, Work};

use bytes::Bytes;
use utsushi_imaging::{AnimationFormat, Format, OutputFormat};

use super::{Shared, WorkError};

/// Directions of the model that pictures can be moved along.
pub(super) const DIRECTIONS: usize = 12;

/// Anything that an engine does.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// A picture in a style.
    Paint(Work),
    /// A picture moved along directions, or to labels.
    Edit(Edit),
    /// One picture turned into the next.
    Morph(Morph),
    /// New paintings.
    Generate(Generate),
    /// A line drawing in the colours of a painting.
    Colour(ColourLines),
    /// A map of the parts of a picture.
    Segment(Segment),
    /// The landmarks of the faces in a picture.
    Landmarks(FindLandmarks),
    /// A style in a file.
    SaveStyle(SaveStyle),
}

impl From<Work> for Task {
    fn from(work: Work) -> Self {
        Self::Paint(work)
    }
}

impl From<Edit> for Task {
    fn from(edit: Edit) -> Self {
        Self::Edit(edit)
    }
}

impl From<Morph> for Task {
    fn from(morph: Morph) -> Self {
        Self::Morph(morph)
    }
}

impl From<Generate> for Task {
    fn from(generate: Generate) -> Self {
        Self::Generate(generate)
    }
}

impl From<ColourLines> for Task {
    fn from(colour: ColourLines) -> Self {
        Self::Colour(colour)
    }
}

impl From<Segment> for Task {
    fn from(segment: Segment) -> Self {
        Self::Segment(segment)
    }
}

impl From<FindLandmarks> for Task {
    fn from(landmarks: FindLandmarks) -> Self {
        Self::Landmarks(landmarks)
    }
}

impl From<SaveStyle> for Task {
    fn from(save: SaveStyle) -> Self {
        Self::SaveStyle(save)
    }
}

impl Task {
    /// Whether the task can be done, as far as headers tell; the pixels that it takes.
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        match self {
            Self::Paint(work) => work.check(shared),
            Self::Edit(edit) => edit.check(shared),
            Self::Morph(morph) => morph.check(shared),
            Self::Generate(generate) => generate.check(shared),
            Self::Colour(colour) => colour.check(shared),
            Self::Segment(segment) => segment.check(shared),
            Self::Landmarks(landmarks) => landmarks.check(shared),
            Self::SaveStyle(save) => save.check(shared),
        }
    }
}

/// What a task takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Pixels that are painted.
    pub(super) painted: u64,
    /// Bytes of all that is decoded at a time.
    pub(super) held: u64,
}

/// Bytes of a pixel of 8 bits a channel, with alpha.
pub(super) const PIXEL_BYTES: u64 = 4;

/// A finished picture or animation, or what else a task leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The bytes of a file.
    pub bytes: Bytes,
    /// Its format.
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
    /// The same with more notes.
    pub(super) fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }
}

/// The format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
