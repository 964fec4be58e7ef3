//! One training run in one folder: configuration, statistics, samples, checkpoints.

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
/// A checkpoint is written under a hidden name and renamed when it is whole on the disk, and it
/// is checked against a hash when it is read, so a kill or a full disk at any moment leaves the
/// ones before it to go on from.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
    /// Held while the run may be written to. The system lets go of it when the process ends.
    _lock: Option<File>,
}

pub use best::BestCheckpoint;
pub use fall::{Bend, Fall};

/// The newest checkpoint that is whole.
#[derive(Debug)]
pub struct LatestCheckpoint {
    /// Its content; nothing when there is none.
    pub state: Option<TrainingState>,
    /// The errors for which newer ones were skipped.
    pub rejected: Vec<RunError>,
}

impl RunDirectory {
    /// Makes the folder of a new run and writes its configuration.
    ///
    /// # Errors
    /// A folder that is there and not empty, or a disk that cannot be written to.
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

    /// Opens the folder of an earlier run to go on with it, and removes what an interruption
    /// left half written.
    ///
    /// # Errors
    /// No folder, one that is no run's, or one in which another process is training.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let mut run = Self::view(path)?;
        run._lock = lock(path)?;
        shelf::clean(&run.checkpoints())?;
        Ok(run)
    }

    /// Opens the folder for reading only; a training may be going on in it.
    ///
    /// # Errors
    /// No folder, or one that is no run's.
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

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Path of the configuration.
    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The configuration as it was given to [`RunDirectory::create`].
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn config(&self) -> Result<String, RunError> {
        let path = self.config_path();
        fs::read_to_string(&path).map_err(RunError::io(&path, "read"))
    }

    fn data_path(&self) -> PathBuf {
        self.path.join("data.txt")
    }

    /// Remembers where the set lies that the run trains on. A path that is no text is not remembered.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn keep_data(&self, set: &Path) -> Result<(), RunError> {
        let path = self.data_path();
        let set = std::path::absolute(set).map_err(RunError::io(set, "find"))?;
        let Some(set) = set.to_str() else {
            return Ok(());
        };
        write_whole(&path, true, |writer| writer.write_all(set.as_bytes()))
            .map_err(RunError::io(&path, "write"))
    }

    /// Where the set lies that the run trains on; nothing for runs of earlier versions.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn data(&self) -> Result<Option<PathBuf>, RunError> {
        let set = read_if_there(&self.data_path())?;
        Ok(set.map(|set| PathBuf::from(set.trim_end_matches('\n'))))
    }

    /// Path of the card of the model that the run started from, if it started from one.
    fn origin_path(&self) -> PathBuf {
        self.path.join("started-from.md")
    }

    /// Path of the model that the run started from, if it started from one.
    pub fn origin_model_path(&self) -> PathBuf {
        self.path.join("started-from.safetensors")
    }

    /// Keeps the card of the model that the run starts from: its terms hold for what comes of it.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn keep_origin(&self, card: &str) -> Result<(), RunError> {
        let path = self.origin_path();
        write_whole(&path, true, |writer| writer.write_all(card.as_bytes()))
            .map_err(RunError::io(&path, "write"))
    }

    /// The card of the model that the run started from.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn origin(&self) -> Result<Option<String>, RunError> {
        read_if_there(&self.origin_path())
    }

    /// Path of the log of losses.
    pub fn stats_path(&self) -> PathBuf {
        self.path.join("stats.jsonl")
    }

    /// The log of measurements, with what it says of later steps than `step` removed: a run that
    /// goes on from a checkpoint says it anew. 0 for a new run.
    ///
    /// # Errors
    /// A file that cannot be read or written.
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

    /// The log of evaluations, with what it says of later steps than `step` removed.
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn measures_log(&self, step: u64) -> Result<StatsLog, RunError> {
        StatsLog::resume(&self.measures_path(), step)
    }

    /// Path of the evaluations' log.
    pub fn measures_path(&self) -> PathBuf {
        self.path.join("measures.jsonl")
    }

    /// The checkpoint that was measured as the best, if any was and it is still there.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or that holds something else.
    pub fn best(&self) -> Result<Option<BestCheckpoint>, RunError> {
        let best = best::read(&self.best_path())?;
        Ok(best.filter(|best| self.checkpoint_path(best.step).is_dir()))
    }

    /// Remembers a checkpoint as the best: it is not removed until another one is better.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn keep_best(&self, best: &BestCheckpoint) -> Result<(), RunError> {
        best::write(&self.best_path(), best)
    }

    /// How the rates of a run that ends by the clock fall, once they do.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or that holds something else.
    pub fn fall(&self) -> Result<Option<Fall>, RunError> {
        fall::read(&self.fall_path())
    }

    /// Writes down how the rates fall, in place of what was written before.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn keep_fall(&self, fall: &Fall) -> Result<(), RunError> {
        fall::write(&self.fall_path(), fall)
    }

    fn fall_path(&self) -> PathBuf {
        self.path.join("fall.json")
    }

    fn best_path(&self) -> PathBuf {
        self.path.join("best.json")
    }

    /// Writes a checkpoint, then removes all but the newest `keep` (at least one), the best and
    /// the milestones. One of the same step is replaced. Returns its folder.
    ///
    /// # Errors
    /// A value that is not finite, or a disk that cannot be written to; the checkpoints are then
    /// as they were.
    pub fn save(&self, state: &TrainingState, keep: usize) -> Result<PathBuf, RunError> {
        let destination = self.checkpoint_path(state.record.step);
        checkpoint::write(state, &self.checkpoints(), &destination)?;
        // What cannot be read protects nothing, and is told of when it is asked for.
        let best = self.best().ok().flatten().map(|best| best.step);
        shelf::prune(&self.checkpoints(), keep.max(1), best)?;
        Ok(destination)
    }

    /// The steps of all checkpoints, ascending. They have not been checked.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn steps(&self) -> Result<Vec<u64>, RunError> {
        shelf::steps(&self.checkpoints())
    }

    /// Reads the checkpoint of a step and checks all of it.
    ///
    /// # Errors
    /// A checkpoint that is missing, damaged, or of another version of the format.
    pub fn load(&self, step: u64) -> Result<TrainingState, RunError> {
        checkpoint::read(&self.checkpoint_path(step), step)
    }

    /// Reads the newest checkpoint that is whole, passing over damaged ones.
    ///
    /// # Errors
    /// A folder that cannot be read.
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

/// The text of a file; nothing where there is none.
fn read_if_there(path: &Path) -> Result<Option<String>, RunError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RunError::io(path, "read")(error)),
    }
}

/// Takes the folder for this process. Where the file system knows no locks, nothing is held.
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
