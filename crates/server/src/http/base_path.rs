//! The base path before all addresses, for a proxy that has other things at its root.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};

use super::guard;

/// Wraps a router so that requests lose `base`, a path without a slash at its end, before they are
/// routed. Requests without it, from a proxy that removed it, are routed all the same.
pub(super) fn under(base: &str, router: Router) -> Router {
    if base.is_empty() {
        return router;
    }
    let base = base.to_owned();
    let strip = move |request, next| strip(base.clone(), request, next);
    Router::new().fallback_service(router).layer(from_fn(strip))
}

/// Combines the router of a model with those of further ones at paths of their own, below `base`.
pub(super) fn beside(base: &str, router: Router, further: Vec<(String, Router)>) -> Router {
    let mut all = Router::new();
    for (path, router) in further {
        let (bare, address) = (path.clone(), format!("{base}{path}/"));
        let redirect =
            move |request, next| with_slash(bare.clone(), address.clone(), request, next);
        all = all.nest_service(&path, router).layer(from_fn(redirect));
    }
    all.fallback_service(router)
}

async fn with_slash(path: String, address: String, request: Request, next: Next) -> Response {
    if request.uri().path() == path {
        return redirected(&address);
    }
    next.run(request).await
}

/// Redirects to the address with a slash at its end, without which relative addresses in the page
/// would be wrong.
fn redirected(address: &str) -> Response {
    let mut response = Redirect::permanent(address).into_response();
    guard::secure(&mut response);
    response
}

async fn strip(base: String, mut request: Request, next: Next) -> Response {
    match stripped(&base, request.uri()) {
        Some(uri) => *request.uri_mut() = uri,
        None if request.uri().path() == base => {
            return redirected(&format!("{base}/"));
        }
        None => {}
    }
    next.run(request).await
}

/// The address without the base path, or `None` if it does not begin with it.
fn stripped(base: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base)?;
    if !rest.starts_with('/') {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_taken_off_whole() {
        let rest = |uri: &str| {
            let found = stripped("/art", &uri.parse().unwrap());
            found.map(|uri| uri.to_string())
        };
        assert_eq!(rest("/art/").as_deref(), Some("/"));
        assert_eq!(rest("/art/v1/mix?a=b").as_deref(), Some("/v1/mix?a=b"));
        assert_eq!(rest("/art//x").as_deref(), Some("//x"));
        for other in ["/", "/art", "/art?a", "/artist/v1/mix", "/v1/art/mix"] {
            assert_eq!(rest(other), None, "{other}");
        }
    }
}
