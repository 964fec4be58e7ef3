//! Notes beside parts: the state for a later run.

use std::hash::Hasher;
use std::time::Duration;

use fnv::FnvHasher;

/// The time up to which frames have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// End of the last frame so far, by the source's delays.
    pub(crate) given: Duration,
    /// Number of frames written at the video's rate.
    pub(crate) written: u64,
}

/// The state that an earlier run has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Number of frames taken.
    pub(crate) frames: u64,
    pub(crate) clock: Clock,
    /// The note of the caller, which made the frames.
    pub(crate) note: Vec<u8>,
}

impl Left {
    /// Encodes a note: a checksum, the clock, and the caller's note.
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

/// The checksum FNV-1a, which finds truncated notes; it is not a protection against forgery.
fn sum(bytes: &[u8]) -> u64 {
    let mut hash = FnvHasher::default();
    hash.write(bytes);
    hash.finish()
}
