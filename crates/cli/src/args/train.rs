//! Arguments of `utsushi train`.

use std::path::PathBuf;

use clap::Args;

use super::ComputeArguments;

/// Train a model on a prepared set
///
/// Ctrl-C or SIGTERM saves a checkpoint and stops; `--resume` goes on from it, on the CPU bit for
/// bit as if the run had never stopped. docs/training.md explains the configuration and what to look
/// at.
///
///   utsushi train fine-tune --data set --init builtin
///   utsushi train --print-config fine-tune > mine.toml
///   utsushi train mine.toml --data set --init builtin
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct TrainArguments {
    /// The training configuration: a file, or a recipe of this program
    ///
    /// Recipes are `fine-tune` (a new style for a model that can paint), `own-style` (what `learn`
    /// trains by), `house-64`, `house-128` and
    /// `prior-64` (how the built-in model was made), `labels-32` (labels that can be edited) and
    /// `smoke-32` (a minute or two, to see that everything works).
    #[arg(value_name = "CONFIG.toml|RECIPE")]
    pub config: PathBuf,

    /// The prepared set, or the file that `dataset pack` made of it
    ///
    /// With `--resume` it need not be named again, if it lies where it lay.
    #[arg(long, value_name = "SET", required_unless_present_any = ["print_config", "resume"])]
    pub data: Option<PathBuf>,

    /// Print the configuration as it stands, with its comments, to be changed; train nothing
    #[arg(long, conflicts_with_all = ["data", "resume", "dry_run"])]
    pub print_config: bool,

    /// The run folder [default: runs/ and the configuration's name]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Go on with the run folder from its newest checkpoint
    #[arg(long)]
    pub resume: bool,

    /// Train for so long, such as 8m, 90s or 1h30m, in place of run.steps
    ///
    /// The rates fall over the last part of it, from optimizer.decay_from on: when that begins, the
    /// speed so far tells how many steps are left, and where the speed changes, that is told again,
    /// so that the time holds. The steps stand in fall.json of the run folder, so that from then on
    /// --resume is exact, and ends after as many as were told last. At the end model.safetensors
    /// lies in the run folder, and its discriminators beside it.
    #[arg(long = "for", value_name = "TIME", value_parser = crate::text::parse_duration,
          conflicts_with_all = ["print_config", "dry_run"])]
    pub length: Option<std::time::Duration>,

    /// Print the whole configuration, the networks' sizes and the expected memory; train nothing
    ///
    /// A warning below says if the training would be refused, and why.
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

    /// Start from an exported model, or from one inside of the program: `builtin` or `free`
    ///
    /// A file that is called `builtin` is named as `./builtin`. With `--resume` it may stay: a run
    /// goes on from its own checkpoint. A configuration that says nothing of
    /// the networks' sizes takes the model's. Styles of the set that the model knows go on as
    /// themselves; others are added, each starting as the one that its pictures resemble most.
    /// Styles of the model that the set has no pictures of stay in it. docs/fine-tuning.md has a
    /// recipe for 50 to 300 pictures of a new style.
    #[arg(long, value_name = "MODEL")]
    pub init: Option<PathBuf>,

    #[command(flatten)]
    pub compute: ComputeArguments,
}
