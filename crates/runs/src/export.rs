//! Export of a finished run as an event file for TensorBoard.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use utsushi_files::place;

use crate::RunDirectory;

use crate::event_file::{EventFile, Moment, file_name, tag};
use crate::logs_error::LogsError;
use crate::run_log::RunLog;

/// Writes a run's numbers and sample sheets to a new event file in a folder, which is created if
/// needed, and returns the file's path. Events have the times of the run, as far as they are known.
///
/// # Errors
/// The folder has an event file already, or files cannot be read or written.
pub fn export_events(run: &RunLog, folder: &Path) -> Result<PathBuf, LogsError> {
    fs::create_dir_all(folder).map_err(LogsError::io(folder, "make the folder"))?;
    for entry in fs::read_dir(folder).map_err(LogsError::io(folder, "read the folder"))? {
        let path = entry
            .map_err(LogsError::io(folder, "read the folder"))?
            .path();
        if path.to_string_lossy().contains("tfevents") {
            return Err(LogsError::io(&path, "export beside it")(
                std::io::ErrorKind::AlreadyExists.into(),
            ));
        }
    }
    let clock = Clock::of(run);
    let part = folder.join(".events.part");
    let written = write(run, &clock, &part);
    let path = folder.join(file_name(clock.start.max(0.0) as u64));
    let placed =
        written.and_then(|()| place(&part, &path, false).map_err(LogsError::io(&path, "write")));
    if placed.is_err() {
        let _ = fs::remove_file(&part);
    }
    placed.map(|()| path)
}

fn write(run: &RunLog, clock: &Clock, path: &Path) -> Result<(), LogsError> {
    let mut events = EventFile::create(path, clock.start)?;
    let mut steps = BTreeMap::<u64, Vec<(String, f64)>>::new();
    for series in &run.series {
        let tag = tag(&series.name);
        for (step, value) in &series.points {
            steps.entry(*step).or_default().push((tag.clone(), *value));
        }
    }
    for (step, values) in steps {
        let values = values.iter().map(|(tag, value)| (tag.as_str(), *value));
        events.scalars_at(clock.moment(step), values)?;
    }
    for (step, path) in sheets(&run.path)? {
        let png = fs::read(&path).map_err(LogsError::io(&path, "read"))?;
        events.picture_at(clock.moment(step), "samples", &png)?;
    }
    Ok(())
}

/// Finds the sample sheets of a run, by their steps.
fn sheets(run: &Path) -> Result<BTreeMap<u64, PathBuf>, LogsError> {
    let folder = run.join("samples");
    let directory = RunDirectory::view(run)?;
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(found);
    };
    for entry in entries {
        let path = entry
            .map_err(LogsError::io(&folder, "read the folder"))?
            .path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let step = stem.and_then(|stem| stem.strip_prefix("step-")?.parse().ok());
        if let Some(step) = step.filter(|step| directory.sample_path(*step) == path) {
            found.insert(step, path);
        }
    }
    Ok(found)
}

/// Estimates the times of a run's steps.
struct Clock {
    /// Start of the run in seconds since 1970.
    start: f64,
    /// Seconds since the start, by step.
    elapsed: BTreeMap<u64, f64>,
}

impl Clock {
    /// Reconstructs the times from the statistics: the file was last written at the last step, and
    /// the seconds in it start anew when a run is resumed.
    fn of(run: &RunLog) -> Self {
        let (mut before, mut last) = (0.0, 0.0);
        let mut elapsed = BTreeMap::new();
        for &(step, seconds) in run.series("seconds").map_or(&[][..], |it| &it.points) {
            if seconds < last {
                before += last;
            }
            last = seconds;
            elapsed.insert(step, before + seconds);
        }
        let file = run.path.join("stats.jsonl");
        let modified = fs::metadata(file).and_then(|it| it.modified()).ok();
        let end = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            start: end.map_or(0.0, |end| end.as_secs_f64()) - (before + last),
            elapsed,
        }
    }

    fn moment(&self, step: u64) -> Moment {
        let elapsed = self.elapsed.range(..=step).next_back();
        Moment {
            step,
            wall_time: self.start + elapsed.map_or(0.0, |it| *it.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_log::tests::write_run;

    #[test]
    fn a_run_becomes_one_file_and_not_two() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let stats = "{\"step\":1,\"seconds\":5,\"values\":{\"content\":1.0}}\n\
                     {\"step\":2,\"seconds\":3,\"values\":{\"content\":0.5}}\n";
        write_run(&path, "[run]\nsteps = 2\n", stats, "");
        let run = RunLog::read(&path).unwrap();
        let clock = Clock::of(&run);
        assert_eq!(clock.moment(2).wall_time - clock.start, 8.0);
        assert_eq!(clock.moment(9).wall_time - clock.start, 8.0);
        assert_eq!(clock.moment(0).wall_time, clock.start);

        let out = folder.path().join("board");
        let file = export_events(&run, &out).unwrap();
        let bytes = fs::read(&file).unwrap();
        let tag = b"losses/content";
        assert_eq!(bytes.windows(tag.len()).filter(|it| it == tag).count(), 2);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        assert!(export_events(&run, &out).is_err());

        // A sheet that is no picture: nothing is left half written.
        fs::write(path.join("samples/step-00000002.png"), "no").unwrap();
        let other = folder.path().join("other");
        assert!(export_events(&run, &other).is_err());
        assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    }
}
