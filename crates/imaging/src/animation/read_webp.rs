//! Reading of animated WebPs, whose frames are composed as the container specification says.

use std::io::Cursor;
use std::time::Duration;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;

use super::canvas::{Canvas, Pixel, Region};
use super::{Frame, webp};
use crate::decode::Fault;
use crate::metadata::webp_chunks;

/// An animated WebP while it is read.
struct WebpFrames<'a> {
    /// Contents of the chunks of the frames that have not been read.
    stored: Box<dyn Iterator<Item = &'a [u8]> + 'a>,
    canvas: Canvas,
    /// Region to clear before the next frame.
    disposed: Option<Region>,
}

/// Opens the frames, and tells how often they are played (0 means forever). The size must have been
/// checked against the limits.
pub(super) fn frames<'a>(
    bytes: &'a [u8],
    (width, height): (u32, u32),
) -> (impl Iterator<Item = Result<Frame, Fault>> + 'a, u32) {
    let chunks = || webp_chunks(bytes.get(12..).unwrap_or_default());
    let control = chunks().find(|(name, _)| *name == b"ANIM");
    let loops = match control {
        Some((_, &[_, _, _, _, low, high, ..])) => u16::from_le_bytes([low, high]),
        _ => 0,
    };
    let stored = chunks().filter(|(name, _)| *name == b"ANMF");
    let frames = WebpFrames {
        stored: Box::new(stored.map(|(_, content)| content)),
        canvas: Canvas::new(width as usize, height as usize),
        disposed: None,
    };
    (frames, loops.into())
}

/// Reads the first frame of an animated WebP.
pub(crate) fn first(bytes: &[u8], size: (u32, u32)) -> Result<Frame, Fault> {
    frames(bytes, size).0.next().unwrap_or(Err(Fault::CutShort))
}

impl Iterator for WebpFrames<'_> {
    type Item = Result<Frame, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let stored = self.stored.next()?;
        Some(self.read(stored))
    }
}

impl WebpFrames<'_> {
    fn read(&mut self, stored: &[u8]) -> Result<Frame, Fault> {
        let (head, chunks) = stored.split_first_chunk::<16>().ok_or(Fault::CutShort)?;
        let three = |at: usize| {
            let number = u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]);
            number as usize
        };
        let region = Region {
            left: three(0) * 2,
            top: three(3) * 2,
            width: three(6) + 1,
            height: three(9) + 1,
        };
        if !self.canvas.holds(&region) {
            return Err(Fault::damaged("a frame reaches beyond the picture"));
        }
        if let Some(region) = self.disposed.take() {
            self.canvas.clear(&region);
        }
        let pixels = still(chunks, &region)?;
        let (is_over, is_disposed) = (head[15] & 2 == 0, head[15] & 1 == 1);
        self.canvas.lay(&region, &pixels, is_over);
        self.disposed = is_disposed.then_some(region);
        let delay = Duration::from_millis(three(12) as u64);
        Ok(self.canvas.frame(delay))
    }
}

/// Decodes the chunks of one frame as a still picture.
fn still(chunks: &[u8], region: &Region) -> Result<Vec<Pixel>, Fault> {
    let mut body = b"WEBP".to_vec();
    let mut header = vec![0b1_0000, 0, 0, 0];
    for side in [region.width, region.height] {
        header.extend(&(side as u32 - 1).to_le_bytes()[..3]);
    }
    let parts: Vec<_> = webp_chunks(chunks).collect();
    if parts.iter().any(|(name, _)| *name == b"ALPH") {
        webp::put(&mut body, b"VP8X", &header);
    }
    for (name, content) in parts {
        if matches!(name, b"ALPH" | b"VP8 " | b"VP8L") {
            webp::put(&mut body, name, content);
        }
    }
    let file = [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat();
    let told = |error: image::ImageError| match error {
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Fault::CutShort
        }
        other => Fault::damaged(other.to_string()),
    };
    let decoder = WebPDecoder::new(Cursor::new(file)).map_err(told)?;
    let (width, height) = decoder.dimensions();
    if (width as usize, height as usize) != (region.width, region.height) {
        return Err(Fault::damaged("a frame has another size than it says"));
    }
    let channels = usize::from(decoder.color_type().channel_count());
    let mut samples = vec![0; region.width * region.height * channels];
    decoder.read_image(&mut samples).map_err(told)?;
    let pixels = samples.chunks_exact(channels).map(|pixel| {
        let part = |at: usize| {
            pixel
                .get(at)
                .map_or(u16::MAX, |&byte| u16::from(byte) * 257)
        };
        [part(0), part(1), part(2), part(3)]
    });
    Ok(pixels.collect())
}

