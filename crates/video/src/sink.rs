//! Where frames go.

mod animation;
mod folder;
mod video;

pub use animation::AnimationSink;
pub use folder::FolderSink;
pub use video::VideoSink;

use std::path::{Path, PathBuf};

use utsushi_imaging::{Extras, Frame, check_place};

use crate::{Ffmpeg, FilmError, FilmFormat, Rate};

/// Takes frames one after the other, all of one size. Nothing bears the target's name before
/// [`FrameSink::finish`].
pub trait FrameSink {
    /// The number of frames that an earlier run has left, behind which the next one goes.
    fn kept(&self) -> u64 {
        0
    }

    /// The note of that run after the last of them.
    fn note(&self) -> Option<&[u8]> {
        None
    }

    /// Takes a frame. Where frames are kept for a later run, `note` is what that run is to know
    /// of the state after this frame; it is not always asked.
    ///
    /// # Errors
    /// A frame of another size than the first, or a failure to encode or write it.
    fn push(&mut self, frame: &Frame, note: &dyn Fn() -> Vec<u8>) -> Result<(), FilmError>;

    /// Stops before the end. Tells how many frames are kept for a later run, and where.
    ///
    /// # Errors
    /// They cannot be written.
    fn pause(
        self: Box<Self>,
        note: &dyn Fn() -> Vec<u8>,
    ) -> Result<Option<(u64, PathBuf)>, FilmError>;

    /// Writes what was held back, and gives the file its name.
    ///
    /// # Errors
    /// No frame at all, or a failure to write.
    fn finish(self: Box<Self>) -> Result<(), FilmError>;
}

/// Settings for [`open_sink`].
#[derive(Clone, Debug, PartialEq)]
pub struct SinkSettings {
    /// Frames a second of a video.
    pub rate: Rate,
    /// The number of times that an animation is played; 0 is for ever.
    pub loops: u32,
    /// Whether files that are there may be replaced.
    pub force: bool,
    /// Whether to go on behind the parts of an earlier run, if there are any.
    pub resume: bool,
    /// The identity of this job, in any words; parts of another job are not gone on with. Without,
    /// no parts are kept.
    pub identity: Option<String>,
    /// The video whose sound goes with the frames.
    pub sound: Option<PathBuf>,
    /// Metadata and a mark beside the frames of an animation.
    pub extras: Extras,
}

impl SinkSettings {
    /// Frames of that rate without sound, played for ever, all at once.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            loops: 0,
            force: false,
            resume: false,
            identity: None,
            sound: None,
            extras: Extras::default(),
        }
    }
}

/// Opens the file that frames are written to, by its ending.
///
/// # Errors
/// What [`check_film_target`] says, or parts of another job.
pub fn open_sink(target: &Path, settings: &SinkSettings) -> Result<Box<dyn FrameSink>, FilmError> {
    let force = settings.force;
    Ok(match check_film_target(target, force)? {
        FilmFormat::Animation(format) => {
            let sink = AnimationSink::new(target, format, settings.loops, force);
            Box::new(sink.with_extras(settings.extras.clone()))
        }
        FilmFormat::Video(format) => {
            let ffmpeg = Ffmpeg::find()?;
            Box::new(VideoSink::open(ffmpeg, target, format, settings.clone())?)
        }
    })
}

/// Checks a target before the work of making its frames: the ending, the folder, whether
/// something is there already, and for a video whether ffmpeg is installed.
///
/// # Errors
/// The first of them that is wrong.
pub fn check_film_target(target: &Path, force: bool) -> Result<FilmFormat, FilmError> {
    let format = FilmFormat::from_extension(target).ok_or_else(|| FilmError::UnknownEnding {
        path: target.to_owned(),
    })?;
    check_place(target, force)?;
    if let FilmFormat::Video(_) = format {
        Ffmpeg::find()?;
    }
    Ok(format)
}
