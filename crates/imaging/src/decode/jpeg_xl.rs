//! Decoding of JPEG XL, of the first frame.

use jxl::api::{
    AlphaMode, Endianness, Event, ExtraChannel, JxlBasicInfo, JxlBitDepth, JxlColorEncoding,
    JxlColorProfile, JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer,
    JxlPixelFormat, JxlTransferFunction, ProfileLevel,
};

use super::fault::{Fault, zeros};
use super::raster::{Channels, Raster, Samples};
use crate::DecodeLimits;

/// A JPEG XL whose header has been read.
pub(super) struct JpegXl<'a> {
    bytes: &'a [u8],
    decoder: JxlDecoder,
    info: JxlBasicInfo,
}

/// A JPEG XL's description of its colours.
pub(crate) enum Colours {
    /// sRGB.
    Srgb,
    /// An ICC profile.
    Profile(Vec<u8>),
    /// High dynamic range, with colours brighter than white; with its name.
    HighDynamicRange(&'static str),
}

impl<'a> JpegXl<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        // The header alone takes little, whatever size it claims.
        let (decoder, info, _) = begun(bytes, None)?;
        Ok(Self {
            bytes,
            decoder,
            info,
        })
    }

    /// Width and height as the picture is meant to be shown: the decoder rotates the pixels.
    pub(super) fn size(&self) -> (u32, u32) {
        let (width, height) = self.info.size;
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        (side(width), side(height))
    }

    /// Largest number of bytes that decoding takes at a time: the decoder uses 32 bits a sample.
    pub(super) fn memory(&self) -> u64 {
        let (width, height) = self.size();
        let samples = 3 + self.info.extra_channels.len() as u64;
        (u64::from(width) * u64::from(height)).saturating_mul(samples * 4 + 8)
    }

    /// Whether the file is an animation.
    pub(super) fn moves(&self) -> bool {
        self.info.animation.is_some()
    }

    /// Bits of each colour channel.
    pub(super) fn bits(&self) -> u8 {
        self.info.bit_depth.bits_per_sample().min(32) as u8
    }

    fn colours(&self) -> Colours {
        let Some(profile) = self.decoder.embedded_color_profile() else {
            return Colours::Srgb;
        };
        match profile.transfer_function() {
            Some(JxlTransferFunction::PQ) => return Colours::HighDynamicRange("PQ"),
            Some(JxlTransferFunction::HLG) => return Colours::HighDynamicRange("HLG"),
            _ => {}
        }
        let grey = matches!(
            profile,
            JxlColorProfile::Simple(JxlColorEncoding::GrayscaleColorSpace { .. })
        );
        if profile.same_color_encoding(&JxlColorProfile::Simple(JxlColorEncoding::srgb(grey))) {
            return Colours::Srgb;
        }
        match profile.try_as_icc() {
            Some(icc) => Colours::Profile(icc.into_owned()),
            None => Colours::Srgb,
        }
    }

    /// Decodes the pixels.
    pub(super) fn decode(self, limits: &DecodeLimits) -> Result<Raster, Fault> {
        let black = |channel: &ExtraChannel| matches!(channel, ExtraChannel::Black);
        let channels = &self.info.extra_channels;
        if channels.iter().any(|channel| black(&channel.ec_type)) {
            return Err(Fault::not_supported("inks in place of light"));
        }
        let has_alpha = channels
            .iter()
            .any(|channel| matches!(channel.ec_type, ExtraChannel::Alpha));
        let grey = self
            .decoder
            .embedded_color_profile()
            .is_some_and(|profile| profile.channels() == 1);
        let (color_type, channels) = match (grey, has_alpha) {
            (true, false) => (JxlColorType::Grayscale, Channels::Grey),
            (true, true) => (JxlColorType::GrayscaleAlpha, Channels::GreyAlpha),
            (false, false) => (JxlColorType::Rgb, Channels::Rgb),
            (false, true) => (JxlColorType::Rgba, Channels::Rgba),
        };
        let endianness = Endianness::native();
        let format = match self.info.bit_depth {
            JxlBitDepth::Int { bits_per_sample } if bits_per_sample <= 8 => {
                JxlDataFormat::U8 { bit_depth: 8 }
            }
            JxlBitDepth::Int { bits_per_sample } if bits_per_sample <= 16 => JxlDataFormat::U16 {
                endianness,
                bit_depth: 16,
            },
            _ => JxlDataFormat::F32 { endianness },
        };
        let asked = JxlPixelFormat {
            color_type,
            color_data_format: Some(format),
            extra_channel_format: vec![None; self.info.extra_channels.len()],
        };
        // A frame may claim more than the picture.
        let most = usize::try_from(limits.max_bytes / 4).unwrap_or(usize::MAX);
        let (mut decoder, _, mut rest) = begun(self.bytes, Some(most))?;
        decoder.set_pixel_format(asked).map_err(fault)?;
        let (width, height) = self.info.size;
        let row = width * channels.count() * format.bytes_per_sample();
        let mut samples = Buffer::new(row * height, format.bytes_per_sample())?;
        loop {
            let buffer = JxlOutputBuffer::new(samples.bytes(), height, row);
            let event = decoder
                .process(&mut rest, Some(&mut [buffer]), None)
                .map_err(fault)?;
            match event {
                Event::FrameComplete { .. } => break,
                Event::NeedMoreInput { .. } => return Err(Fault::CutShort),
                Event::Complete => return Err(Fault::damaged("there is no picture in it")),
                _ => {}
            }
        }
        Ok(Raster {
            width: width as u32,
            height: height as u32,
            channels,
            samples: samples.into_samples(),
        })
    }
}

