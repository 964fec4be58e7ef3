//! Paintings by the networks and nothing else.

use serde_json::json;
use utsushi::faces::SAMPLE_PORTRAIT;
use utsushi::{PaintOptions, PaintRequest};
use utsushi_imaging::{DecodeLimits, Picture, decode};
use utsushi_server::EngineOptions;

use crate::client::{get, post_form, post_json};
use crate::painting::base64;
use crate::test_server::{TestServer, flat_painter};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &DecodeLimits::default()).unwrap().picture
}

#[test]
fn the_networks_alone_paint_where_that_is_asked_for() {
    let server = TestServer::of(flat_painter(), EngineOptions::default(), None);
    let (painter, shown) = (flat_painter(), picture(SAMPLE_PORTRAIT));
    let oil = painter.named_style("oil").unwrap();
    let [alone, whole] = [true, false].map(|networks_alone| {
        let options = PaintOptions {
            networks_alone,
            octaves: Some(0),
            ..PaintOptions::default()
        };
        let request = PaintRequest::new(&shown, &oil).with_options(options);
        painter.paint_one(&request, &mut ()).unwrap()
    });
    assert_ne!(alone, whole);
    let name: (&str, &[u8]) = ("style_name", b"oil");
    let mix: (&str, &[u8]) = ("styles", br#"[{"name": "oil"}]"#);
    for (path, style) in [("/v1/transfer", name), ("/v1/mix", mix)] {
        let ask = |networks_alone: &[u8]| {
            let fields = [
                ("content", SAMPLE_PORTRAIT),
                style,
                ("octaves", b"0"),
                ("networks_alone", networks_alone),
            ];
            picture(
                &post_form(server.address, path, &fields)
                    .with_status(200)
                    .body,
            )
        };
        assert_eq!(ask(b"true"), alone, "{path}");
        assert_eq!(ask(b"false"), whole, "{path}");
    }
    let body = json!({
        "content": base64(SAMPLE_PORTRAIT), "style_name": "oil", "octaves": 0, "networks_alone": true,
    });
    let answer = post_json(server.address, "/v1/transfer", &body).with_status(200);
    assert_eq!(picture(&answer.body), alone);
    let document = get(server.address, "/v1/openapi.json").json();
    for schema in ["TransferRequest", "MixRequest"] {
        let field = &document["components"]["schemas"][schema]["properties"]["networks_alone"];
        assert_eq!(
            (&field["type"], &field["default"]),
            (&json!("boolean"), &json!(false)),
            "{schema}"
        );
    }
}
