//! Reading of picture files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::standard::is_standard;
use crate::{AnyPicture, DecodeError, DecodeLimits, Decoded, decode_any};

/// The error that a file cannot be read as a picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file.
    #[error("{}: there is no such file", path.display())]
    NotFound {
        /// The file asked for.
        path: PathBuf,
    },
    /// The path leads to a folder.
    #[error("{}: this is a folder, not a picture", path.display())]
    IsFolder {
        /// The path asked for.
        path: PathBuf,
    },
    /// The file is larger than any picture within the limits.
    #[error("{}: the file is larger than the limit of {limit} bytes", path.display())]
    TooLarge {
        /// Path of the file that is too large.
        path: PathBuf,
        /// The limit, [`DecodeLimits::max_bytes`].
        limit: u64,
    },
    /// The system could not read the file.
    #[error("{}: cannot be read: {reason}", path.display())]
    Io {
        /// Path of the file that could not be read.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The bytes are not a picture, or a damaged one.
    #[error("{}: {reason}", path.display())]
    Decode {
        /// Path of the file that is not a picture.
        path: PathBuf,
        /// The fault of the bytes.
        reason: DecodeError,
    },
}

/// Reads and decodes a picture file; see [`decode`](crate::decode()).
///
/// # Errors
/// A [`ReadError`] that carries the path and says what is wrong.
pub fn read(path: &Path, limits: &DecodeLimits) -> Result<Decoded, ReadError> {
    Ok(read_any(path, limits)?.map(AnyPicture::into_eight))
}

/// Reads and decodes a picture file as [`read`] does, in the depth of the file: 8 or 16 bits a
/// channel.
///
/// # Errors
/// As [`read`].
pub fn read_any(path: &Path, limits: &DecodeLimits) -> Result<Decoded<AnyPicture>, ReadError> {
    let bytes = read_bytes(path, limits)?;
    decode_any(&bytes, limits).map_err(|reason| ReadError::Decode {
        path: path.into(),
        reason,
    })
}

/// Reads a file's bytes, or those of standard input for `-`, up to [`DecodeLimits::max_bytes`]; for
/// callers who need the bytes besides the picture, to hash them for instance.
///
/// # Errors
/// A [`ReadError`] other than [`ReadError::Decode`].
pub fn read_bytes(path: &Path, limits: &DecodeLimits) -> Result<Vec<u8>, ReadError> {
    let failed = |reason: io::Error| match reason.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound { path: path.into() },
        _ => ReadError::Io {
            path: path.into(),
            reason,
        },
    };
    if is_standard(path) {
        let input = io::stdin().lock();
        return read_limited(input, Vec::new(), path, limits.max_bytes);
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(ReadError::IsFolder { path: path.into() });
    }
    let limit = limits.max_bytes;
    let too_large = || ReadError::TooLarge {
        path: path.into(),
        limit,
    };
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let expected = usize::try_from(metadata.len()).map_err(|_| too_large())?;
    bytes.try_reserve(expected).map_err(|_| too_large())?;
    read_limited(file, bytes, path, limit)
}

/// Reads a source up to a limit: a file may have grown since its size was read, or be a pipe that
/// never ends.
fn read_limited(
    source: impl Read,
    mut bytes: Vec<u8>,
    path: &Path,
    limit: u64,
) -> Result<Vec<u8>, ReadError> {
    let path = || path.to_owned();
    let mut limited = source.take(limit.saturating_add(1));
    match limited.read_to_end(&mut bytes) {
        Err(reason) => Err(ReadError::Io {
            path: path(),
            reason,
        }),
        Ok(_) if bytes.len() as u64 > limit => Err(ReadError::TooLarge {
            path: path(),
            limit,
        }),
        Ok(_) => Ok(bytes),
    }
}
