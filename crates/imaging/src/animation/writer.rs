//! Writing of animation files, frame by frame.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, RgbaImage};

use super::{AnimationFormat, Frame, apng, webp};
use crate::embed::{Extras, embedded};
use crate::encode::rgba_eight;
use crate::{EncodeError, OutputFormat, Picture};

/// Speed at which a GIF's colours are chosen, from 1 (slow) to 30: the fastest without visible
/// bands in skin.
const GIF_SPEED: i32 = 8;

/// Writes an animation frame by frame, into memory. All frames have the size of the first.
pub struct AnimationWriter {
    format: AnimationFormat,
    loops: u32,
    size: Option<(u32, u32)>,
    extras: Extras,
    body: Body,
}

enum Body {
    Gif(Box<GifEncoder<Shared>>, Shared),
    Apng(apng::Body),
    WebP(webp::Body),
}

/// A buffer that the GIF encoder writes to and that outlives it, since the encoder ends the file
/// when it is dropped.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.0.lock().map_err(|_| io::Error::other("poisoned"))?;
        buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AnimationWriter {
    /// A writer of an animation that is played `loops` times; 0 means forever.
    pub fn new(format: AnimationFormat, loops: u32) -> Self {
        let body = match format {
            AnimationFormat::Gif => {
                let buffer = Shared::default();
                let encoder = GifEncoder::new_with_speed(buffer.clone(), GIF_SPEED);
                Body::Gif(Box::new(encoder), buffer)
            }
            AnimationFormat::Apng => Body::Apng(apng::Body::default()),
            AnimationFormat::WebP => Body::WebP(webp::Body::default()),
        };
        Self {
            format,
            loops,
            size: None,
            extras: Extras::default(),
            body,
        }
    }

    /// Adds metadata and a mark, to be written beside the frames, which are in sRGB. GIF supports
    /// XMP only.
    pub fn with_extras(self, extras: Extras) -> Self {
        Self { extras, ..self }
    }

    /// Adds a frame. Alpha is converted to 8 bits; a GIF's pixels become transparent only where
    /// alpha is 0.
    ///
    /// # Errors
    /// The frame's size differs from the first one's or exceeds the format's limits, or the encoder
    /// fails.
    pub fn push(&mut self, frame: &Frame) -> Result<(), EncodeError> {
        let picture = &frame.picture;
        let size = (picture.width(), picture.height());
        let format = self.format;
        let failed = |detail: String| EncodeError::Animation { format, detail };
        match self.size {
            None => self.check_first(picture)?,
            Some(first) if first != size => {
                return Err(failed(format!(
                    "a frame is {}×{} pixels where the first is {}×{}",
                    size.0, size.1, first.0, first.1
                )));
            }
            Some(_) => {}
        }
        let alpha = match picture.alpha() {
            Some(alpha) => alpha.to_eight(),
            None => vec![u8::MAX; picture.pixels() as usize],
        };
        let rgba = rgba_eight(picture.rgb(), &alpha);
        let millis = frame.delay.as_millis().min(65_535) as u16;
        match &mut self.body {
            Body::Gif(encoder, _) => {
                let buffer = RgbaImage::from_raw(size.0, size.1, rgba);
                let buffer = buffer.expect("four bytes a pixel");
                let delay = Delay::from_numer_denom_ms(millis.into(), 1);
                encoder
                    .encode_frame(image::Frame::from_parts(buffer, 0, 0, delay))
                    .map_err(|error| failed(error.to_string()))
            }
            Body::Apng(body) => body.push(&rgba, size, millis).map_err(failed),
            Body::WebP(body) => body.push(&rgba, size, millis).map_err(failed),
        }
    }

    fn check_first(&mut self, picture: &Picture) -> Result<(), EncodeError> {
        let format = self.format;
        let size = (picture.width(), picture.height());
        match format {
            AnimationFormat::Gif if size.0.max(size.1) > 65_535 => {
                let detail = "its sides end at 65535 pixels".to_owned();
                return Err(EncodeError::Animation { format, detail });
            }
            AnimationFormat::Gif => {}
            AnimationFormat::Apng => EncodeError::check_size(size, OutputFormat::Png)?,
            AnimationFormat::WebP => EncodeError::check_size(size, OutputFormat::WebP)?,
        }
        if let Body::Gif(encoder, _) = &mut self.body {
            // The block tells how often a GIF is played again; without it, it is played once.
            let repeat = match self.loops {
                0 => Some(Repeat::Infinite),
                1 => None,
                count => Some(Repeat::Finite((count - 1).min(65_535) as u16)),
            };
            if let Some(repeat) = repeat {
                let outcome = encoder.set_repeat(repeat);
                outcome.map_err(|error| EncodeError::Animation {
                    format,
                    detail: error.to_string(),
                })?;
            }
        }
        self.size = Some(size);
        Ok(())
    }

    /// Finishes the animation and returns the bytes of its file.
    ///
    /// # Errors
    /// There are no frames, or more than the format supports.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        let (format, loops) = (self.format, self.loops);
        let failed = |detail: &str| EncodeError::Animation {
            format,
            detail: detail.to_owned(),
        };
        let Some(size) = self.size else {
            return Err(failed("there is no frame"));
        };
        let bytes = match self.body {
            Body::Gif(encoder, buffer) => {
                drop(encoder);
                let bytes = buffer.0.lock().map(|mut bytes| std::mem::take(&mut *bytes));
                bytes.map_err(|_| failed("the encoder gave up"))?
            }
            Body::Apng(body) => body.finish(loops),
            Body::WebP(body) => body.finish(size, loops).map_err(|detail| failed(&detail))?,
        };
        let format = match format {
            AnimationFormat::Gif => OutputFormat::Gif,
            AnimationFormat::Apng => OutputFormat::Png,
            AnimationFormat::WebP => OutputFormat::WebP,
        };
        let size = [size.0, size.1];
        Ok(embedded(bytes, format, (size, false), &self.extras))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Alpha, DecodeLimits, decode, frames};

    /// Test frames that differ, with few colours, so that a GIF stores them exactly.
    fn film(clear: bool) -> Vec<Frame> {
        let frame = |index: u8| {
            let mut picture = Picture::filled(9, 7, [200, 100, 0]);
            picture.rgb_mut()[usize::from(index) * 3] = 10;
            if clear {
                let alpha = (0..63).map(|pixel| if pixel < 20 { 0 } else { 255 });
                picture = picture.with_alpha(Alpha::Eight(alpha.collect())).unwrap();
            }
            let delay = Duration::from_millis(40 + 10 * u64::from(index));
            Frame { picture, delay }
        };
        (30..34).map(frame).collect()
    }

    fn written(format: AnimationFormat, frames: &[Frame], loops: u32) -> Vec<u8> {
        let mut writer = AnimationWriter::new(format, loops);
        for frame in frames {
            writer.push(frame).unwrap();
        }
        writer.finish().unwrap()
    }

    const FORMATS: [AnimationFormat; 3] = [
        AnimationFormat::Gif,
        AnimationFormat::Apng,
        AnimationFormat::WebP,
    ];

    #[test]
    fn what_is_written_is_read_with_its_delays_and_loops() {
        let limits = DecodeLimits::default();
        for format in FORMATS {
            for loops in [0, 1, 3] {
                let film = film(false);
                let bytes = written(format, &film, loops);
                let read = frames(&bytes, &limits).unwrap().unwrap();
                assert_eq!(read.loops(), loops, "{format}");
                let delays: Vec<_> = film.iter().map(|frame| frame.delay).collect();
                assert_eq!(read.delays(), delays, "{format}");
                let read: Vec<Frame> = read.map(Result::unwrap).collect();
                assert_eq!(read, film, "{format}");
                assert!(decode(&bytes, &limits).unwrap().more_frames);
            }
        }
    }

    #[test]
    fn a_gif_that_plays_once_has_no_block_that_repeats_it() {
        let bytes = written(AnimationFormat::Gif, &film(false), 1);
        assert!(!bytes.windows(8).any(|part| part == b"NETSCAPE"));
        let bytes = written(AnimationFormat::Gif, &film(false), 3);
        let block = b"NETSCAPE2.0\x03\x01\x02\0\0";
        assert!(bytes.windows(block.len()).any(|part| part == block));
    }

    #[test]
    fn a_gif_without_its_last_byte_or_with_others_in_its_place_is_whole() {
        let film = film(false);
        let mut bytes = written(AnimationFormat::Gif, &film, 0);
        assert_eq!(bytes.pop(), Some(0x3b));
        for filling in [&b""[..], b"\0\0\0\0", b"\r\n"] {
            let bytes = [&bytes[..], filling].concat();
            let read = frames(&bytes, &DecodeLimits::default()).unwrap().unwrap();
            let read: Vec<Frame> = read.map(Result::unwrap).collect();
            assert_eq!(read, film, "{filling:?}");
        }
        let cut = &bytes[..bytes.len() - 1];
        let mut read = frames(cut, &DecodeLimits::default()).unwrap().unwrap();
        assert!(read.any(|frame| frame.is_err()));
    }

    #[test]
    fn what_is_transparent_stays_so() {
        for format in FORMATS {
            let film = film(true);
            let bytes = written(format, &film, 0);
            let read = frames(&bytes, &DecodeLimits::default()).unwrap().unwrap();
            for (read, given) in read.zip(&film) {
                assert_eq!(
                    read.unwrap().picture.alpha(),
                    given.picture.alpha(),
                    "{format}"
                );
            }
        }
    }

    #[test]
    fn one_frame_is_no_animation_and_broken_ones_end_with_an_error() {
        let limits = DecodeLimits::default();
        for format in FORMATS {
            let whole = written(format, &film(false), 0);
            for length in (0..whole.len()).step_by(7) {
                if let Ok(Some(read)) = frames(&whole[..length], &limits) {
                    let outcomes: Vec<_> = read.collect();
                    assert!(outcomes.len() <= 4);
                }
            }
            let small = DecodeLimits {
                max_pixels: 62,
                ..limits
            };
            assert!(frames(&whole, &small).is_err());
            let mut writer = AnimationWriter::new(format, 0);
            writer.push(&film(false)[0]).unwrap();
            let other = Frame {
                picture: Picture::filled(9, 8, [0; 3]),
                delay: Duration::ZERO,
            };
            assert!(writer.push(&other).unwrap_err().to_string().contains("9×8"));
            assert!(AnimationWriter::new(format, 0).finish().is_err());
        }
        let still = crate::encode(
            &film(false)[0].picture,
            OutputFormat::Png,
            Default::default(),
        );
        assert!(frames(&still.unwrap(), &limits).unwrap().is_none());
    }
}
