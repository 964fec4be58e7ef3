//! The OpenAPI document, held against the running server.

use serde_json::{Value, json};
use utsushi::faces::SAMPLE_PORTRAIT;

use crate::client::{Answer, FORM, form, get, post_form, post_json, request};
use crate::painting::base64;
use crate::test_server::{TestServer, drawing};

fn document(server: &TestServer) -> Value {
    let answer = get(server.address, "/v1/openapi.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

/// The answer's status, kind and members are as the document of its server says.
pub fn held_against_the_document(server: &TestServer, path: &str, method: &str, answer: &Answer) {
    as_documented(&document(server), path, method, answer);
}

/// What a `$ref` leads to.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document
            .pointer(&reference[1..])
            .unwrap_or_else(|| panic!("{reference}")),
        None => value,
    }
}

/// The answer's status, kind and members are as documented.
fn as_documented(document: &Value, path: &str, method: &str, answer: &Answer) {
    let (status, context) = (
        answer.status.to_string(),
        format!("{method} {path} {}", answer.status),
    );
    let response = &document["paths"][path][method]["responses"][&status];
    assert!(!response.is_null(), "{context} is not documented");
    let response = resolved(document, response);
    let Some(kinds) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{context} has a body");
        return;
    };
    let kind = answer.header("content-type").unwrap();
    let kind = kind.split(';').next().unwrap();
    let media = kinds
        .get(kind)
        .unwrap_or_else(|| panic!("{context}: {kind}"));
    if kind == "application/json" {
        let schema = resolved(document, &media["schema"]);
        check(document, schema, &answer.json(), &context);
    }
    for header in response["headers"]
        .as_object()
        .into_iter()
        .flat_map(|h| h.keys())
    {
        let found = answer.header(&header.to_ascii_lowercase());
        assert!(found.is_some(), "{context} lacks {header}");
    }
}

/// The part of JSON Schema that the document's answers use.
fn check(document: &Value, schema: &Value, value: &Value, context: &str) {
    let schema = resolved(document, schema);
    if let Some(variants) = schema["oneOf"].as_array() {
        // Told apart by their stage.
        let is_one =
            |variant: &&Value| variant["properties"]["stage"]["enum"] == json!([value["stage"]]);
        let variant = variants.iter().find(is_one);
        let variant = variant.unwrap_or_else(|| panic!("{context}: {value}"));
        check(document, variant, value, context);
        return;
    }
    match schema["type"].as_str() {
        Some("object") => {
            let object = value
                .as_object()
                .unwrap_or_else(|| panic!("{context}: {value}"));
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(
                    object.contains_key(key.as_str().unwrap()),
                    "{context}: no {key} in {value}"
                );
            }
            for (key, inner) in object {
                match schema["properties"].get(key) {
                    Some(schema) => check(document, schema, inner, context),
                    None => assert_ne!(
                        schema["additionalProperties"],
                        json!(false),
                        "{context}: {key}"
                    ),
                }
            }
        }
        Some("array") => {
            for inner in value
                .as_array()
                .unwrap_or_else(|| panic!("{context}: {value}"))
            {
                check(document, &schema["items"], inner, context);
            }
        }
        Some("string") => assert!(value.is_string(), "{context}: {value}"),
        Some("integer") => assert!(value.is_u64(), "{context}: {value}"),
        _ => {}
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{context}: {value}");
    }
}

#[test]
fn every_documented_address_answers_as_documented() {
    let server = TestServer::open();
    let document = document(&server);
    let content = drawing(24, 24);
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    let headers = [FORM, ("prefer", "respond-async")];
    let started = request(
        server.address,
        "POST",
        "/v1/transfer",
        &headers,
        &form(&fields),
    );
    as_documented(&document, "/v1/transfer", "post", &started);
    let links = started.json();
    let mut seen = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "delete"] {
            if item[method].is_null() {
                continue;
            }
            seen.push((method, path));
            let id = links["id"].as_str().unwrap();
            let real = path.replace("{id}", id).replace("{index}", "0");
            let ask = |method: &str, path: &str| {
                request(server.address, &method.to_uppercase(), path, &[], b"")
            };
            let answer = match (method, path.as_str()) {
                ("post", "/v1/mix") => {
                    let body = json!({"content": base64(&content), "styles": [{"own": true}]});
                    post_json(server.address, path, &body)
                }
                ("post", "/v1/edit") => {
                    let body = json!({"content": base64(&content),
                                      "directions": [{"direction": 0, "amount": 1}]});
                    post_json(server.address, path, &body)
                }
                ("post", "/v1/morph") => {
                    let pictures = [base64(&content), base64(&content)];
                    let body = json!({"pictures": pictures, "frames": 3});
                    post_json(server.address, path, &body)
                }
                ("post", "/v1/generate") => post_json(server.address, path, &json!({"count": 2})),
                ("post", "/v1/segment" | "/v1/landmarks") => {
                    post_form(server.address, path, &fields[..1])
                }
                ("post", "/v1/colour") => {
                    let fields: [(&str, &[u8]); 2] = [fields[0], ("reference", SAMPLE_PORTRAIT)];
                    post_form(server.address, path, &fields)
                }
                ("post", _) => post_form(server.address, path, &fields),
                // Kept for the others.
                ("delete", _) => continue,
                _ => ask(method, &real),
            };
            as_documented(&document, path, method, &answer);
            // Another method, no body, a name that is not there.
            let other = ask("PATCH", &real);
            assert_eq!(other.status, 405, "{path}");
            as_documented(&document, path, method, &other);
            if method == "post" {
                assert_eq!(ask(method, &real).status, 415);
                as_documented(&document, path, method, &ask(method, &real));
            } else if path.contains('{') {
                let missing = ask(
                    method,
                    &path.replace("{id}", "none").replace("{index}", "99"),
                );
                assert_eq!(missing.status, 404);
                as_documented(&document, path, method, &missing);
            }
        }
    }
    let place = links["status"].as_str().unwrap();
    let gone = request(server.address, "DELETE", place, &[], b"");
    as_documented(&document, "/v1/jobs/{id}", "delete", &gone);
    assert_eq!(seen.len(), 20, "{seen:?}");
}

