//! The command `utsushi runs list`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use utsushi_runs::RunLog;

use crate::commands::Run;
use crate::exit_code::ExitCode;
use crate::{error, output, text};

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

/// The most telling numbers of a run, in order, with their short names.
const TELLING: [(&str, &str); 6] = [
    ("reconstruction", "reconstruction/pixels"),
    ("content", "content"),
    ("style", "style"),
    ("projected", "projected/generator_loss"),
    ("pixel", "pixel/generator_loss"),
    ("spread", "prior/spread"),
];

impl Run for ListArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let (mut runs, mut failed) = (Vec::new(), Vec::new());
        let mut code = ExitCode::Done;
        for path in super::found(std::slice::from_ref(&self.folder))? {
            match super::read(&path) {
                Ok(run) => runs.push(run),
                // One broken run must not hide the others.
                Err(problem) => {
                    error::report(&problem, false);
                    failed.push(error::object(&problem));
                    code = ExitCode::SomeSkipped;
                }
            }
        }
        output::line(if self.json {
            json!({ "runs": runs, "failed": failed }).to_string()
        } else {
            table(&runs)
        })?;
        Ok(code)
    }
}

fn table(runs: &[RunLog]) -> String {
    let title = ["run", "steps", "of", "pictures", "best", "last losses"];
    let mut rows = vec![title.map(str::to_owned).to_vec()];
    rows.extend(runs.iter().map(|run| {
        let best = run
            .best
            .map(|best| format!("{:.3} at {}", best.score, best.step));
        let steps = run.steps.map(|steps| text::count(steps as usize));
        vec![
            run.name.clone(),
            text::count(run.step as usize),
            steps.unwrap_or_else(|| "–".to_owned()),
            text::count(run.pictures as usize),
            best.unwrap_or_else(|| "–".to_owned()),
            losses(run),
        ]
    }));
    text::table(&rows, &[1, 2, 3, 4])
}

/// Formats the last losses of a run: `content 0.491, style 0.133`.
fn losses(run: &RunLog) -> String {
    let told = TELLING.iter().filter_map(|(name, key)| {
        let value = run.last.get(*key)?;
        Some(format!("{name} {value:.3}"))
    });
    match told.collect::<Vec<_>>() {
        told if told.is_empty() => "–".to_owned(),
        told => told.join(", "),
    }
}
