//! Arguments of `utsushi learn`.

use std::path::PathBuf;

use clap::Args;

use super::ComputeArguments;

/// Learn a style of your own from one to five pictures
///
/// A model that paints already is trained on with your pictures, in less than ten minutes on two
/// cores, which comes nearer to them than reading their style in one look, as `transfer --style`
/// does. What comes out is a model file with this one style. From 50 pictures on, `train fine-tune` does
/// better and keeps the other styles.
///
///   utsushi learn a.png b.png c.png -o mine.safetensors
///   utsushi transfer me.png --model mine.safetensors --style-name mine -o painted.png
///
/// Ctrl-C or SIGTERM saves what is done and stops; the same command with `--resume` goes on.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LearnStyleArguments {
    /// The pictures, all by one hand; folders are read with those in them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    /// The model file to write
    #[arg(short, long, value_name = "MODEL.safetensors")]
    pub output: PathBuf,

    /// What the style is called [default: as the model file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Pictures of what you will repaint later, such as photographs, to be practised on
    ///
    /// They are never a target and may be in any style; a hundred or two are enough. Without them, new paintings
    /// that the model makes up are practised on.
    #[arg(long, value_name = "FOLDER")]
    pub contents: Option<PathBuf>,

    /// The model to start from: a file, `builtin` or `free`
    #[arg(long, value_name = "MODEL", default_value = "builtin")]
    pub init: PathBuf,

    /// The folder for the training run, its pictures and its sample sheets [default: runs/ and the
    /// style's name]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Learn for so long, such as 5m or 1h, in place of the recipe's steps
    #[arg(long = "for", value_name = "TIME", value_parser = crate::text::parse_duration)]
    pub length: Option<std::time::Duration>,

    /// Go on with a run that was stopped
    #[arg(long)]
    pub resume: bool,

    /// Replace the model file if it exists
    #[arg(short, long)]
    pub force: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,
}
