//! Run folders: configuration, statistics, samples and checkpoints of one training run.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{RunError, StatsLog, TrainingState};
use utsushi_files::write_whole;

mod best;
mod checkpoint;
mod fall;
mod shelf;

#[cfg(test)]
mod tests;

/// A run folder.
///
/// ```text
/// config.toml                      the resolved configuration
/// data.txt                         where the set lies that it trains on
/// stats.jsonl                      one line of measurements a tick
/// measures.jsonl                   one line an evaluation, where there are any
/// best.json                        which checkpoint was measured as the best
/// fall.json                        where a run that ends by the clock ends
/// started-from.safetensors         the model that the run started from, where there is one
/// started-from.md                  its card
/// samples/step-00005000.png        sample sheets
/// checkpoints/step-00005000/       state.safetensors and state.json
/// ```
///
/// A checkpoint is written under a hidden name and renamed when it is complete on the disk, and it
/// is checked against a hash when it is read. So after a kill or with a full disk, the earlier
/// checkpoints are still there to continue from.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
    /// Lock file, held while the run may be written to. The system releases it when the process
    /// ends.
    _lock: Option<File>,
}

pub use best::BestCheckpoint;
pub use fall::{Bend, Fall};

/// The newest checkpoint that is complete.
#[derive(Debug)]
pub struct LatestCheckpoint {
    /// Content of the checkpoint; `None` if there is none.
    pub state: Option<TrainingState>,
    /// The errors for which newer checkpoints were skipped.
    pub rejected: Vec<RunError>,
}

impl RunDirectory {
    /// Makes the folder of a new run and writes its configuration.
    ///
    /// # Errors
    /// The folder exists and is not empty, or the disk cannot be written to.
    pub fn create(path: &Path, config: &str) -> Result<Self, RunError> {
        fs::create_dir_all(path).map_err(RunError::io(path, "make the folder"))?;
        let mut entries = fs::read_dir(path).map_err(RunError::io(path, "read the folder"))?;
        if entries.next().is_some() {
            return Err(RunError::NotEmpty {
                path: path.to_owned(),
            });
        }
        let run = Self {
            path: path.to_owned(),
            _lock: lock(path)?,
        };
        for folder in [run.samples(), run.checkpoints()] {
            fs::create_dir_all(&folder).map_err(RunError::io(&folder, "make the folder"))?;
        }
        let config_path = run.config_path();
        write_whole(&config_path, false, |writer| {
            writer.write_all(config.as_bytes())
        })
        .map_err(RunError::io(&config_path, "write"))?;
        Ok(run)
    }

