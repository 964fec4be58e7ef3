//! Jobs: what is to be painted, and to which file.

use std::fs;
use std::path::PathBuf;

use super::{JobError, StyleSource};

/// A job: one picture to repaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// File of the picture to repaint.
    pub content: PathBuf,
    /// The style to paint it in.
    pub style: StyleSource,
    /// File to write; its suffix gives the format.
    pub output: PathBuf,
}

/// Treatment of outputs that exist already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Refuses the whole plan with an error.
    #[default]
    Refuse,
    /// Leaves that picture out, as for continuing after a stop.
    Skip,
    /// Replaces the existing file.
    Replace,
}

impl Existing {
    /// Replaces outputs if `force`, and refuses otherwise.
    pub fn replaced_if(force: bool) -> Self {
        if force { Self::Replace } else { Self::Refuse }
    }
}

/// Jobs that have been checked together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The jobs to do, in order.
    pub jobs: Vec<Job>,
    /// Outputs that exist already and are left as they are.
    pub kept: Vec<PathBuf>,
    /// Files in the given folders whose content is not a picture.
    pub not_pictures: Vec<PathBuf>,
    /// Folders below the given ones that could not be listed, with the system's errors.
    pub not_listed: Vec<(PathBuf, String)>,
    /// Links to folders inside of the given ones, which are not followed.
    pub linked_folders: Vec<PathBuf>,
    pub(super) existing: Existing,
    /// Whether folders may be made for the outputs.
    pub(super) make_folders: bool,
}

impl Plan {
    /// Makes the folder that a job writes into, where the plan puts files into folders of its own.
    ///
    /// # Errors
    /// [`JobError::MakeFolder`].
    pub fn make_folder(&self, job: &Job) -> Result<(), JobError> {
        if self.make_folders
            && let Some(folder) = job.output.parent()
        {
            fs::create_dir_all(folder).map_err(|reason| JobError::MakeFolder {
                path: folder.to_owned(),
                reason,
            })?;
        }
        Ok(())
    }
}
