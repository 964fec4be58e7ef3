//! Walking over the blocks of a GIF without decoding any.

use std::borrow::Cow;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;

/// Whether a GIF has a second frame, by its blocks, without decoding any; a truncated GIF has none.
pub(super) fn has_second_frame(bytes: &[u8]) -> bool {
    // The head of the second is whole; its data may not be.
    let is_frame = |&position: &usize| bytes[position] == IMAGE && position + 9 < bytes.len();
    blocks(bytes).filter(is_frame).nth(1).is_some()
}

/// The file up to its frames and with the byte that ends it: many programs leave that byte out, or
/// add padding after the last frame, which has no meaning.
pub(crate) fn whole_gif(bytes: &[u8]) -> Cow<'_, [u8]> {
    const TRAILER: u8 = 0x3b;
    match end_of_frames(bytes) {
        Some(end) if bytes.get(end) != Some(&TRAILER) => {
            let mut whole = bytes[..end].to_vec();
            whole.push(TRAILER);
            whole.into()
        }
        _ => bytes.into(),
    }
}

/// Start and end of each extension, up to the first block that is not whole.
pub(crate) fn extensions(bytes: &[u8]) -> Vec<(usize, usize)> {
    blocks(bytes)
        .filter(|&start| bytes[start] == EXTENSION)
        .filter_map(|start| Some((start, end_of_block(bytes, start)?)))
        .collect()
}

/// Position after the last block, if there is at least one frame.
fn end_of_frames(bytes: &[u8]) -> Option<usize> {
    let mut position = first_block(bytes)?;
    let mut seen = false;
    while let Some(EXTENSION | IMAGE) = bytes.get(position).copied() {
        seen |= bytes[position] == IMAGE;
        position = end_of_block(bytes, position)?;
    }
    (seen && position <= bytes.len()).then_some(position)
}

/// Positions at which extensions and frames begin, up to the first that is not whole.
fn blocks(bytes: &[u8]) -> impl Iterator<Item = usize> {
    std::iter::successors(first_block(bytes), move |&start| end_of_block(bytes, start))
        .take_while(move |&start| matches!(bytes.get(start), Some(&(EXTENSION | IMAGE))))
}

/// Position of the first block.
fn first_block(bytes: &[u8]) -> Option<usize> {
    Some(13 + palette_length(*bytes.get(10)?))
}

/// Position after the extension or the frame that begins at `position`; `None` if none begins
/// there, or if it is not whole.
fn end_of_block(bytes: &[u8], position: usize) -> Option<usize> {
    match *bytes.get(position)? {
        EXTENSION => skip_data(bytes, position + 2),
        IMAGE => {
            // The palette, then one byte for the code size, then the data.
            let data = position + 10 + palette_length(*bytes.get(position + 9)?) + 1;
            skip_data(bytes, data)
        }
        _ => None,
    }
}

/// Size in bytes of the palette that a flags byte announces.
fn palette_length(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// Position after the chain of data blocks that starts at `position`.
fn skip_data(bytes: &[u8], mut position: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(position)?);
        position += 1 + length;
        if length == 0 {
            return Some(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_past_extensions_and_palettes() {
        let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        let extension = [EXTENSION, 0xf9, 4, 0, 0, 0, 0, 0];
        let frame = [IMAGE, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        gif.extend(extension);
        gif.extend(frame);
        assert!(!has_second_frame(&gif));
        gif.extend(extension);
        gif.extend(frame);
        assert!(has_second_frame(&gif));
        gif.push(0x3b);
        assert!(!has_second_frame(&gif[..6]));
        // The second frame's head is there, and a byte less of it.
        let head = gif.len() - 1 - frame.len() + 10;
        assert!(has_second_frame(&gif[..head]));
        assert!(!has_second_frame(&gif[..head - 1]));
    }
}
