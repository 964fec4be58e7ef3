//! Run folders of trainings, their checkpoints, and their logs.
//!
//! A [`RunDirectory`] holds the checkpoints of a run, each a [`TrainingState`] from which training
//! continues exactly, and the [`StatsLog`] of its measurements. A [`RunLog`] reads the logs of a
//! folder; [`Comparison`] puts several side by side, [`Plot`] draws their curves to SVG or PNG, and
//! [`EventFile`] is a file for TensorBoard, written during a run or afterwards ([`export_events`]).

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
