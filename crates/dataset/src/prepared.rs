//! Prepared sets on disk, opened for reading.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::description::{DESCRIPTION_FILE, Description, MANIFEST_FILE};
use crate::pack::Pack;
use crate::prepare::JOURNAL_FILE;
use crate::source::{Source, styles_below};
use crate::{ContentHash, DatasetError, Entry, Split, StyleEntry};

/// A prepared set: square pictures of one size, each in one style and one split.
#[derive(Debug)]
pub struct PreparedSet {
    folder: PathBuf,
    /// Members of the pack, if the set is one file.
    pack: Option<Pack>,
    description: Description,
    entries: Vec<Entry>,
    train: Vec<Vec<usize>>,
    validation: Vec<Vec<usize>>,
}

impl PreparedSet {
    /// Opens the folder that [`prepare`](crate::prepare()) wrote, or the file that
    /// [`pack`](crate::pack()) did. Pictures are not decoded yet.
    ///
    /// # Errors
    /// The folder or file is missing or unfinished, or its parts do not belong together.
    pub fn open(folder: &Path) -> Result<Self, DatasetError> {
        if folder.is_file() {
            let mut pack = Pack::read(folder)?;
            let (text, manifest) = pack.take_lists(folder)?;
            let description = Description::parse(&text, folder)?;
            let entries = parse_manifest(&manifest, folder, &description)?;
            return Self::sorted(folder, Some(pack), description, entries);
        }
        if !folder.join(DESCRIPTION_FILE).is_file() {
            return Err(unprepared(folder));
        }
        let description = Description::read(folder)?;
        let entries = read_manifest(folder, &description)?;
        Self::sorted(folder, None, description, entries)
    }

    fn sorted(
        folder: &Path,
        pack: Option<Pack>,
        description: Description,
        entries: Vec<Entry>,
    ) -> Result<Self, DatasetError> {
        let mut set = Self {
            folder: folder.to_path_buf(),
            pack,
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

    /// Path of the set's folder or of its pack.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the set was opened from a pack.
    pub fn is_pack(&self) -> bool {
        self.pack.is_some()
    }

    /// The bytes of a picture's file: PNG, or JPEG in a pack.
    ///
    /// # Errors
    /// The file is missing, or the entry is of another set.
    pub fn picture_file(&self, entry: &Entry) -> Result<Cow<'_, [u8]>, DatasetError> {
        let Some(pack) = &self.pack else {
            let path = self.folder.join(entry.relative_path());
            let bytes = std::fs::read(&path).map_err(DatasetError::file("read", &path))?;
            return Ok(bytes.into());
        };
        let found = pack.picture(entry).map(Cow::from);
        found.ok_or_else(|| DatasetError::PreparedSet {
            path: self.folder.clone(),
            message: format!("picture {} is not in it; pack the set again", entry.hash),
        })
    }

    pub(crate) fn description(&self) -> &Description {
        &self.description
    }

    /// Side of the pictures, in pixels.
    pub fn size(&self) -> u32 {
        self.description.size
    }

    /// A hash that changes with any change to the set's list of pictures.
    pub fn identity(&self) -> ContentHash {
        self.description.manifest
    }

    /// The styles; their index is a style's number in batches.
    pub fn styles(&self) -> &[StyleEntry] {
        &self.description.styles
    }

    /// The index of a style, by name.
    pub fn style_index(&self, name: &str) -> Option<usize> {
        self.styles().iter().position(|style| style.name == name)
    }

    /// All pictures, sorted by style, then by hash.
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
    parse_manifest(&bytes, &path, description)
}

/// Parses the manifest; `path` stands for its file in errors.
fn parse_manifest(
    bytes: &[u8],
    path: &Path,
    description: &Description,
) -> Result<Vec<Entry>, DatasetError> {
    let damaged = |message: String| DatasetError::PreparedSet {
        path: path.to_owned(),
        message,
    };
    if ContentHash::of(bytes) != description.manifest {
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

/// The error for a folder without a description, with the likely reason.
fn unprepared(folder: &Path) -> DatasetError {
    let path = folder.to_path_buf();
    let message = if !folder.is_dir() {
        "there is no such folder and no such file"
    } else if folder.join(JOURNAL_FILE).is_file() {
        "preparing was stopped before it was done; the same `utsushi dataset prepare` goes on with it"
    } else if holds_pictures(folder) {
        return DatasetError::NotPrepared { path };
    } else {
        "there is neither a prepared set nor a picture in it; `utsushi dataset prepare PICTURES -o set` \
         makes a set of a folder of pictures"
    };
    let message = message.to_owned();
    DatasetError::PreparedSet { path, message }
}

/// Whether there is a picture in a folder or its subfolders.
fn holds_pictures(folder: &Path) -> bool {
    let Ok(styles) = styles_below(folder, &mut Vec::new()) else {
        return false;
    };
    styles.iter().any(|style| {
        let source = Source::open(&style.path, style.subfolders);
        source.is_ok_and(|source| !source.members().is_empty())
    })
}
