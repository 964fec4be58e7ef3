//! Published files (models and students): f16 weights, and metadata of texts and JSON.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::format::{KIND_KEY, PROGRAM_KEY, PROGRAM_VERSION, VERSION_KEY};
use crate::{ModelFileError, NamedTensors, Precision, WeightsFile};

/// Writes weights in f16 to a file, whole or not at all, with `fields` and the file's kind and
/// version as metadata. Without `replace`, an existing file is an error.
///
/// # Errors
/// A value is not finite or beyond ±65504, the file exists, or the disk cannot be written to.
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

/// The metadata of a file that is being read; each entry is taken out as it is read.
pub struct Fields<'a> {
    file: &'a mut WeightsFile,
    origin: &'a Path,
}

impl<'a> Fields<'a> {
    /// Metadata of `file`; `origin` stands for the file's name in errors.
    pub fn new(file: &'a mut WeightsFile, origin: &'a Path) -> Self {
        Self { file, origin }
    }

    /// Takes a text out of the metadata.
    ///
    /// # Errors
    /// The key is missing.
    pub fn text(&mut self, key: &'static str) -> Result<String, ModelFileError> {
        let value = self.file.metadata.remove(key);
        value.ok_or_else(|| self.invalid(key, "it is missing".to_owned()))
    }

    /// Takes a JSON value out of the metadata.
    ///
    /// # Errors
    /// The key is missing, or its value is of another type.
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
