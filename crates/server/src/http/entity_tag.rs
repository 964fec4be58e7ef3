//! Entity tags, by which a client that has a result need not fetch it again.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::content_type::response;

/// The strong entity tag of bytes: their hash.
pub(super) fn of(bytes: &[u8]) -> String {
    tracing::debug!(bytes = bytes.len(), "computing an entity tag");
    let hash = Sha256::digest(bytes);
    let digits: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{digits}\"")
}

/// Makes an answer with bytes and their tag; without the bytes if `asked` says that the client has
/// them.
pub(super) fn tagged(
    asked: Option<&HeaderMap>,
    media: &'static str,
    bytes: Bytes,
    tag: &str,
) -> Response<Body> {
    let has = asked.is_some_and(|headers| {
        let lists = headers.get_all(IF_NONE_MATCH).iter();
        lists
            .filter_map(|list| list.to_str().ok())
            .flat_map(|list| list.split(','))
            .map(|item| item.trim().trim_start_matches("W/"))
            .any(|item| item == "*" || item == tag)
    });
    let mut response = if has {
        let mut empty = Response::new(Body::empty());
        *empty.status_mut() = StatusCode::NOT_MODIFIED;
        empty
    } else {
        response(StatusCode::OK, media, bytes)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    // To be kept by the client alone, and asked for each time.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_has_the_bytes_gets_none() {
        let tag = of(b"abc");
        assert_eq!(tag, "\"ba7816bf8f01cfea414140de5dae2223\"");
        let status = |asked: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, asked.parse().unwrap());
            let response = tagged(
                Some(&headers),
                "text/plain",
                Bytes::from_static(b"abc"),
                &tag,
            );
            assert_eq!(response.headers()[ETAG], tag.as_str());
            response.status().as_u16()
        };
        assert_eq!(status(&tag), 304);
        assert_eq!(status(&format!("\"x\", W/{tag}")), 304);
        assert_eq!(status("*"), 304);
        assert_eq!(status("\"x\""), 200);
    }
}
