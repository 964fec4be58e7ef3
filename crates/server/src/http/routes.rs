//! Routes: the addresses of the API, with one entry each for the router, the log and the document.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use serde_json::{Value, json};

use super::api_error::ApiError;
use super::document::{
    Schemas, bytes_success, json_success, operation, or_unchanged, painting as painting_operation,
};
use super::painting::paint;
use super::request::{self, TaskRequest};
use super::state::ServerState;
use super::{describe, guard, jobs, page};

/// An address of the API.
pub(super) struct Route {
    /// Path of the route, with names in braces for variable parts.
    pub(super) path: &'static str,
    /// The accepted methods, as in the header `Allow`.
    methods: &'static str,
    handlers: fn() -> MethodRouter<Arc<ServerState>>,
    /// Makes the route's path item of the OpenAPI document.
    pub(super) document: fn(&mut Schemas) -> Value,
}

impl Route {
    /// The route of a request that takes a picture.
    pub(super) const fn of<R: TaskRequest>() -> Self {
        Self {
            path: R::PATH,
            methods: "POST",
            handlers: || post(paint::<R>),
            document: |schemas| json!({"post": painting_operation::<R>(schemas)}),
        }
    }
}

const READ: &str = "GET, HEAD";

/// Routes of the API that take no picture.
static OTHERS: &[Route] = &[
    Route {
        path: "/v1/jobs/{id}",
        methods: "GET, HEAD, DELETE",
        handlers: || get(jobs::status).delete(jobs::cancel),
        document: |schemas| {
            let stage = json_success::<jobs::JobStage>(schemas, "The job.");
            let gone = json!({"204": {"description": "It is gone."}});
            let errors = [401, 404];
            json!({
                "get": operation("jobStage", "How a job stands", stage, &errors),
                "delete": operation("jobCancel", "Cancel a job, or forget its result", gone, &errors),
            })
        },
    },
    Route {
        path: "/v1/jobs/{id}/events",
        methods: READ,
        handlers: || get(jobs::events),
        document: |_| {
            let event = json!({
                "description": "Each event.",
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {
                        "type": "string",
                        "enum": ["waiting", "painting", "done", "failed", "cancelled"],
                    },
                    "data": {"type": "string", "description": "A JobStage in JSON."},
                },
            });
            let stream = json!({"200": {
                "description": "Events `waiting`, `painting`, `done`, `failed` and `cancelled`, \
                    each with a JobStage as data. The stream ends with the job.",
                "content": {"text/event-stream": {"schema": event}},
            }});
            let summary = "Progress as server-sent events";
            json!({"get": operation("jobEvents", summary, stream, &[401, 404])})
        },
    },
    Route {
        path: "/v1/jobs/{id}/result",
        methods: READ,
        handlers: || get(jobs::result),
        document: |_| {
            let media = [
                "image/png",
                "image/jpeg",
                "image/webp",
                "image/avif",
                "image/jxl",
                "image/tiff",
                "image/vnd.adobe.photoshop",
                "image/openraster",
                "image/gif",
                "image/apng",
                "application/json",
                "application/octet-stream",
            ];
            let picture = or_unchanged(bytes_success(
                "The picture or animation, landmarks, or a style.",
                &media,
            ));
            let summary = "The result of a finished job";
            let errors = [401, 404, 409, 422, 500, 503];
            json!({"get": operation("jobResult", summary, picture, &errors)})
        },
    },
    Route {
        path: "/v1/styles",
        methods: READ,
        handlers: || get(describe::styles),
        document: |schemas| {
            let success = json_success::<describe::Styles>(schemas, "Those to paint in.");
            json!({"get": operation("styles", "The styles of the model", success, &[401])})
        },
    },
    Route {
        path: "/v1/styles/{index}/thumbnail",
        methods: READ,
        handlers: || get(describe::thumbnail),
        document: |_| {
            let success = or_unchanged(bytes_success("The picture.", &["image/webp"]));
            let summary = "A drawing that the model painted in a style";
            let errors = [401, 404, 429, 500, 503];
            json!({"get": operation("thumbnail", summary, success, &errors)})
        },
    },
    Route {
        path: "/v1/directions",
        methods: READ,
        handlers: || get(describe::directions),
        document: |schemas| {
            let what = "Those with the largest effect first.";
            let success = json_success::<describe::Directions>(schemas, what);
            let summary = "The directions that pictures can be moved along";
            json!({"get": operation("directions", summary, success, &[401, 422, 500])})
        },
    },
    Route {
        path: "/v1/models",
        methods: READ,
        handlers: || get(describe::models),
        document: |schemas| {
            let success = json_success::<describe::Models>(schemas, "The one model of this API.");
            let summary = "The model, and the limits of requests";
            json!({"get": operation("models", summary, success, &[401])})
        },
    },
    Route {
        path: "/v1/openapi.json",
        methods: READ,
        handlers: || get(describe::openapi),
        document: |_| {
            let success = or_unchanged(json!({"200": {
                "description": "OpenAPI 3.1.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            }}));
            json!({"get": operation("openapi", "This document", success, &[401])})
        },
    },
    Route {
        path: "/healthz",
        methods: READ,
        handlers: || get(describe::health),
        document: |schemas| {
            let success = json_success::<describe::Health>(schemas, "It does.");
            let mut health = operation("health", "Whether the server runs", success, &[]);
            health["security"] = json!([{}]);
            json!({"get": health})
        },
    },
    Route {
        path: "/metrics",
        methods: READ,
        handlers: || get(describe::metrics),
        document: |_| {
            let success = json!({"200": {
                "description": "Text format of OpenMetrics 1.0, which Prometheus reads.",
                "content": {"application/openmetrics-text": {"schema": {"type": "string"}}},
            }});
            json!({"get": operation("metrics", "Figures for Prometheus", success, &[401])})
        },
    },
];

/// All routes of the API.
pub(super) fn routes() -> impl Iterator<Item = &'static Route> {
    request::ROUTES.iter().chain(OTHERS)
}

/// Name of a route for log and metrics: never the path that a client wrote.
pub(super) fn name_of(path: &str) -> &'static str {
    let known = routes().map(|route| route.path);
    let mut known = known.chain(["/", "/assets/{name}"]);
    known.find(|route| matches(route, path)).unwrap_or("other")
}

/// Whether a path matches a route, whose names in braces stand for anything.
fn matches(route: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let same = |expected: &str| {
        let part = parts.next();
        part == Some(expected) || (part.is_some() && expected.starts_with('{'))
    };
    route.split('/').all(same) && parts.next().is_none()
}

/// Adds the answer for methods that the route does not accept.
fn with_fallback(
    handlers: MethodRouter<Arc<ServerState>>,
    methods: &'static str,
) -> MethodRouter<Arc<ServerState>> {
    handlers.fallback(move || async move { ApiError::method(methods) })
}

pub(super) fn router(state: Arc<ServerState>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let handlers = with_fallback((route.handlers)(), route.methods);
        router = router.route(route.path, handlers);
    }
    for asset in page::ASSETS {
        let tag = Arc::<str>::from(asset.tag());
        let file = move |headers: HeaderMap| async move { asset.response(&headers, &tag) };
        router = router.route(asset.path, with_fallback(get(file), READ));
    }
    router
        .fallback(|_: Request| async { ApiError::not_found() })
        .with_state(Arc::clone(&state))
        .layer(from_fn_with_state(state, guard::guard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_routes() {
        for (path, name) in [
            ("/", "/"),
            ("/v1/mix", "/v1/mix"),
            ("/v1/jobs/abc", "/v1/jobs/{id}"),
            ("/v1/jobs/abc/result", "/v1/jobs/{id}/result"),
            ("/v1/styles/7/thumbnail", "/v1/styles/{index}/thumbnail"),
            ("/assets/main.js", "/assets/{name}"),
            ("/v1/jobs", "other"),
            ("/v1/jobs/abc/", "other"),
            ("/v1/jobs/abc/secret", "other"),
            ("", "other"),
            ("//", "other"),
        ] {
            assert_eq!(name_of(path), name, "{path}");
        }
    }
}
