//! Arguments of `utsushi train`.

use std::path::PathBuf;

use clap::Args;

use super::DeviceArgument;

/// Train a model on a prepared set
///
/// Ctrl-C saves a checkpoint and stops; `--resume` goes on from it, on the CPU bit for bit as if
/// the run had never stopped. docs/training.md explains the configuration and what to look at.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// The training configuration
    #[arg(value_name = "CONFIG.toml")]
    pub config: PathBuf,

    /// The prepared set
    #[arg(long, value_name = "SET")]
    pub data: PathBuf,

    /// The run folder [default: runs/ and the configuration's name]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Go on with the run folder from its newest checkpoint
    #[arg(long)]
    pub resume: bool,

    /// Print the whole configuration, the networks' sizes and the expected memory; train nothing
    #[arg(long)]
    pub dry_run: bool,

    /// The imported feature network [default: where `utsushi features import` puts it, if there]
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,

    /// The feature network that judges evaluations [default: the largest imported]
    ///
    /// A configuration with `run.evaluate_steps` has the held-out split repainted and measured
    /// every so many steps, as `utsushi evaluate` does. The curve stands in measures.jsonl and
    /// measures.html of the run folder, and `utsushi export --best` takes the best checkpoint.
    #[arg(long, value_name = "FILE")]
    pub judge: Option<PathBuf>,

    /// Start from an exported model, or from the built-in one: `house`
    ///
    /// A file that is called `house` is named as `./house`. A configuration that says nothing of
    /// the networks' sizes takes the model's. Styles of the set that the model knows go on as
    /// themselves; others are added, each starting as the one that its pictures resemble most.
    /// Styles of the model that the set has no pictures of stay in it. docs/fine-tuning.md has a
    /// recipe for 50 to 300 pictures of a new style.
    #[arg(long, value_name = "MODEL", conflicts_with = "resume")]
    pub init: Option<PathBuf>,

    #[command(flatten)]
    pub device: DeviceArgument,
}
