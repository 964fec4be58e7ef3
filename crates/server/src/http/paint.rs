//! `POST /v1/transfer`, `/v1/mix`, `/v1/edit`, `/v1/morph` and `/v1/generate`.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::content_type::{json_response, of_format};
use super::fault::Fault;
use super::request::{self, Kind};
use super::studio::Studio;
use super::{body, entity_tag};
use crate::{Painted, Ticket};

/// How a client asks not to be kept waiting (RFC 7240).
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// Answers with the picture, or with a job where the client prefers that.
pub(super) async fn paint(
    studio: Arc<Studio>,
    kind: Kind,
    headers: HeaderMap,
    body: Body,
) -> Result<Response<Body>, Fault> {
    let held = body::read(&studio, &headers, body).await?;
    // Whatever the body holds: what is wrong with it is not what the client needs to hear.
    if kind != Kind::Transfer && studio.engine.model().steered().is_none() {
        return Err(Fault::one_way());
    }
    let task = request::read(kind, &headers, &held.bytes)?;
    // Where the body was JSON, the pictures are copies; they stay within what it took.
    drop(held.bytes);
    let ticket = studio.engine.submit(task)?;
    if prefers_job(&headers) {
        return start_job(&studio, ticket, held.permit);
    }
    let painted = wait(&studio, ticket).await?;
    drop(held.permit);
    Ok(picture(None, &painted))
}

/// A finished picture as an answer.
pub(super) fn picture(asked: Option<&HeaderMap>, painted: &Painted) -> Response<Body> {
    let tag = entity_tag::of(&painted.bytes);
    entity_tag::tagged(
        asked,
        of_format(painted.format),
        painted.bytes.clone(),
        &tag,
    )
}

async fn wait(studio: &Studio, mut ticket: Ticket) -> Result<Painted, Fault> {
    // Dropping the ticket, because the time is over or because the client has gone away and this
    // future with it, cancels the work.
    let painted = timeout(studio.limits.work_time, ticket.finished()).await;
    let painted = painted.map_err(|_| Fault::took_too_long())??;
    studio.metrics.painted(&painted);
    Ok(painted)
}

impl From<crate::WorkError> for Fault {
    fn from(error: crate::WorkError) -> Self {
        (&error).into()
    }
}

fn prefers_job(headers: &HeaderMap) -> bool {
    let values = headers.get_all(PREFER).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case("respond-async"))
}

fn start_job(
    studio: &Arc<Studio>,
    ticket: Ticket,
    permit: OwnedSemaphorePermit,
) -> Result<Response<Body>, Fault> {
    let id = studio.jobs.start(studio, ticket, permit)?;
    let place = format!("/v1/jobs/{id}");
    let links = json!({
        "id": id,
        "status": place,
        "events": format!("{place}/events"),
        "result": format!("{place}/result"),
    });
    let mut response = json_response(StatusCode::ACCEPTED, &links);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}
