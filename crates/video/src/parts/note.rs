//! What a later run is to know.

use std::hash::Hasher;
use std::time::Duration;

use fnv::FnvHasher;

/// The time that the frames have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The end of the frames so far.
    pub(crate) given: Duration,
    /// Frames written at the video's rate.
    pub(crate) written: u64,
}

/// Parts and note of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Frames taken.
    pub(crate) frames: u64,
    pub(crate) clock: Clock,
    /// The words of whoever made the frames.
    pub(crate) note: Vec<u8>,
}

impl Left {
    /// A note with a sum to check it by, then the clock.
    pub(super) fn bytes(clock: Clock, note: &[u8]) -> Vec<u8> {
        let mut body = (clock.given.as_nanos() as u64).to_le_bytes().to_vec();
        body.extend(clock.written.to_le_bytes());
        body.extend(note);
        let mut bytes = sum(&body).to_le_bytes().to_vec();
        bytes.extend(body);
        bytes
    }

    pub(super) fn parse(frames: u64, bytes: &[u8]) -> Option<Self> {
        let (expected, body) = bytes.split_first_chunk::<8>()?;
        if sum(body) != u64::from_le_bytes(*expected) {
            return None;
        }
        let (given, body) = body.split_first_chunk::<8>()?;
        let (written, note) = body.split_first_chunk::<8>()?;
        let clock = Clock {
            given: Duration::from_nanos(u64::from_le_bytes(*given)),
            written: u64::from_le_bytes(*written),
        };
        Some(Self {
            frames,
            clock,
            note: note.to_vec(),
        })
    }
}

/// FNV-1a: finds what broke off, and is no defence against anybody.
fn sum(bytes: &[u8]) -> u64 {
    let mut hash = FnvHasher::default();
    hash.write(bytes);
    hash.finish()
}