#[cfg(test)]
mod tests {
    use image::codecs::webp::WebPEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;
    use crate::{DecodeLimits, decode};

    const RED: [u8; 4] = [255, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 255, 255];

    /// The chunk of a test frame of one colour; `left` must be even.
    fn frame(left: u32, size: (u32, u32), colour: [u8; 4], flags: u8) -> Vec<u8> {
        let mut still = Vec::new();
        let pixels = colour.repeat((size.0 * size.1) as usize);
        WebPEncoder::new_lossless(&mut still)
            .write_image(&pixels, size.0, size.1, ExtendedColorType::Rgba8)
            .unwrap();
        let mut content = Vec::new();
        for number in [left / 2, 0, size.0 - 1, size.1 - 1, 70] {
            content.extend(&number.to_le_bytes()[..3]);
        }
        content.push(flags);
        content.extend(&still[12..]);
        content
    }

    fn animation(exif: &[u8], frames: &[Vec<u8>]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        webp::put(&mut body, b"VP8X", &[0b1_1010, 0, 0, 0, 15, 0, 0, 7, 0, 0]);
        webp::put(&mut body, b"ANIM", &[0, 0, 0, 0, 2, 0]);
        for frame in frames {
            webp::put(&mut body, b"ANMF", frame);
        }
        webp::put(&mut body, b"EXIF", exif);
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    #[test]
    fn what_a_frame_disposes_of_is_gone_before_the_next() {
        let bytes = animation(
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
            &[frame(0, (8, 8), RED, 1), frame(8, (8, 8), BLUE, 1)],
        );
        let limits = DecodeLimits::default();
        let read = crate::frames(&bytes, &limits).unwrap().unwrap();
        assert_eq!(read.loops(), 2);
        let frames: Vec<Frame> = read.map(Result::unwrap).collect();
        assert_eq!(frames.len(), 2);
        // Orientation 6: what is left is above.
        let seen = |frame: &Frame, row: usize| {
            let picture = &frame.picture;
            assert_eq!((picture.width(), picture.height()), (8, 16));
            let place = row * 8 + 3;
            let share = picture.alpha().map_or(u16::MAX, |alpha| alpha.at(place));
            (picture.rgb()[place * 3..place * 3 + 3].to_vec(), share)
        };
        assert_eq!(seen(&frames[0], 2), (vec![255, 0, 0], u16::MAX));
        assert_eq!(seen(&frames[0], 12).1, 0);
        assert_eq!(seen(&frames[1], 2).1, 0);
        assert_eq!(seen(&frames[1], 12), (vec![0, 0, 255], u16::MAX));
        assert_eq!(decode(&bytes, &limits).unwrap().picture, frames[0].picture);
    }

    #[test]
    fn frames_are_laid_over_or_in_place() {
        let half = [0, 255, 0, 128];
        for (flags, expected) in [(0, [127, 128, 0, 255]), (2, half)] {
            let bytes = animation(
                b"",
                &[frame(0, (16, 8), RED, 0), frame(0, (16, 8), half, flags)],
            );
            let read = crate::frames(&bytes, &DecodeLimits::default())
                .unwrap()
                .unwrap();
            let picture = read.last().unwrap().unwrap().picture;
            let share = picture.alpha().map_or(255, |alpha| alpha.to_eight()[5]);
            assert_eq!([&picture.rgb()[..3], &[share]].concat(), expected);
        }
    }

    #[test]
    fn a_frame_beyond_the_picture_is_damaged() {
        let bytes = animation(b"", &[frame(10, (8, 8), RED, 0)]);
        let mut read = crate::frames(&bytes, &DecodeLimits::default())
            .unwrap()
            .unwrap();
        assert!(read.next().unwrap().is_err());
    }
}
