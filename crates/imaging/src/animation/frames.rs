//! The frames of an animation file, one after the other.

use std::io::Cursor;
use std::time::Duration;

use image::codecs::{gif, png, webp};
use image::metadata::LoopCount;
use image::{AnimationDecoder, ColorType, ImageDecoder, ImageResult};

use super::{Frame, deep, timing};
use crate::decode::{guarded, open, sniff};
use crate::{Alpha, DecodeError, DecodeLimits, Format, Picture};

/// The frames of an animation. Each is composed onto those before it, as it is to be seen.
pub struct Frames<'a> {
    inner: image::Frames<'a>,
    format: Format,
    limits: DecodeLimits,
    loops: u32,
    delays: Vec<Duration>,
    ended: bool,
}

/// Opens an animation: nothing where the bytes hold a single picture.
///
/// # Errors
/// As [`decode`](crate::decode()): the size in the header is held against `limits` first. What is
/// wrong with a later frame shows when it is reached.
pub fn frames<'a>(
    bytes: &'a [u8],
    limits: &DecodeLimits,
) -> Result<Option<Frames<'a>>, DecodeError> {
    let format = sniff(bytes)?;
    let failed = |error| DecodeError::from_decoder(error, format, limits.max_bytes);
    guarded(format, || {
        let opened = open(bytes, format, limits)?;
        if !opened.more_frames {
            return Ok(None);
        }
        drop(opened);
        let found = animation(bytes, format, limits).map_err(failed)?;
        Ok(found.map(|(inner, loops)| Frames {
            inner,
            format,
            limits: *limits,
            loops: match loops {
                LoopCount::Infinite => 0,
                LoopCount::Finite(count) => count.get(),
            },
            delays: timing::delays(bytes, format),
            ended: false,
        }))
    })
}

type Opened<'a> = (image::Frames<'a>, LoopCount);

fn animation<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &DecodeLimits,
) -> ImageResult<Option<Opened<'a>>> {
    let mut inner = image::Limits::no_limits();
    inner.max_alloc = Some(limits.max_bytes.saturating_mul(2));
    let reader = Cursor::new(bytes);
    Ok(match format {
        Format::Gif => {
            let mut decoder = gif::GifDecoder::new(reader)?;
            decoder.set_limits(inner)?;
            let loops = decoder.loop_count();
            Some((decoder.into_frames(), loops))
        }
        Format::Png => {
            let decoder = png::PngDecoder::with_limits(reader, inner)?;
            // The decoder composes 8 bits only.
            let deep = [
                ColorType::L16,
                ColorType::La16,
                ColorType::Rgb16,
                ColorType::Rgba16,
            ];
            if deep.contains(&decoder.color_type()) {
                return deep::frames(bytes, limits.max_bytes);
            }
            let decoder = decoder.apng()?;
            let loops = decoder.loop_count();
            Some((decoder.into_frames(), loops))
        }
        Format::WebP => {
            let mut decoder = webp::WebPDecoder::new(reader)?;
            decoder.set_limits(inner)?;
            let loops = decoder.loop_count();
            Some((decoder.into_frames(), loops))
        }
        Format::Jpeg | Format::Bmp | Format::Tiff => None,
    })
}

impl Frames<'_> {
    /// How often the animation is played; 0 is for ever.
    pub fn loops(&self) -> u32 {
        self.loops
    }

    /// How long each frame is shown, as the file's headers say; there are as many frames unless
    /// the file is damaged.
    pub fn delays(&self) -> &[Duration] {
        &self.delays
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    fn read(&mut self) -> Option<Result<Frame, DecodeError>> {
        let (format, limit) = (self.format, self.limits.max_bytes);
        let inner = &mut self.inner;
        let next = guarded(format, || {
            let next = inner.next().transpose();
            next.map_err(|error| DecodeError::from_decoder(error, format, limit))
        });
        Some(match next {
            Ok(None) => return None,
            Ok(Some(frame)) => Ok(converted(frame)),
            Err(error) => Err(error),
        })
    }
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read();
        // Nothing sensible follows a damaged frame.
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

fn converted(frame: image::Frame) -> Frame {
    let delay = Duration::from(frame.delay());
    let buffer = frame.into_buffer();
    let (width, height) = buffer.dimensions();
    let (mut rgb, mut alpha) = (Vec::new(), Vec::new());
    for &[red, green, blue, share] in buffer.as_raw().as_chunks::<4>().0 {
        rgb.extend([red, green, blue]);
        alpha.push(share);
    }
    let picture = Picture::new(width, height, rgb).expect("a frame has four bytes a pixel");
    let picture = match alpha.iter().all(|&share| share == u8::MAX) {
        true => picture,
        false => picture
            .with_alpha(Alpha::Eight(alpha))
            .expect("a frame has four bytes a pixel"),
    };
    Frame { picture, delay }
}
