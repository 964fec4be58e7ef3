//! What the decoders of this crate find wrong, before it is said of which format.

use crate::{DecodeError, Format};

/// A reason for which there are no pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes end before the picture does.
    CutShort,
    /// A variety of the format that is not read, named.
    NotSupported(String),
    /// The bytes contradict themselves or their format.
    Damaged(String),
    /// More memory than the limit allows.
    TooLarge,
}

impl Fault {
    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged(detail.into())
    }

    pub(crate) fn not_supported(detail: impl Into<String>) -> Self {
        Self::NotSupported(detail.into())
    }

    /// The error for the user.
    pub(crate) fn of(self, format: Format, limit: u64) -> DecodeError {
        match self {
            Self::CutShort => DecodeError::CutShort { format },
            Self::NotSupported(detail) => DecodeError::NotSupported { format, detail },
            Self::Damaged(detail) => DecodeError::Damaged { format, detail },
            Self::TooLarge => DecodeError::TooManyBytes { format, limit },
        }
    }
}

/// A vector of zeros, or [`Fault::TooLarge`] where the system has no memory for it.
pub(super) fn zeros<T: Copy + Default>(length: usize) -> Result<Vec<T>, Fault> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(length)
        .map_err(|_| Fault::TooLarge)?;
    values.resize(length, T::default());
    Ok(values)
}
