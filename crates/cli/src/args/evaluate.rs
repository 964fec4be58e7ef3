//! Arguments of `utsushi evaluate`.

use std::path::PathBuf;

use clap::Args;

use super::ComputeArguments;

/// Measure how well a model repaints
///
/// Repaints held-out pictures of a prepared set in each of its styles and measures how near the
/// outputs come to real paintings, what they keep of the content and of its faces, how they differ
/// and how they follow their references; beside the unchanged content and a mere transfer of colours.
/// Everything that a feature network tells is told twice, in colour and on equalised brightness
/// ("in grey"), where line, shading and texture alone tell styles apart. Writes
/// report.json and report.html, one page with everything in it. docs/evaluation.md explains each
/// number.
///
///   utsushi evaluate model.safetensors --data sets/faces --output report/
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "utsushi evaluate [OPTIONS] --data <SET> --output <DIR> [MODEL]\n       \
                      utsushi evaluate [OPTIONS] --data <SET> --write-jobs <JOBS.tsv>"
)]
pub struct EvaluateArguments {
    /// An exported model, or `free` [default: the built-in model]
    #[arg(value_name = "MODEL")]
    pub model: Option<PathBuf>,

    /// The prepared set; its held-out pictures are repainted
    #[arg(long, value_name = "SET")]
    pub data: PathBuf,

    /// The folder for the report
    #[arg(
        short,
        long,
        value_name = "DIR",
        required_unless_present = "write_jobs"
    )]
    pub output: Option<PathBuf>,

    /// Styles that were left out of training as a whole, for a mean of their own
    ///
    /// Names of styles of the set, or folders of further prepared sets, whose styles must not be in
    /// the set; with commas between, or again. Give the same ones with --write-jobs and --outputs.
    #[arg(long, value_name = "STYLE|SET", value_delimiter = ',')]
    pub unseen: Vec<PathBuf>,

    /// Side in pixels to paint and look at, 16 to 1024 [default: what the model was trained at]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<u32>,

    /// Pictures to repaint in each style
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub pictures: usize,

    /// Training paintings of each style to hold outputs against; 0 for all
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub real: usize,

    /// New paintings to make in each style, where the model makes any; 0 for none
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub generated: usize,

    /// Chooses the pictures; the same number always gives the same report
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = super::seed)]
    pub seed: u64,

    /// The imported feature network to judge by [default: the largest imported]
    ///
    /// Training looks through EfficientNet-Lite0. A model may have learned to please that one, so
    /// the report says so where it is the judge.
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,

    /// Another program's outputs for the list that --write-jobs writes, to be measured too
    #[arg(long, value_name = "DIR", conflicts_with = "write_jobs")]
    pub outputs: Option<PathBuf>,

    /// Only write the list of what would be repainted, as `transfer --list` reads it
    #[arg(long, value_name = "JOBS.tsv")]
    pub write_jobs: Option<PathBuf>,

    /// Show only pictures whose terms, as the set states them, are free
    #[arg(long)]
    pub public: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    /// Print the report as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}
