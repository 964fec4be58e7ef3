//! Which address does what.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::api_error::ApiError;
use super::request::Kind;
use super::state::ServerState;
use super::{describe, guard, jobs, page, painting};

/// The name of a route for logs and figures: never what a client wrote.
pub(super) fn label(path: &str) -> &'static str {
    const PLAIN: [&str; 12] = [
        "/v1/transfer",
        "/v1/mix",
        "/v1/edit",
        "/v1/morph",
        "/v1/generate",
        "/v1/directions",
        "/v1/styles",
        "/v1/models",
        "/v1/openapi.json",
        "/healthz",
        "/metrics",
        "/",
    ];
    if let Some(plain) = PLAIN.into_iter().find(|plain| *plain == path) {
        return plain;
    }
    match path.split('/').collect::<Vec<_>>()[..] {
        ["", "v1", "styles", _, "thumbnail"] => "/v1/styles/{index}/thumbnail",
        ["", "v1", "jobs", _] => "/v1/jobs/{id}",
        ["", "v1", "jobs", _, "events"] => "/v1/jobs/{id}/events",
        ["", "v1", "jobs", _, "result"] => "/v1/jobs/{id}/result",
        ["", "assets", _] => "/assets/{name}",
        _ => "other",
    }
}

pub(super) fn router(state: Arc<ServerState>) -> Router {
    let mut router = Router::new().route(
        "/v1/jobs/{id}",
        get(jobs::status)
            .delete(jobs::cancel)
            .fallback(|| async { ApiError::method("GET, HEAD, DELETE") }),
    );
    for (path, kind) in [
        ("/v1/transfer", Kind::Transfer),
        ("/v1/mix", Kind::Mix),
        ("/v1/edit", Kind::Edit),
        ("/v1/morph", Kind::Morph),
        ("/v1/generate", Kind::Generate),
    ] {
        let work = move |State(state), request: Request| async move {
            painting::paint(state, kind, request).await
        };
        let write_only = || async { ApiError::method("POST") };
        router = router.route(path, post(work).fallback(write_only));
    }
    let read_only = || async { ApiError::method("GET, HEAD") };
    for (path, route) in [
        ("/v1/jobs/{id}/events", get(jobs::events)),
        ("/v1/jobs/{id}/result", get(jobs::result)),
        ("/v1/styles", get(describe::styles)),
        ("/v1/styles/{index}/thumbnail", get(describe::thumbnail)),
        ("/v1/directions", get(describe::directions)),
        ("/v1/models", get(describe::models)),
        ("/v1/openapi.json", get(describe::openapi)),
        ("/healthz", get(describe::health)),
        ("/metrics", get(describe::figures)),
    ] {
        router = router.route(path, route.fallback(read_only));
    }
    for asset in page::ASSETS {
        let tag = Arc::<str>::from(asset.tag());
        let route = get(move |headers: HeaderMap| async move { asset.response(&headers, &tag) });
        router = router.route(asset.path, route.fallback(read_only));
    }
    router
        .fallback(|| async { ApiError::not_found() })
        .with_state(Arc::clone(&state))
        .layer(from_fn_with_state(state, guard::guard))
}
