//! Bodies of requests, with limits of their size, speed and number.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::api_error::ApiError;
use super::state::{BYTES_PER_PERMIT, ServerState};

/// A body in memory; its room is given back when it is dropped.
pub(super) struct Held {
    pub(super) bytes: Bytes,
    pub(super) permit: OwnedSemaphorePermit,
}

/// Reads a body, if it is small enough, there is room for it, and it arrives in time.
pub(super) async fn read(
    state: &ServerState,
    headers: &HeaderMap,
    body: Body,
) -> Result<Held, ApiError> {
    let limit = state.limits.body_bytes;
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        discard(body, limit).await;
        return Err(ApiError::body_too_large(limit));
    }
    // A body of unknown length might become as long as the limit.
    let expected = declared.unwrap_or(limit);
    let permits = u32::try_from(expected.div_ceil(BYTES_PER_PERMIT)).unwrap_or(u32::MAX);
    let Ok(permit) = Arc::clone(&state.budget).try_acquire_many_owned(permits) else {
        discard(body, limit).await;
        let message = "the server holds as many pictures as it may";
        return Err(ApiError::busy("uploads_full", message));
    };
    let bytes = timeout(state.limits.upload_time, collect(body, expected, limit))
        .await
        .map_err(|_| ApiError::too_slow())??;
    Ok(Held { bytes, permit })
}

async fn collect(mut body: Body, expected: usize, limit: usize) -> Result<Bytes, ApiError> {
    // What a header promises is not allocated before some of it has come.
    let mut bytes = BytesMut::with_capacity(expected.min(1 << 20));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::bad("cut_short", "the body ended early"))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                discard(body, limit).await;
                return Err(ApiError::body_too_large(limit));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

/// Reads and discards a body for a short while: a client that is still sending when the connection
/// is closed often cannot read the answer.
pub(super) async fn discard(mut body: Body, most: usize) {
    let drain = async {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > most {
                break;
            }
        }
    };
    let _ = timeout(std::time::Duration::from_secs(3), drain).await;
}
