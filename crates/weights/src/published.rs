//! What the files that are published have in common: f16 weights, and metadata of texts and JSON.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::format::{KIND_KEY, PROGRAM_KEY, PROGRAM_VERSION, VERSION_KEY};
use crate::{ModelFileError, NamedTensors, Precision, WeightsFile};

/// Writes weights whole, in f16, with `fields` and what the file is: its kind and that kind's
/// version. Without `replace`, an existing file is an error.
///
/// # Errors
/// A value that is not finite or beyond ±65504, an existing file, or a disk that cannot be
/// written to.
pub fn write<const N: usize>(
    tensors: &NamedTensors,
    [kind, version]: [&str; 2],
    fields: [(&str, String); N],
    path: &Path,
    replace: bool,
) -> Result<(), ModelFileError> {
    let own = [
        (KIND_KEY, kind.to_owned()),
        (VERSION_KEY, version.to_owned()),
        (PROGRAM_KEY, PROGRAM_VERSION.to_owned()),
    ];
    let metadata = own
        .into_iter()
        .chain(fields)
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let precision = Precision::Half;
    Ok(crate::write_tensors(
        tensors, &metadata, path, precision, replace,
    )?)
}

/// The metadata of a file that is being read; each is taken out of it.
pub struct Fields<'a> {
    file: &'a mut WeightsFile,
    origin: &'a Path,
}

impl<'a> Fields<'a> {
    /// `origin` stands for the file's name in errors.
    pub fn new(file: &'a mut WeightsFile, origin: &'a Path) -> Self {
        Self { file, origin }
    }

    /// # Errors
    /// It is missing.
    pub fn text(&mut self, key: &'static str) -> Result<String, ModelFileError> {
        let value = self.file.metadata.remove(key);
        value.ok_or_else(|| self.invalid(key, "it is missing".to_owned()))
    }

    /// # Errors
    /// It is missing, or not what it should be.
    pub fn parsed<T: DeserializeOwned>(&mut self, key: &'static str) -> Result<T, ModelFileError> {
        let text = self.text(key)?;
        serde_json::from_str(&text).map_err(|error| self.invalid(key, error.to_string()))
    }

    fn invalid(&self, key: &'static str, reason: String) -> ModelFileError {
        ModelFileError::Metadata {
            path: self.origin.to_owned(),
            key,
            reason,
        }
    }
}
