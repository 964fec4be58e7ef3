//! Frame sinks, to which frames are written.

mod animation;
mod folder;
mod video;

pub use animation::AnimationSink;
pub use folder::FolderSink;
pub use video::VideoSink;

use std::path::{Path, PathBuf};

use utsushi_imaging::{Extras, Frame, check_place};

use crate::{Ffmpeg, FilmError, FilmFormat, Rate};

/// A sink that takes frames one after the other, all of one size. No file has the target's name
/// before [`FrameSink::finish`].
pub trait FrameSink {
    /// Number of frames that an earlier run has left, after which the next one follows.
    fn kept(&self) -> u64 {
        0
    }

    /// The earlier run's note after its last frame.
    fn note(&self) -> Option<&[u8]> {
        None
    }

    /// Takes a frame. If frames are kept for a later run, `note` gives the state after this frame
    /// for that run; it is not always called.
    ///
    /// # Errors
    /// The frame's size differs from the first one's, or it cannot be encoded or written.
    fn push(&mut self, frame: &Frame, note: &dyn Fn() -> Vec<u8>) -> Result<(), FilmError>;

    /// Stops before the end. Returns how many frames are kept for a later run, and where.
    ///
    /// # Errors
    /// They cannot be written.
    fn pause(
        self: Box<Self>,
        note: &dyn Fn() -> Vec<u8>,
    ) -> Result<Option<(u64, PathBuf)>, FilmError>;

    /// Finishes writing, and gives the file its name.
    ///
    /// # Errors
    /// There were no frames, or the file cannot be written.
    fn finish(self: Box<Self>) -> Result<(), FilmError>;
}

/// Settings of [`open_sink`].
#[derive(Clone, Debug, PartialEq)]
pub struct SinkSettings {
    /// Frame rate of a video.
    pub rate: Rate,
    /// Number of times that an animation is played; 0 means forever.
    pub loops: u32,
    /// Whether existing files may be replaced.
    pub force: bool,
    /// Whether to continue after the parts of an earlier run, if there are any.
    pub resume: bool,
    /// Identity of this job, in any words; parts of another job are not continued. Without it, no
    /// parts are kept.
    pub identity: Option<String>,
    /// The video whose sound is added to the frames.
    pub sound: Option<PathBuf>,
    /// Metadata and a mark for the frames of an animation.
    pub extras: Extras,
}

impl SinkSettings {
    /// Settings for frames of that rate without sound, played forever, and without continuing an
    /// earlier run.
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

/// Opens a sink for a file, by its suffix.
///
/// # Errors
/// As [`check_film_target`], or there are parts of another job.
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

/// Checks a target before the work of making its frames: its suffix, its folder, whether it exists
/// already, and, for a video, whether ffmpeg is installed.
///
/// # Errors
/// The first fault that was found.
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