#[test]
fn the_document_names_the_styles_of_the_model() {
    let document = document(&TestServer::open());
    let names = &document["components"]["schemas"]["StyleName"]["enum"];
    assert_eq!(names, &json!(["oil", "cel"]));
}

#[test]
fn fields_stand_in_the_document_as_they_are_read() {
    let document = document(&TestServer::open());
    let schema = |path: &str, media: &str| {
        let content = &document["paths"][path]["post"]["requestBody"]["content"];
        resolved(&document, &content[media]["schema"]).clone()
    };
    let json = schema("/v1/transfer", "application/json");
    let form = schema("/v1/transfer", "multipart/form-data");
    assert_eq!(
        (&json["required"], &form["required"]),
        (&json!(["content"]), &json!(["content"]))
    );
    for schema in [&json, &form] {
        assert_eq!(schema["additionalProperties"], json!(false));
        let octaves = &resolved(&document, &schema["properties"]["octaves"])["oneOf"];
        assert_eq!(
            (&octaves[0]["type"], &octaves[0]["maximum"]),
            (&json!("integer"), &json!(5))
        );
        assert_eq!(octaves[1]["enum"], json!(["auto"]));
    }
    // A form repeats fields and has files in place of base64.
    assert!(json["properties"]["references"].is_object());
    assert!(json["properties"]["reference"].is_null());
    assert!(form["properties"]["references"].is_null());
    assert_eq!(
        form["properties"]["reference"]["items"]["format"],
        json!("picture")
    );
    assert_eq!(form["properties"]["content"]["format"], json!("picture"));
    let content = &document["paths"]["/v1/mix"]["post"]["requestBody"]["content"];
    let encoding = &content["multipart/form-data"]["encoding"];
    assert_eq!(
        encoding,
        &json!({
            "regions": {"contentType": "application/json"},
            "styles": {"contentType": "application/json"},
        })
    );
    let parts = &document["components"]["schemas"]["StylePart"]["oneOf"];
    let parts: Vec<_> = parts.as_array().unwrap().iter().collect();
    assert_eq!(parts.len(), 4);
    for part in parts {
        let source = part["required"][0].as_str().unwrap();
        assert!(
            !part["properties"][source]["type"].is_null() || source == "name",
            "{part}"
        );
        assert!(part["properties"]["weight"].is_object(), "{part}");
    }
    let new = schema("/v1/generate", "multipart/form-data");
    assert!(new.get("required").is_none(), "{new}");
    assert_eq!(new["properties"]["seed"]["maximum"], json!(u64::MAX));
    let morph = schema("/v1/morph", "multipart/form-data");
    assert_eq!(morph["required"], json!(["picture"]));
}

#[test]
fn references_in_the_document_lead_somewhere() {
    fn walk(document: &Value, value: &Value) {
        if value.get("$ref").is_some() {
            resolved(document, value);
        }
        let inner = value.as_object().into_iter().flat_map(|o| o.values());
        for value in inner.chain(value.as_array().into_iter().flatten()) {
            walk(document, value);
        }
    }
    let document = document(&TestServer::open());
    walk(&document, &document);
}

#[test]
fn figures_are_in_the_format_of_prometheus() {
    let server = TestServer::open();
    let content = drawing(24, 24);
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    post_form(server.address, "/v1/transfer", &fields);
    get(server.address, "/some/secret/name");
    let text = String::from_utf8(get(server.address, "/metrics").body).unwrap();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let plain = name.split('{').next().unwrap();
        assert!(
            plain.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{line}"
        );
    }
    assert!(!text.contains("secret"));
    for line in [
        "utsushi_requests_total{route=\"/v1/transfer\",status=\"200\"} 1",
        "utsushi_requests_total{route=\"other\",status=\"404\"} 1",
        "utsushi_request_seconds_bucket{le=\"+Inf\",route=\"/v1/transfer\"} 1",
        "utsushi_pictures_total 1",
        "utsushi_pixels_total 576",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} in {text}");
    }
}
