//! The requests `POST /v1/transfer` and `/v1/mix`.

use serde::Deserialize;
use utoipa::ToSchema;

use super::super::api_error::ApiError;
use super::list::List;
use super::mask::MaskRequest;
use super::octaves::Octaves;
use super::region::{PartsOfPicture, Regions, of_no_region};
use super::style_part::{OneStyle, Parts, parts};
use super::upload::Upload;
use super::values::{
    Align, Blend, Colour, Kept, PictureFormat, Quality, RequestedStyleName, Strength, Weight,
    output, some,
};
use super::{TaskRequest, Uploads, upload_bytes, whole};
use crate::{Task, Work};

/// A picture to be repainted in one style.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferRequest {
    /// The picture to repaint.
    content: Upload,
    /// Reference paintings, or styles that `utsushi transfer --save-style` has written.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    /// One weight for each reference, in the order of these.
    #[serde(default)]
    #[schema(value_type = Vec<Weight>, max_items = 8)]
    weights: List<Weight, 64>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    style_name: Option<RequestedStyleName>,
    /// Seed from which a style is drawn; with `style_name`, one of that kind.
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
    /// Whether the painting keeps the colours of the content: line, shading and texture are the
    /// style's.
    #[serde(default)]
    #[schema(default = false)]
    keep_colours: bool,
    /// Whether the picture is painted with the networks and nothing else: faces are neither lit nor
    /// shaded, eyes not kept, parts have no colours of their own, and there are no flat areas,
    /// screens or grids of pixels.
    #[serde(default)]
    #[schema(default = false)]
    networks_alone: bool,
    /// The only part that is painted: a picture in the proportions of the content, white where the
    /// style goes, black or transparent where the content stays as it is; or the name of a part.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    mask: Option<MaskRequest>,
    /// The part that stays as it is: a picture in the proportions of the content, white where it
    /// stays, black or transparent where it is painted; or the name of a part.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    keep: Option<MaskRequest>,
    /// Regions that are painted in styles of their own or stay as they are, each laid over those
    /// before it; `mask` and `keep` lie above them. A reference that is used here counts for its
    /// region alone, and has no place in `weights`.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::region::RegionRequest>, nullable = false, max_items = 8)]
    regions: Option<Regions>,
    /// Masks for `regions`, like `mask`.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    region_masks: Uploads,
    /// Width in pixels of the soft edges of regions; by default a fiftieth of the picture's short
    /// side for masks, and a hundredth of the face for parts by name.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, minimum = 0, maximum = 4096)]
    feather: Option<f32>,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
    #[serde(default)]
    colour: Colour,
    /// Whether each visible layer of a PSD or an OpenRaster is repainted by itself, through its own
    /// mask, and stays a layer: with the `format` `psd` or `ora`, and without `mask`, `keep` and
    /// `regions`.
    #[serde(default)]
    #[schema(default = false)]
    layers: bool,
    /// Whether EXIF, XMP, IPTC and resolution of the content are kept, as far as the format
    /// supports them.
    #[serde(default)]
    metadata: Kept,
}

impl TaskRequest for TransferRequest {
    const PATH: &str = "/v1/transfer";
    const ID: &str = "transfer";
    const SUMMARY: &str = "Repaint a picture in one style";
    const DESCRIPTION: &str = "The style comes from one or several references with weights, or \
        from a name, or from a seed. Where the model in `/v1/models` is `one_way`, there is \
        nothing to say but perhaps the name of its one style; nor has it to be said where the model \
        has one style only.";
    const RESULT: &str = "The painted picture, in the size of the content.";
    const FOR_ONE_STYLE: bool = true;

