//! A prepared set on disk, opened for reading.

use std::path::{Path, PathBuf};

use crate::description::{DESCRIPTION_FILE, Description, MANIFEST_FILE};
use crate::{ContentHash, DatasetError, Entry, Split, StyleEntry};

/// A prepared set: square pictures of one size, each in one style and one split.
#[derive(Debug)]
pub struct PreparedSet {
    folder: PathBuf,
    description: Description,
    entries: Vec<Entry>,
    train: Vec<Vec<usize>>,
    validation: Vec<Vec<usize>>,
}

impl PreparedSet {
    /// Opens the folder that [`prepare`](crate::prepare()) wrote. Pictures are not read yet.
    ///
    /// # Errors
    /// The folder is missing, was not finished, or its files do not belong together.
    pub fn open(folder: &Path) -> Result<Self, DatasetError> {
        if !folder.join(DESCRIPTION_FILE).is_file() {
            return Err(DatasetError::PreparedSet {
                path: folder.to_path_buf(),
                message: format!(
                    "it has no `{DESCRIPTION_FILE}`: it is not a prepared set, or preparing was \
                     stopped; run `dataset prepare` on it (again)"
                ),
            });
        }
        let description = Description::read(folder)?;
        let entries = read_manifest(folder, &description)?;
        let mut set = Self {
            folder: folder.to_path_buf(),
            train: vec![Vec::new(); description.styles.len()],
            validation: vec![Vec::new(); description.styles.len()],
            description,
            entries,
        };
        for (index, entry) in set.entries.iter().enumerate() {
            let style = set
                .description
                .styles
                .iter()
                .position(|style| style.name == entry.style);
            let style = style.ok_or_else(|| DatasetError::PreparedSet {
                path: folder.join(MANIFEST_FILE),
                message: format!(
                    "style `{}` of picture {} is not in `{DESCRIPTION_FILE}`; prepare the set again",
                    entry.style, entry.hash
                ),
            })?;
            match entry.split {
                Split::Train => set.train[style].push(index),
                Split::Validation => set.validation[style].push(index),
            }
        }
        Ok(set)
    }

    /// The folder the set lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Side of the pictures, in pixels.
    pub fn size(&self) -> u32 {
        self.description.size
    }

    /// A hash that changes with any change to the set's list of pictures.
    pub fn identity(&self) -> ContentHash {
        self.description.manifest
    }

    /// The styles; their index is the number used in batches.
    pub fn styles(&self) -> &[StyleEntry] {
        &self.description.styles
    }

    /// The number of a style, by name.
    pub fn style_index(&self, name: &str) -> Option<usize> {
        self.styles().iter().position(|style| style.name == name)
    }

    /// All pictures: by style, then by hash.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Indices into [`entries`](Self::entries) of a style's training pictures.
    ///
    /// # Panics
    /// If `style` is not below the number of styles.
    pub fn train(&self, style: usize) -> &[usize] {
        &self.train[style]
    }

    /// Indices into [`entries`](Self::entries) of a style's held-out pictures.
    ///
    /// # Panics
    /// If `style` is not below the number of styles.
    pub fn validation(&self, style: usize) -> &[usize] {
        &self.validation[style]
    }
}

fn read_manifest(folder: &Path, description: &Description) -> Result<Vec<Entry>, DatasetError> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = std::fs::read(&path).map_err(DatasetError::file("read", &path))?;
    let damaged = |message: String| DatasetError::PreparedSet {
        path: path.clone(),
        message,
    };
    if ContentHash::of(&bytes) != description.manifest {
        return Err(damaged(format!(
            "it is not the manifest that `{DESCRIPTION_FILE}` was written with; run `dataset \
             prepare` again to write both"
        )));
    }
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .enumerate();
    lines
        .map(|(number, line)| {
            serde_json::from_slice(line)
                .map_err(|error| damaged(format!("line {}: {error}", number + 1)))
        })
        .collect()
}
