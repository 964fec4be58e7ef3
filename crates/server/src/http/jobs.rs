//! `/v1/jobs/{id}`: how far, how it ended, and no longer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};

use super::api_error::ApiError;
use super::content_type::json_response;
use super::events;
use super::job_store::Stage;
use super::state::ServerState;
use super::tagged_result::TaggedResult;

type Answer = Result<Response<Body>, ApiError>;

fn no_job() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "no_such_job",
        "there is no such job, or it was dropped because nobody asked for it",
        "start it again; ask for a job at least once a minute, or listen to its events",
    )
}

/// A stage as clients read it.
pub(super) fn describe(stage: &Stage) -> Value {
    match stage {
        Stage::Waiting => json!({"stage": "waiting"}),
        Stage::Painting { done, total } => {
            json!({"stage": "painting", "done": done, "total": total})
        }
        Stage::Done {
            result: TaggedResult { painted, .. },
            kept,
        } => json!({
            "stage": "done",
            "kept": kept,
            "width": painted.width,
            "height": painted.height,
            "frames": painted.frames,
            "bytes": painted.bytes.len(),
        }),
        Stage::Failed(fault) => {
            json!({"stage": "failed", "status": fault.status.as_u16(), "error": fault.body()["error"]})
        }
    }
}

pub(super) async fn status(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(no_job)?;
    let described = describe(&stage.borrow());
    Ok(json_response(StatusCode::OK, &described))
}

pub(super) async fn result(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(no_job)?;
    let stage = stage.borrow().clone();
    match stage {
        Stage::Done { result, .. } => Ok(result.response(Some(&headers))),
        Stage::Failed(fault) => Err(fault),
        Stage::Waiting | Stage::Painting { .. } => Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_finished",
            "the picture is not finished",
            "listen to the job's events, or ask again later",
        )),
    }
}

pub(super) async fn cancel(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
) -> Answer {
    if !state.jobs.remove(&id).await {
        return Err(no_job());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

pub(super) async fn events(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(no_job)?;
    Ok(events::stream(state, id, stage))
}
