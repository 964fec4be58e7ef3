//! The command group `utsushi runs`.

mod list;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use utsushi_runs::{Comparison, Plot, PlotOptions, Row, RunLog, export_events, find_runs};
use utsushi_training::TrainingConfig;

use crate::commands::Run;
use crate::error::{A_RUN, FileError, UsageError};
use crate::exit_code::ExitCode;
use crate::{output, text};

commands! {
    /// Look at training runs: list, compare, draw
    RunsCommand {
        List(list::ListArguments),
        Compare(CompareArguments),
        Plot(PlotArguments),
        #[command(name = "tensorboard")]
        TensorBoard(TensorBoardArguments),
    }
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

/// Lists the run folders given, and those inside of given folders.
fn found(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let runs = [PathBuf::from("runs")];
    let mut all = Vec::new();
    for path in if paths.is_empty() { &runs } else { paths } {
        let below = if path.is_dir() {
            find_runs(path)?
        } else {
            Vec::new()
        };
        if below.is_empty() {
            let problem = if path.exists() {
                "no run folder is here"
            } else {
                "there is no such folder"
            };
            let problem = format!("{}: {problem}", path.display());
            return Err(FileError::new(problem, A_RUN).into());
        }
        for run in below {
            if !all.contains(&run) {
                all.push(run);
            }
        }
    }
    Ok(all)
}

/// Reads a run. A configuration of an earlier version is completed with defaults, so that runs can
/// be compared.
fn read(path: &Path) -> anyhow::Result<RunLog> {
    let log = RunLog::read(path)?;
    Ok(match TrainingConfig::read(&path.join("config.toml")) {
        Ok(config) => log.with_config(&config.to_toml())?,
        // Of a later version, perhaps: shown as it is.
        Err(_) => log,
    })
}

fn read_all(paths: &[PathBuf]) -> anyhow::Result<Vec<RunLog>> {
    found(paths)?.iter().map(|path| read(path)).collect()
}

impl Run for CompareArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runs = read_all(&self.runs)?;
        let compared = Comparison::new(&runs, &self.values);
        if self.json {
            output::line(json!(compared).to_string())?;
            return Ok(ExitCode::Done);
        }
        if compared.config.is_empty() && compared.last.is_empty() {
            let problem = if self.values.is_empty() {
                "the runs have the same configuration, and no number has been written yet"
            } else {
                "no key and no number has one of the texts of --values in its name"
            };
            output::line(problem)?;
            return Ok(ExitCode::Done);
        }
        let mut rows = Vec::new();
        for (title, part) in [
            ("configuration", &compared.config),
            ("last value", &compared.last),
        ] {
            if part.is_empty() {
                continue;
            }
            if !rows.is_empty() {
                rows.push(Vec::new());
            }
            let names = compared.runs.iter().cloned();
            rows.push([title.to_owned()].into_iter().chain(names).collect());
            rows.extend(part.iter().map(cells));
        }
        let right: Vec<usize> = (1..=runs.len()).collect();
        output::line(text::table(&rows, &right))?;
        Ok(ExitCode::Done)
    }
}

fn cells(row: &Row) -> Vec<String> {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let values = row.values.iter().map(value);
    [row.name.clone()].into_iter().chain(values).collect()
}

impl Run for PlotArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runs = read_all(&self.runs)?;
        let options = PlotOptions {
            chosen: self.values.clone(),
            smooth: self.smooth,
        };
        let plot = Plot::new(&runs, &options)?;
        plot.write(&self.output, self.force)?;
        output::line(format!(
            "curves of {}: {}",
            text::counted(runs.len(), "run"),
            self.output.display()
        ))?;
        Ok(ExitCode::Done)
    }
}

impl Run for TensorBoardArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runs = read_all(&self.runs)?;
        for (index, run) in runs.iter().enumerate() {
            // Two runs of one name would be mixed up.
            if let Some(other) = runs[..index].iter().find(|other| other.name == run.name) {
                let (one, other) = (run.path.display(), other.path.display());
                let problem = format!("{other} and {one} have the same name");
                return Err(UsageError::new(problem)
                    .hint("write them to different folders, one after the other")
                    .into());
            }
        }
        for run in &runs {
            let file = export_events(run, &self.output.join(&run.name))?;
            output::line(file.display().to_string())?;
        }
        output::remark(format!(
            "next: tensorboard --logdir {}",
            self.output.display()
        ));
        Ok(ExitCode::Done)
    }
}

fn weight(text: &str) -> Result<f64, String> {
    let weight = text.parse::<f64>().ok();
    weight
        .filter(|weight| (0.0..=0.999).contains(weight))
        .ok_or_else(|| "give a number from 0 to 0.999".to_owned())
}
