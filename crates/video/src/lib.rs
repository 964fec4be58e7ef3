//! Frames in and out of files: animations, folders of frames, and video.
//!
//! A [`FrameSource`] gives frames one after the other, a [`FrameSink`] takes them. Animated GIF,
//! PNG and WebP are read and written by this program itself; other video goes through the `ffmpeg`
//! program, where it is installed: raw pixels through pipes, with no temporary files except the
//! parts of the output, from which a long job continues after a stop.

mod error;
mod ffmpeg;
mod format;
mod parts;
mod rate;
mod sink;
mod source;

pub use error::FilmError;
pub use ffmpeg::{Ffmpeg, VideoInfo};
pub use format::{FilmFormat, VideoFormat, is_video};
pub use rate::Rate;
pub use sink::{
    AnimationSink, FolderSink, FrameSink, SinkSettings, VideoSink, check_film_target, open_sink,
};
pub use source::{AnimationSource, FrameSource, VideoLimits, VideoSource};
