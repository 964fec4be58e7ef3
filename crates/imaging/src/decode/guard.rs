//! The guard around decoders from other crates, which turns their panics into errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::whole;
use crate::{DecodeError, Format};

/// Runs a decoder as [`guarded`] does, for the bytes of a whole file: files that a decoder calls
/// damaged are often only truncated, which is then the error.
pub(crate) fn guarded_whole<T>(
    bytes: &[u8],
    format: Format,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    guarded(format, decode).map_err(|error| match error {
        DecodeError::Damaged { .. } if whole::ends_in_zeros(bytes) => {
            DecodeError::CutShort { format }
        }
        DecodeError::Damaged { .. } => whole::check_whole(bytes, format).err().unwrap_or(error),
        other => other,
    })
}

/// Runs a decoder; a panic inside it becomes an error about the file.
///
/// The decoders are meant to return errors on any input, and the tests here feed them much that
/// is broken. But they are large and not ours, a folder may hold thousands of files from
/// anywhere, and one of them that trips an assertion must not end a run of hours. Nothing that
/// the closure touches outlives it, so a half-finished state cannot leak out.
pub(crate) fn guarded<T>(
    format: Format,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(DecodeError::Damaged {
            format,
            detail: "its decoder gave up on it".into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let outcome: Result<(), _> = guarded(Format::Gif, || panic!("a decoder's assertion"));
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "the GIF is damaged: its decoder gave up on it"
        );
        assert_eq!(guarded(Format::Gif, || Ok(3)), Ok(3));
    }
}
