//! What is wrong with a plan, or with one of its pictures.

use std::io;
use std::path::PathBuf;

use utsushi_imaging::{OtherFormat, ReadError, WriteError};
use utsushi_video::FilmError;

use super::StyleSourceError;
use crate::PaintError;
use crate::anatomy::AnatomyReaderError;

/// Error returned when nothing is painted at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No picture was given.
    #[error("no picture was given to paint")]
    NoContent,
    /// Standard input beside other pictures.
    #[error("`-` stands for one picture from standard input; it cannot be one of several")]
    StandardAmongOthers,
    /// An input that is not there.
    #[error("{}: there is no such file or folder", path.display())]
    NotFound {
        /// The path given.
        path: PathBuf,
    },
    /// A folder without pictures.
    #[error(
        "{}: there is no picture in this folder or those below it{}", path.display(),
        unread.map_or(String::new(), |other| format!(
            "; what is there is {}, which cannot be read; {}", other.name, other.advice
        ))
    )]
    NoPictures {
        /// The folder.
        path: PathBuf,
        /// What is in it that is not read.
        unread: Option<OtherFormat>,
    },
    /// The system did not say what is in a folder.
    #[error("{}: cannot be listed: {reason}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// An input that the system does not let us see.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreachable {
        /// The path given.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The output must be a folder and is a file, or looks like one.
    #[error("{}: this is to be a folder, because {why}; give the name of a folder", path.display())]
    NotAFolder {
        /// The output given.
        path: PathBuf,
        /// The reason for which a folder is needed.
        why: &'static str,
    },
    /// Two pictures would become one file.
    #[error(
        "{}: both {} and {} would be written here; rename one, or paint them into different \
         folders", output.display(), first.display(), second.display()
    )]
    Collision {
        /// The file.
        output: PathBuf,
        /// A picture that would go there.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },
    /// A picture would be replaced by its own painting.
    #[error(
        "{}: this is the picture to be painted; choose another name, or --force to replace it",
        path.display()
    )]
    OntoItself {
        /// The file.
        path: PathBuf,
    },
    /// A picture that is still needed would be replaced by another's painting.
    #[error(
        "{}: the painting of {} would replace this file, which is read as well; choose another \
         output", path.display(), content.display()
    )]
    OntoInput {
        /// The file.
        path: PathBuf,
        /// The content whose painting would go there.
        content: PathBuf,
    },
    /// Outputs are there already.
    #[error(
        "{}: exists already{}; choose another output, or --force to replace",
        path.display(),
        if *.more == 0 { String::new() } else { format!(" (and {} more)", .more) }
    )]
    Exists {
        /// The first of them.
        path: PathBuf,
        /// The number of others.
        more: usize,
    },
    /// An output that cannot be written.
    #[error(transparent)]
    Output(#[from] WriteError),
    /// A video that cannot be written, or that needs a program that is not there.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// A video is to become a single picture.
    #[error(
        "{}: a video does not fit into this file; give a name that ends in .mp4, .webm, .mkv, \
         .mov, .gif, .webp or .apng, or --preview-frame N to paint one frame", output.display()
    )]
    VideoToPicture {
        /// The file that it would go to.
        output: PathBuf,
    },
    /// A video where pictures are looked at.
    #[error(
        "{}: this is a video; give a picture, such as one of its frames", path.display()
    )]
    Video {
        /// The video.
        path: PathBuf,
    },
    /// A line of a list that makes no job.
    #[error("{}, line {line}: {reason}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The fault.
        reason: String,
    },
}

/// Error returned when one picture cannot be painted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The picture cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The style cannot be found.
    #[error(transparent)]
    Style(#[from] StyleSourceError),
    /// The picture cannot be painted.
    #[error("{}: {reason}", path.display())]
    Paint {
        /// The picture.
        path: PathBuf,
        /// The reason.
        reason: PaintError,
    },
    /// The folder for the painting cannot be made.
    #[error("{}: the folder cannot be made: {reason}", path.display())]
    MakeFolder {
        /// The folder.
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
    /// Layers that are to stay layers need a format that holds them.
    #[error("{}: layers are kept in files whose names end in .ora or .psd", path.display())]
    NotADocument {
        /// The output.
        path: PathBuf,
    },
    /// Layers that are to be painted, and all of them hidden.
    #[error("{}: none of its layers is visible, so that there is nothing to paint; show some, or \
             paint it as one picture, without --layers", path.display())]
    NoVisibleLayer {
        /// The content.
        path: PathBuf,
    },
    /// 16 bits a channel for an animation or a video.
    #[error("{}: animations and videos are written with 8 bits a channel; leave --depth 16 out, or \
             paint one frame with --preview-frame", path.display())]
    DeepFilm {
        /// The output.
        path: PathBuf,
    },
    /// A single picture where frames are needed.
    #[error("{}: this is a single picture; a video is made of a video or an animation",
            path.display())]
    NotAFilm {
        /// The picture.
        path: PathBuf,
    },
    /// There is nothing that tells the parts of a picture.
    #[error("{}: its parts cannot be told: {reason}", path.display())]
    Anatomy {
        /// The picture.
        path: PathBuf,
        /// The reason.
        reason: AnatomyReaderError,
    },
    /// Parts that would have to be told in every frame.
    #[error("{}: parts are told in single pictures; give a mask from a file for an animation or a \
             video", path.display())]
    AreaOfFilm {
        /// The content.
        path: PathBuf,
    },
}
