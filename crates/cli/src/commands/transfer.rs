//! The command `utsushi transfer`.

mod report;
mod task;
pub(super) use task::tell_what_is_left_out;

use std::path::PathBuf;

use clap::Args;
use task::Task;
use utsushi::ModelFile;
use utsushi::jobs::StyleSource;
use utsushi::onnx::FormOptions;
use utsushi_video::VideoLimits;

use super::saved_style::{self, Saving};
use super::{Run, style};
use crate::args::{
    MaskedPart, MaskedStyle, PaintArguments, StyleArguments, WritingArguments, share, strength,
};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::ModelSource;
use crate::output;

/// Repaint pictures in another style
///
/// Takes pictures or folders and one style: a reference painting (`--style`), a mix of several,
/// a style of the model in its most typical hand (`--style-name`), or one made up from a number
/// (`--style-seed`). PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, JPEG XL, PSD and OpenRaster are read,
/// and all but BMP written, by the ending of the output's name. Transparency is kept. An animated
/// GIF, PNG or WebP is painted frame by frame in one style, and so is video (MP4, WebM, Matroska,
/// QuickTime), with its sound, where the ffmpeg program is installed.
///
/// `--model` also takes an ONNX network that repaints pictures in one way of its own: a file whose
/// name ends in `.onnx`. It needs no style, and neither does a model that has only one.
///
///   utsushi transfer me.png --style reference.png -o painted.png
///   utsushi transfer photos/ --style a.png=0.7 --style b.png=0.3 -o painted/
///   utsushi transfer me.png --style-name tv-cel --strength 0.6 -o painted.png
///   utsushi transfer clip.mp4 --style reference.png --preview-frame 100 -o frame.png
///   utsushi transfer clip.mp4 --style reference.png --resume -o painted.mp4
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    mut_arg("json", |json| json.help("Print one JSON object a picture instead of text")),
    override_usage = "utsushi transfer [OPTIONS] --style <REF.png> --output <OUT> <CONTENT>...\n       \
                      utsushi transfer [OPTIONS] --list <JOBS.tsv>"
)]
pub struct TransferArguments {
    /// Pictures to repaint, or folders of them
    #[arg(
        value_name = "CONTENT",
        required_unless_present = "list",
        conflicts_with = "list"
    )]
    pub contents: Vec<PathBuf>,

    #[command(flatten)]
    pub style: StyleArguments,

    /// The file to write for one picture, the folder for several
    #[arg(
        short,
        long,
        value_name = "OUT",
        required_unless_present = "list",
        conflicts_with = "list"
    )]
    pub output: Option<PathBuf>,

    /// Repaint each visible layer of an OpenRaster or PSD by itself, and keep all of them as layers
    ///
    /// The output's name must end in .ora or .psd; layers keep their 16 bits. Without this, the
    /// picture as it looks is painted, and a name that ends so gets content, painting and each
    /// region as layers, masks with them.
    #[arg(long, conflicts_with_all = ["masks", "within", "preview_frame"])]
    pub layers: bool,

    /// How far to go, from 0 (unchanged) to 1 (the style in full), or beyond it
    ///
    /// Between, the painting lies over the picture like a glaze. Above 1 the style is exaggerated.
    /// [default: 1, or that of a saved style]
    #[arg(long, value_name = "0..2", allow_negative_numbers = true, value_parser = strength)]
    pub strength: Option<f32>,

    /// How much of the painting before to keep where a video stands still, against flicker
    #[arg(long, value_name = "0..1", default_value_t = 0.5, allow_negative_numbers = true, value_parser = share)]
    pub steady: f32,

    /// Go on where an earlier run was stopped: leave out what is painted, and take up a video in
    /// the middle
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,

    /// Paint one frame of a video or an animation as a picture, to try a style; the first is 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..),
          conflicts_with_all = ["list", "resume"])]
    pub preview_frame: Option<u64>,

    /// Refuse videos of more frames
    #[arg(long, value_name = "N", default_value_t = VideoLimits::default().max_frames)]
    pub max_frames: u64,

    /// Many jobs with one model: a file with content, style and output on each line
    ///
    /// A tab stands between them. The style is a painting, `name:tv-cel` for a style of the model
    /// in its most typical hand, `seed:7`, or `-` for the one style of an ONNX network. Paths start
    /// at the list's own folder. Lines that begin with `#` are skipped.
    #[arg(long, value_name = "JOBS.tsv",
          conflicts_with_all = ["styles", "style_names", "style_seed", "shape_from", "colour_from",
                                "save_style"])]
    pub list: Option<PathBuf>,

    /// How the ONNX network of `--model` takes pictures, where its file does not tell or is wrong
    ///
    /// Any of `layout=nchw|nhwc`, `range=-1..1|0..1|0..255` (or `in=` and `out=`), `order=rgb|bgr`
    /// and `multiple=N`, with commas between.
    #[arg(long, value_name = "KEY=VALUE,...")]
    pub network: Option<FormOptions>,

    /// Refuse pictures of more million pixels
    #[arg(long, value_name = "N", default_value_t = 250,
          value_parser = clap::value_parser!(u32).range(1..=4000))]
    pub max_megapixels: u32,

    #[command(flatten)]
    pub writing: WritingArguments,

    #[command(flatten)]
    pub paint: PaintArguments,
}

impl Run for TransferArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(target) = &self.output {
            output::make_way_for(target);
        }
        let model = self.paint.model.as_deref();
        let source = ModelSource::read_to_repaint(model, self.network)?;
        let styles = styles(&self, &source.file)?;
        // Everything that can be refused is refused before the networks are built.
        let paint = saved_style::options(&self.style, self.strength, self.paint.octaves)?;
        let saving = Saving::of(&self.style, &self.paint, paint)?;
        if let Some(saving) = &saving {
            saving.check(styles.iter().map(|(name, _)| &name[..]))?;
        }
        let task = Task::plan(&self, styles, saving)?;
        if task.is_empty() {
            return Ok(ExitCode::Done);
        }
        let model = source.open(self.paint.compute.device)?;
        task.run(&self, &model, paint)
    }
}

/// The styles asked for, each with a name for a file; empty if a list of jobs names them.
fn styles(
    arguments: &TransferArguments,
    model: &ModelFile,
) -> anyhow::Result<Vec<(String, StyleSource)>> {
    let only = match model {
        ModelFile::Steered(_) if arguments.list.is_some() => return Ok(Vec::new()),
        ModelFile::Steered(model) => return Ok(style::asked_for(&arguments.style, model)?),
        ModelFile::Student(student) => {
            let name = &student.style.name;
            format!("a student paints in the one style it has, `{name}`")
        }
        ModelFile::Onnx(_) => "an ONNX network paints in the one style it has".to_owned(),
        _ => "this network paints in the one style it has".to_owned(),
    };
    let masks = &arguments.style.masks;
    let styled = |mask: &MaskedStyle| matches!(mask.part, MaskedPart::Style(_));
    if arguments.style.save_style.is_some() {
        let hint = "keep its file: it is the style";
        return Err(UsageError::new(only).hint(hint).into());
    }
    if style::optional(&arguments.style)?.is_some() || masks.iter().any(styled) {
        let error = UsageError::new(only);
        let hint = "leave the options for styles out; --within, --mask MASK.png:keep and :only can be given";
        return Err(error.hint(hint).into());
    }
    Ok(vec![(String::new(), StyleSource::Only)])
}