    fn into_task(self) -> Result<Task, ApiError> {
        let content = self.content.bytes("content")?;
        let sent = upload_bytes(self.references, "references")?;
        let parts = PartsOfPicture {
            regions: self.regions,
            region_masks: self.region_masks,
            mask: self.mask,
            keep: self.keep,
            feather: self.feather,
        };
        let regions = parts.regions(sent.len())?;
        let one = OneStyle {
            references: &of_no_region(sent.len(), &regions),
            weights: self.weights,
            name: self.style_name,
            seed: self.style_seed,
        };
        // No style at all is right where the model has one only; the engine refuses it for others.
        Ok(Task::from(Work {
            content,
            references: sent,
            styles: one.parts()?,
            framing: self.align.into(),
            path: self.blend.into(),
            strength: self.strength.0,
            octaves: self.octaves.0,
            keep_colours: self.keep_colours,
            networks_alone: self.networks_alone,
            regions,
            layers: self.layers,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}

/// A picture to be repainted in a mix of styles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MixRequest {
    /// The picture to repaint.
    content: Upload,
    /// Reference paintings, or styles that `utsushi transfer --save-style` has written.
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
    /// Whether the painting keeps the colours of the content: line, shading and texture are the
    /// style's.
    #[serde(default)]
    #[schema(default = false)]
    keep_colours: bool,
    /// Whether the picture is painted with the networks and nothing else: faces are neither lit nor
    /// shaded, eyes not kept, parts have no colours of their own, and there are no flat areas,
    /// screens or grids of pixels.
    #[serde(default)]
    #[schema(default = false)]
    networks_alone: bool,
    /// The only part that is painted: a picture in the proportions of the content, white where the
    /// style goes, black or transparent where the content stays as it is; or the name of a part.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    mask: Option<MaskRequest>,
    /// The part that stays as it is: a picture in the proportions of the content, white where it
    /// stays, black or transparent where it is painted; or the name of a part.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    keep: Option<MaskRequest>,
    /// Regions that are painted in styles of their own or stay as they are, each laid over those
    /// before it; `mask` and `keep` lie above them.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::region::RegionRequest>, nullable = false, max_items = 8)]
    regions: Option<Regions>,
    /// Masks for `regions`, like `mask`.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    region_masks: Uploads,
    /// Width in pixels of the soft edges of regions; by default a fiftieth of the picture's short
    /// side for masks, and a hundredth of the face for parts by name.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, minimum = 0, maximum = 4096)]
    feather: Option<f32>,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
    #[serde(default)]
    colour: Colour,
    /// Whether each visible layer of a PSD or an OpenRaster is repainted by itself, through its own
    /// mask, and stays a layer: with the `format` `psd` or `ora`, and without `mask`, `keep` and
    /// `regions`.
    #[serde(default)]
    #[schema(default = false)]
    layers: bool,
    /// Whether EXIF, XMP, IPTC and resolution of the content are kept, as far as the format
    /// supports them.
    #[serde(default)]
    metadata: Kept,
}

impl TaskRequest for MixRequest {
    const PATH: &str = "/v1/mix";
    const ID: &str = "mix";
    const SUMMARY: &str = "Repaint a picture in a mix of styles";
    const DESCRIPTION: &str = "Not for a model that is `one_way`. Each part of the mix may weigh \
        differently in each of the four stages of the decoder, from the coarsest (shapes) to the \
        finest (palette, line, texture).";
    const RESULT: &str = "The painted picture, in the size of the content.";

    fn into_task(self) -> Result<Task, ApiError> {
        let parts_of_picture = PartsOfPicture {
            regions: self.regions,
            region_masks: self.region_masks,
            mask: self.mask,
            keep: self.keep,
            feather: self.feather,
        };
        let sent = upload_bytes(self.references, "references")?;
        let regions = parts_of_picture.regions(sent.len())?;
        Ok(Task::from(Work {
            content: self.content.bytes("content")?,
            references: sent,
            styles: parts(self.styles)?,
            framing: self.align.into(),
            path: self.blend.into(),
            strength: self.strength.0,
            octaves: self.octaves.0,
            keep_colours: self.keep_colours,
            networks_alone: self.networks_alone,
            regions,
            layers: self.layers,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}
