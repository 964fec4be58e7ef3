//! Timing of animations: number and delays of frames, from the headers alone.

use std::time::Duration;

use crate::Format;

/// Reads the delay of each announced frame, in order, without decoding any. For a truncated file,
/// those of its whole frames.
pub(super) fn delays(bytes: &[u8], format: Format) -> Vec<Duration> {
    let mut delays = Vec::new();
    // A reader ends at the first byte that is not there.
    let _ = match format {
        Format::Gif => gif(bytes, &mut delays),
        Format::Png => png(bytes, &mut delays),
        Format::WebP => webp(bytes, &mut delays),
        _ => None,
    };
    delays
}

/// Reads the delays of a GIF89a: a control extension before each image has its delay in hundredths
/// of a second.
fn gif(bytes: &[u8], delays: &mut Vec<Duration>) -> Option<()> {
    let palette = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let mut position = 13 + palette(*bytes.get(10)?);
    let mut hundredths = 0;
    loop {
        match *bytes.get(position)? {
            0x21 => {
                if *bytes.get(position + 1)? == 0xf9 {
                    let field = bytes.get(position + 4..position + 6)?;
                    hundredths = u16::from_le_bytes([field[0], field[1]]);
                }
                position += 2;
            }
            0x2c => {
                delays.push(Duration::from_millis(u64::from(hundredths) * 10));
                hundredths = 0;
                position += 11 + palette(*bytes.get(position + 9)?);
            }
            _ => return None,
        }
        loop {
            let length = usize::from(*bytes.get(position)?);
            position += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
}

/// Number of times that a GIF is played, 0 meaning forever. Its block says how often it is
/// *repeated*; a GIF without the block is played once.
pub(super) fn gif_loops(bytes: &[u8]) -> u32 {
    for name in [b"\x0bNETSCAPE2.0\x03\x01", b"\x0bANIMEXTS1.0\x03\x01"] {
        let found = bytes
            .windows(name.len() + 2)
            .find(|part| part.starts_with(name));
        if let Some(&[.., low, high]) = found {
            return match u16::from_le_bytes([low, high]) {
                0 => 0,
                again => u32::from(again) + 1,
            };
        }
    }
    1
}

/// Reads the delays of a PNG (third edition): an `fcTL` chunk before each frame has its delay as a
/// fraction.
fn png(bytes: &[u8], delays: &mut Vec<Duration>) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let (name, after) = after.split_first_chunk::<4>()?;
        if name == b"fcTL" {
            let field = after.get(20..24)?;
            let part = u16::from_be_bytes([field[0], field[1]]);
            let whole = match u16::from_be_bytes([field[2], field[3]]) {
                0 => 100,
                whole => whole,
            };
            delays.push(Duration::from_secs(part.into()) / u32::from(whole));
        }
        rest = after.get(length.checked_add(4)?..)?;
    }
}

/// Reads the delays of a WebP: each frame has an `ANMF` chunk with its delay in thousandths of a
/// second.
fn webp(bytes: &[u8], delays: &mut Vec<Duration>) -> Option<()> {
    let mut rest = bytes.get(12..)?;
    loop {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if name == b"ANMF" {
            let field = after.get(12..15)?;
            let millis = u32::from_le_bytes([field[0], field[1], field[2], 0]);
            delays.push(Duration::from_millis(millis.into()));
        }
        rest = after.get(length.checked_add(length % 2)?..)?;
    }
}
