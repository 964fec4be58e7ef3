//! The state of a frame painter, and its form in bytes for a later run.

use utsushi_imaging::Picture;

use super::{FrameChange, Last};
use crate::StyleCode;

/// The memory of a [`FramePainter`](super::FramePainter) of the frames so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FramePainterState {
    pub(super) last: Option<Last>,
    pub(super) change: FrameChange,
    /// The style of the first frame, if the strength needs it.
    pub(super) own: Option<StyleCode>,
    /// Number of octaves of the first frame.
    pub(super) octaves: Option<u32>,
}

impl FramePainterState {
    /// Converts the state to bytes, about ten for each pixel of a frame. Alpha is left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = (self.change.frames as u64).to_le_bytes().to_vec();
        bytes.extend(self.change.input.to_le_bytes());
        bytes.extend(self.change.output.to_le_bytes());
        bytes.extend(self.octaves.unwrap_or(u32::MAX).to_le_bytes());
        let own = self.own.as_ref().map_or(&[][..], StyleCode::values);
        bytes.extend((own.len() as u32).to_le_bytes());
        bytes.extend(own.iter().flat_map(|value| value.to_le_bytes()));
        if let Some(last) = &self.last {
            bytes.extend(last.given.width().to_le_bytes());
            bytes.extend(last.given.height().to_le_bytes());
            bytes.extend(last.given.rgb());
            bytes.extend(last.painted.rgb());
            bytes.extend(last.shown.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes
    }

    /// Restores the state from its bytes; `None` if they are not a state.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let change = FrameChange {
            frames: usize::try_from(u64::from_le_bytes(take(&mut rest)?)).ok()?,
            input: f64::from_le_bytes(take(&mut rest)?),
            output: f64::from_le_bytes(take(&mut rest)?),
        };
        let octaves = u32::from_le_bytes(take(&mut rest)?);
        let octaves = (octaves != u32::MAX).then_some(octaves);
        let length = u32::from_le_bytes(take(&mut rest)?) as usize;
        let own = match length {
            0 => None,
            length => Some(StyleCode::new(floats(&mut rest, length)?).ok()?),
        };
        if rest.is_empty() {
            let last = None;
            return Some(Self {
                last,
                change,
                own,
                octaves,
            });
        }
        let width = u32::from_le_bytes(take(&mut rest)?);
        let height = u32::from_le_bytes(take(&mut rest)?);
        let pixels = (width as usize).checked_mul(height as usize)?;
        let mut picture = || {
            let (rgb, after) = rest.split_at_checked(pixels.checked_mul(3)?)?;
            rest = after;
            Picture::new(width, height, rgb.to_vec()).ok()
        };
        let (given, painted) = (picture()?, picture()?);
        let shown = floats(&mut rest, pixels)?;
        rest.is_empty().then_some(Self {
            last: Some(Last {
                given,
                painted,
                shown,
            }),
            change,
            own,
            octaves,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (found, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*found)
}

fn floats(rest: &mut &[u8], count: usize) -> Option<Vec<f32>> {
    let (found, after) = rest.split_at_checked(count.checked_mul(4)?)?;
    *rest = after;
    let chunks = found.as_chunks::<4>().0.iter();
    Some(chunks.map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
