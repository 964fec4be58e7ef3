//! The addresses `/v1/jobs/{id}`: progress, result, and cancelling of a job.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::api_error::{ApiError, ErrorObject};
use super::content_type::json_response;
use super::events;
use super::job_store::Stage;
use super::state::ServerState;
use super::tagged_result::TaggedResult;

type Answer = Result<Response<Body>, ApiError>;

fn no_job(state: &ServerState) -> ApiError {
    let message = "there is no such job, or it was dropped because nobody asked for it";
    let seconds = state.limits.job_time.as_secs();
    let fix = format!(
        "start it again; it is dropped {seconds} seconds after the last time that somebody asked \
         for it or listened to its events"
    );
    ApiError::new(StatusCode::NOT_FOUND, "no_such_job", message, fix)
}

/// The addresses of a job: of its progress, its events and its result.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JobLinks {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) events: String,
    pub(super) result: String,
}

/// The stage of a job, as clients receive it.
#[derive(Serialize, ToSchema)]
#[serde(tag = "stage", rename_all = "lowercase")]
pub(super) enum JobStage {
    Waiting,
    Painting {
        /// Number of strips, frames or paintings of a sheet that are painted.
        done: usize,
        total: usize,
    },
    Done {
        /// Whether the result is on the server's disk, too, and outlives it (`utsushi serve
        /// --keep`).
        kept: bool,
        width: u32,
        height: u32,
        frames: u32,
        bytes: usize,
        /// Notes on the painting, in English: the octaves that its face asked for, how many styles
        /// were drawn for a seed, or that a style does not suit the picture. Empty for results that
        /// an earlier process has kept.
        notes: Vec<String>,
    },
    Failed {
        /// The status with which the request would have been answered.
        status: u16,
        error: ErrorObject,
    },
}

impl JobStage {
    /// Converts a stage for clients of a server below `base_path`.
    pub(super) fn of(stage: &Stage, base_path: &str) -> Self {
        match stage {
            Stage::Waiting => Self::Waiting,
            &Stage::Painting { done, total } => Self::Painting { done, total },
            Stage::Done {
                result: TaggedResult { painted, .. },
                kept,
            } => Self::Done {
                kept: *kept,
                width: painted.width,
                height: painted.height,
                frames: painted.frames,
                bytes: painted.bytes.len(),
                notes: painted.notes.clone(),
            },
            Stage::Failed(error) => Self::Failed {
                status: error.status.as_u16(),
                error: error.clone().below(base_path).object(),
            },
        }
    }

    /// Name of the server-sent event for this stage.
    pub(super) fn event(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Painting { .. } => "painting",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
        }
    }
}

pub(super) async fn status(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(|| no_job(&state))?;
    let stage = JobStage::of(&stage.borrow(), &state.base_path);
    Ok(json_response(StatusCode::OK, &stage))
}

pub(super) async fn result(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(|| no_job(&state))?;
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
        return Err(no_job(&state));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

pub(super) async fn events(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
) -> Answer {
    let stage = state.jobs.find(&id).await.ok_or_else(|| no_job(&state))?;
    Ok(events::stream(state, id, stage))
}
