//! The request `POST /v1/morph`.

use serde::Deserialize;
use utoipa::ToSchema;
use utsushi::creative::MorphOptions;

use super::super::api_error::ApiError;
use super::list::List;
use super::octaves::Octaves;
use super::style_part::{Parts, evenly, parts, some_parts};
use super::upload::Upload;
use super::values::{Align, Blend, MotionFormat, Pace, some};
use super::{TaskRequest, Uploads, upload_bytes, whole};
use crate::{Morph, MorphKeyframe, PartSource, StylePart, Task};

/// Largest number of keyframes of a morph.
const MOST: usize = 32;

/// Default number of frames per second.
const RATE: u32 = 20;

/// Pictures to be turned into each other, as an animation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MorphRequest {
    /// The pictures to pass through.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, required, min_items = 1, max_items = 8)]
    pictures: Uploads,
    /// Reference paintings, or styles that `utsushi transfer --save-style` has written.
    #[serde(default)]
    #[schema(value_type = Vec<Upload>, max_items = 8)]
    references: Uploads,
    /// The mix in which all keyframes are painted; without it, each keeps its own style.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::style_part::PartRequest>, nullable = false, min_items = 1, max_items = 32)]
    styles: Option<Parts>,
    /// The keyframes to pass through; by default all pictures in their order.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<KeyframeRequest>, nullable = false, min_items = 2, max_items = 32)]
    stations: Option<List<KeyframeRequest, MOST>>,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    blend: Blend,
    /// Octaves of all frames.
    #[serde(default)]
    octaves: Octaves,
    /// Whether the contents' colours are kept, as for `/v1/transfer`; between two keyframes their
    /// colours are mixed.
    #[serde(default)]
    #[schema(default = false)]
    keep_colours: bool,
    /// Number of frames.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, minimum = 2, maximum = 240, default = 48)]
    frames: Option<u32>,
    /// Frames per second.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, minimum = 1, maximum = 100, default = 20)]
    rate: Option<u32>,
    /// Longest side of the frames in pixels; a smaller first picture keeps its size.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, minimum = 32, maximum = 1024, default = 512)]
    size: Option<u32>,
    #[serde(default)]
    ease: Pace,
    /// Whether eyes move to eyes and mouth to mouth, led by the landmarks of the main faces,
    /// instead of fading in one place and appearing in another. A transition from or to a picture
    /// without such a face fades all the same, and a note says so.
    #[serde(default)]
    #[schema(default = false)]
    warp: bool,
    /// Whether the way leads back to the first keyframe, for a loop.
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    format: MotionFormat,
}

/// A keyframe of a morph: a picture, optionally with a mix of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Keyframe)]
struct KeyframeRequest {
    /// Index of a picture of the request, from 0.
    #[serde(deserialize_with = "whole::one")]
    #[schema(maximum = 7)]
    picture: usize,
    /// The mix for this keyframe alone.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<super::style_part::PartRequest>, nullable = false, min_items = 1, max_items = 32)]
    styles: Option<Parts>,
}

impl TaskRequest for MorphRequest {
    const PATH: &str = "/v1/morph";
    const ID: &str = "morph";
    const SUMMARY: &str = "Turn one picture into the next, as an animation";
    const DESCRIPTION: &str = "Not for a model that is `one_way`. What the pictures show and \
        their styles travel together. All are cut to the shape of the first and laid over white. \
        It takes long: `Prefer: respond-async` makes it a job with progress.";
    const RESULT: &str = "The animation.";
    const MEDIA: &[&str] = &["image/webp", "image/gif", "image/apng"];

    fn into_task(self) -> Result<Task, ApiError> {
        let pictures = upload_bytes(self.pictures, "pictures")?;
        let references = upload_bytes(self.references, "references")?;
        // Each in its own style where nothing is said.
        let own = || vec![evenly(PartSource::Own, 1.0)];
        let styles = some_parts(self.styles)?.unwrap_or_else(own);
        let usual = MorphOptions::default();
        Ok(Task::from(Morph {
            keyframes: keyframes(self.stations, pictures.len(), &styles)?,
            pictures,
            references,
            framing: self.align.into(),
            options: MorphOptions {
                frames: self.frames.map_or(usual.frames, |frames| frames as usize),
                ease: self.ease.into(),
                path: self.blend.into(),
                closed: self.closed,
                longest: self.size.unwrap_or(usual.longest),
                warp: self.warp,
                octaves: self.octaves.0,
                keep_colours: self.keep_colours,
            },
            rate: self.rate.unwrap_or(RATE),
            format: self.format.into(),
        }))
    }
}

/// The keyframes, in styles of their own or else in `styles`; all pictures in their order if none
/// are named.
fn keyframes(
    requested: Option<List<KeyframeRequest, MOST>>,
    pictures: usize,
    styles: &[StylePart],
) -> Result<Vec<MorphKeyframe>, ApiError> {
    let Some(requested) = requested else {
        let keyframe = |picture| MorphKeyframe {
            picture,
            styles: styles.to_vec(),
        };
        return Ok((0..pictures).map(keyframe).collect());
    };
    let keyframe = |asked: KeyframeRequest| {
        let own = asked.styles.map(parts).transpose()?;
        Ok(MorphKeyframe {
            picture: asked.picture,
            styles: own.unwrap_or_else(|| styles.to_vec()),
        })
    };
    let requested = requested.entries("too_many_stations", "stations")?;
    requested.into_iter().map(keyframe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<MorphKeyframe>, ApiError> {
        let common = [evenly(PartSource::Named("oil".to_owned()), 1.0)];
        let read = serde_json::from_str(text);
        let read = read.map_err(|error| ApiError::bad("bad_field", error.to_string()))?;
        keyframes(read, 2, &common)
    }

    #[test]
    fn keyframes_have_their_own_styles_or_the_common_one() {
        let common = [evenly(PartSource::Named("oil".to_owned()), 1.0)];
        let all = keyframes(None, 2, &common).unwrap();
        assert_eq!((all.len(), all[1].picture), (2, 1));
        assert_eq!(all[1].styles, common);
        let text = r#"[{"picture": 1}, {"picture": 0, "styles": [{"own": true}]}]"#;
        let named = read(text).unwrap();
        assert_eq!((named[0].picture, &named[0].styles[..]), (1, &common[..]));
        assert_eq!(named[1].styles[0].source, PartSource::Own);
        for text in [
            "{}",
            "[{}]",
            r#"[{"picture": 0, "styles": null}]"#,
            r#"[{"picture": "x"}]"#,
            r#"[{"picture": 0, "file": "x"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let many = format!("[{}]", [r#"{"picture": 0}"#; 33].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_stations");
    }
}
