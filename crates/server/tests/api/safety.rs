//! Who may ask, and what every answer says.

use utsushi_server::EngineOptions;

use crate::client::{FORM, form, get, request};
use crate::test_server::{TestServer, drawing};

#[test]
fn the_token_is_wanted_for_all_but_the_page() {
    let server = TestServer::with(EngineOptions::default(), Some("a-long-secret-token"));
    let status = |path: &str, shown: Option<&str>| {
        let headers: Vec<_> = shown
            .map(|shown| ("authorization", shown))
            .into_iter()
            .collect();
        request(server.address, "GET", path, &headers, b"").status
    };
    for path in ["/", "/assets/main.js", "/favicon.ico", "/healthz"] {
        assert_eq!(status(path, None), 200, "{path}");
    }
    for path in [
        "/v1/styles",
        "/v1/styles/0/thumbnail",
        "/v1/models",
        "/v1/openapi.json",
        "/metrics",
    ] {
        assert_eq!(status(path, None), 401, "{path}");
        assert_eq!(
            status(path, Some("Bearer a-long-secret-tokem")),
            401,
            "{path}"
        );
        assert_eq!(
            status(path, Some("Bearer a-long-secret-token")),
            200,
            "{path}"
        );
    }
    let refused = request(server.address, "POST", "/v1/transfer", &[FORM], &form(&[]));
    assert_eq!(
        (refused.status, refused.code()),
        (401, "unauthorized".into())
    );
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    assert_eq!(request(server.address, "POST", "/", &[], b"x").status, 401);
}

#[test]
fn pages_of_other_origins_are_refused() {
    let server = TestServer::open();
    let content = drawing(24, 24);
    let body = form(&[("content", &content), ("style_name", b"oil")]);
    let post = |headers: &[(&str, &str)]| {
        let headers = [&[FORM], headers].concat();
        request(server.address, "POST", "/v1/transfer", &headers, &body)
    };
    let own = format!("http://{}", server.address);
    assert_eq!(
        post(&[("origin", &own), ("sec-fetch-site", "same-origin")]).status,
        200
    );
    for headers in [
        [("origin", "http://example.org")],
        [("origin", "null")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("host", "example.org")],
    ] {
        let answer = post(&headers);
        assert_eq!(
            (answer.status, answer.code()),
            (403, "cross_origin".into()),
            "{headers:?}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // A link from elsewhere may open the page, but nothing else, and not under a foreign name.
    let open = |path: &str, header| request(server.address, "GET", path, &[header], b"").status;
    assert_eq!(open("/", ("sec-fetch-site", "cross-site")), 200);
    assert_eq!(open("/v1/styles", ("sec-fetch-site", "cross-site")), 403);
    assert_eq!(open("/", ("host", "example.org")), 403);
    assert_eq!(open("/", ("host", "localhost:1")), 200);
    assert_eq!(
        request(
            server.address,
            "OPTIONS",
            "/v1/transfer",
            &[("origin", "http://a")],
            b""
        )
        .status,
        403
    );
}

#[test]
fn every_answer_carries_the_policy() {
    let server = TestServer::open();
    for path in [
        "/",
        "/assets/style.css",
        "/v1/styles",
        "/nothing",
        "/healthz",
    ] {
        let answer = get(server.address, path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
    }
}

#[test]
fn the_page_brings_all_it_needs_and_asks_nobody_else() {
    let server = TestServer::open();
    let mut wanted = vec!["/".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = wanted.pop() {
        if seen.contains(&path) {
            continue;
        }
        let answer = get(server.address, &path);
        assert_eq!(answer.status, 200, "{path}");
        seen.push(path.clone());
        if path.ends_with(".png") {
            continue;
        }
        let text = String::from_utf8(answer.body).unwrap();
        assert!(
            !text.contains("style=\"") && !text.contains("onclick="),
            "{path}: the policy forbids it"
        );
        for foreign in ["https://", "http://"] {
            for (at, _) in text.match_indices(foreign) {
                let rest = &text[at..];
                assert!(
                    rest.starts_with("http://www.w3.org/2000/svg"),
                    "{path}: {}",
                    &rest[..40]
                );
            }
        }
        for mark in ["src=\"/", "href=\"/", "from './", "ask('/assets/"] {
            for (at, _) in text.match_indices(mark) {
                let rest = &text[at + mark.len()..];
                let name = &rest[..rest.find(['"', '\'']).unwrap()];
                wanted.push(match mark {
                    "from './" | "ask('/assets/" => format!("/assets/{name}"),
                    _ => format!("/{name}"),
                });
            }
        }
    }
    assert!(seen.len() >= 19, "{seen:?}");
}

#[test]
fn both_languages_have_all_texts() {
    let text = include_str!("../../assets/page/texts.js");
    let keys = |from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let part = &text[start..start + text[start..].find(to).unwrap()];
        let lines = part
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(": '"));
        lines.map(|(key, _)| key.to_owned()).collect::<Vec<_>>()
    };
    let (english, chinese) = (keys("  en: {", "  zh: {"), keys("  zh: {", "\n};"));
    assert!(english.len() > 50);
    assert_eq!(english, chinese);
    // What the page names is there.
    let page = include_str!("../../assets/page/index.html");
    for mark in ["data-text=\"", "data-label=\"", "data-alt=\""] {
        for (at, _) in page.match_indices(mark) {
            let rest = &page[at + mark.len()..];
            let key = &rest[..rest.find('"').unwrap()];
            assert!(english.iter().any(|own| own == key), "{key}");
        }
    }
}
