//! Errors of reading and writing frames.

use std::io;
use std::path::PathBuf;

use utsushi_imaging::{DecodeError, EncodeError, WriteError};

/// The error that frames cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// A program that video needs is missing.
    #[error(
        "video is read and written by the program ffmpeg, and `{program}` was not found; install \
         it (Debian and Ubuntu: apt install ffmpeg; Fedora: dnf install ffmpeg-free; macOS: brew \
         install ffmpeg; Windows: winget install ffmpeg), or say where it is in {variable}"
    )]
    NoProgram {
        /// Name of the program that was looked for.
        program: String,
        /// The environment variable that can name another path.
        variable: &'static str,
    },
    /// A program exists but does not start.
    #[error("`{program}` cannot be started: {reason}")]
    Start {
        /// Name of the program.
        program: String,
        /// The system's error.
        reason: io::Error,
    },
    /// The installed ffmpeg has no encoder for the format.
    #[error(
        "this ffmpeg has none of the encoders that {format} needs ({wanted}); install a fuller \
         one, or choose another ending"
    )]
    NoEncoder {
        /// The format that was asked for.
        format: crate::VideoFormat,
        /// Names of the encoders that would do.
        wanted: String,
    },
    /// ffmpeg could not read or write a file.
    #[error("{}: ffmpeg cannot {doing} it: {said}", path.display())]
    Ffmpeg {
        /// Path of the file that ffmpeg could not read or write.
        path: PathBuf,
        /// The action that failed: `read` or `write`.
        doing: &'static str,
        /// The last part of ffmpeg's messages.
        said: String,
    },
    /// The file has no video stream.
    #[error("{}: there is no video in this file", path.display())]
    NoVideo {
        /// Path of the file without a video stream.
        path: PathBuf,
    },
    /// Frames have more pixels than the limit.
    #[error(
        "{}: its frames of {width}×{height} pixels are larger than the limit of {limit} pixels",
        path.display()
    )]
    TooLarge {
        /// Path of the file that is too large.
        path: PathBuf,
        /// Width of the frames in pixels.
        width: u32,
        /// Height of the frames in pixels.
        height: u32,
        /// Largest number of pixels of a frame.
        limit: u64,
    },
    /// There are more frames than the limit.
    #[error(
        "{}: it has more than {limit} frames; cut it, or raise the limit with --max-frames",
        path.display()
    )]
    TooLong {
        /// Path of the file that is too long.
        path: PathBuf,
        /// Largest number of frames.
        limit: u64,
    },
    /// The file has fewer frames than the one asked for.
    #[error("{}: there is no frame {frame}: it has {frames}", path.display())]
    NoSuchFrame {
        /// Path of the file with too few frames.
        path: PathBuf,
        /// Number of the frame asked for, from 1.
        frame: u64,
        /// Number of the file's frames.
        frames: u64,
    },
    /// The animation is damaged.
    #[error("{}: {reason}", path.display())]
    Decode {
        /// Path of the animation's file.
        path: PathBuf,
        /// The fault of the animation.
        reason: DecodeError,
    },
    /// A frame cannot be encoded in the format.
    #[error("{}: {reason}", path.display())]
    Encode {
        /// The file to be written.
        path: PathBuf,
        /// Why it cannot be encoded.
        reason: EncodeError,
    },
    /// The animation is too large to be held in memory.
    #[error(
        "{}: an animation is held in memory until it is whole, and this one is too long for \
         that; write a video (.mp4, .webm, .mkv, .mov) instead", path.display()
    )]
    AnimationTooLong {
        /// The file to be written.
        path: PathBuf,
    },
    /// The suffix is not that of a format to which frames are written.
    #[error(
        "{}: frames are written as .mp4, .webm, .mkv, .mov, .gif, .webp, .png or .apng",
        path.display()
    )]
    UnknownEnding {
        /// The file to be written.
        path: PathBuf,
    },
    /// Frames have different sizes.
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
        /// Folder of the parts.
        path: PathBuf,
    },
    /// Parts of an earlier run belong to another job.
    #[error(
        "{}: the parts there were painted from another file or with other options; give the same \
         ones as then, or start anew with --force", path.display()
    )]
    OtherParts {
        /// Folder of the parts.
        path: PathBuf,
    },
    /// Parts cannot be written or read.
    #[error("{}: {reason}", path.display())]
    Parts {
        /// Path of the file or folder that could not be read or written.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
