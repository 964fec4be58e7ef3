//! Fields from JSON, with the pictures in base64.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Deserializer};

use super::super::api_error::ApiError;
use super::super::base64;
use super::fields::Fields;
use super::{directions, labels, mix, stations, words};

/// A field may be left out, but it may not be null.
pub(super) fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Text that is borrowed from the body, where it has no escapes.
#[derive(Debug, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<'a> {
    #[serde(borrow, default, deserialize_with = "some")]
    content: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "some")]
    pictures: Option<Vec<Text<'a>>>,
    #[serde(borrow, default, deserialize_with = "some")]
    references: Option<Vec<Text<'a>>>,
    #[serde(default, deserialize_with = "some")]
    weights: Option<Vec<f32>>,
    #[serde(default, deserialize_with = "some")]
    style_name: Option<String>,
    #[serde(default, deserialize_with = "super::whole::some")]
    style_seed: Option<u64>,
    #[serde(default, deserialize_with = "some")]
    styles: Option<Vec<mix::Entry>>,
    #[serde(default, deserialize_with = "some")]
    blend: Option<String>,
    #[serde(default, deserialize_with = "some")]
    strength: Option<f32>,
    #[serde(default, deserialize_with = "some")]
    format: Option<String>,
    #[serde(default, deserialize_with = "some")]
    directions: Option<Vec<directions::Entry>>,
    #[serde(default, deserialize_with = "some")]
    set: Option<Vec<labels::Entry>>,
    #[serde(default, deserialize_with = "some")]
    mode: Option<String>,
    #[serde(default, deserialize_with = "some")]
    stations: Option<Vec<stations::Entry>>,
    #[serde(default, deserialize_with = "super::whole::some")]
    frames: Option<u32>,
    #[serde(default, deserialize_with = "super::whole::some")]
    rate: Option<u32>,
    #[serde(default, deserialize_with = "super::whole::some")]
    size: Option<u32>,
    #[serde(default, deserialize_with = "some")]
    ease: Option<String>,
    #[serde(default, deserialize_with = "some")]
    closed: Option<bool>,
    #[serde(default, deserialize_with = "super::whole::some")]
    seed: Option<u64>,
    #[serde(default, deserialize_with = "super::whole::some")]
    count: Option<u32>,
    #[serde(default, deserialize_with = "some")]
    truncation: Option<f32>,
}

pub(super) fn read(body: &[u8]) -> Result<Fields, ApiError> {
    let object: Object<'_> = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad("bad_json", format!("the body: {error}")))?;
    let content = object.content.map(|text| picture("content", &text));
    Ok(Fields {
        content: content.transpose()?,
        pictures: pictures("pictures", object.pictures)?,
        references: pictures("references", object.references)?,
        weights: object.weights,
        style_name: object.style_name,
        style_seed: object.style_seed,
        styles: object.styles.map(mix::parts).transpose()?,
        blend: object.blend.as_deref().map(words::blend).transpose()?,
        strength: object.strength,
        format: object.format,
        directions: object
            .directions
            .as_deref()
            .map(directions::amounts)
            .transpose()?,
        set: object.set.map(labels::labels).transpose()?,
        mode: object.mode.as_deref().map(words::mode).transpose()?,
        stations: object.stations,
        frames: object.frames,
        rate: object.rate,
        size: object.size,
        ease: object.ease.as_deref().map(words::ease).transpose()?,
        closed: object.closed,
        seed: object.seed,
        count: object.count,
        truncation: object.truncation,
    })
}

fn picture(name: &str, text: &Text<'_>) -> Result<Bytes, ApiError> {
    base64::decode(&text.0).map(Bytes::from).map_err(|at| {
        let message = format!("`{name}` is not base64 at letter {at}");
        ApiError::bad("bad_base64", message)
    })
}

fn pictures(name: &str, texts: Option<Vec<Text<'_>>>) -> Result<Option<Vec<Bytes>>, ApiError> {
    let all = |texts: Vec<Text<'_>>| texts.iter().map(|text| picture(name, text)).collect();
    texts.map(all).transpose()
}
