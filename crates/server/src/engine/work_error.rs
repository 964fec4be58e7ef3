//! Errors of work: why a picture is not painted.

use utsushi::creative::{FaceShapeError, LinesError};
use utsushi::{PaintError, StyleError};
use utsushi_imaging::{DecodeError, EncodeError, OutputFormat};

use super::task::Subject;

/// The error that work cannot be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// A picture cannot be read.
    #[error("{subject}: {reason}")]
    Picture {
        /// The picture that cannot be read.
        subject: Subject,
        /// The fault of the picture.
        reason: DecodeError,
    },
    /// A picture is larger than allowed; it was not decoded.
    #[error(
        "{subject} has {width}×{height} pixels, more than the limit of {limit} pixels; make it \
         smaller"
    )]
    TooManyPixels {
        /// The picture with too many pixels.
        subject: Subject,
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
        /// The limit, [`crate::Limits::pixels`].
        limit: u64,
    },
    /// A reference is a saved style that cannot be used.
    #[error("{0}")]
    SavedStyle(String),
    /// There are more references than allowed.
    #[error("{found} references were given; the limit is {limit}")]
    References {
        /// Number of references given.
        found: usize,
        /// The limit, [`crate::Limits::references`].
        limit: usize,
    },
    /// A mix or a region names a reference that was not sent.
    #[error("reference {index}, counted from 0, is asked for, but {found} were sent")]
    NoSuchReference {
        /// Index of the reference, from 0.
        index: usize,
        /// Number of references sent.
        found: usize,
    },
    /// The model does not have this direction.
    #[error("direction {index}, counted from 0, is asked for, but there are {found}")]
    NoSuchDirection {
        /// Index of the direction, from 0.
        index: usize,
        /// Number of directions that the model has.
        found: usize,
    },
    /// An edit has neither directions nor labels nor shapes.
    #[error("no direction is given")]
    NoDirection,
    /// A direction is given twice.
    #[error("direction {index} is given twice; add the amounts up")]
    DirectionTwice {
        /// Index of the direction, from 0.
        index: usize,
    },
    /// A change of the shape of faces is unknown or out of range.
    #[error(transparent)]
    Shape(#[from] FaceShapeError),
    /// A change of the shape of faces is given twice.
    #[error("the shape `{name}` is given twice")]
    ShapeTwice {
        /// Name of the change.
        name: String,
    },
    /// The shape of faces is to be changed, but no face is found with eyes, mouth and chin.
    #[error(
        "the content: no face is found whose eyes, mouth and chin are clear enough to move them"
    )]
    NoFace,
    /// The amount along a direction is too large, or not a number.
    #[error("the amount {amount} is out of range: expected a number from −{limit} to {limit}")]
    Amount {
        /// The amount that was given.
        amount: f32,
        /// The largest amount, in either sense.
        limit: f32,
    },
    /// A morph has more pictures than allowed.
    #[error("{found} pictures were given; the limit is {limit}")]
    Pictures {
        /// Number of pictures given.
        found: usize,
        /// The limit, [`crate::Limits::pictures`].
        limit: usize,
    },
    /// A morph names a picture that was not sent.
    #[error("the morph passes through picture {index}, counted from 0, but {found} were sent")]
    NoSuchPicture {
        /// Index of the picture, from 0.
        index: usize,
        /// Number of pictures sent.
        found: usize,
    },
    /// A morph has fewer than two keyframes, or fewer frames than keyframes.
    #[error(
        "a morph of {keyframes} pictures in {frames} frames: there must be at least two pictures, and a frame for each"
    )]
    TooFewFrames {
        /// Number of keyframes asked for.
        keyframes: usize,
        /// Number of frames asked for.
        frames: usize,
    },
    /// A morph has more frames than allowed.
    #[error("{found} frames were asked for; the limit is {limit}")]
    TooManyFrames {
        /// Number of frames asked for.
        found: usize,
        /// The limit, [`crate::Limits::frames`].
        limit: usize,
    },
    /// The frames of a morph have more pixels together than allowed.
    #[error(
        "all frames together have {found} pixels, more than the limit of {limit}; ask for fewer or smaller ones"
    )]
    FilmPixels {
        /// Number of pixels of all frames.
        found: u64,
        /// The limit, [`crate::Limits::film_pixels`].
        limit: u64,
    },
    /// The rate or size of frames is out of range.
    #[error("{rate} frames a second with sides of {longest} px: expected 1 to 100, and 32 to 1024")]
    Film {
        /// Frames per second asked for.
        rate: u32,
        /// Longest side of a frame in pixels.
        longest: u32,
    },
    /// No new painting is asked for, or more than allowed.
    #[error("{found} new paintings were asked for: expected 1 to {limit}")]
    Paintings {
        /// Number of paintings asked for.
        found: usize,
        /// The limit, [`crate::Limits::paintings`].
        limit: usize,
    },
    /// The seeds of several paintings would exceed the largest number.
    #[error("{count} seeds from {seed} on go beyond 2⁶⁴")]
    Seeds {
        /// The first seed.
        seed: u64,
        /// Number of paintings.
        count: usize,
    },
    /// The truncation is not from 0 to 1.
    #[error("the truncation {0} is out of range: expected a number from 0 to 1")]
    Truncation(f32),
    /// The side of a new painting is out of range.
    #[error("new paintings with sides of {side} px: expected {least} to {most}")]
    Side {
        /// Side asked for, in pixels.
        side: u32,
        /// Smallest side that a painting may have, in pixels.
        least: u32,
        /// Largest side that a painting may have, in pixels.
        most: u32,
    },
    /// New paintings would have more pixels than allowed.
    #[error("a painting of {side}×{side} pixels is more than the limit of {limit} pixels for each")]
    PaintingPixels {
        /// Side asked for, in pixels.
        side: u32,
        /// Largest number of pixels of each painting.
        limit: u64,
    },
    /// A reference is entirely transparent.
    #[error("all of reference {index} is transparent; there is no style to be seen")]
    Transparent {
        /// Index of the reference, from 0.
        index: usize,
    },
    /// The own style of a picture is asked for, but no picture was sent.
    #[error("the mix takes the picture's own style, but no `content` was sent")]
    NoContent,
    /// A style that a seed draws is to be saved, but the picture on which it depends was not sent.
    #[error(
        "the style that a seed draws depends on the picture that it is tried on, but no `content` was sent"
    )]
    NoContentForSeed,
    /// A mask has no white part.
    #[error("there is no white in {subject}")]
    EmptyMask {
        /// The mask without a white part.
        subject: Subject,
    },
    /// The width of a soft edge is out of range.
    #[error("the feather {0} is out of range: expected a number of pixels from 0 to 4096")]
    Feather(f32),
    /// The quality is out of range.
    #[error("the quality {0} is out of range: expected a whole number from 1 to 100")]
    Quality(u8),
    /// Colours of a profile are asked for in a format that does not support profiles.
    #[error(
        "{format} is written without a colour profile, so that colours other than sRGB cannot be kept"
    )]
    NoPlaceForProfile {
        /// The format asked for.
        format: OutputFormat,
    },
    /// Layers are asked for in a format that has none.
    #[error("a {format} holds no layers")]
    NoPlaceForLayers {
        /// The format asked for.
        format: OutputFormat,
    },
    /// Layers are to be painted by themselves, but there is a mask, too.
    #[error("layers have masks of their own: `mask`, `keep` and `regions` do not go with `layers`")]
    MaskedLayers,
    /// Layers have more pixels together than allowed.
    #[error("all layers together have {found} pixels, more than the limit of {limit} pixels")]
    LayerPixels {
        /// Number of pixels of all layers.
        found: u64,
        /// The limit, [`crate::Limits::film_pixels`].
        limit: u64,
    },
    /// All layers are hidden.
    #[error("none of the layers is visible, so that there is nothing to paint")]
    NoVisibleLayer,
    /// The picture is not a line drawing, or shows no figure.
    #[error("the content: {0}")]
    Lines(#[from] LinesError),
    /// The reference has no colours of hair, skin and so on.
    #[error("reference 0: {}", no_part_colours(*.saved))]
    NoPartColours {
        /// Whether the reference is a saved style.
        saved: bool,
    },
    /// The style cannot be used.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The picture cannot be painted.
    #[error(transparent)]
    Paint(#[from] PaintError),
    /// The result cannot be encoded in the format.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Nobody waits for the work any more.
    #[error("cancelled before the picture was finished")]
    Cancelled,
    /// A thread of the engine has failed.
    #[error("the picture could not be painted because of a fault in the program; please report it")]
    Fault,
}

/// The error that work is not accepted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// Too much work waits already.
    #[error("{waiting} pictures are waiting, which is as many as may; try again later")]
    Full {
        /// Number of waiting requests, [`crate::EngineOptions::queue`].
        waiting: usize,
    },
    /// The engine is being shut down.
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
