//! Reading of animated PNGs, whose frames are composed as the specification (third edition, section
//! 11.3.6.2) says.

use std::borrow::Cow;
use std::io::Cursor;
use std::time::Duration;

use png::{BlendOp, DisposeOp, FrameControl, Transformations};

use super::Frame;
use super::canvas::{Canvas, Pixel, Region};
use crate::decode::{Fault, mended_png};

/// An animated PNG while it is read.
pub(super) struct ApngFrames<'a> {
    /// Number of times that the animation is played; 0 means forever.
    pub(super) loops: u32,
    reader: png::Reader<Cursor<Cow<'a, [u8]>>>,
    canvas: Canvas,
    /// Number of frames that the header announces and that have not been read.
    left: u32,
    /// Whether the first picture is not a frame, but one for viewers without animations.
    has_still: bool,
}

/// Opens the frames of an animated PNG; `None` if the file is a single picture.
pub(super) fn frames(bytes: &[u8], max_bytes: u64) -> Result<Option<ApngFrames<'_>>, Fault> {
    let limits = png::Limits {
        bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(mended_png(bytes)), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let reader = decoder.read_info().map_err(told)?;
    let info = reader.info();
    let Some(control) = info.animation_control().copied() else {
        return Ok(None);
    };
    let frames = ApngFrames {
        loops: control.num_plays,
        // Its size has been held against the limits: this is no more than a few pictures of it.
        canvas: Canvas::new(info.width as usize, info.height as usize),
        left: control.num_frames,
        has_still: info.frame_control.is_none(),
        reader,
    };
    Ok(Some(frames))
}

impl Iterator for ApngFrames<'_> {
    type Item = Result<Frame, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.read())
    }
}

impl ApngFrames<'_> {
    fn read(&mut self) -> Result<Frame, Fault> {
        let mut samples = vec![0; size_of_val(self.canvas.pixels())];
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
        let region = Region {
            left: control.x_offset as usize,
            top: control.y_offset as usize,
            width: control.width as usize,
            height: control.height as usize,
        };
        let deep = output.bit_depth == png::BitDepth::Sixteen;
        let pixels = pixels(&samples, output.color_type.samples(), deep);
        let before = match control.dispose_op {
            DisposeOp::Previous => Some(self.canvas.pixels().to_vec()),
            _ => None,
        };
        self.canvas
            .lay(&region, &pixels, control.blend_op == BlendOp::Over);
        let divisor = match control.delay_den {
            0 => 100,
            divisor => u32::from(divisor),
        };
        let delay = Duration::from_secs(control.delay_num.into()) / divisor;
        let frame = self.canvas.frame(delay);
        match (control.dispose_op, before) {
            (DisposeOp::Background, _) => self.canvas.clear(&region),
            (_, Some(before)) => self.canvas.restore(before),
            (_, None) => {}
        }
        Ok(frame)
    }
}

/// Converts samples to colours with alpha; `channels` is one to four, and `deep` samples have two
/// bytes, the high one first.
fn pixels(samples: &[u8], channels: usize, deep: bool) -> Vec<Pixel> {
    let samples: Vec<u16> = if deep {
        let pairs = samples.as_chunks::<2>().0;
        pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
    } else {
        samples.iter().map(|&byte| u16::from(byte) * 257).collect()
    };
    let pixel = |pixel: &[u16]| match *pixel {
        [grey] => [grey, grey, grey, u16::MAX],
        [grey, alpha] => [grey, grey, grey, alpha],
        [red, green, blue] => [red, green, blue, u16::MAX],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    };
    samples.chunks_exact(channels.max(1)).map(pixel).collect()
}

fn told(error: png::DecodingError) -> Fault {
    match error {
        png::DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Fault::CutShort
        }
        png::DecodingError::LimitsExceeded => Fault::TooLarge,
        other => Fault::damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alpha, DecodeLimits, Frame, Picture};

    /// A test animation of 3×2 pixels in 16 bits: red; then half-transparent green over the right
    /// part; then blue in place of the left column.
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
}
