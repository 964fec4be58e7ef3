//! Reading of animation files, frame by frame.

use std::borrow::Cow;
use std::io::Cursor;
use std::time::Duration;

use image::codecs::gif;
use image::metadata::Orientation;
use image::{AnimationDecoder, ImageDecoder};

use super::{Frame, read_apng, read_webp, timing};
use crate::colour::{Source, to_srgb};
use crate::decode::{Fault, check_whole, guarded_whole, open, sniff, whole_gif};
use crate::metadata::{self, Metadata};
use crate::picture::oriented;
use crate::{Alpha, DecodeError, DecodeLimits, Format, Picture};

/// The frames of an animation. Each is composed onto those before it, rotated as the file asks for
/// and converted to sRGB.
pub struct Frames<'a> {
    inner: Inner<'a>,
    bytes: &'a [u8],
    format: Format,
    metadata: Metadata,
    limits: DecodeLimits,
    loops: u32,
    delays: Vec<Duration>,
    orientation: Orientation,
    colours: Source,
    ended: bool,
}

type Inner<'a> = Box<dyn Iterator<Item = Result<Frame, DecodeError>> + 'a>;

/// Opens an animation; returns `None` if the bytes are a single picture.
///
/// # Errors
/// As [`decode`](crate::decode()): the size in the header is checked against `limits` first. Faults
/// of later frames are found only when they are reached.
pub fn frames<'a>(
    bytes: &'a [u8],
    limits: &DecodeLimits,
) -> Result<Option<Frames<'a>>, DecodeError> {
    let format = sniff(bytes)?;
    let metadata = metadata::read(bytes, format);
    let max_bytes = limits.max_bytes;
    let fault = move |fault: Fault| fault.of(format, max_bytes);
    guarded_whole(bytes, format, || {
        let opened = open(bytes, format, &metadata, limits)?;
        if !opened.more_frames {
            return Ok(None);
        }
        let (size, orientation) = (opened.size, opened.orientation);
        drop(opened);
        // Frames that are missing at the end are told before any is painted.
        check_whole(bytes, format)?;
        let (inner, loops): (Inner<'a>, u32) = match format {
            Format::Png => match read_apng::frames(bytes, max_bytes).map_err(fault)? {
                Some(frames) => {
                    let loops = frames.loops;
                    (
                        Box::new(frames.map(move |frame| frame.map_err(fault))),
                        loops,
                    )
                }
                None => return Ok(None),
            },
            Format::WebP => {
                let (frames, loops) = read_webp::frames(bytes, size);
                (
                    Box::new(frames.map(move |frame| frame.map_err(fault))),
                    loops,
                )
            }
            Format::Gif => (gif_frames(bytes, limits)?, timing::gif_loops(bytes)),
            // Of what else moves, AVIF and JPEG XL, the first frame is all that is read.
            _ => return Ok(None),
        };
        Ok(Some(Frames {
            inner,
            bytes,
            format,
            limits: *limits,
            loops,
            delays: timing::delays(bytes, format),
            orientation,
            colours: Source::of(bytes, format, &metadata),
            metadata,
            ended: false,
        }))
    })
}

fn gif_frames<'a>(bytes: &'a [u8], limits: &DecodeLimits) -> Result<Inner<'a>, DecodeError> {
    let max_bytes = limits.max_bytes;
    let failed = move |error| DecodeError::from_decoder(error, Format::Gif, max_bytes);
    let reader: Cursor<Cow<'a, [u8]>> = Cursor::new(whole_gif(bytes));
    let mut decoder = gif::GifDecoder::new(reader).map_err(failed)?;
    let mut inner = image::Limits::no_limits();
    inner.max_alloc = Some(max_bytes.saturating_mul(2));
    decoder.set_limits(inner).map_err(failed)?;
    let frames = decoder.into_frames();
    Ok(Box::new(
        frames.map(move |frame| frame.map(converted).map_err(failed)),
    ))
}

impl Frames<'_> {
    /// Number of times that the animation is played; 0 means forever.
    pub fn loops(&self) -> u32 {
        self.loops
    }

    /// Delays of the frames by the file's headers. A file has as many frames, unless it is damaged.
    pub fn delays(&self) -> &[Duration] {
        &self.delays
    }

    /// The file's metadata, unchanged.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    fn read(&mut self) -> Option<Result<Frame, DecodeError>> {
        let inner = &mut self.inner;
        match guarded_whole(self.bytes, self.format, || inner.next().transpose()) {
            Ok(None) => None,
            Ok(Some(frame)) => Some(self.finished(frame)),
            Err(error) => Some(Err(error)),
        }
    }

    /// Converts a frame to sRGB and rotates it as the file asks for.
    fn finished(&self, mut frame: Frame) -> Result<Frame, DecodeError> {
        match &self.colours {
            Source::Srgb => {}
            Source::Profile(profile) => {
                let converted = to_srgb(profile, 3)
                    .and_then(|conversion| conversion.eight(frame.picture.rgb(), 3));
                if let Some(rgb) = converted {
                    frame.picture.rgb_mut().copy_from_slice(&rgb);
                }
            }
            Source::HighDynamicRange(kind) => {
                let fault = Fault::not_supported(format!("high dynamic range, {kind}"));
                return Err(fault.of(self.format, self.limits.max_bytes));
            }
        }
        frame.picture = oriented(frame.picture, self.orientation);
        Ok(frame)
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
    let picture = if alpha.iter().all(|&share| share == u8::MAX) {
        picture
    } else {
        picture
            .with_alpha(Alpha::Eight(alpha))
            .expect("a frame has four bytes a pixel")
    };
    Frame { picture, delay }
}
