//! What is to be painted, and where to.

use std::fs;
use std::path::PathBuf;

use super::{JobError, StyleSource};

/// One picture to repaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The picture file.
    pub content: PathBuf,
    /// The style to paint it in.
    pub style: StyleSource,
    /// The file to write; its ending says in which format.
    pub output: PathBuf,
}

/// The treatment of outputs that exist already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Paint nothing at all and say so.
    #[default]
    Refuse,
    /// Leave that picture out, as when going on after a stop.
    Skip,
    /// Replace it.
    Replace,
}

impl Existing {
    /// Replaced where `force` asks for it, and refused otherwise.
    pub fn replaced_if(force: bool) -> Self {
        if force { Self::Replace } else { Self::Refuse }
    }
}

/// Jobs that have been checked together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The pictures to paint, in order.
    pub jobs: Vec<Job>,
    /// Outputs left as they are because they are there already.
    pub kept: Vec<PathBuf>,
    /// Files in the given folders that are not pictures by their content.
    pub not_pictures: Vec<PathBuf>,
    /// Folders below the given ones that could not be listed, and what the system said.
    pub not_listed: Vec<(PathBuf, String)>,
    /// Links to folders in the given ones, which are not followed.
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
