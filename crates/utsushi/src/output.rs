//! Output: from a painting to the bytes of its file, with depth, colours, metadata and layers, for
//! jobs, single commands and the server alike.

use std::fmt;

use utsushi_imaging::{
    AnyPicture, ColourProfile, Decoded, Document, DocumentFormat, EncodeError, EncodeOptions,
    Entry, Extras, Layer, Mark, Metadata, OutputFormat, encode_any, from_srgb,
};

use crate::{PaintError, StyleCode, StyleRegion};

/// Depth of a written painting: the bits of each channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputDepth {
    /// 16 bits if the content has 16 or more and the format supports them, else 8.
    #[default]
    Auto,
    /// 8 bits.
    Eight,
    /// 16 bits, in a format that supports them.
    Sixteen,
}

impl OutputDepth {
    /// Whether a content of so many bits is painted with 16 bits a channel for that format.
    pub fn is_deep(self, bits: u8, alpha: bool, format: OutputFormat) -> bool {
        match self {
            Self::Auto => bits >= 16 && format.holds_sixteen(alpha),
            Self::Eight => false,
            Self::Sixteen => true,
        }
    }
}

/// Options of writing a painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputOptions {
    /// Bits of each channel.
    pub depth: OutputDepth,
    /// Quality of JPEG and AVIF, 1…100.
    pub quality: u8,
    /// Whether colours are converted back to the content's profile, instead of staying sRGB.
    pub keep_colours: bool,
    /// Whether the content's metadata are written, too.
    pub metadata: bool,
}

impl Default for OutputOptions {
    /// Options for the depth of the content, quality 92, sRGB, and the content's metadata.
    fn default() -> Self {
        Self {
            depth: OutputDepth::default(),
            quality: EncodeOptions::default().quality,
            keep_colours: false,
            metadata: true,
        }
    }
}

/// Reasons why colours are sRGB although those of the content's profile were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileLoss {
    /// The format is written without profiles.
    NoPlace(OutputFormat),
    /// The profile converts only from its numbers to colours and not back, or is one of greys or
    /// inks.
    NoWayBack,
    /// Animations and videos are written in sRGB.
    Film,
}

impl fmt::Display for ProfileLoss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlace(format) => {
                write!(formatter, "{format} is written without a colour profile")
            }
            Self::NoWayBack => formatter.write_str(
                "the content's colour profile is one of greys or inks, or leads no way back",
            ),
            Self::Film => formatter.write_str("animations and videos are written in sRGB"),
        }
    }
}

/// The encoded file of a painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaintedFile {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// Why its colours are sRGB although others were asked for, if so.
    pub profile_loss: Option<ProfileLoss>,
}

impl OutputOptions {
    /// Converts the content to the depth in which it is to be painted.
    ///
    /// # Errors
    /// 16 bits are asked for, and the format does not support them.
    pub fn prepared(
        &self,
        content: Decoded<AnyPicture>,
        format: OutputFormat,
    ) -> Result<Decoded<AnyPicture>, EncodeError> {
        let alpha = content.picture.has_alpha();
        if !self.depth.is_deep(content.bits, alpha, format) {
            return Ok(content.map(|picture| picture.into_eight().into()));
        }
        if !format.holds_sixteen(alpha) {
            return Err(EncodeError::NotDeep { format });
        }
        Ok(content.map(|picture| picture.into_sixteen().into()))
    }

    /// The data that are written beside the pixels, except for a profile.
    pub fn extras(&self, metadata: &Metadata, mark: Option<Mark>) -> Extras {
        Extras {
            metadata: if self.metadata {
                metadata.clone()
            } else {
                Metadata::default()
            },
            profile: None,
            mark,
        }
    }

    /// Encodes a painting of a content.
    ///
    /// # Errors
    /// The format does not support what is asked for.
    pub fn encode<P>(
        &self,
        mut painting: AnyPicture,
        content: &Decoded<P>,
        format: OutputFormat,
        mark: Option<Mark>,
    ) -> Result<PaintedFile, EncodeError> {
        let mut extras = self.extras(&content.metadata, mark);
        let (profile, mut profile_loss) = self.profile(content, format);
        if let Some(profile) = profile {
            match from_srgb(&painting, &profile) {
                Some(kept) => (painting, extras.profile) = (kept, Some(profile)),
                None => profile_loss = Some(ProfileLoss::NoWayBack),
            }
        }
        let options = EncodeOptions {
            quality: self.quality,
        };
        Ok(PaintedFile {
            bytes: encode_any(&painting, format, options, &extras)?,
            profile_loss,
        })
    }

