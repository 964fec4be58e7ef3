//! Why a picture is not painted.

use utsushi_imaging::{DecodeError, EncodeError};
use utsushi_transfer::{PaintError, StyleError};

use super::work::Subject;

/// Why work cannot be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// A picture cannot be read.
    #[error("{subject}: {reason}")]
    Picture {
        /// Which one.
        subject: Subject,
        /// What is wrong with it.
        reason: DecodeError,
    },
    /// A picture is larger than allowed; it was not decoded.
    #[error(
        "{subject} has {width}×{height} pixels, more than the limit of {limit} pixels; make it \
         smaller"
    )]
    TooManyPixels {
        /// Which one.
        subject: Subject,
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// [`crate::Limits::pixels`].
        limit: u64,
    },
    /// More references than allowed.
    #[error("{found} references were given; the limit is {limit}")]
    References {
        /// References given.
        found: usize,
        /// [`crate::Limits::references`].
        limit: usize,
    },
    /// A mix names a reference that was not sent.
    #[error("the mix takes reference {index}, counted from 0, but {found} were sent")]
    NoSuchReference {
        /// The reference.
        index: usize,
        /// References sent.
        found: usize,
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

/// Why work is not taken on.
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
