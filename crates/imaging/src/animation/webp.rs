//! Animated WebP: lossless still pictures in one container (WebP Container Specification).

use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// The bytes of the frames written so far.
#[derive(Default)]
pub(super) struct Body {
    frames: Vec<u8>,
    alpha: bool,
}

impl Body {
    pub(super) fn push(
        &mut self,
        rgba: &[u8],
        (width, height): (u32, u32),
        millis: u16,
    ) -> Result<(), String> {
        let mut still = Vec::new();
        WebPEncoder::new_lossless(&mut still)
            .write_image(rgba, width, height, ExtendedColorType::Rgba8)
            .map_err(|error| error.to_string())?;
        let picture = chunk(&still, b"VP8L").ok_or("the encoder wrote no lossless picture")?;
        self.alpha |= rgba
            .iter()
            .skip(3)
            .step_by(4)
            .any(|&share| share != u8::MAX);
        let mut frame = vec![0; 6];
        frame.extend(three(width - 1));
        frame.extend(three(height - 1));
        frame.extend(three(millis.into()));
        // Replaces what was there instead of being laid over it.
        frame.push(0b10);
        put(&mut frame, b"VP8L", picture);
        put(&mut self.frames, b"ANMF", &frame);
        Ok(())
    }

    pub(super) fn finish(self, (width, height): (u32, u32), loops: u32) -> Result<Vec<u8>, String> {
        let mut body = b"WEBP".to_vec();
        let flags = 0b10 | if self.alpha { 0b1_0000 } else { 0 };
        let mut header = vec![flags, 0, 0, 0];
        header.extend(three(width - 1));
        header.extend(three(height - 1));
        put(&mut body, b"VP8X", &header);
        let mut control = vec![0; 4];
        control.extend((loops.min(65_535) as u16).to_le_bytes());
        put(&mut body, b"ANIM", &control);
        body.extend(self.frames);
        let length = u32::try_from(body.len()).map_err(|_| "more than 4 GiB".to_owned())?;
        Ok([&b"RIFF"[..], &length.to_le_bytes(), &body].concat())
    }
}

/// The data of the first chunk with this name in a WebP that was just written.
fn chunk<'a>(webp: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = webp.get(12..)?;
    loop {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if name == wanted {
            return after.get(..length);
        }
        rest = after.get(length + length % 2..)?;
    }
}

pub(crate) fn put(bytes: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    bytes.extend(name);
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    if !data.len().is_multiple_of(2) {
        bytes.push(0);
    }
}

fn three(value: u32) -> [u8; 3] {
    let [first, second, third, _] = value.to_le_bytes();
    [first, second, third]
}
