//! What there is: models, styles, figures, health.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};

use super::api_error::ApiError;
use super::content_type::{JSON, json_response, response};
use super::state::ServerState;
use super::{blocking, entity_tag, metrics};
use crate::Artist;

type Answer = Result<Response<Body>, ApiError>;

/// The API in the words of OpenAPI 3.1; a test holds it against the running server.
static OPENAPI: &str = include_str!("../../assets/openapi.json");

pub(super) async fn styles(State(state): State<Arc<ServerState>>) -> Response<Body> {
    let styles = state.engine.artist().shown_styles();
    let styles: Vec<_> = styles
        .map(|(index, style)| {
            json!({
                "name": style.name,
                "licence": style.licence,
                "thumbnail": format!("/v1/styles/{index}/thumbnail"),
            })
        })
        .collect();
    json_response(StatusCode::OK, &json!({"styles": styles}))
}

pub(super) async fn directions(State(state): State<Arc<ServerState>>) -> Answer {
    let engine = state.engine.clone();
    // Looking for them takes a moment, in which others are answered.
    let found = blocking::run(move || {
        let describe = |(index, found): (usize, &utsushi_range::Found)| json!({"index": index, "stage": found.stage, "effect": found.effect});
        let found = engine.directions()?.iter().enumerate();
        Ok::<_, crate::WorkError>(found.map(describe).collect::<Vec<_>>())
    });
    let directions = found.await??;
    Ok(json_response(
        StatusCode::OK,
        &json!({"directions": directions}),
    ))
}

pub(super) async fn thumbnail(
    State(state): State<Arc<ServerState>>,
    Path(index): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let found = match index.parse() {
        Ok(index) => state.thumbnails.get(&state, index).await,
        Err(_) => None,
    };
    let no_style = || {
        let message = "there is no style of that number to paint in";
        let fix = "GET /v1/styles lists the styles with their thumbnails";
        ApiError::new(StatusCode::NOT_FOUND, "no_such_style", message, fix)
    };
    Ok(found.ok_or_else(no_style)??.response(Some(&headers)))
}

pub(super) async fn models(State(state): State<Arc<ServerState>>) -> Response<Body> {
    let artist = state.engine.artist();
    let limits = state.limits;
    let mut model = json!({
        "name": state.model_name,
        "one_way": artist.painter().is_none(),
        "styles": [],
        "generates": false,
        "labels": [],
        "card": artist.card(),
    });
    match artist.painter() {
        Some(painter) => {
            let names = painter.styles().iter().map(|style| style.name.as_str());
            model["styles"] = names.collect();
            let labels = painter.conditions().iter();
            model["labels"] = labels
                .map(|label| json!({"name": label.name, "values": label.values}))
                .collect();
            model["generates"] = painter.makes_sketches().into();
            model["native_size"] = painter.config().native_size.into();
        }
        None => model["styles"] = artist.shown_styles().map(|(_, style)| style.name).collect(),
    }
    let kept = state
        .jobs
        .store()
        .map_or(0, |store| store.options().time.as_secs());
    let limits = json!({
        "body_bytes": limits.body_bytes,
        "pixels": limits.pixels,
        "references": limits.references,
        "pictures": limits.pictures,
        "frames": limits.frames,
        "paintings": limits.paintings,
        "film_pixels": limits.film_pixels,
        "queue": state.engine.options().queue,
        "kept_seconds": kept,
    });
    let body = json!({"models": [model], "limits": limits, "version": env!("CARGO_PKG_VERSION")});
    json_response(StatusCode::OK, &body)
}

pub(super) async fn openapi(
    State(state): State<Arc<ServerState>>,
    headers: HeaderMap,
) -> Response<Body> {
    let (bytes, tag) = &state.document;
    entity_tag::tagged(Some(&headers), JSON, bytes.clone(), tag)
}

/// The document with what differs from model to model.
pub(super) fn document(artist: &Artist) -> Bytes {
    let mut document: Value = serde_json::from_str(OPENAPI).expect("a test reads it");
    let names: Vec<_> = artist.shown_styles().map(|(_, style)| style.name).collect();
    if !names.is_empty() {
        document["components"]["schemas"]["StyleName"]["enum"] = json!(names);
    }
    document.to_string().into()
}

pub(super) async fn health() -> Response<Body> {
    json_response(StatusCode::OK, &json!({"status": "ok"}))
}

pub(super) async fn figures(State(state): State<Arc<ServerState>>) -> Response<Body> {
    let media = "text/plain; version=0.0.4; charset=utf-8";
    response(StatusCode::OK, media, metrics::text(&state))
}
