//! Frames of an animated PNG with 16 bits a channel.

use std::io::Cursor;

use image::error::{DecodingError, ImageFormatHint, LimitError, LimitErrorKind};
use image::metadata::LoopCount;
use image::{Delay, Frame, ImageError, ImageFormat, ImageResult, RgbaImage};
use png::{BlendOp, DisposeOp, FrameControl, Transformations};

use crate::picture::sixteen_to_eight;

type Pixel = [u16; 4];

/// Composes frames in 16 bits, as the PNG specification (third edition, section 11.3.6.2) says, and
/// brings what is seen to 8. `image`'s own decoder composes 8 bits only.
struct DeepFrames<'a> {
    reader: png::Reader<Cursor<&'a [u8]>>,
    width: usize,
    /// What is seen, row by row.
    canvas: Vec<Pixel>,
    /// Frames that the header promises and that have not been read.
    left: u32,
    /// The first picture is shown where animations are not; it is no frame.
    has_still: bool,
}

/// The frames and how often they are played; nothing where the file holds a single picture.
pub(super) fn frames(
    bytes: &[u8],
    max_bytes: u64,
) -> ImageResult<Option<(image::Frames<'_>, LoopCount)>> {
    let limits = png::Limits {
        bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let reader = decoder.read_info().map_err(told)?;
    let info = reader.info();
    let Some(control) = info.animation_control().copied() else {
        return Ok(None);
    };
    let (width, height) = (info.width as usize, info.height as usize);
    // Its size has been held against the limits: this is no more than two pictures of it.
    let canvas = vec![[0; 4]; width * height];
    let has_still = info.frame_control.is_none();
    let frames = DeepFrames {
        reader,
        width,
        canvas,
        left: control.num_frames,
        has_still,
    };
    let loops = match std::num::NonZeroU32::new(control.num_plays) {
        Some(count) => LoopCount::Finite(count),
        None => LoopCount::Infinite,
    };
    Ok(Some((image::Frames::new(Box::new(frames)), loops)))
}

impl Iterator for DeepFrames<'_> {
    type Item = ImageResult<Frame>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let frame = self.read();
        if frame.is_err() {
            self.left = 0;
        }
        Some(frame)
    }
}

impl DeepFrames<'_> {
    fn read(&mut self) -> ImageResult<Frame> {
        let mut samples = vec![0; self.canvas.len() * size_of::<Pixel>()];
        if std::mem::take(&mut self.has_still) {
            self.reader.next_frame(&mut samples).map_err(told)?;
        }
        let output = self.reader.next_frame(&mut samples).map_err(told)?;
        let control = self.reader.info().frame_control().copied();
        let control = control.unwrap_or(FrameControl {
            width: output.width,
            height: output.height,
            ..FrameControl::default()
        });
        samples.truncate(output.buffer_size());
        let pixels = pixels(&samples, output.color_type.samples());
        let before = self.canvas.clone();
        self.compose(&control, &pixels);
        let height = self.canvas.len() / self.width.max(1);
        let seen = self.canvas.iter().flatten();
        let seen = seen.map(|&sample| sixteen_to_eight(sample)).collect();
        let seen = RgbaImage::from_raw(self.width as u32, height as u32, seen);
        match control.dispose_op {
            DisposeOp::None => {}
            DisposeOp::Background => self.places(&control).for_each(|place| {
                if let Some(pixel) = self.canvas.get_mut(place) {
                    *pixel = [0; 4];
                }
            }),
            DisposeOp::Previous => self.canvas = before,
        }
        let divisor = match control.delay_den {
            0 => 100,
            divisor => u32::from(divisor),
        };
        let delay = u32::from(control.delay_num) * 1000;
        let delay = Delay::from_numer_denom_ms(delay, divisor);
        let seen = seen.ok_or_else(|| told(png::DecodingError::LimitsExceeded))?;
        Ok(Frame::from_parts(seen, 0, 0, delay))
    }

    /// Lays a frame over what was seen before.
    fn compose(&mut self, control: &FrameControl, pixels: &[Pixel]) {
        for (place, &pixel) in self.places(control).zip(pixels) {
            if let Some(seen) = self.canvas.get_mut(place) {
                *seen = match control.blend_op {
                    BlendOp::Source => pixel,
                    BlendOp::Over => over(pixel, *seen),
                };
            }
        }
    }

    /// Where a frame's pixels are seen.
    fn places(&self, control: &FrameControl) -> impl Iterator<Item = usize> + use<> {
        let [left, top] = [control.x_offset, control.y_offset].map(|offset| offset as usize);
        let (columns, canvas) = (control.width as usize, self.width);
        let rows = 0..control.height as usize;
        rows.flat_map(move |row| {
            let start = (top + row) * canvas + left;
            start..start + columns
        })
    }
}

/// Big-endian samples of one to four channels to colour and alpha.
fn pixels(samples: &[u8], channels: usize) -> Vec<Pixel> {
    let samples: Vec<u16> = samples
        .as_chunks::<2>()
        .0
        .iter()
        .map(|sample| u16::from_be_bytes(*sample))
        .collect();
    let pixel = |pixel: &[u16]| match *pixel {
        [grey] => [grey, grey, grey, u16::MAX],
        [grey, alpha] => [grey, grey, grey, alpha],
        [red, green, blue] => [red, green, blue, u16::MAX],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    };
    samples.chunks_exact(channels.max(1)).map(pixel).collect()
}

