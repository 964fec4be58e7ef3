//! Logs of training runs: read, compared, drawn as curves, and written for TensorBoard.
//!
//! A [`RunLog`] is what a run folder says of its run. [`Comparison`] puts several side by side,
//! [`Plot`] draws their curves to SVG or PNG, and [`EventFile`] is a file that TensorBoard reads,
//! written while a run goes on or afterwards ([`export_events`]).

mod comparison;
mod error;
mod event_file;
mod export;
mod plot;
mod run_log;
mod series;

pub use comparison::{Comparison, Row};
pub use error::LogsError;
pub use event_file::{EventFile, Histogram, tag};
pub use export::export_events;
pub use plot::{Plot, PlotOptions};
pub use run_log::{RunLog, find_runs};
pub use series::Series;
