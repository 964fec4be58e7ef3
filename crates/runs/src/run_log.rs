//! Logs of a run, read from its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{BestCheckpoint, RunDirectory, StatsLog};
use serde::Serialize;
use serde_json::Value;

use crate::logs_error::LogsError;
use crate::series::{Series, series_of};

/// Configuration, statistics and measures of a run, which may still be training.
#[derive(Debug, Clone, Serialize)]
pub struct RunLog {
    /// Name of the folder, after the name of its parent if it is [`RUN_OF_PICTURES`].
    pub name: String,
    /// Path of the folder.
    pub path: PathBuf,
    /// Number of steps done, by the last line or the newest checkpoint.
    pub step: u64,
    /// Number of steps of the whole run, if it is known: a run with a time budget fixes it late.
    pub steps: Option<u64>,
    /// Number of pictures painted for training so far.
    pub pictures: u64,
    /// Steps of the existing checkpoints, in rising order.
    pub checkpoints: Vec<u64>,
    /// Last value of each number, by name.
    pub last: BTreeMap<String, f64>,
    /// The checkpoint with the best score, if any was evaluated.
    pub best: Option<BestCheckpoint>,
    /// Configuration as dotted keys with values in TOML notation.
    pub config: BTreeMap<String, String>,
    /// Every number as a series over the steps.
    #[serde(skip)]
    pub series: Vec<Series>,
}

impl RunLog {
    /// Reads a run folder.
    ///
    /// # Errors
    /// The folder is not a run's, a file cannot be read, or the configuration is not valid TOML.
    pub fn read(path: &Path) -> Result<Self, LogsError> {
        let directory = RunDirectory::view(path)?;
        let config_path = directory.config_path();
        let table: toml::Table =
            directory
                .config()?
                .parse()
                .map_err(|reason| LogsError::Config {
                    path: config_path,
                    reason: Box::new(reason),
                })?;
        let stats = lines(&directory.stats_path())?;
        let measures = lines(&directory.measures_path())?;
        let mut series = series_of(&stats, "");
        series.extend(series_of(&measures, "measures/"));
        let last = |series: &Series| Some((series.name.clone(), series.last()?));
        let last: BTreeMap<_, _> = series.iter().filter_map(last).collect();
        let checkpoints = directory.steps()?;
        let written = stats.last().and_then(|line| line["step"].as_u64());
        let run = table.get("run").and_then(toml::Value::as_table);
        let number = |key: &str| {
            run?.get(key)?
                .as_integer()
                .and_then(|it| it.try_into().ok())
        };
        let step = written.max(checkpoints.last().copied()).unwrap_or(0);
        let pictures = match stats.last().and_then(|line| line["pictures"].as_u64()) {
            Some(pictures) => pictures,
            None => step.saturating_mul(number("batch").unwrap_or(0)),
        };
        Ok(Self {
            name: name_of(path),
            path: path.to_owned(),
            step,
            steps: match directory.fall()? {
                Some(fall) => Some(fall.last()),
                // One that goes on beyond them goes by the clock, and does not know yet.
                None => number("steps").filter(|&steps| steps >= step),
            },
            pictures,
            checkpoints,
            last,
            best: directory.best()?,
            config: flattened(&table),
            series,
        })
    }

    /// Replaces the configuration by another TOML text: one with all defaults written out, so that
    /// runs of different versions can be compared.
    ///
    /// # Errors
    /// The text is not valid TOML.
    pub fn with_config(mut self, text: &str) -> Result<Self, LogsError> {
        let table: toml::Table = text.parse().map_err(|reason| LogsError::Config {
            path: self.path.join("config.toml"),
            reason: Box::new(reason),
        })?;
        self.config = flattened(&table);
        Ok(self)
    }

    /// The series of one number, by its name.
    pub fn series(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.name == name)
    }
}

/// Name of the run folder inside of a folder that also has the pictures and their set, as `utsushi
/// learn` makes it.
pub const RUN_OF_PICTURES: &str = "run";

