//! Arguments of `utsushi runs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Look at training runs: list, compare, draw
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    List(ListArguments),
    Compare(CompareArguments),
    Plot(PlotArguments),
    #[command(name = "tensorboard")]
    TensorBoard(TensorBoardArguments),
}

/// List the runs in a folder: how far they are, what they lose, which checkpoint is best
#[derive(Debug, Args)]
pub struct ListArguments {
    /// A folder of run folders
    #[arg(value_name = "DIR", default_value = "runs")]
    pub folder: PathBuf,

    /// Print one JSON object with everything that is known of each run
    #[arg(long)]
    pub json: bool,
}

/// Show several runs side by side: configuration keys that differ, and the last of each number
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Run folders, or folders of run folders [default: runs]
    #[arg(value_name = "RUN")]
    pub runs: Vec<PathBuf>,

    /// Only keys and numbers whose names contain one of these texts; keys then need not differ
    #[arg(long, value_name = "TEXT,…", value_delimiter = ',')]
    pub values: Vec<String>,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Draw the curves of losses and measures
///
/// One panel a number, one colour a run.
#[derive(Debug, Args)]
pub struct PlotArguments {
    /// Run folders, or folders of run folders [default: runs]
    #[arg(value_name = "RUN")]
    pub runs: Vec<PathBuf>,

    /// The drawing: a name that ends in .svg or .png
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,

    /// Only numbers whose names contain one of these texts, such as `content` or `pixel/`
    #[arg(long, value_name = "TEXT,…", value_delimiter = ',')]
    pub values: Vec<String>,

    /// Draw moving averages: the weight, 0 to 0.999, of what came before
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.0, value_parser = weight)]
    pub smooth: f64,

    /// Replace the drawing if it exists
    #[arg(long)]
    pub force: bool,
}

/// Write runs for TensorBoard, also those trained without `run.tensorboard = true`
///
/// Each run becomes a folder in DIR; `tensorboard --logdir DIR` shows them.
#[derive(Debug, Args)]
pub struct TensorBoardArguments {
    /// Run folders, or folders of run folders [default: runs]
    #[arg(value_name = "RUN")]
    pub runs: Vec<PathBuf>,

    /// The folder to write to, made if need be
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
}

fn weight(text: &str) -> Result<f64, String> {
    let weight = text.parse::<f64>().ok();
    weight
        .filter(|weight| (0.0..=0.999).contains(weight))
        .ok_or_else(|| "give a number from 0 to 0.999".to_owned())
}
