//! Errors of a plan, and of a single job.

use std::io;
use std::path::PathBuf;

use utsushi_imaging::{OtherFormat, ReadError, WriteError};
use utsushi_video::FilmError;

use super::StyleSourceError;
use crate::PaintError;
use crate::anatomy::AnatomyReaderError;

/// The error that a plan is refused, so that nothing is painted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No picture was given.
    #[error("no picture was given to paint")]
    NoContent,
    /// Standard input was given beside other pictures.
    #[error("`-` stands for one picture from standard input; it cannot be one of several")]
    StandardAmongOthers,
    /// An input does not exist.
    #[error("{}: there is no such file or folder", path.display())]
    NotFound {
        /// The path given.
        path: PathBuf,
    },
    /// A folder has no pictures.
    #[error(
        "{}: there is no picture in this folder or those below it{}", path.display(),
        unread.map_or(String::new(), |other| format!(
            "; what is there is {}, which cannot be read; {}", other.name, other.advice
        ))
    )]
    NoPictures {
        /// Path of the folder without pictures.
        path: PathBuf,
        /// Format of files in the folder that cannot be read, if there are any.
        unread: Option<OtherFormat>,
    },
    /// A folder could not be listed.
    #[error("{}: cannot be listed: {reason}", path.display())]
    Folder {
        /// Path of the folder that cannot be listed.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// An input cannot be accessed.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreachable {
        /// The path given.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The output must be a folder, but is a file or looks like one.
    #[error("{}: this is to be a folder, because {why}; give the name of a folder", path.display())]
    NotAFolder {
        /// The output given.
        path: PathBuf,
        /// Why a folder is needed.
        why: &'static str,
    },
    /// Two pictures would be written to one file.
    #[error(
        "{}: both {} and {} would be written here; rename one, or paint them into different \
         folders", output.display(), first.display(), second.display()
    )]
    Collision {
        /// The file that both would be written to.
        output: PathBuf,
        /// The first picture that would be written there.
        first: PathBuf,
        /// The second picture that would be written there.
        second: PathBuf,
    },
    /// A picture would be replaced by its own painting.
    #[error(
        "{}: this is the picture to be painted; choose another name, or --force to replace it",
        path.display()
    )]
    OntoItself {
        /// The picture's file.
        path: PathBuf,
    },
    /// A picture that is still needed would be replaced by another's painting.
    #[error(
        "{}: the painting of {} would replace this file, which is read as well; choose another \
         output", path.display(), content.display()
    )]
    OntoInput {
        /// The file that would be replaced.
        path: PathBuf,
        /// The content whose painting would go there.
        content: PathBuf,
    },
    /// Outputs exist already.
    #[error(
        "{}: exists already{}; choose another output, or --force to replace",
        path.display(),
        if *.more == 0 { String::new() } else { format!(" (and {} more)", .more) }
    )]
    Exists {
        /// The first output that exists.
        path: PathBuf,
        /// Number of further outputs that exist.
        more: usize,
    },
    /// An output cannot be written.
    #[error(transparent)]
    Output(#[from] WriteError),
    /// A video cannot be written, or needs a program that is missing.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// A video is to become a single picture.
    #[error(
        "{}: a video does not fit into this file; give a name that ends in .mp4, .webm, .mkv, \
         .mov, .gif, .webp or .apng, or --preview-frame N to paint one frame", output.display()
    )]
    VideoToPicture {
        /// The file that the video would be written to.
        output: PathBuf,
    },
    /// A video was given where only pictures are accepted.
    #[error(
        "{}: this is a video; give a picture, such as one of its frames", path.display()
    )]
    Video {
        /// The video.
        path: PathBuf,
    },
    /// A line of a list does not describe a job.
    #[error("{}, line {line}: {reason}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// The fault of the line.
        reason: String,
    },
}

/// The error that one picture cannot be painted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The picture cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The style's source cannot be used.
    #[error(transparent)]
    Style(#[from] StyleSourceError),
    /// The picture cannot be painted.
    #[error("{}: {reason}", path.display())]
    Paint {
        /// The picture's file.
        path: PathBuf,
        /// Why it cannot be painted.
        reason: PaintError,
    },
    /// The folder for a painting cannot be made.
    #[error("{}: the folder cannot be made: {reason}", path.display())]
    MakeFolder {
        /// Path of the folder that cannot be made.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The painting cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Frames cannot be read or written.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// Layers are to be kept, but the output's format has none.
    #[error("{}: layers are kept in files whose names end in .ora or .psd", path.display())]
    NotADocument {
        /// The output's file.
        path: PathBuf,
    },
    /// Layers are to be painted, but all of them are hidden.
    #[error("{}: none of its layers is visible, so that there is nothing to paint; show some, or \
             paint it as one picture, without --layers", path.display())]
    NoVisibleLayer {
        /// The content's file.
        path: PathBuf,
    },
    /// 16 bits a channel were asked for an animation or a video.
    #[error("{}: animations and videos are written with 8 bits a channel; leave --depth 16 out, or \
             paint one frame with --preview-frame", path.display())]
    DeepFilm {
        /// The output's file.
        path: PathBuf,
    },
    /// A single picture was given where frames are needed.
    #[error("{}: this is a single picture; a video is made of a video or an animation",
            path.display())]
    NotAFilm {
        /// The picture's file.
        path: PathBuf,
    },
    /// The parts of a picture cannot be found, since there is no reader.
    #[error("{}: its parts cannot be told: {reason}", path.display())]
    Anatomy {
        /// The picture's file.
        path: PathBuf,
        /// Why there is no reader.
        reason: AnatomyReaderError,
    },
    /// A region by area was asked for in a film, whose parts would have to be found in every frame.
    #[error("{}: parts are told in single pictures; give a mask from a file for an animation or a \
             video", path.display())]
    AreaOfFilm {
        /// The content's file.
        path: PathBuf,
    },
}
