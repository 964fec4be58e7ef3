//! The request `POST /v1/edit`.

use serde::Deserialize;
use utoipa::ToSchema;

use super::super::api_error::ApiError;
use super::list::List;
use super::octaves::Octaves;
use super::upload::Upload;
use super::values::{Colour, Kept, Mode, PictureFormat, Quality, Strength, output, some};
use super::{TaskRequest, missing, whole};
use crate::{Edit, LabelTarget, Task};

/// Largest number of amounts, and of labels, of an edit.
const MOST: usize = 32;

/// A picture to be moved along directions of the model, to labels, or to another shape of its
/// faces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditRequest {
    /// The picture to edit.
    content: Upload,
    /// Amounts along the model's directions.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<Amount>, nullable = false, min_items = 1, max_items = 12)]
    directions: Option<List<Amount, MOST>>,
    /// Labels towards which the picture is moved.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<LabelAmount>, nullable = false, min_items = 1, max_items = 32)]
    set: Option<List<LabelAmount, MOST>>,
    /// Changes of the shape of the faces, each once. Landmarks lead a smooth warp, before anything
    /// else.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<ShapeAmount>, nullable = false, min_items = 1, max_items = 7)]
    warp: Option<List<ShapeAmount, MOST>>,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    strength: Strength,
    #[serde(default)]
    octaves: Octaves,
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

/// An amount along a direction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Amount {
    /// Index of a direction of the model, from 0; each once.
    #[serde(deserialize_with = "whole::one")]
    #[schema(maximum = 11)]
    direction: usize,
    /// The amount; 1 is the standard deviation of styles that the model draws.
    #[schema(minimum = -10, maximum = 10)]
    amount: f32,
}

/// A label towards which the picture is moved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LabelTarget)]
struct LabelAmount {
    /// A label that the model was trained with.
    label: String,
    /// The value that the picture is to have, one of the label's.
    value: String,
    /// The amount; 1 leads to the value.
    #[serde(default = "all_the_way")]
    #[schema(minimum = -10, maximum = 10, default = 1.0)]
    amount: f32,
}

/// A change of the shape of the faces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShapeAmount {
    /// The change: `age`, `eyes`, `face`, `smile`, `mouth`, `blink` or `chibi`.
    shape: String,
    /// The amount: from −1 to 1 for the first four, and from 0 to 1 for the others.
    #[serde(default = "all_the_way")]
    #[schema(minimum = -1, maximum = 1, default = 1.0)]
    amount: f32,
}

fn all_the_way() -> f32 {
    1.0
}

impl TaskRequest for EditRequest {
    const PATH: &str = "/v1/edit";
    const ID: &str = "edit";
    const SUMMARY: &str = "Move a picture along directions of the model or to labels, or change the shape of its faces";
    const DESCRIPTION: &str = "Not for a model that is `one_way`. Directions are those in which \
        the decoder is most sensitive; `GET /v1/directions` lists them. Labels are those that the \
        model was trained with; its `labels` in `GET /v1/models` lists them. Shapes \
        of faces move eyes, mouth and chin, whatever the model knows. At least one of `directions`, \
        `set` and `warp` is given.";
    const RESULT: &str = "The painted picture, in the size of the content.";

    fn into_task(self) -> Result<Task, ApiError> {
        let content = self.content.bytes("content")?;
        if self.directions.is_none() && self.set.is_none() && self.warp.is_none() {
            return Err(missing("`directions`, `set` or `warp`"));
        }
        let directions = self.directions.unwrap_or_default();
        let amounts = directions.entries("too_many_directions", "directions")?;
        let labels = self.set.map(|set| set.entries("too_many_labels", "set"));
        let labels = labels.transpose()?;
        if labels.as_ref().is_some_and(Vec::is_empty) {
            return Err(ApiError::bad("no_labels", "`set` has no labels"));
        }
        let labels = labels.unwrap_or_default();
        let shapes = self
            .warp
            .map(|warp| warp.entries("too_many_shapes", "warp"));
        let shapes = shapes.transpose()?;
        if shapes.as_ref().is_some_and(Vec::is_empty) {
            return Err(ApiError::bad("no_shapes", "`warp` has no shapes"));
        }
        let shapes = shapes.unwrap_or_default().into_iter();
        let to_label = |set: LabelAmount| LabelTarget {
            label: set.label,
            value: set.value,
            amount: set.amount,
        };
        let along = |amount: Amount| (amount.direction, amount.amount);
        Ok(Task::from(Edit {
            content,
            amounts: amounts.into_iter().map(along).collect(),
            labels: labels.into_iter().map(to_label).collect(),
            shapes: shapes.map(|it| (it.shape, it.amount)).collect(),
            mode: self.mode.into(),
            strength: self.strength.0,
            octaves: self.octaves.0,
            format: self.format.into(),
            output: output(self.quality, self.colour, self.metadata),
        }))
    }
}
