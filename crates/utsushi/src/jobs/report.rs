//! What became of the jobs.

use super::{Job, JobError};
use crate::anatomy::Area;
use crate::{FrameChange, Note, ProfileLoss, Progress};

/// An event while jobs run. `index` counts from 0 in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// A picture is about to be read.
    Started {
        /// The job's number.
        index: usize,
        /// The job.
        job: &'a Job,
    },
    /// A part of it is painted.
    Painting {
        /// The job's number.
        index: usize,
        /// How far the job is.
        progress: Progress,
    },
    /// A frame of an animation or a video is next.
    Filming {
        /// The job's number.
        index: usize,
        /// Frames painted, those of an earlier run among them.
        done: u64,
        /// About how many there are in all, where that is known.
        total: Option<u64>,
    },
    /// A video was stopped, and what is painted of it is kept for a later run.
    Kept {
        /// The job's number.
        index: usize,
        /// The job.
        job: &'a Job,
        /// Frames kept.
        frames: u64,
    },
    /// It is painted and written.
    Painted {
        /// The job's number.
        index: usize,
        /// The job.
        job: &'a Job,
        /// Whether its file holds further frames or pages, which were left out.
        more_frames: bool,
        /// Its evenness, where it is an animation that was painted frame by frame.
        change: Option<FrameChange>,
        /// A fault of its file although it could be painted: that a video ends early.
        warning: Option<&'a str>,
        /// What else there is to know of the painting.
        notes: &'a [Note],
        /// Why its colours are sRGB although those of its profile were asked for, if they are.
        profile_loss: Option<ProfileLoss>,
        /// Areas that are to have styles of their own and were not found in it.
        absent: &'a [Area],
    },
    /// It failed; the next one follows.
    Failed {
        /// The job's number.
        index: usize,
        /// The job.
        job: &'a Job,
        /// The reason.
        error: &'a JobError,
    },
}

/// The outcome of all jobs.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of pictures that were painted and written.
    pub painted: usize,
    /// The jobs that failed, in order.
    pub failed: Vec<Failure>,
    /// The number of those painted that are of files that end early or are damaged.
    pub damaged: usize,
    /// Whether the run was stopped before all had their turn.
    pub stopped: bool,
}

/// A job that failed.
#[derive(Debug)]
pub struct Failure {
    /// The job's number, from 0 in the order of the plan.
    pub index: usize,
    /// The reason.
    pub error: JobError,
}
