//! The addresses for `POST` that take pictures: `/v1/transfer` and so on.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::api_error::ApiError;
use super::content_type::json_response;
use super::jobs::JobLinks;
use super::request::{self, TaskRequest};
use super::state::ServerState;
use super::tagged_result::TaggedResult;
use super::{RequestNumber, blocking, body};
use crate::{Painted, Ticket};

/// The header with which a client asks for a job instead of a direct answer (RFC 7240).
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The header with notes on a painting, like a job's `notes`.
const NOTES: HeaderName = HeaderName::from_static("utsushi-notes");

/// Answers with the result, or with a job if the client prefers that.
pub(super) async fn paint<R: TaskRequest>(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Result<Response<Body>, ApiError> {
    let (head, body) = request.into_parts();
    let held = body::read(&state, &head.headers, body).await?;
    // Whatever the body holds: what is wrong with it is not what the client needs to hear.
    if !R::FOR_ONE_STYLE && state.engine.model().steered().is_none() {
        return Err(ApiError::one_way());
    }
    let as_job = prefers_job(&head.headers);
    let number = RequestNumber::of(&head.extensions);
    let engine = state.engine.clone();
    // Base64 of a large body and a look at its pictures take a while. The permit goes along: a
    // client that leaves meanwhile does not free the bytes.
    let reading = blocking::run(move || {
        // Where the body was JSON, the pictures are copies; they stay within what it took.
        let task = request::read::<R>(&head.headers, held.bytes)?;
        Ok::<_, ApiError>((engine.submit(task)?, held.permit))
    });
    let (ticket, permit) = reading.await??;
    if as_job {
        return start_job(&state, ticket, permit, number);
    }
    let painted = wait(&state, ticket).await?;
    drop(permit);
    let notes = notes_header(&painted.notes);
    let mut response = TaggedResult::hashed(painted).await?.response(None);
    if let Some(notes) = notes {
        response.headers_mut().insert(NOTES, notes);
    }
    Ok(response)
}

/// Encodes notes as a JSON list in ASCII.
fn notes_header(notes: &[String]) -> Option<HeaderValue> {
    let mut text = String::new();
    for letter in json!(notes).to_string().chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let mut units = [0; 2];
            let units = letter.encode_utf16(&mut units).iter();
            text.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    HeaderValue::try_from(text).ok()
}

async fn wait(state: &ServerState, mut ticket: Ticket) -> Result<Painted, ApiError> {
    // Dropping the ticket, because the time is over or because the client has gone away and this
    // future with it, cancels the work.
    let painted = timeout(state.limits.work_time, ticket.finished()).await;
    let painted = painted.map_err(|_| ApiError::took_too_long())??;
    state.metrics.painted(&painted);
    Ok(painted)
}

impl From<crate::WorkError> for ApiError {
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
    state: &Arc<ServerState>,
    ticket: Ticket,
    permit: OwnedSemaphorePermit,
    number: RequestNumber,
) -> Result<Response<Body>, ApiError> {
    let id = state.jobs.start(state, ticket, permit, number)?;
    let place = state.address_of(&format!("/v1/jobs/{id}"));
    let links = JobLinks {
        id,
        status: place.clone(),
        events: format!("{place}/events"),
        result: format!("{place}/result"),
    };
    let mut response = json_response(StatusCode::ACCEPTED, &links);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_a_list_of_ascii_letters() {
        assert_eq!(notes_header(&[]).unwrap(), "[]");
        let notes = ["a \"b\"".to_owned(), "2⁶⁴ 🖌".to_owned()];
        let header = notes_header(&notes).unwrap();
        let told: Vec<String> = serde_json::from_slice(header.as_bytes()).unwrap();
        assert_eq!(told, notes);
        assert!(header.to_str().is_ok());
    }
}
