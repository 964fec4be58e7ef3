//! Who may ask, and what every answer says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use utsushi_server::{EngineOptions, ServerOptions};

use crate::client::{FORM, form, get, post_form, request, send_raw};
use crate::test_server::{TestServer, drawing, painter};

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
    ] {
        let answer = post(&headers);
        assert_eq!(
            (answer.status, answer.code()),
            (403, "cross_origin".into()),
            "{headers:?}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // Another name may be another page's, which points here.
    let renamed = post(&[("host", "example.org")]);
    assert_eq!(
        (renamed.status, renamed.code()),
        (403, "unknown_host".into())
    );
    let error = &renamed.json()["error"];
    assert!(error["message"].as_str().unwrap().contains("example.org"));
    assert!(error["fix"].as_str().unwrap().contains("--allow-host"));
    let nameless = send_raw(server.address, b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(nameless.code(), "unknown_host");
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
fn behind_a_proxy_it_has_another_name_and_path() {
    let options = ServerOptions {
        allowed_hosts: vec!["art.example.org".to_owned()],
        base_path: "/studio".to_owned(),
        ..ServerOptions::new("127.0.0.1:0".parse().unwrap())
    };
    let server = TestServer::with_options(painter(), options);
    let named =
        |path: &str, name: &str| request(server.address, "GET", path, &[("host", name)], b"");
    for name in ["art.example.org", "ART.example.org:8443", "localhost:1"] {
        for path in [
            "/studio/",
            "/",
            "/studio/assets/main.js",
            "/studio/v1/models",
            "/healthz",
        ] {
            assert_eq!(named(path, name).status, 200, "{name}{path}");
        }
    }
    for name in ["example.org", "art.example.org.evil.example", "10.0.0.1"] {
        assert_eq!(named("/studio/", name).code(), "unknown_host", "{name}");
    }
    let slash = named("/studio", "art.example.org");
    assert_eq!(
        (slash.status, slash.header("location")),
        (308, Some("/studio/"))
    );
    assert!(slash.header("content-security-policy").is_some());
    assert_eq!(named("/studios/", "art.example.org").status, 404);

    // Links lead to where the client can follow them, also where the proxy says its own name only
    // in the origin.
    let styles = named("/studio/v1/styles", "art.example.org").json();
    let thumbnail = styles["styles"][0]["thumbnail"].as_str().unwrap();
    assert_eq!(thumbnail, "/studio/v1/styles/0/thumbnail");
    assert_eq!(named(thumbnail, "art.example.org").status, 200);
    let content = drawing(24, 24);
    let body = form(&[("content", &content), ("style_name", b"oil")]);
    let headers = [
        FORM,
        ("prefer", "respond-async"),
        ("origin", "https://art.example.org"),
    ];
    let started = request(
        server.address,
        "POST",
        "/studio/v1/transfer",
        &headers,
        &body,
    );
    assert_eq!(started.status, 202);
    let links = started.json();
    let events = named(links["events"].as_str().unwrap(), "art.example.org");
    assert!(
        String::from_utf8(events.body)
            .unwrap()
            .contains("event: done")
    );
    let result = named(links["result"].as_str().unwrap(), "art.example.org");
    let plain: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    assert_eq!(
        result.body,
        post_form(server.address, "/v1/transfer", &plain).body
    );
    let document = named("/studio/v1/openapi.json", "art.example.org").json();
    assert_eq!(document["servers"][0]["url"], "/studio/");
}

#[test]
fn a_server_for_others_has_every_name_unless_some_are_allowed() {
    let options = |names: &[&str]| ServerOptions {
        allowed_hosts: names.iter().map(|name| (*name).to_owned()).collect(),
        ..ServerOptions::new("0.0.0.0:0".parse().unwrap())
    };
    let status = |server: &TestServer, host: &str| {
        let bytes = format!("GET /healthz HTTP/1.0\r\n{host}\r\n");
        send_raw(server.address, bytes.as_bytes()).unwrap().status
    };
    let open = TestServer::with_options(painter(), options(&[]));
    for host in ["", "host: example.org\r\n", "host: 10.0.0.1\r\n"] {
        assert_eq!(status(&open, host), 200, "{host}");
    }
    let named = TestServer::with_options(painter(), options(&["art.example.org"]));
    for host in [
        "10.0.0.1:80",
        "[2001:db8::1]:80",
        "localhost",
        "art.example.org",
    ] {
        assert_eq!(status(&named, &format!("host: {host}\r\n")), 200, "{host}");
    }
    for host in ["", "host: example.org\r\n"] {
        assert_eq!(status(&named, host), 403, "{host}");
    }
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
        for mark in ["src=\"", "href=\"", "from './", "ask('/assets/"] {
            for (at, _) in text.match_indices(mark) {
                let rest = &text[at + mark.len()..];
                let name = &rest[..rest.find(['"', '\'']).unwrap()];
                if name.starts_with('#') {
                    continue;
                }
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

#[test]
fn the_pages_slider_goes_as_far_as_the_programs() {
    let page = include_str!("../../assets/page/index.html");
    let slider = page.split("id=\"strength\"").nth(1).unwrap();
    let most = utsushi::PaintOptions::MOST_STRENGTH * 100.0;
    let slider = slider.split('>').next().unwrap();
    assert!(slider.contains(&format!("max=\"{most}\"")), "{slider}");
}

/// Each code that an error can have is explained in Chinese, and none else is.
#[test]
fn errors_are_explained_in_chinese() {
    let mut codes = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(path).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap();
            let source: String = source.split_whitespace().collect();
            for mark in [
                "bad(\"",
                "busy(\"",
                "together(\"",
                "unusable(\"",
                "entries(\"",
                "StatusCode::FORBIDDEN,\"",
                "StatusCode::NOT_FOUND,\"",
                "StatusCode::CONFLICT,\"",
                "StatusCode::UNAUTHORIZED,\"",
                "StatusCode::METHOD_NOT_ALLOWED,\"",
                "StatusCode::PAYLOAD_TOO_LARGE,\"",
                "StatusCode::REQUEST_TIMEOUT,\"",
                "StatusCode::SERVICE_UNAVAILABLE,\"",
                "StatusCode::UNPROCESSABLE_ENTITY,\"",
                "StatusCode::UNSUPPORTED_MEDIA_TYPE,\"",
                "StatusCode::INTERNAL_SERVER_ERROR,\"",
                "refused(\"",
                "=>\"",
            ] {
                for (at, _) in source.match_indices(mark) {
                    let rest = &source[at + mark.len()..];
                    let code = &rest[..rest.find('"').unwrap()];
                    let single = ["fault", "cancelled", "stopping", "unauthorized"];
                    if code.contains('_') || single.contains(&code) {
                        codes.insert(code.to_owned());
                    }
                }
            }
        }
    }
    assert!(codes.len() > 50, "{codes:?}");
    let page = include_str!("../../assets/page/texts.js");
    let errors = page.split("const ERRORS").nth(1).unwrap();
    let errors = errors.split("\n};").next().unwrap();
    let (english, chinese) = errors.split_once("  zh: {").unwrap();
    let is_chinese = |sign: char| ('\u{4e00}'..='\u{9fff}').contains(&sign);
    assert!(!english.contains(is_chinese));
    let explained = chinese
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.split_once(": '"));
    let explained: BTreeSet<_> = explained.map(|(code, _)| code.to_owned()).collect();
    let codes: BTreeSet<_> = codes.into_iter().collect();
    let missing: Vec<_> = codes.difference(&explained).collect();
    let idle: Vec<_> = explained.difference(&codes).collect();
    assert!(
        missing.is_empty() && idle.is_empty(),
        "missing: {missing:?}, idle: {idle:?}"
    );
}
