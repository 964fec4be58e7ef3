//! Events and the final report of running jobs.

use super::{Job, JobError};
use crate::anatomy::Area;
use crate::{FrameChange, Note, ProfileLoss, Progress};

/// An event while jobs run. `index` is the job's number, from 0 in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// A picture is about to be read.
    Started {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// The job that the event is about.
        job: &'a Job,
    },
    /// A part of a picture has been painted.
    Painting {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// Progress of the job.
        progress: Progress,
    },
    /// The next frame of an animation or a video is about to be painted.
    Filming {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// Number of frames painted, including those of an earlier run.
        done: u64,
        /// Approximate number of all frames, if it is known.
        total: Option<u64>,
    },
    /// A video was stopped, and what is painted of it is kept for a later run.
    Kept {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// The job that the event is about.
        job: &'a Job,
        /// Number of frames kept.
        frames: u64,
    },
    /// A picture has been painted and written.
    Painted {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// The job that the event is about.
        job: &'a Job,
        /// Whether the content's file has further frames or pages, which were left out.
        more_frames: bool,
        /// Mean changes from frame to frame, if this is an animation that was painted frame by
        /// frame.
        change: Option<FrameChange>,
        /// A fault of the content's file that did not prevent painting, such as a video that ends
        /// early.
        warning: Option<&'a str>,
        /// Notes on the painting.
        notes: &'a [Note],
        /// Why the painting's colours are sRGB although those of the content's profile were asked
        /// for, if so.
        profile_loss: Option<ProfileLoss>,
        /// Areas with styles of their own that were not found in the picture.
        absent: &'a [Area],
    },
    /// A job has failed; the next one follows.
    Failed {
        /// Number of the job that the event is about, from 0.
        index: usize,
        /// The job that the event is about.
        job: &'a Job,
        /// Why the job failed.
        error: &'a JobError,
    },
}

/// The outcome of all jobs of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// Number of pictures that were painted and written.
    pub painted: usize,
    /// The jobs that failed, in order.
    pub failed: Vec<Failure>,
    /// Number of painted pictures whose files end early or are damaged.
    pub damaged: usize,
    /// Whether the run was stopped before all jobs had their turn.
    pub stopped: bool,
}

/// A job that failed.
#[derive(Debug)]
pub struct Failure {
    /// The job's number, from 0 in the order of the plan.
    pub index: usize,
    /// Why the job failed.
    pub error: JobError,
}
