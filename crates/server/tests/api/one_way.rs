//! A network that paints in one way, behind the same addresses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use utsushi::backend::{Backend, BackendError, Capabilities, Pixels};
use utsushi::{BlendPath, Framing, OneStylePainter, OutputOptions, Style, StyleError};
use utsushi_imaging::{Picture, decode};
use utsushi_server::{Engine, EngineOptions, PartSource, StylePart, SubmitError, Work, WorkError};

use crate::client::{FORM, begin_with, form, get, post_form, post_json, request};
use crate::documented::held_against_the_document;
use crate::jobs::until;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing};

/// Turns colours around, and notes how many pictures it is given at a time.
#[derive(Debug, Default)]
struct Negative {
    /// How long a picture takes.
    time: Duration,
    passes: Mutex<Vec<usize>>,
    tiles: AtomicUsize,
}

impl Backend for Negative {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            alignment: 8,
            ..Capabilities::default()
        }
    }

    fn forward(&self, pictures: Pixels<'_>, _: &[Style]) -> Result<Vec<f32>, BackendError> {
        std::thread::sleep(self.time);
        self.tiles.fetch_add(1, Ordering::Relaxed);
        self.passes.lock().unwrap().push(pictures.count());
        Ok(pictures.values.iter().map(|value| -value).collect())
    }
}

fn painter(network: &Arc<Negative>) -> OneStylePainter {
    let painter = OneStylePainter::new(network.clone(), "negative");
    painter.described("CC0", "# A network for tests\n")
}

fn open(network: &Arc<Negative>, engine: EngineOptions) -> TestServer {
    TestServer::of(painter(network), engine, None)
}

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &Default::default()).unwrap().picture
}

fn negative(bytes: &[u8]) -> Vec<u8> {
    picture(bytes).rgb().iter().map(|byte| 255 - byte).collect()
}

#[test]
fn transfer_paints_and_there_is_one_style() {
    let server = open(&Arc::default(), EngineOptions::default());
    let content = drawing(50, 37);
    let plain = post_form(server.address, "/v1/transfer", &[("content", &content)]);
    assert_eq!(plain.status, 200);
    assert_eq!(picture(&plain.body).rgb(), negative(&content));
    held_against_the_document(&server, "/v1/transfer", "post", &plain);
    // By its name, as JSON, half way, and as a job.
    let named = json!({"content": base64(&content), "style_name": "negative"});
    assert_eq!(
        post_json(server.address, "/v1/transfer", &named).body,
        plain.body
    );
    let half: [(&str, &[u8]); 2] = [("content", &content), ("strength", b"0.5")];
    let half = picture(&post_form(server.address, "/v1/transfer", &half).body);
    assert!(half.rgb().iter().all(|byte| (127..=128).contains(byte)));
    let headers = [FORM, ("prefer", "respond-async")];
    let body = form(&[("content", &content)]);
    let started = request(server.address, "POST", "/v1/transfer", &headers, &body);
    assert_eq!(started.status, 202);
    let links = started.json();
    let events = get(server.address, links["events"].as_str().unwrap());
    assert!(String::from_utf8_lossy(&events.body).contains("\"done\""));
    let result = get(server.address, links["result"].as_str().unwrap());
    assert_eq!(result.body, plain.body);

    let styles = get(server.address, "/v1/styles");
    held_against_the_document(&server, "/v1/styles", "get", &styles);
    let style =
        json!({"name": "negative", "licence": "CC0", "thumbnail": "/v1/styles/0/thumbnail"});
    assert_eq!(styles.json(), json!({"styles": [style]}));
    let thumbnail = get(server.address, "/v1/styles/0/thumbnail");
    assert_eq!(picture(&thumbnail.body).width(), 128);
    assert_eq!(get(server.address, "/v1/styles/1/thumbnail").status, 404);
    let models = get(server.address, "/v1/models");
    held_against_the_document(&server, "/v1/models", "get", &models);
    let model = &models.json()["models"][0];
    assert_eq!(model["one_way"], true);
    assert_eq!(model["generates"], false);
    assert_eq!(model["styles"], json!(["negative"]));
    assert_eq!(model["card"], "# A network for tests\n");
    assert_eq!(model["native_size"], Value::Null);
    let document = get(server.address, "/v1/openapi.json").json();
    let names = &document["components"]["schemas"]["StyleName"]["enum"];
    assert_eq!(names, &json!(["negative"]));
}

