//! The folder of a run's checkpoints.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::checkpoint;
use crate::RunError;

/// Prefix of the names of folders that are unfinished or about to be removed.
const HIDDEN: &str = ".unfinished-";

/// Name of a step's folder, `step-00005000`; names sort by step up to a hundred million.
pub(super) fn name(step: u64) -> String {
    format!("step-{step:08}")
}

fn step_of(name: &str) -> Option<u64> {
    let step = name.strip_prefix("step-")?.parse().ok()?;
    (name == self::name(step)).then_some(step)
}

/// The steps of all checkpoints in rising order.
pub(super) fn steps(checkpoints: &Path) -> Result<Vec<u64>, RunError> {
    let mut steps: Vec<u64> = names(checkpoints)?
        .iter()
        .filter_map(|name| step_of(name))
        .collect();
    steps.sort_unstable();
    Ok(steps)
}

/// Creates a folder under a hidden name, which is removed when it is dropped.
pub(super) fn hidden_folder(checkpoints: &Path) -> Result<TempDir, RunError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(HIDDEN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any other new folder gets; temporary ones are private to their owner by default.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder
        .tempdir_in(checkpoints)
        .map_err(RunError::io(checkpoints, "make a folder in"))
}

/// Renames a checkpoint to a hidden name, so that it is never seen half removed. Returns that name;
/// `None` if there is no such checkpoint.
pub(super) fn put_aside(folder: &Path) -> Result<Option<PathBuf>, RunError> {
    let checkpoints = folder.parent().expect("a checkpoint stands in a folder");
    let hidden = hidden_folder(checkpoints)?;
    let target = hidden.path().join("old");
    match fs::rename(folder, &target) {
        Ok(()) => Ok(Some(hidden.keep())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RunError::io(folder, "move")(error)),
    }
}

/// Removes all complete checkpoints but the newest `keep`, the one of the step `best` and the
/// milestones. Incomplete ones stay for inspection, and do not count.
pub(super) fn prune(checkpoints: &Path, keep: usize, best: Option<u64>) -> Result<(), RunError> {
    let mut others = 0;
    for step in steps(checkpoints)?.into_iter().rev() {
        let folder = checkpoints.join(name(step));
        if checkpoint::glance(&folder, step) != Some(false) {
            continue;
        }
        others += 1;
        if others > keep
            && best != Some(step)
            && let Some(hidden) = put_aside(&folder)?
        {
            fs::remove_dir_all(&hidden).map_err(RunError::io(&hidden, "remove"))?;
        }
    }
    Ok(())
}

/// Removes unfinished folders of an interruption.
pub(super) fn clean(checkpoints: &Path) -> Result<(), RunError> {
    for name in names(checkpoints)? {
        if name.starts_with(HIDDEN) {
            let path = checkpoints.join(name);
            fs::remove_dir_all(&path).map_err(RunError::io(&path, "remove"))?;
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>, RunError> {
    let read = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    };
    read().map_err(RunError::io(folder, "read the folder"))
}
