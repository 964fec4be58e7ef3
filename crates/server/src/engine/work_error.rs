//! Why a picture is not painted.

use utsushi::creative::{FaceShapeError, LinesError};
use utsushi::{PaintError, StyleError};
use utsushi_imaging::{DecodeError, EncodeError, OutputFormat};

use super::task::Subject;

/// Error returned when work cannot be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// A picture cannot be read.
    #[error("{subject}: {reason}")]
    Picture {
        /// The one in question.
        subject: Subject,
        /// The fault.
        reason: DecodeError,
    },
    /// A picture is larger than allowed; it was not decoded.
    #[error(
        "{subject} has {width}×{height} pixels, more than the limit of {limit} pixels; make it \
         smaller"
    )]
    TooManyPixels {
        /// The one in question.
        subject: Subject,
        /// The picture's width.
        width: u32,
        /// The picture's height.
        height: u32,
        /// [`crate::Limits::pixels`].
        limit: u64,
    },
    /// A reference is a saved style that cannot be used.
    #[error("{0}")]
    SavedStyle(String),
    /// More references than allowed.
    #[error("{found} references were given; the limit is {limit}")]
    References {
        /// References given.
        found: usize,
        /// [`crate::Limits::references`].
        limit: usize,
    },
    /// A mix or a region names a reference that was not sent.
    #[error("reference {index}, counted from 0, is asked for, but {found} were sent")]
    NoSuchReference {
        /// The reference.
        index: usize,
        /// References sent.
        found: usize,
    },
    /// A direction that the model does not have.
    #[error("direction {index}, counted from 0, is asked for, but there are {found}")]
    NoSuchDirection {
        /// The direction.
        index: usize,
        /// Directions there are.
        found: usize,
    },
    /// An edit that goes nowhere.
    #[error("no direction is given")]
    NoDirection,
    /// A direction is asked for twice.
    #[error("direction {index} is given twice; add the amounts up")]
    DirectionTwice {
        /// The direction.
        index: usize,
    },
    /// A change of the shape of faces that there is not, or one that goes too far.
    #[error(transparent)]
    Shape(#[from] FaceShapeError),
    /// A change of the shape of faces is given twice.
    #[error("the shape `{name}` is given twice")]
    ShapeTwice {
        /// The shape's name.
        name: String,
    },
    /// The shape of faces is to be changed, and there is none whose eyes, mouth and chin are found.
    #[error(
        "the content: no face is found whose eyes, mouth and chin are clear enough to move them"
    )]
    NoFace,
    /// Too far along a direction, or no number.
    #[error("the amount {amount} is out of range: expected a number from −{limit} to {limit}")]
    Amount {
        /// The amount.
        amount: f32,
        /// The largest one, either way.
        limit: f32,
    },
    /// More pictures in a morph than allowed.
    #[error("{found} pictures were given; the limit is {limit}")]
    Pictures {
        /// Pictures given.
        found: usize,
        /// [`crate::Limits::pictures`].
        limit: usize,
    },
    /// A morph names a picture that was not sent.
    #[error("the morph passes through picture {index}, counted from 0, but {found} were sent")]
    NoSuchPicture {
        /// The picture.
        index: usize,
        /// Pictures sent.
        found: usize,
    },
    /// A morph with less than two keyframes, or less frames than keyframes.
    #[error(
        "a morph of {keyframes} pictures in {frames} frames: there must be at least two pictures, and a frame for each"
    )]
    TooFewFrames {
        /// Keyframes asked for.
        keyframes: usize,
        /// Frames asked for.
        frames: usize,
    },
    /// A morph with more frames than allowed.
    #[error("{found} frames were asked for; the limit is {limit}")]
    TooManyFrames {
        /// Frames asked for.
        found: usize,
        /// [`crate::Limits::frames`].
        limit: usize,
    },
    /// A morph whose frames have more pixels together than allowed.
    #[error(
        "all frames together have {found} pixels, more than the limit of {limit}; ask for fewer or smaller ones"
    )]
    FilmPixels {
        /// Pixels of all frames.
        found: u64,
        /// [`crate::Limits::film_pixels`].
        limit: u64,
    },
    /// A rate or size of frames that cannot be used.
    #[error("{rate} frames a second with sides of {longest} px: expected 1 to 100, and 32 to 1024")]
    Film {
        /// Frames a second.
        rate: u32,
        /// Longest side of a frame.
        longest: u32,
    },
    /// No new painting is asked for, or more than allowed.
    #[error("{found} new paintings were asked for: expected 1 to {limit}")]
    Paintings {
        /// Paintings asked for.
        found: usize,
        /// [`crate::Limits::paintings`].
        limit: usize,
    },
    /// Seeds that are too large to count on from.
    #[error("{count} seeds from {seed} on go beyond 2⁶⁴")]
    Seeds {
        /// The first one.
        seed: u64,
        /// The number.
        count: usize,
    },
    /// A share of variety that is none.
    #[error("the truncation {0} is out of range: expected a number from 0 to 1")]
    Truncation(f32),
    /// A side that a new painting cannot have.
    #[error("new paintings with sides of {side} px: expected {least} to {most}")]
    Side {
        /// The side asked for.
        side: u32,
        /// The shortest one.
        least: u32,
        /// The longest one.
        most: u32,
    },
    /// New paintings with more pixels than allowed.
    #[error("a painting of {side}×{side} pixels is more than the limit of {limit} pixels for each")]
    PaintingPixels {
        /// The side asked for.
        side: u32,
        /// The limit of each.
        limit: u64,
    },
    /// A reference of which nothing can be seen.
    #[error("all of reference {index} is transparent; there is no style to be seen")]
    Transparent {
        /// The reference, counted from 0.
        index: usize,
    },
    /// The own style of a picture that was not sent.
    #[error("the mix takes the picture's own style, but no `content` was sent")]
    NoContent,
    /// A style that a seed draws, to be saved without the picture that it depends on.
    #[error(
        "the style that a seed draws depends on the picture that it is tried on, but no `content` was sent"
    )]
    NoContentForSeed,
    /// A mask of nothing.
    #[error("there is no white in {subject}")]
    EmptyMask {
        /// The one in question.
        subject: Subject,
    },
    /// A soft edge of no width that can be.
    #[error("the feather {0} is out of range: expected a number of pixels from 0 to 4096")]
    Feather(f32),
    /// A quality that is none.
    #[error("the quality {0} is out of range: expected a whole number from 1 to 100")]
    Quality(u8),
    /// Colours of a profile in a format that is written without one.
    #[error(
        "{format} is written without a colour profile, so that colours other than sRGB cannot be kept"
    )]
    NoPlaceForProfile {
        /// The format asked for.
        format: OutputFormat,
    },
    /// Layers in a format that holds none.
    #[error("a {format} holds no layers")]
    NoPlaceForLayers {
        /// The format asked for.
        format: OutputFormat,
    },
    /// Layers and a mask.
    #[error("layers have masks of their own: `mask`, `keep` and `regions` do not go with `layers`")]
    MaskedLayers,
    /// Layers with more pixels together than allowed.
    #[error("all layers together have {found} pixels, more than the limit of {limit} pixels")]
    LayerPixels {
        /// Pixels of all layers.
        found: u64,
        /// [`crate::Limits::film_pixels`].
        limit: u64,
    },
    /// Layers that are all hidden.
    #[error("none of the layers is visible, so that there is nothing to paint")]
    NoVisibleLayer,
    /// A line drawing that is none, or that shows no figure.
    #[error("the content: {0}")]
    Lines(#[from] LinesError),
    /// A reference without the colours of hair, skin and so on.
    #[error("reference 0: {}", no_part_colours(*.saved))]
    NoPartColours {
        /// Whether it is a saved style.
        saved: bool,
    },
    /// The style cannot be used.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The picture cannot be painted.
    #[error(transparent)]
    Paint(#[from] PaintError),
    /// The result does not fit into the format asked for.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Nobody waits for it any more.
    #[error("cancelled before the picture was finished")]
    Cancelled,
    /// A thread of the engine ended in a way it should not.
    #[error("the picture could not be painted because of a fault in the program; please report it")]
    Fault,
}

/// Error returned when work is not taken on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// Too much waits already.
    #[error("{waiting} pictures are waiting, which is as many as may; try again later")]
    Full {
        /// [`crate::EngineOptions::queue`].
        waiting: usize,
    },
    /// The engine is being stopped.
    #[error("the engine is stopping and takes nothing on")]
    Closed,
    /// The work cannot be done.
    #[error(transparent)]
    Work(#[from] WorkError),
}

fn no_part_colours(saved: bool) -> &'static str {
    if saved {
        "this saved style holds no colours of hair and skin, since no painting of a figure is in it"
    } else {
        "no face with hair is found in it"
    }
}
