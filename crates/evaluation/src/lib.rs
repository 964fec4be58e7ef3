//! Measures of how well a model repaints: distances to real paintings, style accuracy, content and
//! faces kept, diversity, faithfulness to the reference, memorisation; compared with peers.
//!
//! [`plan()`] decides which held-out pictures are repainted after which paintings; [`write_jobs`]
//! writes that down for other programs. [`evaluate`] repaints, describes everything with a
//! [`Judge`] and fills a [`Report`]; [`write_report`] writes it as JSON and as one HTML page.
//! `docs/evaluation.md` says what each measure means and what it does not.

mod data;
mod error;
mod face_observer;
mod gallery;
mod judge;
mod measures;
mod method;
mod options;
mod plan;
mod random;
mod renditions;
mod report;
mod run;
mod samples;
mod statistics;
mod words;

pub use data::EvaluationData;
pub use error::EvaluateError;
pub use gallery::Gallery;
pub use judge::Judge;
pub use measures::{EdgeMap, Palette, Portrait, equalised, reinhard};
pub use options::{EvaluateOptions, Progress};
pub use plan::{EvaluationPlan, PlannedJob, StylePlan, plan, write_jobs};
pub use renditions::{Rendition, Renditions};
pub use report::{
    Closest, ClosestPainting, Evaluation, FIELDS, Field, GeneratedReport, JudgeReport, MeanReport,
    Measures, MethodReport, RealMeasures, RealReport, Report, StyleReport, check_target,
    write_report,
};
pub use run::{evaluate, evaluate_beside};
pub use samples::Samples;
pub use statistics::{Classifier, KernelDistance, Standardiser, frechet_distance, kernel_distance};
