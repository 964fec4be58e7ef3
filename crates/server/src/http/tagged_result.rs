//! Finished results, as clients fetch them.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue, Response};

use super::api_error::ApiError;
use super::{blocking, entity_tag};
use crate::{Painted, PaintedFormat};

/// A finished result with its entity tag, which is computed once and not at each fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaggedResult {
    pub(super) painted: Painted,
    pub(super) tag: Arc<str>,
}

impl TaggedResult {
    /// Makes a tagged result, whose tag is computed on the calling thread.
    pub(super) fn new(painted: Painted) -> Self {
        let tag = entity_tag::of(&painted.bytes).into();
        Self { painted, tag }
    }

    /// Makes a tagged result, whose tag is computed on another thread than the asynchronous one.
    pub(super) async fn hashed(painted: Painted) -> Result<Self, ApiError> {
        blocking::run(move || Self::new(painted)).await
    }

    /// Makes the answer with the result; without its bytes if `asked` says that the client has
    /// them.
    pub(super) fn response(&self, asked: Option<&HeaderMap>) -> Response<Body> {
        let format = self.painted.format;
        let bytes = self.painted.bytes.clone();
        let mut response = entity_tag::tagged(asked, format.media_type(), bytes, &self.tag);
        if format == PaintedFormat::Style {
            // Nothing that a browser shows.
            let name = HeaderValue::from_static("attachment; filename=\"utsushi.style\"");
            response.headers_mut().insert(CONTENT_DISPOSITION, name);
        }
        response
    }
}
