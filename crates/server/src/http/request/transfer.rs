//! `POST /v1/transfer` and `/v1/mix`.

use serde::Deserialize;
use utoipa::ToSchema;

use super::super::api_error::ApiError;
use super::list::List;
use super::octaves::Octaves;
use super::style_part::{Parts, evenly, parts, references};
use super::upload::Upload;
use super::values::{
    Align, Blend, Colour, Kept, PictureFormat, Quality, Strength, StyleName, Weight, output, some,
};
use super::{TaskRequest, Uploads, upload_bytes, whole};
use crate::{PartMask, PartSource, Task, Work, WorkError};

/// A picture to be repainted in one style.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct TransferRequest {
    /// The picture to repaint.
    content: Upload,
    /// Reference paintings.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    /// One weight for each reference, in their order.
    #[serde(default)]
    #[schema(value_type = Vec<Weight>, max_items = 8)]
    weights: List<Weight, 64>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    style_name: Option<StyleName>,
    /// Makes a style up; with `style_name`, one of its kind.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false)]
    style_seed: Option<u64>,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    blend: Blend,
    #[serde(default)]
    strength: Strength,
    #[serde(default)]
    octaves: Octaves,
    /// The only part that is painted: a picture in the proportions of the content, white where the
    /// style goes, black or transparent where the content stays as it is.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    mask: Option<Upload>,
    /// The part that stays as it is: a picture in the proportions of the content, white where it
    /// stays, black or transparent where it is painted.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    keep: Option<Upload>,
    /// Width in pixels of the soft edge around what stays as it is; without it, a fiftieth of the
    /// picture's short side.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, minimum = 0, maximum = 4096)]
    feather: Option<f32>,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
    #[serde(default)]
    colour: Colour,
    /// Whether each visible layer of a PSD or an OpenRaster is repainted by itself, through its own mask,
    /// and stays a layer: with the `format` `psd` or `ora`, and without `mask` and `keep`.
    #[serde(default)]
    #[schema(default = false)]
    layers: bool,
    /// Whether EXIF, XMP, IPTC and resolution of the content go along, as far as the format holds
    /// them.
    #[serde(default)]
    metadata: Kept,
}

impl TaskRequest for TransferRequest {
    const ID: &str = "transfer";
    const SUMMARY: &str = "Repaint a picture in one style";
    const DESCRIPTION: &str = "The style comes from one or several references with weights, or \
        from a name, or from a seed. Where the model in `/v1/models` is `one_way`, there is \
        nothing to say but perhaps the name of its one style.";
    const RESULT: &str = "The painted picture, in the size of the content.";
    const FOR_ONE_STYLE: bool = true;

    fn into_task(self) -> Result<Task, ApiError> {
        let content = self.content.bytes("content")?;
        let sent = upload_bytes(self.references, "references")?;
        let mut styles = references(sent.len(), self.weights)?;
        let named = match (self.style_name, self.style_seed) {
            (name, Some(seed)) => Some(PartSource::Sampled {
                name: name.map(|name| name.0),
                seed,
            }),
            (Some(name), None) => Some(PartSource::Named(name.0)),
            (None, None) => None,
        };
        if let Some(source) = named {
            if !styles.is_empty() {
                let message =
                    "references and a name or seed exclude each other; /v1/mix mixes them";
                return Err(ApiError::together("conflicting_styles", message));
            }
            styles.push(evenly(source, 1.0));
        }
        let [mask, keep] = parts_of_picture([self.mask, self.keep], self.feather)?;
        // No style at all is right for a network of one style; the engine refuses it for a model.
        Ok(Task::Paint(Work {
            content,
            references: sent,
            styles,
            framing: self.align.into(),
            path: self.blend.into(),
            strength: self.strength.0,
            octaves: self.octaves.0,
            mask,
            keep,
            layers: self.layers,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}

/// The only part that is painted, and the part that stays as it is.
fn parts_of_picture(
    [mask, keep]: [Option<Upload>; 2],
    feather: Option<f32>,
) -> Result<[Option<PartMask>; 2], ApiError> {
    if let Some(feather) = feather {
        if !(0.0..=4096.0).contains(&feather) {
            return Err((&WorkError::Feather(feather)).into());
        }
        if mask.is_none() && keep.is_none() {
            let message = "`feather` is the soft edge of `mask` and `keep`, and neither is there";
            return Err(ApiError::together("bad_feather", message));
        }
    }
    let part = |upload: Option<Upload>, field| {
        let bytes = upload.map(|upload| upload.bytes(field)).transpose()?;
        Ok::<_, ApiError>(bytes.map(|bytes| PartMask { bytes, feather }))
    };
    Ok([part(mask, "mask")?, part(keep, "keep")?])
}

/// A picture to be repainted in a mix of styles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct MixRequest {
    /// The picture to repaint.
    content: Upload,
    /// Reference paintings.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    #[schema(value_type = Vec<super::style_part::PartRequest>, min_items = 1, max_items = 32)]
    styles: Parts,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    blend: Blend,
    #[serde(default)]
    strength: Strength,
    #[serde(default)]
    octaves: Octaves,
    /// The only part that is painted: a picture in the proportions of the content, white where the
    /// style goes, black or transparent where the content stays as it is.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    mask: Option<Upload>,
    /// The part that stays as it is: a picture in the proportions of the content, white where it
    /// stays, black or transparent where it is painted.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    keep: Option<Upload>,
    /// Width in pixels of the soft edge around what stays as it is; without it, a fiftieth of the
    /// picture's short side.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, minimum = 0, maximum = 4096)]
    feather: Option<f32>,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
    #[serde(default)]
    colour: Colour,
    /// Whether each visible layer of a PSD or an OpenRaster is repainted by itself, through its own mask,
    /// and stays a layer: with the `format` `psd` or `ora`, and without `mask` and `keep`.
    #[serde(default)]
    #[schema(default = false)]
    layers: bool,
    /// Whether EXIF, XMP, IPTC and resolution of the content go along, as far as the format holds
    /// them.
    #[serde(default)]
    metadata: Kept,
}

impl TaskRequest for MixRequest {
    const ID: &str = "mix";
    const SUMMARY: &str = "Repaint a picture in a mix of styles";
    const DESCRIPTION: &str = "Not for a model that is `one_way`. Each part of the mix may weigh \
        differently in each of the four stages of the decoder, from the coarsest (shapes) to the \
        finest (palette, line, texture).";
    const RESULT: &str = "The painted picture, in the size of the content.";

    fn into_task(self) -> Result<Task, ApiError> {
        let [mask, keep] = parts_of_picture([self.mask, self.keep], self.feather)?;
        Ok(Task::Paint(Work {
            content: self.content.bytes("content")?,
            references: upload_bytes(self.references, "references")?,
            styles: parts(self.styles)?,
            framing: self.align.into(),
            path: self.blend.into(),
            strength: self.strength.0,
            octaves: self.octaves.0,
            mask,
            keep,
            layers: self.layers,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}