/// A pixel seen over another (Porter and Duff 1984), neither weighed by its alpha.
fn over(above: Pixel, below: Pixel) -> Pixel {
    let most = f64::from(u16::MAX);
    let [share, behind] = [above[3], below[3]].map(|alpha| f64::from(alpha) / most);
    let rest = behind * (1.0 - share);
    let alpha = share + rest;
    if alpha <= 0.0 {
        return [0; 4];
    }
    let mut seen = [0; 4];
    for channel in 0..3 {
        let mixed = f64::from(above[channel]) * share + f64::from(below[channel]) * rest;
        seen[channel] = (mixed / alpha).round() as u16;
    }
    seen[3] = (alpha * most).round() as u16;
    seen
}

fn told(error: png::DecodingError) -> ImageError {
    match error {
        png::DecodingError::IoError(error) => ImageError::IoError(error),
        png::DecodingError::LimitsExceeded => {
            ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
        }
        other => {
            let format = ImageFormatHint::Exact(ImageFormat::Png);
            ImageError::Decoding(DecodingError::new(format, other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alpha, DecodeLimits, Frame, Picture};

    /// 3×2 pixels in 16 bits: red; then, over it, half of green at the right; then blue in the
    /// place of the left column.
    fn animated(has_still: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Sixteen);
        encoder.set_animated(3, 5).unwrap();
        encoder.set_sep_def_img(has_still).unwrap();
        encoder.set_frame_delay(7, 50).unwrap();
        let mut writer = encoder.write_header().unwrap();
        let fill = |pixel: Pixel, count: usize| -> Vec<u8> {
            let samples = pixel.into_iter().flat_map(u16::to_be_bytes);
            samples.collect::<Vec<_>>().repeat(count)
        };
        if has_still {
            writer.write_image_data(&fill([9; 4], 6)).unwrap();
        }
        writer
            .write_image_data(&fill([u16::MAX, 0, 0, u16::MAX], 6))
            .unwrap();
        writer.set_frame_dimension(1, 2).unwrap();
        writer.set_frame_position(2, 0).unwrap();
        writer.set_blend_op(BlendOp::Over).unwrap();
        writer.set_dispose_op(DisposeOp::Previous).unwrap();
        writer
            .write_image_data(&fill([0, u16::MAX, 0, 0x8000], 2))
            .unwrap();
        writer.set_frame_position(0, 0).unwrap();
        writer.set_blend_op(BlendOp::Source).unwrap();
        writer.set_dispose_op(DisposeOp::None).unwrap();
        writer
            .write_image_data(&fill([0, 0, 0x8080, 0x4000], 2))
            .unwrap();
        writer.finish().unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Vec<Frame> {
        let frames = crate::frames(bytes, &DecodeLimits::default())
            .unwrap()
            .unwrap();
        assert_eq!(frames.loops(), 5);
        frames.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn frames_of_16_bits_are_composed_and_brought_to_8() {
        let row = |pixels: [[u8; 3]; 3]| [pixels, pixels].concat().concat();
        let red = [255, 0, 0];
        for has_still in [false, true] {
            let frames = read(&animated(has_still));
            let rgb: Vec<&[u8]> = frames.iter().map(|frame| frame.picture.rgb()).collect();
            assert_eq!(rgb.len(), 3);
            assert_eq!(rgb[0], row([red; 3]));
            assert_eq!(rgb[1], row([red, red, [127, 128, 0]]));
            // The green is gone again.
            assert_eq!(rgb[2], row([[0, 0, 128], red, red]));
            let alpha = [64, 255, 255, 64, 255, 255].to_vec();
            assert_eq!(frames[2].picture.alpha(), Some(&Alpha::Eight(alpha)));
            let delay = std::time::Duration::from_millis(140);
            assert!(frames.iter().all(|frame| frame.delay == delay));
        }
    }

    #[test]
    fn a_file_that_is_cut_short_or_too_large_is_an_error() {
        let whole = animated(false);
        for length in 0..whole.len() {
            let Ok(Some(frames)) = crate::frames(&whole[..length], &DecodeLimits::default()) else {
                continue;
            };
            let read: Vec<_> = frames.collect();
            assert!(read.len() <= 3);
        }
        let limits = DecodeLimits {
            max_pixels: 5,
            ..DecodeLimits::default()
        };
        assert!(crate::frames(&whole, &limits).is_err());
        let single = Picture::filled(2, 2, [1, 2, 3]);
        let single = single.with_alpha(Alpha::Sixteen(vec![300; 4])).unwrap();
        let single = crate::encode(&single, crate::OutputFormat::Png, Default::default()).unwrap();
        assert!(
            crate::frames(&single, &DecodeLimits::default())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_pixel_over_another() {
        let clear = [5, 5, 5, 0];
        assert_eq!(over(clear, [1, 2, 3, 9]), [1, 2, 3, 9]);
        assert_eq!(over([1, 2, 3, u16::MAX], [9; 4]), [1, 2, 3, u16::MAX]);
        assert_eq!(over(clear, clear), [0; 4]);
        let half = [60_000, 0, 0, 32_768];
        let [red, .., alpha] = over(half, [0, 0, 0, u16::MAX]);
        assert_eq!((red, alpha), (30_000, u16::MAX));
    }
}
