//! The request `POST /v1/colour`.

use serde::Deserialize;
use utoipa::ToSchema;

use super::super::api_error::ApiError;
use super::upload::Upload;
use super::values::{Colour, Kept, PictureFormat, Quality, output};
use super::{TaskRequest, Uploads, missing, upload_bytes};
use crate::{ColourLines, Task, WorkError};

/// A line drawing to be coloured.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ColourRequest {
    /// The drawing: dark lines on light paper. Transparent paper is white.
    content: Upload,
    /// The painting whose colours it takes, which must show a face; or a saved style that was read
    /// in such a painting.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, required, min_items = 1, max_items = 1)]
    references: Uploads,
    #[serde(default)]
    format: PictureFormat,
    #[serde(default)]
    quality: Quality,
    #[serde(default)]
    colour: Colour,
    /// Whether EXIF, XMP, IPTC and resolution of the content are kept, as far as the format
    /// supports them.
    #[serde(default)]
    metadata: Kept,
}

impl TaskRequest for ColourRequest {
    const PATH: &str = "/v1/colour";
    const ID: &str = "colour";
    const SUMMARY: &str = "Colour a line drawing after a painting";
    const DESCRIPTION: &str = "What lies between lines that meet is one area. Each takes the colour \
        that the same part (hair, skin, eyes, mouth, clothes, ground) has in the painting, and lines \
        stay as they are. Parts that the painting does not show stay paper. What is no line drawing is \
        `no_line_drawing`, one without a figure `no_figure`, and a painting or a saved style that shows no \
        figure `no_part_colours`.";
    const RESULT: &str = "The coloured drawing, in its size, with 8 bits a channel.";
    const FOR_ONE_STYLE: bool = true;

    fn into_task(self) -> Result<Task, ApiError> {
        let content = self.content.bytes("content")?;
        let mut sent = upload_bytes(self.references, "references")?;
        if sent.len() > 1 {
            let (found, limit) = (sent.len(), 1);
            return Err((&WorkError::References { found, limit }).into());
        }
        Ok(Task::from(ColourLines {
            content,
            reference: sent.pop().ok_or_else(|| missing("`reference`"))?,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}
