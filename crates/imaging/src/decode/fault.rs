//! Faults: errors of this crate's decoders before the format is added.

use crate::{DecodeError, Format};

/// A reason why a picture cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes end before the picture does.
    CutShort,
    /// A variety of the format that is not supported, with its name.
    NotSupported(String),
    /// The bytes contradict themselves or violate their format.
    Damaged(String),
    /// Decoding would take more memory than the limit allows.
    TooLarge,
}

impl Fault {
    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged(detail.into())
    }

    pub(crate) fn not_supported(detail: impl Into<String>) -> Self {
        Self::NotSupported(detail.into())
    }

    /// Converts the fault to an error of a format.
    pub(crate) fn of(self, format: Format, limit: u64) -> DecodeError {
        match self {
            Self::CutShort => DecodeError::CutShort { format },
            Self::NotSupported(detail) => DecodeError::NotSupported { format, detail },
            Self::Damaged(detail) => DecodeError::Damaged { format, detail },
            Self::TooLarge => DecodeError::TooManyBytes { format, limit },
        }
    }
}

/// A vector of zeros, or [`Fault::TooLarge`] if the system has no memory for it.
pub(super) fn zeros<T: Copy + Default>(length: usize) -> Result<Vec<T>, Fault> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(length)
        .map_err(|_| Fault::TooLarge)?;
    values.resize(length, T::default());
    Ok(values)
}