    /// Encodes a painting that was made without a content.
    ///
    /// # Errors
    /// The format does not support what is asked for.
    pub fn encode_new(
        &self,
        painting: &AnyPicture,
        format: OutputFormat,
        mark: Option<Mark>,
    ) -> Result<Vec<u8>, EncodeError> {
        let options = EncodeOptions {
            quality: self.quality,
        };
        encode_any(
            painting,
            format,
            options,
            &self.extras(&Metadata::default(), mark),
        )
    }

    /// Encodes the layers of a painting.
    ///
    /// # Errors
    /// The layers exceed what the format supports.
    pub fn encode_layers<P>(
        &self,
        mut document: Document,
        content: &Decoded<P>,
        format: DocumentFormat,
        mark: Option<Mark>,
    ) -> Result<PaintedFile, EncodeError> {
        let mut extras = self.extras(&content.metadata, mark);
        let (profile, mut profile_loss) = self.profile(content, format.into());
        if let Some(profile) = profile {
            let mut kept = document.clone();
            let mut whole = true;
            kept.change_all(&mut |layer| match from_srgb(&layer.picture, &profile) {
                Some(picture) => layer.picture = picture,
                None => whole = false,
            });
            if whole {
                (document, extras.profile) = (kept, Some(profile));
            } else {
                profile_loss = Some(ProfileLoss::NoWayBack);
            }
        }
        Ok(PaintedFile {
            bytes: document.encode(format, &extras)?,
            profile_loss,
        })
    }

    /// The profile to which colours are to be converted back, or why there is none although it is
    /// asked for.
    fn profile<P>(
        &self,
        content: &Decoded<P>,
        format: OutputFormat,
    ) -> (Option<ColourProfile>, Option<ProfileLoss>) {
        if !self.keep_colours || !content.converted {
            return (None, None);
        }
        match &content.profile {
            _ if !format.holds_profile() => (None, Some(ProfileLoss::NoPlace(format))),
            None => (None, Some(ProfileLoss::NoWayBack)),
            profile => (profile.clone(), None),
        }
    }
}

/// Makes a document of two layers: a painting above its content.
pub fn content_and_painting(content: AnyPicture, painting: AnyPicture) -> Document {
    let mut ground = Layer::whole("content", content);
    // Where the picture is seen through, what lies below must not show.
    ground.visible = !ground.picture.has_alpha();
    Document::stacked(ground, [Layer::whole("painting", painting)])
}

/// Makes the layers of a painting: the content, the painting of all of it, and each region through
/// its mask. `paint` paints the content in the style of a region.
///
/// # Errors
/// A mask does not fit, or `paint` fails.
pub fn painted_layers<E: From<PaintError>>(
    content: &AnyPicture,
    painting: AnyPicture,
    regions: &[StyleRegion],
    paint: &mut dyn FnMut(&StyleCode) -> Result<AnyPicture, E>,
) -> Result<Document, E> {
    let (width, height) = content.size();
    let mut document = content_and_painting(content.clone(), painting);
    for (region, number) in regions.iter().zip(1..) {
        let mask = region.layer_mask(width, height).map_err(PaintError::from)?;
        let mut layer = match region.style.code() {
            Some(code) => Layer::whole(format!("region {number}"), paint(code)?),
            None => Layer::whole(format!("kept {number}"), content.clone()),
        };
        layer.mask = Some(mask);
        document.entries.push(Entry::Layer(layer));
    }
    Ok(document)
}

/// Repaints each visible layer by itself, with its own transparency and mask, in the given depth.
/// Returns the number of these layers.
///
/// # Errors
/// `paint` fails.
pub fn repaint_layers<E>(
    document: &mut Document,
    depth: OutputDepth,
    paint: &mut dyn FnMut(&AnyPicture) -> Result<AnyPicture, E>,
) -> Result<usize, E> {
    document.change_all(&mut |layer| match depth {
        OutputDepth::Eight if layer.picture.is_deep() => {
            layer.picture = layer.picture.eight().into_owned().into();
        }
        OutputDepth::Sixteen if !layer.picture.is_deep() => {
            layer.picture = layer.picture.clone().into_sixteen().into();
        }
        _ => {}
    });
    let mut painted = 0;
    document.change_visible(&mut |layer| {
        painted += 1;
        layer.picture = paint(&layer.picture)?;
        Ok(())
    })?;
    Ok(painted)
}
