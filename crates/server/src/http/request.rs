//! Forms and JSON to a [`Task`].

mod directions;
mod fields;
mod form;
mod labels;
mod mix;
mod object;
mod stations;
mod tasks;
mod whole;
mod words;

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;

use super::api_error::ApiError;
use super::content_type::JSON;
use super::multipart;
use crate::Task;

/// Which way of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `/v1/transfer`: references with weights, or a name, or a seed.
    Transfer,
    /// `/v1/mix`: a list of parts.
    Mix,
    /// `/v1/edit`: amounts along directions.
    Edit,
    /// `/v1/morph`: pictures to pass through.
    Morph,
    /// `/v1/generate`: a seed, and how many.
    Generate,
}

/// Reads a request.
pub(super) fn read(kind: Kind, headers: &HeaderMap, body: &Bytes) -> Result<Task, ApiError> {
    tracing::debug!(bytes = body.len(), "reading the body of a request");
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let fields = if media.eq_ignore_ascii_case(JSON) {
        object::read(body)?
    } else if let Some(boundary) = multipart::boundary(content_type) {
        let parts = multipart::parts(body, &boundary);
        form::read(parts.map_err(|what| ApiError::bad("bad_form", what))?)?
    } else {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body is neither a form nor JSON",
            "send multipart/form-data or application/json",
        ));
    };
    fields.refuse_others(kind)?;
    Ok(match kind {
        Kind::Transfer => fields.into_transfer()?.into(),
        Kind::Mix => fields.into_mix()?.into(),
        Kind::Edit => fields.into_edit()?.into(),
        Kind::Morph => fields.into_morph()?.into(),
        Kind::Generate => fields.into_generate()?.into(),
    })
}

/// What a client calls a field, short enough to be told.
fn quoted(name: &str) -> String {
    let short: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    format!("`{short}`")
}