#[test]
fn what_it_does_not_do_is_told() {
    let server = open(&Arc::default(), EngineOptions::default());
    let content = drawing(20, 20);
    let own = base64(&content);
    let part = json!([{"name": "negative"}]);
    for (path, body) in [
        ("/v1/transfer", json!({"content": own, "references": [own]})),
        ("/v1/transfer", json!({"content": own, "style_name": "oil"})),
        ("/v1/transfer", json!({"content": own, "style_seed": 7})),
        ("/v1/mix", json!({"content": own, "styles": part})),
        (
            "/v1/edit",
            json!({"content": own, "directions": [{"direction": 0, "amount": 1}]}),
        ),
        ("/v1/morph", json!({"pictures": [own, own], "frames": 3})),
        ("/v1/generate", json!({})),
        // Nothing that could be read, either.
        ("/v1/generate", json!([7])),
    ] {
        let answer = post_json(server.address, path, &body);
        assert_eq!(
            (answer.status, answer.code()),
            (422, "one_way".into()),
            "{path}"
        );
        held_against_the_document(&server, path, "post", &answer);
    }
    let directions = get(server.address, "/v1/directions");
    assert_eq!(
        (directions.status, directions.code()),
        (422, "one_way".into())
    );
    held_against_the_document(&server, "/v1/directions", "get", &directions);
    // The limits and the checks of pictures are those of every model.
    let broken = post_form(
        server.address,
        "/v1/transfer",
        &[("content", &content[..60])],
    );
    assert_eq!(broken.status, 422);
    let strong: [(&str, &[u8]); 2] = [("content", &content), ("strength", b"3")];
    let strong = post_form(server.address, "/v1/transfer", &strong);
    assert_eq!(strong.code(), "bad_strength");
}

#[test]
fn those_that_wait_together_are_painted_together() {
    let network = Arc::new(Negative {
        time: Duration::from_millis(500),
        ..Negative::default()
    });
    let engine = Engine::start(painter(&network), EngineOptions::default());
    let work = |side: u32| Work {
        content: drawing(side, 40).into(),
        references: Vec::new(),
        styles: Vec::new(),
        framing: Framing::Auto,
        path: BlendPath::Line,
        strength: 1.0,
        octaves: None,
        keep_colours: false,
        networks_alone: false,
        regions: Vec::new(),
        layers: false,
        format: utsushi_imaging::OutputFormat::Png,
        output: OutputOptions::default(),
    };
    // While the first is painted, the others come to wait beside it.
    let first = engine.submit(work(64)).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let tickets = [0; 3].map(|_| engine.submit(work(40)).unwrap());
    assert_eq!(first.wait().unwrap().width, 64);
    for ticket in tickets {
        let painted = ticket.wait().unwrap();
        assert_eq!(picture(&painted.bytes).rgb(), negative(&drawing(40, 40)));
    }
    assert_eq!(*network.passes.lock().unwrap(), [1, 3]);
    let mut foreign = work(40);
    foreign.styles = vec![StylePart {
        source: PartSource::Own,
        weights: [1.0; 4],
    }];
    let refused = engine.submit(foreign).unwrap_err();
    let expected = SubmitError::Work(WorkError::Style(StyleError::OneStyle));
    assert_eq!(refused, expected);
}

#[test]
fn large_pictures_are_tiled_let_others_pass_and_end_with_their_client() {
    let network = Arc::new(Negative {
        time: Duration::from_millis(20),
        ..Negative::default()
    });
    let engine = EngineOptions {
        tile: 256,
        workers: 2,
        ..EngineOptions::default()
    };
    let server = open(&network, engine);
    let large = drawing(900, 700);
    let painted = post_form(server.address, "/v1/transfer", &[("content", &large)]);
    assert_eq!(picture(&painted.body).rgb(), negative(&large));
    let tiles = network.tiles.swap(0, Ordering::Relaxed);
    assert!(tiles > 12, "{tiles}");

    // A long one is under way; a short one is painted between its tiles.
    let long = drawing(2500, 2500);
    let stream = begin_with(server.address, &[("content", &long)]);
    until(&server, "utsushi_queue_in_work", |value| value == 1.0);
    let small = drawing(64, 48);
    let passed = post_form(server.address, "/v1/transfer", &[("content", &small)]);
    assert_eq!(picture(&passed.body).rgb(), negative(&small));
    until(&server, "utsushi_queue_in_work", |value| value == 1.0);
    drop(stream);
    until(&server, "utsushi_queue_in_work", |value| value == 0.0);
    let tiles = network.tiles.load(Ordering::Relaxed);
    assert!(tiles < 150, "all of it was painted: {tiles}");
}

#[test]
fn parts_stay_and_have_no_styles_of_their_own() {
    let server = open(&Arc::default(), EngineOptions::default());
    let content = utsushi::faces::SAMPLE_PORTRAIT;
    let ask = |path: &str, more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", content)];
        fields.extend(more);
        let answer = post_form(server.address, path, &fields);
        held_against_the_document(&server, path, "post", &answer);
        answer
    };
    let regions: (&str, &[u8]) = ("regions", br#"[{"part": "figure", "keep": true}]"#);
    let kept = ask("/v1/transfer", &[regions]).with_status(200);
    assert_eq!(ask("/v1/transfer", &[("keep", b"figure")]).body, kept.body);
    let same = picture(&kept.body);
    let same = same.rgb().iter().zip(picture(content).rgb().to_vec());
    let same = same.filter(|&(painted, given)| *painted == given).count();
    assert!(same > 128 * 128 / 2, "{same}");
    let styled: (&str, &[u8]) = ("regions", br#"[{"part": "hair", "seed": 7}]"#);
    assert_eq!(ask("/v1/transfer", &[styled]).code(), "one_way");
    ask("/v1/segment", &[]).with_status(200);
    ask("/v1/landmarks", &[]).with_status(200);
}
