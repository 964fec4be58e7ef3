//! Training of the networks, in which discriminators and generator take turns: losses, optimizers,
//! the loop, run folders.
//!
//! One step (`trainer`) draws real paintings, paints fakes, updates the discriminators
//! (`discriminator_step`), updates the networks that paint (`generator_step`), lets the content
//! prior play its own game (`prior`), and moves their average along (`ema`). Everything that is not
//! a gradient happens at ticks (`run`).

mod adversarial_terms;
mod augment;
mod config;
mod discriminator_step;
mod discriminators;
mod distil;
mod ema;
mod error;
mod export;
mod freeze;
mod generator_step;
mod headings;
mod keep;
pub mod losses;
mod memory;
mod optimizer;
#[cfg(test)]
mod parity;
mod prior;
mod procedural;
mod random;
mod reference_game;
mod resize;
mod run;
mod schedule;
mod sheet;
mod state;
mod stats;
mod surface;
mod terms;
mod trainer;

pub use config::{
    AdversarialConfig, AugmentationConfig, LabelsConfig, LossConfig, NetworkPart, OptimizerConfig,
    Precision, PriorTraining, ProceduralConfig, RunConfig, TrainingConfig, TrainingConfigError,
};
pub use distil::{Agreement, DistilConfig, DistilOptions, Distilled, Teacher, distil};
pub use ema::update_average;
pub use error::TrainError;
pub use export::{Checkpoint, ExportReport, export, export_discriminators, export_model};
pub use losses::adversarial::AdversarialLoss;
pub use run::{
    Completed, Examination, Examiner, InitialModel, Outcome, Progress, TimeBudget, TrainOptions,
    TrainingPlan, as_in_run, completed, discriminators_beside, plan, train, train_examined,
    without_features,
};
pub use schedule::ema_decay;
pub use sheet::Sheet;
pub use state::{StateError, average_of_checkpoint, restore};
pub use stats::{Pending, StatsLine, StepValues};
pub use surface::MeasureSkin;
pub use trainer::Trainer;
