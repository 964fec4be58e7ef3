//! `utsushi runs`

mod list;

use std::path::{Path, PathBuf};

use serde_json::json;
use utsushi_runs::{Comparison, Plot, PlotOptions, Row, RunLog, export_events, find_runs};
use utsushi_training::TrainingConfig;

use crate::args::{CompareArguments, PlotArguments, RunsCommand, TensorBoardArguments};
use crate::error::{A_RUN, UsageError};
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(command: &RunsCommand) -> anyhow::Result<ExitCode> {
    match command {
        RunsCommand::List(arguments) => list::run(arguments),
        RunsCommand::Compare(arguments) => compare(arguments),
        RunsCommand::Plot(arguments) => plot(arguments),
        RunsCommand::TensorBoard(arguments) => tensorboard(arguments),
    }
}

/// Run folders as they are named, folders of them opened.
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
            return Err(UsageError::new(problem).hint(A_RUN).into());
        }
        for run in below {
            if !all.contains(&run) {
                all.push(run);
            }
        }
    }
    Ok(all)
}

/// Reads a run. A configuration of an earlier version is completed, so that runs compare.
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

fn compare(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    let runs = read_all(&arguments.runs)?;
    let compared = Comparison::new(&runs, &arguments.values);
    if arguments.json {
        output::line(json!(compared).to_string())?;
        return Ok(ExitCode::Done);
    }
    if compared.config.is_empty() && compared.last.is_empty() {
        let problem = if arguments.values.is_empty() {
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

fn cells(row: &Row) -> Vec<String> {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let values = row.values.iter().map(value);
    [row.name.clone()].into_iter().chain(values).collect()
}

fn plot(arguments: &PlotArguments) -> anyhow::Result<ExitCode> {
    let runs = read_all(&arguments.runs)?;
    let options = PlotOptions {
        chosen: arguments.values.clone(),
        smooth: arguments.smooth,
    };
    let plot = Plot::new(&runs, &options)?;
    plot.write(&arguments.output, arguments.force)?;
    output::line(format!(
        "curves of {}: {}",
        text::counted(runs.len(), "run"),
        arguments.output.display()
    ))?;
    Ok(ExitCode::Done)
}

fn tensorboard(arguments: &TensorBoardArguments) -> anyhow::Result<ExitCode> {
    let runs = read_all(&arguments.runs)?;
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
        let file = export_events(run, &arguments.output.join(&run.name))?;
        output::line(file.display().to_string())?;
    }
    output::remark(format!(
        "next: tensorboard --logdir {}",
        arguments.output.display()
    ));
    Ok(ExitCode::Done)
}
