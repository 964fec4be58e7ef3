//! Arguments of `utsushi model`.

use std::path::PathBuf;

use clap::Args;

/// Show what is in a model: its styles, sizes, terms and card
///
/// A long card is shown up to how the model was trained; `--json` has all of it.
///
/// For a style that `--save-style` has written it shows what it was made of and painted with, for an
/// ONNX network how `utsushi transfer` gives it pictures; `--network` there takes the same words.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// An exported model, `free`, a saved style, or an ONNX network [default: the built-in model]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Print one JSON object instead of text
    #[arg(long, conflicts_with = "gallery")]
    pub json: bool,

    /// Paint a sheet instead: a row a style, in its typical hands
    ///
    /// Below each painting stands what it is asked for by: `--style-name manga:3`.
    #[arg(long, value_name = "SHEET")]
    pub gallery: Option<PathBuf>,

    /// The picture to paint on the gallery [default: one that the model makes up]
    #[arg(long, value_name = "PICTURE", requires = "gallery")]
    pub content: Option<PathBuf>,

    /// Replace a gallery that exists
    #[arg(long, requires = "gallery")]
    pub force: bool,
}
