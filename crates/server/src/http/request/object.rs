//! Fields from JSON, with the pictures in base64.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;

use super::super::base64;
use super::super::fault::Fault;
use super::{Fields, format, mix};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    references: Vec<Cow<'a, str>>,
    #[serde(default)]
    weights: Vec<f32>,
    style_name: Option<String>,
    style_seed: Option<u64>,
    styles: Option<Vec<mix::Entry>>,
    strength: Option<f32>,
    format: Option<String>,
}

pub(super) fn read(body: &[u8]) -> Result<Fields, Fault> {
    let object: Object<'_> = serde_json::from_slice(body)
        .map_err(|error| Fault::bad("bad_json", format!("the body: {error}")))?;
    let picture = |name: &str, text: &str| {
        base64::decode(text).map(Bytes::from).map_err(|at| {
            let message = format!("`{name}` is not base64 at letter {at}");
            Fault::bad("bad_base64", message)
        })
    };
    let content = object.content.map(|text| picture("content", &text));
    let references = object.references.iter();
    let references = references.map(|text| picture("references", text));
    Ok(Fields {
        content: content.transpose()?,
        references: references.collect::<Result<_, _>>()?,
        weights: object.weights,
        style_name: object.style_name,
        style_seed: object.style_seed,
        styles: object.styles.map(mix::parts).transpose()?,
        strength: object.strength,
        format: object.format.as_deref().map(format).transpose()?,
    })
}
