//! The guard, middleware before all routes: access checks, headers of every answer, metrics and
//! log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use axum::middleware::Next;
use axum::response::IntoResponse;
use tracing::Instrument;

use super::api_error::ApiError;
use super::routes::name_of;
use super::state::ServerState;
use super::{body, log};
use crate::WorkError;
use crate::panics::catch_in;

/// The content security policy: only the page's own files are run or shown, and it may contact only
/// this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// Name of the header with the number of the request, which the log has, too.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Number of bytes of a refused body that are read and discarded.
const DISCARDED: usize = 1 << 20;

pub(super) async fn guard(
    State(state): State<Arc<ServerState>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    let route = name_of(request.uri().path());
    let method = request.method().clone();
    let number = state.next_request();
    request.extensions_mut().insert(number);
    let span = tracing::info_span!("request", request = number.0);
    let answered = catch_in(
        "the answering of a request",
        answer(&state, request, next, route),
    );
    let response = answered.instrument(span.clone()).await;
    let mut response = response.unwrap_or_else(|| ApiError::from(WorkError::Fault).into_response());
    let error = response.extensions_mut().remove::<ApiError>();
    let code = error.as_ref().map(|error| error.code);
    // Only here is it known by which number and below which path the client asked.
    if let Some(error) = error {
        let error = error.of_request(number).below(&state.base_path);
        response = error.into_response();
        response.extensions_mut().remove::<ApiError>();
    }
    secure(&mut response);
    response.headers_mut().insert(REQUEST_ID, number.0.into());
    let (status, seconds) = (response.status().as_u16(), began.elapsed().as_secs_f64());
    state.metrics.answered(route, status, seconds);
    span.in_scope(|| log::answered(known(&method), route, status, seconds, code));
    response
}

/// Adds the headers that every answer has.
pub(super) fn secure(response: &mut Response<Body>) {
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
}

async fn answer(
    state: &ServerState,
    request: Request,
    next: Next,
    route: &'static str,
) -> Response<Body> {
    match refused(state, &request, route) {
        None => next.run(request).await,
        Some(error) => {
            body::discard(request.into_body(), DISCARDED).await;
            error.into_response()
        }
    }
}

fn refused(state: &ServerState, request: &Request, route: &str) -> Option<ApiError> {
    let headers = request.headers();
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(&HOST);
    if !is_own(state, host) {
        return Some(ApiError::unknown_host(host));
    }
    let page = is_page(route) && matches!(*request.method(), Method::GET | Method::HEAD);
    if !page && (other_origin(text(&ORIGIN), host, &state.allowed_hosts) || other_site(headers)) {
        return Some(ApiError::cross_origin());
    }
    let open = page || route == "/healthz";
    match &state.token {
        Some(token) if !open => {
            let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
            (!token.admits(shown)).then(ApiError::unauthorized)
        }
        _ => None,
    }
}

/// Whether a route is one of the page's files, which are not secret.
fn is_page(route: &str) -> bool {
    matches!(route, "/" | "/assets/{name}" | "other")
}

/// Whether `host` is a name of this server. If other computers can reach it and no names are
/// configured, every name is; if some are, its own addresses are accepted, too.
fn is_own(state: &ServerState, host: Option<&str>) -> bool {
    let name = host.map_or("", name_in);
    let address = name.parse::<IpAddr>().ok();
    let loopback =
        name.eq_ignore_ascii_case("localhost") || address.is_some_and(|own| own.is_loopback());
    if loopback || is_allowed(name, &state.allowed_hosts) {
        return true;
    }
    let for_others = !state.address.ip().is_loopback();
    for_others && (state.allowed_hosts.is_empty() || address.is_some())
}

/// The host in `name:port`, or in `[address]:port`.
fn name_in(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_allowed(name: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Whether a page of another origin sends the request. Programs other than browsers send no origin.
/// The configured names are the server's own, even behind a proxy that calls it by another one.
fn other_origin(origin: Option<&str>, host: Option<&str>, allowed: &[String]) -> bool {
    let Some(origin) = origin else { return false };
    match origin.split_once("://") {
        Some((_, authority)) => Some(authority) != host && !is_allowed(name_in(authority), allowed),
        None => true,
    }
}

fn other_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    !matches!(site, None | Some(b"same-origin" | b"none"))
}

/// Name of the method for the log; clients may make up long ones.
fn known(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH") => known,
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_their_ports() {
        for (host, name) in [
            ("localhost", "localhost"),
            ("localhost:80", "localhost"),
            ("127.0.0.1:8080", "127.0.0.1"),
            ("[::1]:80", "::1"),
            ("[::1]", "::1"),
            ("", ""),
        ] {
            assert_eq!(name_in(host), name, "{host}");
        }
    }

    #[test]
    fn origins() {
        let other = |origin, host| other_origin(origin, Some(host), &[]);
        assert!(!other(None, "localhost:80"));
        assert!(!other(Some("http://localhost:80"), "localhost:80"));
        for origin in [
            "null",
            "http://localhost:81",
            "http://example.org",
            "localhost:80",
            "",
        ] {
            assert!(other(Some(origin), "localhost:80"), "{origin}");
        }
        assert!(other_origin(Some("http://a"), None, &[]));
        let allowed = ["art.example.org".to_owned()];
        for (origin, is_other) in [
            ("https://art.example.org", false),
            ("https://Art.example.org:8443", false),
            ("https://example.org", true),
            ("https://art.example.org.evil.example", true),
            ("art.example.org", true),
        ] {
            let found = other_origin(Some(origin), Some("127.0.0.1:7870"), &allowed);
            assert_eq!(found, is_other, "{origin}");
        }
    }
}
