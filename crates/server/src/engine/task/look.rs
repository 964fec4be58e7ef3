//! What headers of pictures say, before anything is decoded.

use utsushi_imaging::{Probe, probe};

use super::WorkError;

/// The picture of a request that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The one to be painted.
    Content,
    /// One that a morph passes through, counted from 0.
    Picture(usize),
    /// A reference, counted from 0.
    Reference(usize),
    /// The mask of what is painted, or of what is kept.
    Mask,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Content => formatter.write_str("the content"),
            Self::Picture(index) => write!(formatter, "picture {index}"),
            Self::Reference(index) => write!(formatter, "reference {index}"),
            Self::Mask => formatter.write_str("the mask"),
        }
    }
}

/// The width and height in a picture's header, held against the limit of pixels.
pub(super) fn look(bytes: &[u8], subject: Subject, limit: u64) -> Result<(u32, u32), WorkError> {
    let Probe { width, height, .. } =
        probe(bytes).map_err(|reason| WorkError::Picture { subject, reason })?;
    if pixels((width, height)) > limit {
        return Err(WorkError::TooManyPixels {
            subject,
            width,
            height,
            limit,
        });
    }
    Ok((width, height))
}

/// Pixels of the largest of several references; 0 if there are none.
pub(super) fn look_at_references<'a>(
    references: impl IntoIterator<Item = &'a [u8]>,
    limit: u64,
) -> Result<u64, WorkError> {
    let mut largest = 0;
    for (index, reference) in references.into_iter().enumerate() {
        let size = look(reference, Subject::Reference(index), limit)?;
        largest = largest.max(pixels(size));
    }
    Ok(largest)
}

pub(super) fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}
