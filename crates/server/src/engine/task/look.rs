//! Checks of pictures by their headers, before anything is decoded.

use utsushi::SavedStyle;
use utsushi_imaging::probe;

use super::WorkError;

/// The picture of a request that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The content: the picture to be painted.
    Content,
    /// A picture of a morph, counted from 0.
    Picture(usize),
    /// A reference, counted from 0.
    Reference(usize),
    /// The mask of the only part that is painted.
    Mask,
    /// The mask of the part that is kept.
    Keep,
    /// The mask of a region, counted from 0.
    RegionMask(usize),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Content => formatter.write_str("the content"),
            Self::Picture(index) => write!(formatter, "picture {index}"),
            Self::Reference(index) => write!(formatter, "reference {index}"),
            Self::Mask => formatter.write_str("`mask`"),
            Self::Keep => formatter.write_str("`keep`"),
            Self::RegionMask(index) => write!(formatter, "`region_mask` {index}"),
        }
    }
}

/// Size and memory of a picture, from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// Bytes of the decoded picture: more with 16 bits a channel than with 8.
    pub(super) bytes: u64,
}

impl Look {
    pub(super) fn pixels(self) -> u64 {
        pixels(self.size)
    }
}

/// Reads a picture's header, and checks it against the limit of pixels.
pub(super) fn look(bytes: &[u8], subject: Subject, limit: u64) -> Result<Look, WorkError> {
    let probe = probe(bytes).map_err(|reason| WorkError::Picture { subject, reason })?;
    let (width, height) = (probe.width, probe.height);
    check_pixels((width, height), subject, limit)?;
    Ok(Look {
        size: (width, height),
        bytes: probe.bytes,
    })
}

/// Checks a size against the limit of pixels.
pub(super) fn check_pixels(
    (width, height): (u32, u32),
    subject: Subject,
    limit: u64,
) -> Result<(), WorkError> {
    if pixels((width, height)) <= limit {
        return Ok(());
    }
    Err(WorkError::TooManyPixels {
        subject,
        width,
        height,
        limit,
    })
}

/// Bytes of the largest of several decoded references; 0 if there are none.
pub(super) fn look_at_references<'a>(
    references: impl IntoIterator<Item = &'a [u8]>,
    limit: u64,
) -> Result<u64, WorkError> {
    let mut largest = 0;
    for (index, reference) in references.into_iter().enumerate() {
        if SavedStyle::is_one(reference) {
            // A thumbnail of a small picture at most, beside what was sent.
            largest = largest.max(reference.len() as u64);
            continue;
        }
        let look = look(reference, Subject::Reference(index), limit)?;
        largest = largest.max(look.bytes);
    }
    Ok(largest)
}

pub(super) fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}
