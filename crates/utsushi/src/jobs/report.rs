//! What became of the jobs.

use super::{Job, JobError};
use crate::{FrameChange, Progress};

/// What happens while jobs run. `index` counts from 0 in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// A picture is about to be read.
    Started {
        /// Which job.
        index: usize,
        /// The job.
        job: &'a Job,
    },
    /// A part of it is painted.
    Painting {
        /// Which job.
        index: usize,
        /// How far it has come.
        progress: Progress,
    },
    /// A frame of an animation or a video is next.
    Filming {
        /// Which job.
        index: usize,
        /// Frames painted, those of an earlier run among them.
        done: u64,
        /// About how many there are in all, where that is known.
        total: Option<u64>,
    },
    /// A video was stopped, and what is painted of it is kept for a later run.
    Kept {
        /// Which job.
        index: usize,
        /// The job.
        job: &'a Job,
        /// Frames kept.
        frames: u64,
    },
    /// It is painted and written.
    Painted {
        /// Which job.
        index: usize,
        /// The job.
        job: &'a Job,
        /// Whether its file holds further frames or pages, which were left out.
        more_frames: bool,
        /// How even it is, where it is an animation that was painted frame by frame.
        change: Option<FrameChange>,
        /// What was wrong with its file although it could be painted: that a video ends early.
        warning: Option<&'a str>,
        /// Whether the style does not go together with it ([`blotched`](crate::blotched)).
        blotched: bool,
    },
    /// It failed; the next one follows.
    Failed {
        /// Which job.
        index: usize,
        /// The job.
        job: &'a Job,
        /// Why.
        error: &'a JobError,
    },
}

/// What became of all jobs.
#[derive(Debug, Default)]
pub struct Report {
    /// How many pictures were painted and written.
    pub painted: usize,
    /// Those that failed, in order.
    pub failed: Vec<Failure>,
    /// How many of those painted are of files that end early or are damaged.
    pub damaged: usize,
    /// Whether the run was stopped before all had their turn.
    pub stopped: bool,
}

/// A job that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which job, from 0 in the order of the plan.
    pub index: usize,
    /// Why.
    pub error: JobError,
}
