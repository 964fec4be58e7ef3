//! What bodies are made of.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use utsushi_imaging::OutputFormat;

pub(super) const JSON: &str = "application/json";

/// The media type of a result.
pub(super) fn of_format(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Png => "image/png",
        OutputFormat::Jpeg => "image/jpeg",
        OutputFormat::WebP => "image/webp",
        OutputFormat::Gif => "image/gif",
    }
}

/// A body of a known type.
pub(super) fn response(
    status: StatusCode,
    media: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

pub(super) fn json_response(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    response(status, JSON, body.to_string())
}
