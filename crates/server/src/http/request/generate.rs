//! The request `POST /v1/generate`.

use serde::Deserialize;
use utoipa::ToSchema;
use utsushi::creative::GenerateOptions;

use super::super::api_error::ApiError;
use super::list::List;
use super::style_part::{Parts, references, some_parts};
use super::upload::Upload;
use super::values::{
    Align, Blend, Colour, Kept, PictureFormat, Quality, RequestedStyleName, Weight, output, some,
};
use super::{TaskRequest, Uploads, upload_bytes, whole};
use crate::{Generate, Task};

/// New paintings to be made from a seed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GenerateRequest {
    /// The style whose paintings they resemble; without it, each seed picks one.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    style_name: Option<RequestedStyleName>,
    /// The seed of the first painting.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, default = 1)]
    seed: Option<u64>,
    /// The number of paintings; from 2 on they are on a sheet, each at most 512 px wide.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, minimum = 1, maximum = 16, default = 1)]
    count: Option<u32>,
    /// Truncation: the share of the distance from the mean that is kept. Less gives up variety for
    /// faces that are more often whole.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, minimum = 0, maximum = 1, default = 0.7)]
    truncation: Option<f32>,
    /// Side of a painting in pixels; by default the size that the model was trained at.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, minimum = 32, maximum = 4096)]
    size: Option<u32>,
    /// Reference paintings, or saved styles, in whose style they are painted.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    /// One weight for each reference, in the order of these.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<Weight>, nullable = false, max_items = 8)]
    weights: Option<List<Weight, 64>>,
    /// The mix that they are painted in; without it and without references, each in the style
    /// that its seed draws, which is also what `own` means here.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::style_part::PartRequest>, nullable = false, min_items = 1, max_items = 32)]
    styles: Option<Parts>,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    blend: Blend,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
}

impl TaskRequest for GenerateRequest {
    const PATH: &str = "/v1/generate";
    const ID: &str = "generate";
    const SUMMARY: &str = "Paint something new from a seed";
    const DESCRIPTION: &str = "Each seed makes up what is shown and draws a style to paint it in; \
        the same seed, model and settings always give the same painting. One painting is a \
        picture of its own; several, whose seeds count up from `seed`, are on a sheet, each above \
        its style and seed. Only for models whose `generates` in `/v1/models` is true. \
        `Prefer: respond-async` makes it a job with progress.";
    const RESULT: &str = "The painting, or the sheet.";

    fn into_task(self) -> Result<Task, ApiError> {
        let sent = upload_bytes(self.references, "references")?;
        let weighted = self.weights.is_some();
        let all: Vec<usize> = (0..sent.len()).collect();
        let by_reference = references(&all, self.weights.unwrap_or_default());
        let styles = match some_parts(self.styles)? {
            Some(_) if weighted => {
                let message = "`weights` go with references alone; `styles` have their own";
                return Err(ApiError::together("conflicting_styles", message));
            }
            Some(styles) => styles,
            None => by_reference?,
        };
        let usual = GenerateOptions::default();
        Ok(Task::from(Generate {
            name: self.style_name.map(|name| name.0),
            references: sent,
            styles,
            framing: self.align.into(),
            path: self.blend.into(),
            seed: self.seed.unwrap_or(1),
            count: self.count.unwrap_or(1) as usize,
            truncation: self.truncation.unwrap_or(usual.truncation),
            side: self.size,
            format: self.format.into(),
            output: output(self.quality, Colour::default(), Kept::default()),
        }))
    }
}
