//! Forms and JSON to [`Work`].

mod form;
mod mix;
mod object;

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use utsushi_imaging::OutputFormat;
use utsushi_transfer::StyleCode;

use super::content_type::JSON;
use super::fault::Fault;
use super::multipart;
use crate::{StylePart, StyleSource, Work};

/// Which of the two ways of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `/v1/transfer`: references with weights, or a name, or a seed.
    Transfer,
    /// `/v1/mix`: a list of parts.
    Mix,
}

/// The fields of a request, wherever they stood.
#[derive(Debug, Default, PartialEq)]
struct Fields {
    content: Option<Bytes>,
    references: Vec<Bytes>,
    weights: Vec<f32>,
    style_name: Option<String>,
    style_seed: Option<u64>,
    styles: Option<Vec<StylePart>>,
    strength: Option<f32>,
    format: Option<OutputFormat>,
}

/// Reads a request.
pub(super) fn read(kind: Kind, headers: &HeaderMap, body: &Bytes) -> Result<Work, Fault> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let fields = if media.eq_ignore_ascii_case(JSON) {
        object::read(body)?
    } else if let Some(boundary) = multipart::boundary(content_type) {
        let parts = multipart::parts(body, &boundary);
        form::read(parts.map_err(|what| Fault::bad("bad_form", what))?)?
    } else {
        return Err(Fault::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body is neither a form nor JSON",
            "send multipart/form-data or application/json",
        ));
    };
    fields.into_work(kind)
}

impl Fields {
    fn into_work(self, kind: Kind) -> Result<Work, Fault> {
        let styles = match kind {
            Kind::Transfer => self.transfer()?,
            Kind::Mix => {
                if self.style_name.is_some()
                    || self.style_seed.is_some()
                    || !self.weights.is_empty()
                {
                    let message = "a mix takes its names, seeds and weights in `styles` alone";
                    return Err(Fault::bad("unknown_field", message));
                }
                self.styles
                    .clone()
                    .ok_or_else(|| Fault::bad("missing_field", "`styles` is missing"))?
            }
        };
        let missing = || Fault::bad("missing_field", "`content`, the picture, is missing");
        Ok(Work {
            content: self.content.ok_or_else(missing)?,
            references: self.references,
            styles,
            strength: self.strength.unwrap_or(1.0),
            format: self.format.unwrap_or(OutputFormat::Png),
        })
    }

    /// The one style of a transfer.
    fn transfer(&self) -> Result<Vec<StylePart>, Fault> {
        if self.styles.is_some() {
            let message = "`styles` belongs to /v1/mix";
            return Err(Fault::bad("unknown_field", message));
        }
        let named = self.style_name.is_some() || self.style_seed.is_some();
        match (self.references.is_empty(), named) {
            (false, true) => {
                let message =
                    "references and a name or seed exclude each other; /v1/mix mixes them";
                Err(Fault::bad("conflicting_styles", message))
            }
            (true, false) => {
                let message = "no style: send `reference` pictures, `style_name` or `style_seed`";
                Err(Fault::bad("missing_field", message))
            }
            (true, true) => {
                let name = self.style_name.clone();
                let source = match (name, self.style_seed) {
                    (name, Some(seed)) => StyleSource::Sampled { name, seed },
                    (name, None) => StyleSource::Named(name.unwrap_or_default()),
                };
                Ok(vec![part(source, 1.0)])
            }
            (false, false) => {
                let (found, expected) = (self.weights.len(), self.references.len());
                if found != 0 && found != expected {
                    let message = format!("{found} weights for {expected} references");
                    return Err(Fault::bad("bad_weight", message));
                }
                let weight = |index: usize| self.weights.get(index).copied().unwrap_or(1.0);
                let references = 0..self.references.len();
                let parts = references.map(|i| part(StyleSource::Reference(i), weight(i)));
                Ok(parts.collect())
            }
        }
    }
}

fn part(source: StyleSource, weight: f32) -> StylePart {
    let weights = [weight; StyleCode::STAGES];
    StylePart { source, weights }
}

fn format(name: &str) -> Result<OutputFormat, Fault> {
    match name {
        "png" => Ok(OutputFormat::Png),
        "jpeg" => Ok(OutputFormat::Jpeg),
        "webp" => Ok(OutputFormat::WebP),
        _ => Err(Fault::bad(
            "bad_format",
            "`format` is none of png, jpeg and webp",
        )),
    }
}

/// What a client calls a field, short enough to be told.
fn quoted(name: &str) -> String {
    let short: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    format!("`{short}`")
}
