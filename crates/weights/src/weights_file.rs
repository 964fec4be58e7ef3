//! Files of weights: named tensors and a few strings in one safetensors file.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{NamedTensors, WeightsFileError};

mod read;
mod write;

pub use write::write_tensors;

/// The number type in which a file stores its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats: exact.
    Single,
    /// 16-bit floats: half the size, eleven significant bits, magnitudes up to 65504.
    Half,
}

/// Size in bytes of the largest file that is read. A training state of ten million parameters with
/// its averages and optimizer moments takes a tenth of it.
pub const MAXIMUM_BYTES: u64 = 2 << 30;

/// The content of one safetensors file: tensors and string metadata.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WeightsFile {
    /// The tensors by name.
    pub tensors: NamedTensors,
    /// The strings in the file's header.
    pub metadata: BTreeMap<String, String>,
}

impl WeightsFile {
    /// Reads a file and checks all of it.
    ///
    /// # Errors
    /// The file cannot be read, is larger than 2 GiB, is truncated or otherwise damaged, holds
    /// other number types than f32 and f16, or holds a value that is not finite.
    pub fn read(path: &Path) -> Result<Self, WeightsFileError> {
        read::from_file(path)
    }

    /// Reads a file's content from memory; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// As [`WeightsFile::read`].
    pub fn from_bytes(bytes: &[u8], origin: &Path) -> Result<Self, WeightsFileError> {
        read::from_bytes(bytes, origin, &|_| true)
    }

    /// Reads a file's content from memory without the tensors that are not `wanted`, which are
    /// neither converted nor checked.
    pub(crate) fn some_of_bytes(
        bytes: &[u8],
        origin: &Path,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, WeightsFileError> {
        read::from_bytes(bytes, origin, wanted)
    }

    /// Writes the file whole: under a temporary name in the same folder, then renamed. Without
    /// `replace`, an existing file is an error.
    ///
    /// The same content gives the same bytes.
    ///
    /// # Errors
    /// A value is not finite or does not fit `precision`, the file exists, or the disk cannot be
    /// written to; the file at `path` is then as it was.
    pub fn write(
        &self,
        path: &Path,
        precision: Precision,
        replace: bool,
    ) -> Result<(), WeightsFileError> {
        write::write_tensors(&self.tensors, &self.metadata, path, precision, replace)
    }

    /// The bytes that [`WeightsFile::write`] writes; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// A value is not finite or does not fit `precision`.
    pub fn to_bytes(
        &self,
        precision: Precision,
        origin: &Path,
    ) -> Result<Vec<u8>, WeightsFileError> {
        write::tensor_bytes(&self.tensors, &self.metadata, origin, precision)
    }
}
