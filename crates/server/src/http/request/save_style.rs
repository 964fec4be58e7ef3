//! The request `POST /v1/style`.

use serde::Deserialize;
use utoipa::ToSchema;
use utsushi::StyleOptions;

use super::super::api_error::ApiError;
use super::list::List;
use super::octaves::Octaves;
use super::style_part::{OneStyle, Parts, some_parts};
use super::upload::Upload;
use super::values::{Align, Blend, RequestedStyleName, Strength, Weight, some};
use super::{TaskRequest, Uploads, upload_bytes, whole};
use crate::{SaveStyle, Task};

/// Largest number of letters of a note.
const LETTERS: usize = 1000;

/// A style to be kept in a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StyleRequest {
    /// The picture to be painted: styles that a seed draws are tried on it, and `own` in `styles`
    /// is its own style. Without it, neither can be saved.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    content: Option<Upload>,
    /// Reference paintings, or saved styles.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    /// One weight for each reference, in the order of these.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<Weight>, nullable = false, max_items = 8)]
    weights: Option<List<Weight, 64>>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    style_name: Option<RequestedStyleName>,
    /// Seed from which a style is drawn; with `style_name`, one of that kind.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false)]
    style_seed: Option<u64>,
    /// A mix, instead of `weights`, `style_name` and `style_seed`.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::style_part::PartRequest>, nullable = false, min_items = 1, max_items = 32)]
    styles: Option<Parts>,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    blend: Blend,
    /// Strength with which `utsushi transfer` paints in this style, unless it is told otherwise.
    #[serde(default)]
    strength: Strength,
    #[serde(default)]
    octaves: Octaves,
    /// Whether `utsushi transfer` keeps the content's colours in this style, as for `/v1/transfer`.
    #[serde(default)]
    #[schema(default = false)]
    keep_colours: bool,
    /// A note for readers on what the style was made from, one line; by default made from the
    /// parts.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false, max_length = 1000)]
    note: Option<String>,
}

impl TaskRequest for StyleRequest {
    const PATH: &str = "/v1/style";
    const ID: &str = "saveStyle";
    const SUMMARY: &str = "Save a style in a file";
    const DESCRIPTION: &str = "What `/v1/transfer` or `/v1/mix` would paint in, in a small file that \
        stands for a reference wherever one is taken, in this API, on the page and on the command \
        line. It belongs to the model that it was saved with. Not for a model that is `one_way`.";
    const RESULT: &str = "The style, as `utsushi transfer --save-style` writes it.";
    const MEDIA: &[&str] = &["application/octet-stream"];

    fn into_task(self) -> Result<Task, ApiError> {
        let content = self.content.map(|content| content.bytes("content"));
        let sent = upload_bytes(self.references, "references")?;
        let only = self.weights.is_some() || self.style_name.is_some() || self.style_seed.is_some();
        let styles = match some_parts(self.styles)? {
            Some(_) if only => {
                let message =
                    "`styles` say all: leave `weights`, `style_name` and `style_seed` out";
                return Err(ApiError::together("conflicting_styles", message));
            }
            Some(styles) => styles,
            None => {
                let references: Vec<usize> = (0..sent.len()).collect();
                let one = OneStyle {
                    references: &references,
                    weights: self.weights.unwrap_or_default(),
                    name: self.style_name,
                    seed: self.style_seed,
                };
                one.parts()?
            }
        };
        let is_line =
            |note: &String| note.chars().count() <= LETTERS && !note.chars().any(char::is_control);
        if !self.note.as_ref().is_none_or(is_line) {
            let message = format!("`note` is one line of up to {LETTERS} letters");
            return Err(ApiError::together("bad_note", message));
        }
        Ok(Task::from(SaveStyle {
            content: content.transpose()?,
            references: sent,
            styles,
            framing: self.align.into(),
            path: self.blend.into(),
            options: StyleOptions {
                strength: self.strength.0,
                octaves: self.octaves.0,
                keep_colours: self.keep_colours,
            },
            note: self.note,
        }))
    }
}
