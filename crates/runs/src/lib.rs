//! Run folders of trainings, and what they say of their runs.
//!
//! A [`RunDirectory`] holds the checkpoints of a run, each a [`TrainingState`] that training goes on
//! from bit for bit, and the [`StatsLog`] of what was measured. A [`RunLog`] reads what a folder says
//! of its run; [`Comparison`] puts several side by side, [`Plot`] draws their curves to SVG or PNG,
//! and [`EventFile`] is a file that TensorBoard reads, written while a run goes on or afterwards
//! ([`export_events`]).

mod comparison;
mod event_file;
mod export;
mod logs_error;
mod plot;
mod run_directory;
mod run_error;
mod run_log;
mod series;
mod stats_log;
mod training_state;

pub use comparison::{Comparison, Row};
pub use event_file::{EventFile, Histogram, tag};
pub use export::export_events;
pub use logs_error::LogsError;
pub use plot::{Plot, PlotOptions};
pub use run_directory::{Bend, BestCheckpoint, Fall, LatestCheckpoint, RunDirectory};
pub use run_error::RunError;
pub use run_log::{RUN_OF_PICTURES, RunLog, find_runs};
pub use series::Series;
pub use stats_log::StatsLog;
pub use training_state::{TrainingRecord, TrainingState, config_hash};
