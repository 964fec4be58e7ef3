//! Why frames cannot be read or written.

use std::io;
use std::path::PathBuf;

use utsushi_imaging::{DecodeError, EncodeError, WriteError};

/// Error returned when frames cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// A program that video needs is not there.
    #[error(
        "video is read and written by the program ffmpeg, and `{program}` was not found; install \
         it (Debian and Ubuntu: apt install ffmpeg; Fedora: dnf install ffmpeg-free; macOS: brew \
         install ffmpeg; Windows: winget install ffmpeg), or say where it is in {variable}"
    )]
    NoProgram {
        /// The program that was looked for.
        program: String,
        /// The environment variable that names another place.
        variable: &'static str,
    },
    /// A program is there and does not start.
    #[error("`{program}` cannot be started: {reason}")]
    Start {
        /// The program.
        program: String,
        /// The system's error.
        reason: io::Error,
    },
    /// ffmpeg has no encoder for the format.
    #[error(
        "this ffmpeg has none of the encoders that {format} needs ({wanted}); install a fuller \
         one, or choose another ending"
    )]
    NoEncoder {
        /// The format.
        format: crate::VideoFormat,
        /// The encoders that would do.
        wanted: String,
    },
    /// ffmpeg refused a file.
    #[error("{}: ffmpeg cannot {doing} it: {said}", path.display())]
    Ffmpeg {
        /// The file.
        path: PathBuf,
        /// `read` or `write`.
        doing: &'static str,
        /// The end of what ffmpeg said.
        said: String,
    },
    /// A file without moving pictures.
    #[error("{}: there is no video in this file", path.display())]
    NoVideo {
        /// The file.
        path: PathBuf,
    },
    /// Frames with more pixels than the limit.
    #[error(
        "{}: its frames of {width}×{height} pixels are larger than the limit of {limit} pixels",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Most pixels a frame may have.
        limit: u64,
    },
    /// More frames than the limit.
    #[error(
        "{}: it has more than {limit} frames; cut it, or raise the limit with --max-frames",
        path.display()
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Most frames it may have.
        limit: u64,
    },
    /// A frame that a file does not have.
    #[error("{}: there is no frame {frame}: it has {frames}", path.display())]
    NoSuchFrame {
        /// The file.
        path: PathBuf,
        /// The frame asked for, from 1.
        frame: u64,
        /// The number of them.
        frames: u64,
    },
    /// A damaged animation.
    #[error("{}: {reason}", path.display())]
    Decode {
        /// The file.
        path: PathBuf,
        /// The fault.
        reason: DecodeError,
    },
    /// A frame that does not fit the format.
    #[error("{}: {reason}", path.display())]
    Encode {
        /// The file to be written.
        path: PathBuf,
        /// The misfit.
        reason: EncodeError,
    },
    /// An animation too large to be held in memory.
    #[error(
        "{}: an animation is held in memory until it is whole, and this one is too long for \
         that; write a video (.mp4, .webm, .mkv, .mov) instead", path.display()
    )]
    AnimationTooLong {
        /// The file to be written.
        path: PathBuf,
    },
    /// The ending is of no format that frames are written to.
    #[error(
        "{}: frames are written as .mp4, .webm, .mkv, .mov, .gif, .webp, .png or .apng",
        path.display()
    )]
    UnknownEnding {
        /// The file to be written.
        path: PathBuf,
    },
    /// Frames of different sizes.
    #[error(
        "{}: a frame is {}×{} pixels where the first is {}×{}", path.display(),
        found.0, found.1, first.0, first.1
    )]
    Size {
        /// The file to be written.
        path: PathBuf,
        /// Width and height of the first frame.
        first: (u32, u32),
        /// Width and height of the frame that differs.
        found: (u32, u32),
    },
    /// Parts of an earlier run are in the way.
    #[error(
        "{}: parts of a video that was stopped are there; go on with --resume, or start anew \
         with --force", path.display()
    )]
    PartsExist {
        /// Their folder.
        path: PathBuf,
    },
    /// Parts of an earlier run are of something else.
    #[error(
        "{}: the parts there were painted from another file or with other options; give the same \
         ones as then, or start anew with --force", path.display()
    )]
    OtherParts {
        /// Their folder.
        path: PathBuf,
    },
    /// The parts cannot be kept or read.
    #[error("{}: {reason}", path.display())]
    Parts {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