/// Finds the run folders in a folder, sorted by name, or the folder itself if it is one; including
/// those inside of folders with their pictures and set ([`RUN_OF_PICTURES`]).
///
/// # Errors
/// The folder cannot be read.
pub fn find_runs(folder: &Path) -> Result<Vec<PathBuf>, LogsError> {
    if RunDirectory::view(folder).is_ok() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(LogsError::io(folder, "read the folder"))? {
        let path = entry
            .map_err(LogsError::io(folder, "read the folder"))?
            .path();
        let with_pictures = path.join(RUN_OF_PICTURES);
        let both = [path, with_pictures].into_iter();
        found.extend(both.filter(|path| RunDirectory::view(path).is_ok()));
    }
    found.sort();
    Ok(found)
}

/// Name of a run: that of its folder, or `mine/run` if that alone says nothing.
fn name_of(path: &Path) -> String {
    let name = folder_name(path);
    match path.parent() {
        Some(parent) if name == RUN_OF_PICTURES && parent.file_name().is_some() => {
            format!("{}/{name}", folder_name(parent))
        }
        _ => name,
    }
}

/// Name of a folder, also for `.` and `..`.
fn folder_name(path: &Path) -> String {
    let whole = fs::canonicalize(path).ok();
    let name = path
        .file_name()
        .or_else(|| whole.as_deref().and_then(Path::file_name));
    name.map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Reads the lines of a log; empty if there is no such file yet.
fn lines(path: &Path) -> Result<Vec<Value>, LogsError> {
    if path.exists() {
        Ok(StatsLog::read(path)?)
    } else {
        Ok(Vec::new())
    }
}

/// Flattens a table to dotted keys: `[a] b = 1` becomes `a.b`.
fn flattened(table: &toml::Table) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                for (below, value) in flattened(inner) {
                    flat.insert(format!("{key}.{below}"), value);
                }
            }
            value => {
                flat.insert(key.clone(), value.to_string());
            }
        }
    }
    flat
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Fall;

    /// Makes a run folder for tests from these texts.
    pub(crate) fn write_run(path: &Path, config: &str, stats: &str, measures: &str) {
        fs::create_dir_all(path).unwrap();
        let run = RunDirectory::create(path, config).unwrap();
        fs::write(run.stats_path(), stats).unwrap();
        if !measures.is_empty() {
            fs::write(run.measures_path(), measures).unwrap();
        }
    }

    #[test]
    fn a_run_tells_how_far_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_run(
            &path,
            "[run]\nsteps = 100\nbatch = 4\n[model]\nwidths = [1, 2]\n",
            "{\"step\":10,\"pictures\":40,\"values\":{\"content\":1.0}}\n\
             {\"step\":20,\"pictures\":80,\"values\":{\"content\":0.5}}\n{\"step\":30,\"pi",
            "{\"step\":20,\"drift\":0.25}\n",
        );
        fs::create_dir(folder.path().join("no run")).unwrap();
        let run = RunLog::read(&path).unwrap();
        assert_eq!((run.step, run.steps, run.pictures), (20, Some(100), 80));
        assert_eq!(run.last["content"], 0.5);
        assert_eq!(run.last["measures/drift"], 0.25);
        assert_eq!(run.config["model.widths"], "[1, 2]");
        assert_eq!(run.series("content").unwrap().points.len(), 2);
        assert_eq!(
            find_runs(folder.path()).unwrap(),
            std::slice::from_ref(&path)
        );
        assert_eq!(find_runs(&path).unwrap(), [path]);
    }

    #[test]
    fn a_run_by_the_clock_tells_its_steps_once_they_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let stats = "{\"step\":5,\"pictures\":20,\"values\":{}}\n";
        write_run(&path, "[run]\nsteps = 3\nbatch = 4\n", stats, "");
        let run = RunLog::read(&path).unwrap();
        assert_eq!((run.step, run.steps), (5, None));
        let directory = RunDirectory::open(&path).unwrap();
        directory.keep_fall(&Fall::new(5, 9)).unwrap();
        assert_eq!(RunLog::read(&path).unwrap().steps, Some(9));
    }

    #[test]
    fn a_run_without_a_line_and_a_broken_configuration_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        RunDirectory::create(&path, "[run]\nsteps = -1\n").unwrap();
        let run = RunLog::read(&path).unwrap();
        assert_eq!((run.step, run.steps, run.pictures), (0, None, 0));
        fs::write(path.join("config.toml"), "[run").unwrap();
        let error = RunLog::read(&path).unwrap_err().to_string();
        assert!(error.contains("config.toml"), "{error}");
        assert!(RunLog::read(folder.path()).is_err());
    }
}
