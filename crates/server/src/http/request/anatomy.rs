//! The requests `POST /v1/segment` and `/v1/landmarks`.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::api_error::ApiError;
use super::super::document::Schemas;
use super::TaskRequest;
use super::upload::Upload;
use crate::engine::FacesFound;
use crate::{FindLandmarks, Segment, Task};

/// A picture whose parts are to be found, pixel by pixel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentRequest {
    /// The picture to segment.
    content: Upload,
    /// Whether the answer is the picture with the colours of its parts laid over it, to be looked
    /// at.
    #[serde(default)]
    #[schema(default = false)]
    overlay: bool,
}

impl TaskRequest for SegmentRequest {
    const PATH: &str = "/v1/segment";
    const ID: &str = "segment";
    const SUMMARY: &str = "Tell which pixels of a picture are hair, face, eyes and so on";
    const DESCRIPTION: &str = "The map is a PNG of the picture's size with a palette, in which a \
        pixel's number is that of its part: 0 background, 1 hair, 2 face, 3 eyes, 4 brows, 5 mouth, \
        6 body. Where no face is found, a note says so.";
    const RESULT: &str = "The map, or the picture with its parts in colours.";
    const MEDIA: &[&str] = &["image/png"];
    const FOR_ONE_STYLE: bool = true;

    fn into_task(self) -> Result<Task, ApiError> {
        Ok(Task::from(Segment {
            content: self.content.bytes("content")?,
            overlay: self.overlay,
        }))
    }
}

/// A picture in whose faces landmarks are to be found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LandmarksRequest {
    /// The picture whose landmarks are to be found.
    content: Upload,
}

impl TaskRequest for LandmarksRequest {
    const PATH: &str = "/v1/landmarks";
    const ID: &str = "landmarks";
    const SUMMARY: &str = "Find the faces of a picture and 25 points in each";
    const DESCRIPTION: &str = "Places are in pixels from the upper left corner of the picture as it \
        is shown. Where no face is found, `faces` is empty.";
    const RESULT: &str = "The faces, the surest first.";
    const MEDIA: &[&str] = &["application/json"];
    const FOR_ONE_STYLE: bool = true;

    fn answer(schemas: &mut Schemas) -> Option<Value> {
        Some(schemas.reference::<FacesFound>())
    }

    fn into_task(self) -> Result<Task, ApiError> {
        Ok(Task::from(FindLandmarks {
            content: self.content.bytes("content")?,
        }))
    }
}
