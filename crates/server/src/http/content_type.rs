//! Answers with a media type.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

pub(super) const JSON: &str = "application/json";

/// Makes an answer with a body of this media type.
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

/// Makes an answer with a JSON body.
pub(super) fn json_response(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    // All that is answered are structs of texts, numbers and lists, which can be written.
    let text = serde_json::to_string(body).unwrap_or_default();
    response(status, JSON, text)
}
