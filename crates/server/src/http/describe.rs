//! Answers that describe the server: models, styles, limits, health.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::api_error::ApiError;
use super::content_type::{JSON, json_response, response};
use super::state::ServerState;
use super::{blocking, entity_tag};
use crate::WorkError;

type Answer = Result<Response<Body>, ApiError>;

/// The styles of the model that pictures can be painted in.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Styles {
    styles: Vec<Style>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Style {
    name: String,
    licence: String,
    /// The address of a thumbnail picture in this style.
    thumbnail: String,
}

/// The directions that pictures can be moved along.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Directions {
    directions: Vec<Direction>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Direction {
    /// Index of the direction, which `/v1/edit` takes as `direction`; `direction find` numbers its
    /// files from 1, in the same order.
    index: usize,
    /// The decoder stage, 1…4 from the coarsest (shapes) to the finest (palette, line, texture), as
    /// `direction find` counts them.
    stage: usize,
    /// The change that a step causes, as a share of the changes by all directions together.
    effect: f64,
}

/// The model, and the limits of requests.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Models {
    models: Vec<Model>,
    /// All models of this server; each has a separate API and page.
    offered: Vec<Offered>,
    limits: RequestLimits,
    version: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Model {
    name: String,
    /// Whether the model can only repaint in its single style: a student, or an ONNX network.
    /// `/v1/transfer` then takes no style, and the other addresses that paint answer 422 with the
    /// code `one_way`.
    one_way: bool,
    styles: Vec<String>,
    /// Whether the model makes new paintings (`/v1/generate`).
    generates: bool,
    /// The labels that `set` of `/v1/edit` takes; empty unless the model was trained with labels.
    labels: Vec<Label>,
    /// The model's card, in Markdown.
    card: String,
    /// Side in pixels that the model was trained at; absent for a model that is `one_way`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    native_size: Option<usize>,
}

/// A model of the server.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Offered {
    pub(super) name: String,
    /// Path of the model's page; those of its API follow it, as in `/free/v1/transfer`.
    pub(super) address: String,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Label {
    name: String,
    values: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestLimits {
    body_bytes: usize,
    pixels: u64,
    references: usize,
    pictures: usize,
    frames: usize,
    /// Largest number of new paintings on a sheet.
    paintings: usize,
    film_pixels: u64,
    queue: usize,
    /// Seconds after which a job that nobody asks for is dropped, finished or not.
    job_seconds: u64,
    /// Seconds for which results of jobs are kept on the disk; 0 if they are not.
    kept_seconds: u64,
}

/// Health of the server, which shows that it runs.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// State of the server: always `ok`.
    status: &'static str,
}

pub(super) async fn styles(State(state): State<Arc<ServerState>>) -> Response<Body> {
    let styles = state.engine.model().styles();
    let style = |(index, style): (usize, utsushi::StyleInfo<'_>)| Style {
        name: style.name.to_owned(),
        licence: style.licence.to_owned(),
        thumbnail: state.address_of(&format!("/v1/styles/{index}/thumbnail")),
    };
    let styles = styles.map(style).collect();
    json_response(StatusCode::OK, &Styles { styles })
}

pub(super) async fn directions(State(state): State<Arc<ServerState>>) -> Answer {
    let engine = state.engine.clone();
    // Looking for them takes a moment, in which others are answered.
    let found = blocking::run(move || {
        let direction = |(index, found): (usize, &utsushi::creative::Found)| Direction {
            index,
            stage: found.stage + 1,
            effect: found.effect,
        };
        let found = engine.directions()?.iter().enumerate();
        Ok::<_, WorkError>(found.map(direction).collect())
    });
    let directions = found.await??;
    Ok(json_response(StatusCode::OK, &Directions { directions }))
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
    let painting = state.engine.model();
    let limits = state.limits;
    let mut model = Model {
        name: state.model_name().to_owned(),
        one_way: true,
        styles: Vec::new(),
        generates: false,
        labels: Vec::new(),
        card: painting.card().to_owned(),
        native_size: None,
    };
    match painting.steered() {
        Some(painter) => {
            let styles = painter.styles().iter();
            model.one_way = false;
            model.styles = styles.map(|style| style.name.clone()).collect();
            let labels = painter.conditions().iter();
            let labels = labels.map(|label| Label {
                name: label.name.clone(),
                values: label.values.clone(),
            });
            model.labels = labels.collect();
            model.generates = painter.makes_sketches();
            model.native_size = Some(painter.config().native_size);
        }
        None => {
            let styles = painting.styles();
            model.styles = styles.map(|(_, style)| style.name.to_owned()).collect();
        }
    }
    let kept = state.jobs.store().map(|store| store.options().time);
    let limits = RequestLimits {
        body_bytes: limits.body_bytes,
        pixels: limits.pixels,
        references: limits.references,
        pictures: limits.pictures,
        frames: limits.frames,
        paintings: limits.paintings,
        film_pixels: limits.film_pixels,
        queue: state.engine.options().queue,
        job_seconds: limits.job_time.as_secs(),
        kept_seconds: kept.unwrap_or_default().as_secs(),
    };
    let models = Models {
        models: vec![model],
        offered: state.offered.clone(),
        limits,
        version: env!("CARGO_PKG_VERSION"),
    };
    json_response(StatusCode::OK, &models)
}

pub(super) async fn openapi(
    State(state): State<Arc<ServerState>>,
    headers: HeaderMap,
) -> Response<Body> {
    let (bytes, tag) = &state.document;
    entity_tag::tagged(Some(&headers), JSON, bytes.clone(), tag)
}

pub(super) async fn health() -> Response<Body> {
    json_response(StatusCode::OK, &Health { status: "ok" })
}

pub(super) async fn metrics(State(state): State<Arc<ServerState>>) -> Response<Body> {
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response(StatusCode::OK, media, state.metrics.text(&state))
}
