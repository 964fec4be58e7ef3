//! What stands before all routes: who may ask, what every answer says, figures and log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::fault::{Fault, FaultCode};
use super::routes::label;
use super::studio::Studio;
use super::{LogLine, body};

/// Only what the page itself brings along runs or is shown; it may talk to this server alone.
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

/// Bytes of a refused body that are read for nothing.
const DISCARDED: usize = 1 << 20;

pub(super) async fn guard(
    State(studio): State<Arc<Studio>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    let route = label(request.uri().path());
    let method = request.method().clone();
    let mut response = match refused(&studio, &request, route) {
        None => next.run(request).await,
        Some(fault) => {
            body::discard(request.into_body(), DISCARDED).await;
            fault.into_response()
        }
    };
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    let (status, seconds) = (response.status().as_u16(), began.elapsed().as_secs_f64());
    studio.metrics.answered(route, status, seconds);
    let code = response.extensions().get::<FaultCode>().map(|code| code.0);
    studio.log(&LogLine {
        method: known(&method).to_owned(),
        route,
        status,
        seconds,
        code,
    });
    response
}

fn refused(studio: &Studio, request: &Request, route: &str) -> Option<Fault> {
    let headers = request.headers();
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(&HOST);
    if studio.address.ip().is_loopback() && !host.is_some_and(names_loopback) {
        // A page elsewhere may have its name point here (DNS rebinding).
        return Some(Fault::cross_origin());
    }
    let page = is_page(route) && matches!(*request.method(), Method::GET | Method::HEAD);
    if !page && (other_origin(text(&ORIGIN), host) || other_site(headers)) {
        return Some(Fault::cross_origin());
    }
    let open = page || route == "/healthz";
    match &studio.token {
        Some(token) if !open => {
            let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
            (!token.admits(shown)).then(Fault::unauthorized)
        }
        _ => None,
    }
}

/// The page's files tell nothing that is not in the program.
fn is_page(route: &str) -> bool {
    matches!(route, "/" | "/assets/{name}" | "other")
}

fn names_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a page of another origin asks. Programs that are no browsers send no origin.
fn other_origin(origin: Option<&str>, host: Option<&str>) -> bool {
    let Some(origin) = origin else { return false };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_none() || authority != host
}

fn other_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    !matches!(site, None | Some(b"same-origin" | b"none"))
}

/// The method for the log; clients may make up long ones.
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
    fn names_of_this_computer() {
        for name in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(names_loopback(name), "{name}");
        }
        for name in [
            "",
            "example.org",
            "localhost.example.org",
            "10.0.0.1:80",
            "[::2]",
            "127.0.0.1.x",
        ] {
            assert!(!names_loopback(name), "{name}");
        }
    }

    #[test]
    fn origins() {
        let other = |origin, host| other_origin(origin, Some(host));
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
        assert!(other_origin(Some("http://a"), None));
    }
}
