//! What there is: models, styles, figures, health.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};
use utsushi::Model;

use super::content_type::{JSON, json_response, response};
use super::fault::Fault;
use super::studio::Studio;
use super::{entity_tag, metrics};

type Answer = Result<Response<Body>, Fault>;

/// The API in the words of OpenAPI 3.1; a test holds it against the running server.
static OPENAPI: &str = include_str!("../../assets/openapi.json");

pub(super) async fn styles(State(studio): State<Arc<Studio>>) -> Response<Body> {
    let styles = studio.engine.model().styles();
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

pub(super) async fn directions(State(studio): State<Arc<Studio>>) -> Answer {
    let engine = studio.engine.clone();
    // Looking for them takes a moment, in which others are answered.
    let found = tokio::task::spawn_blocking(move || {
        let describe = |(index, found): (usize, &utsushi::creative::Found)| json!({"index": index, "stage": found.stage, "effect": found.effect});
        let found = engine.directions()?.iter().enumerate();
        Ok::<_, crate::WorkError>(found.map(describe).collect::<Vec<_>>())
    });
    let directions = match found.await {
        Ok(found) => found?,
        Err(_) => return Err(crate::WorkError::Fault.into()),
    };
    Ok(json_response(
        StatusCode::OK,
        &json!({"directions": directions}),
    ))
}

pub(super) async fn thumbnail(
    State(studio): State<Arc<Studio>>,
    Path(index): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let found = match index.parse() {
        Ok(index) => studio.thumbnails.get(&studio, index).await,
        Err(_) => None,
    };
    let no_style = || {
        let message = "there is no style of that number to paint in";
        let fix = "GET /v1/styles lists the styles with their thumbnails";
        Fault::new(StatusCode::NOT_FOUND, "no_such_style", message, fix)
    };
    let (bytes, tag) = found.ok_or_else(no_style)??;
    Ok(entity_tag::tagged(
        Some(&headers),
        "image/webp",
        bytes,
        &tag,
    ))
}

pub(super) async fn models(State(studio): State<Arc<Studio>>) -> Response<Body> {
    let painting = studio.engine.model();
    let limits = studio.limits;
    let mut model = json!({
        "name": studio.model_name,
        "one_way": painting.steered().is_none(),
        "styles": [],
        "generates": false,
        "labels": [],
        "card": painting.card(),
    });
    match painting.steered() {
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
        None => model["styles"] = painting.styles().map(|(_, style)| style.name).collect(),
    }
    let kept = studio
        .jobs
        .shelf()
        .map_or(0, |shelf| shelf.options().time.as_secs());
    let limits = json!({
        "body_bytes": limits.body_bytes,
        "pixels": limits.pixels,
        "references": limits.references,
        "pictures": limits.pictures,
        "frames": limits.frames,
        "paintings": limits.paintings,
        "film_pixels": limits.film_pixels,
        "queue": studio.engine.options().queue,
        "kept_seconds": kept,
    });
    let body = json!({"models": [model], "limits": limits, "version": env!("CARGO_PKG_VERSION")});
    json_response(StatusCode::OK, &body)
}

pub(super) async fn openapi(
    State(studio): State<Arc<Studio>>,
    headers: HeaderMap,
) -> Response<Body> {
    let bytes = studio.document.clone();
    let tag = entity_tag::of(&bytes);
    entity_tag::tagged(Some(&headers), JSON, bytes, &tag)
}

/// The document with what differs from model to model.
pub(super) fn document(model: &Model) -> Bytes {
    let mut document: Value = serde_json::from_str(OPENAPI).expect("a test reads it");
    let names: Vec<_> = model.styles().map(|(_, style)| style.name).collect();
    if !names.is_empty() {
        document["components"]["schemas"]["StyleName"]["enum"] = json!(names);
    }
    document.to_string().into()
}

pub(super) async fn health() -> Response<Body> {
    json_response(StatusCode::OK, &json!({"status": "ok"}))
}

pub(super) async fn figures(State(studio): State<Arc<Studio>>) -> Response<Body> {
    let media = "text/plain; version=0.0.4; charset=utf-8";
    response(StatusCode::OK, media, metrics::text(&studio))
}