    /// Opens the folder of an earlier run to continue it, and removes unfinished files of an
    /// interruption.
    ///
    /// # Errors
    /// There is no such folder, it is not a run's, or another process is training in it.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let mut run = Self::view(path)?;
        run._lock = lock(path)?;
        shelf::clean(&run.checkpoints())?;
        Ok(run)
    }

    /// Opens the folder for reading only; a training may be going on in it.
    ///
    /// # Errors
    /// There is no such folder, or it is not a run's.
    pub fn view(path: &Path) -> Result<Self, RunError> {
        let run = Self {
            path: path.to_owned(),
            _lock: None,
        };
        if !path.exists() {
            return Err(RunError::Missing {
                path: path.to_owned(),
            });
        }
        if !run.config_path().is_file() || !run.checkpoints().is_dir() {
            return Err(RunError::NotARun {
                path: path.to_owned(),
            });
        }
        Ok(run)
    }

    /// Path of the run folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Path of the configuration's file.
    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The configuration as it was given to [`RunDirectory::create`].
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn config(&self) -> Result<String, RunError> {
        let path = self.config_path();
        fs::read_to_string(&path).map_err(RunError::io(&path, "read"))
    }

    fn data_path(&self) -> PathBuf {
        self.path.join("data.txt")
    }

    /// Records the path of the set that the run trains on. A path that is not valid Unicode is not
    /// recorded.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn keep_data(&self, set: &Path) -> Result<(), RunError> {
        let path = self.data_path();
        let set = std::path::absolute(set).map_err(RunError::io(set, "find"))?;
        let Some(set) = set.to_str() else {
            return Ok(());
        };
        write_whole(&path, true, |writer| writer.write_all(set.as_bytes()))
            .map_err(RunError::io(&path, "write"))
    }

    /// The path of the set that the run trains on; `None` for runs of earlier versions.
    ///
    /// # Errors
    /// The file exists but cannot be read.
    pub fn data(&self) -> Result<Option<PathBuf>, RunError> {
        let set = read_if_there(&self.data_path())?;
        Ok(set.map(|set| PathBuf::from(set.trim_end_matches('\n'))))
    }

    /// Path of the card of the model that the run started from, if it did.
    fn origin_path(&self) -> PathBuf {
        self.path.join("started-from.md")
    }

    /// Path of the model that the run started from, if it did.
    pub fn origin_model_path(&self) -> PathBuf {
        self.path.join("started-from.safetensors")
    }

    /// Keeps the card of the model that the run starts from, whose terms apply to the result.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn keep_origin(&self, card: &str) -> Result<(), RunError> {
        let path = self.origin_path();
        write_whole(&path, true, |writer| writer.write_all(card.as_bytes()))
            .map_err(RunError::io(&path, "write"))
    }

    /// The card of the model that the run started from, if it did.
    ///
    /// # Errors
    /// The file exists but cannot be read.
    pub fn origin(&self) -> Result<Option<String>, RunError> {
        read_if_there(&self.origin_path())
    }

    /// Path of the log of losses, `stats.jsonl`.
    pub fn stats_path(&self) -> PathBuf {
        self.path.join("stats.jsonl")
    }

    /// Opens the log of losses for appending, and removes lines of later steps than `step`, which a
    /// run that continues from a checkpoint writes anew; 0 for a new run.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn stats_log(&self, step: u64) -> Result<StatsLog, RunError> {
        StatsLog::resume(&self.stats_path(), step)
    }

    /// Path of the sample sheet of a step.
    pub fn sample_path(&self, step: u64) -> PathBuf {
        self.samples().join(format!("{}.png", shelf::name(step)))
    }

    /// Path of the checkpoint of a step.
    pub fn checkpoint_path(&self, step: u64) -> PathBuf {
        self.checkpoints().join(shelf::name(step))
    }

    /// Opens the log of evaluations for appending, and removes lines of later steps than `step`.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn measures_log(&self, step: u64) -> Result<StatsLog, RunError> {
        StatsLog::resume(&self.measures_path(), step)
    }

    /// Path of the log of evaluations, `measures.jsonl`.
    pub fn measures_path(&self) -> PathBuf {
        self.path.join("measures.jsonl")
    }

    /// The checkpoint with the best score, if any was evaluated and it still exists.
    ///
    /// # Errors
    /// The record exists but cannot be read, or is damaged.
    pub fn best(&self) -> Result<Option<BestCheckpoint>, RunError> {
        let best = best::read(&self.best_path())?;
        Ok(best.filter(|best| self.checkpoint_path(best.step).is_dir()))
    }

    /// Records a checkpoint as the best, which is not removed until another one is better.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn keep_best(&self, best: &BestCheckpoint) -> Result<(), RunError> {
        best::write(&self.best_path(), best)
    }

    /// How the learning rates of a run with a time budget fall, once they do.
    ///
    /// # Errors
    /// The record exists but cannot be read, or is damaged.
    pub fn fall(&self) -> Result<Option<Fall>, RunError> {
        fall::read(&self.fall_path())
    }

    /// Records how the learning rates fall, replacing the earlier record.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn keep_fall(&self, fall: &Fall) -> Result<(), RunError> {
        fall::write(&self.fall_path(), fall)
    }

    fn fall_path(&self) -> PathBuf {
        self.path.join("fall.json")
    }

    fn best_path(&self) -> PathBuf {
        self.path.join("best.json")
    }

    /// Writes a checkpoint, then removes all but the newest `keep` (at least one), the best and the
    /// milestones. A checkpoint of the same step is replaced. Returns the new checkpoint's folder.
    ///
    /// # Errors
    /// A value is not finite, or the disk cannot be written to; the checkpoints are then as they
    /// were.
    pub fn save(&self, state: &TrainingState, keep: usize) -> Result<PathBuf, RunError> {
        let destination = self.checkpoint_path(state.record.step);
        checkpoint::write(state, &self.checkpoints(), &destination)?;
        // What cannot be read protects nothing, and is told of when it is asked for.
        let best = self.best().ok().flatten().map(|best| best.step);
        shelf::prune(&self.checkpoints(), keep.max(1), best)?;
        Ok(destination)
    }

    /// The steps of all checkpoints in rising order. The checkpoints are not verified.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn steps(&self) -> Result<Vec<u64>, RunError> {
        shelf::steps(&self.checkpoints())
    }

    /// Reads the checkpoint of a step and verifies all of it.
    ///
    /// # Errors
    /// The checkpoint is missing, damaged, or of another version of the format.
    pub fn load(&self, step: u64) -> Result<TrainingState, RunError> {
        checkpoint::read(&self.checkpoint_path(step), step)
    }

    /// Reads the newest complete checkpoint, and skips damaged ones.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn latest(&self) -> Result<LatestCheckpoint, RunError> {
        let mut rejected = Vec::new();
        for step in self.steps()?.into_iter().rev() {
            match self.load(step) {
                Ok(state) => {
                    return Ok(LatestCheckpoint {
                        state: Some(state),
                        rejected,
                    });
                }
                Err(error) => rejected.push(error),
            }
        }
        Ok(LatestCheckpoint {
            state: None,
            rejected,
        })
    }

    fn samples(&self) -> PathBuf {
        self.path.join("samples")
    }

    fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }
}

/// Reads the text of a file; `None` if there is no such file.
fn read_if_there(path: &Path) -> Result<Option<String>, RunError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RunError::io(path, "read")(error)),
    }
}

/// Locks the folder for this process. On file systems without locks, `None`.
fn lock(folder: &Path) -> Result<Option<File>, RunError> {
    let path = folder.join(".lock");
    let mut options = File::options();
    let file = options.create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(RunError::io(&path, "write"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(RunError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}