/// Starts a decoder and reads the header of a picture with at most so many samples; returns the
/// decoder, the header, and the bytes that follow.
fn begun(
    bytes: &[u8],
    most_samples: Option<usize>,
) -> Result<(JxlDecoder, JxlBasicInfo, &[u8]), Fault> {
    let mut options = JxlDecoderOptions::default();
    options.max_profile_level = ProfileLevel::Main10;
    options.alpha_mode = AlphaMode::Unpremultiplied;
    options.sample_limit = most_samples;
    let mut decoder = JxlDecoder::new(options);
    let mut rest = bytes;
    loop {
        match decoder.process(&mut rest, None, None).map_err(fault)? {
            Event::BasicInfo => {
                let info = decoder.basic_info().cloned();
                let info = info.ok_or_else(|| Fault::damaged("it has no header"))?;
                return Ok((decoder, info, rest));
            }
            Event::NeedMoreInput { .. } => return Err(Fault::CutShort),
            Event::Complete => return Err(Fault::damaged("there is no picture in it")),
            _ => {}
        }
    }
}

/// Samples that the decoder writes as bytes, in memory with the samples' alignment.
enum Buffer {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
    Float(Vec<f32>),
}

impl Buffer {
    fn new(bytes: usize, wide: usize) -> Result<Self, Fault> {
        Ok(match wide {
            1 => Self::Eight(zeros(bytes)?),
            2 => Self::Sixteen(zeros(bytes / 2)?),
            _ => Self::Float(zeros(bytes / 4)?),
        })
    }

    fn bytes(&mut self) -> &mut [u8] {
        match self {
            Self::Eight(samples) => samples,
            Self::Sixteen(samples) => bytemuck::cast_slice_mut(samples),
            Self::Float(samples) => bytemuck::cast_slice_mut(samples),
        }
    }

    fn into_samples(self) -> Samples {
        match self {
            Self::Eight(samples) => Samples::Eight(samples),
            Self::Sixteen(samples) => Samples::Sixteen(samples),
            Self::Float(samples) => Samples::Float(samples),
        }
    }
}

/// Reads how the file describes its colours; sRGB if that cannot be read.
pub(crate) fn colours(bytes: &[u8]) -> Colours {
    match JpegXl::open(bytes) {
        Ok(picture) => picture.colours(),
        Err(_) => Colours::Srgb,
    }
}

fn fault(error: jxl::error::Error) -> Fault {
    use jxl::error::Error;
    match error {
        Error::OutOfBounds(_) => Fault::CutShort,
        Error::ImageSizeTooLarge(..) | Error::OutOfMemory(_) => Fault::TooLarge,
        other => Fault::damaged(other.to_string()),
    }
}
