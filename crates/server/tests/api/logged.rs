//! What the operator is told, and on which threads work is done.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use utsushi::backend::{Backend, BackendError, Capabilities, Pixels};
use utsushi::{OneStylePainter, Style};
use utsushi_server::{EngineOptions, KeepOptions};

use crate::client::{FORM, form, get, post_form, post_json, request};
use crate::documented::held_against_the_document;
use crate::painting::base64;
use crate::test_server::{TestServer, drawing};

/// An event that was logged: its fields, with those of the spans that it is in.
#[derive(Clone, Debug)]
struct Logged {
    thread: ThreadId,
    fields: String,
}

static LOGGED: Mutex<Vec<Logged>> = Mutex::new(Vec::new());

struct Recorder;

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!("{}={value:?};", field.name());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !event.metadata().target().starts_with("utsushi_server") {
            return;
        }
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0 += &outer.0;
            }
        }
        event.record(&mut fields);
        let thread = std::thread::current().id();
        let fields = fields.0;
        LOGGED.lock().unwrap().push(Logged { thread, fields });
    }
}

/// Records all events of the server from now on.
fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = Registry::default().with(Recorder);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

fn logged(text: &str) -> Vec<Logged> {
    let logged = LOGGED.lock().unwrap();
    let with = logged.iter().filter(|one| one.fields.contains(text));
    with.cloned().collect()
}

/// Waits for an event with both texts: a panic is logged when the thread has unwound, which may be
/// after the client has its answer.
fn until_logged(text: &str, told: &str) {
    let began = Instant::now();
    loop {
        let with = logged(text);
        if with.iter().any(|one| one.fields.contains(told)) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{with:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A network with a mistake.
#[derive(Debug)]
struct Panicking(&'static str);

impl Backend for Panicking {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn forward(&self, _: Pixels<'_>, _: &[Style]) -> Result<Vec<f32>, BackendError> {
        panic!("{}", self.0)
    }
}

#[test]
fn a_panic_is_logged_with_the_number_that_the_client_gets() {
    record();
    let network = Arc::new(Panicking("seven is not eight"));
    let painter = OneStylePainter::new(network, "none");
    let server = TestServer::of(painter, EngineOptions::default(), None);
    get(server.address, "/healthz");
    let content = drawing(20, 20);
    let answer = post_form(server.address, "/v1/transfer", &[("content", &content)]);
    assert_eq!((answer.status, answer.code()), (500, "fault".into()));
    held_against_the_document(&server, "/v1/transfer", "post", &answer);
    let number = answer.json()["error"]["request"].as_u64().unwrap();
    assert_eq!(answer.header("x-request-id"), Some(&*number.to_string()));
    let told = format!("request={number};");
    until_logged("panic=\"seven is not eight\"", &told);
    let answered = logged("route=\"/v1/transfer\"");
    assert!(
        answered
            .iter()
            .any(|one| one.fields.contains(&told) && one.fields.contains("code=\"fault\""))
    );

    // A job tells the number of the request that started it, whoever asks for it later.
    let headers = [FORM, ("prefer", "respond-async")];
    let body = form(&[("content", &content)]);
    let started = request(server.address, "POST", "/v1/transfer", &headers, &body);
    let number = started.header("x-request-id").unwrap().to_owned();
    let links = started.json();
    let events = get(server.address, links["events"].as_str().unwrap());
    let events = String::from_utf8(events.body).unwrap();
    assert!(
        events.contains(&format!("\"request\":{number}")),
        "{events}"
    );
    let result = get(server.address, links["result"].as_str().unwrap());
    assert_eq!(result.json()["error"]["request"].to_string(), number);
    let told = format!("request={number};");
    until_logged("panic=\"seven is not eight\"", &told);
}

#[test]
fn the_thread_that_answers_neither_decodes_nor_hashes_nor_checks() {
    record();
    let folder = tempfile::tempdir().unwrap();
    let keep = KeepOptions::new(folder.path().to_owned());
    let server = TestServer::keeping(keep, EngineOptions::default());
    let content = base64(&drawing(24, 24));
    let body = json!({"content": content, "style_seed": 7});
    let plain = post_json(server.address, "/v1/transfer", &body);
    assert_eq!(plain.status, 200);
    let headers = [
        ("content-type", "application/json"),
        ("prefer", "respond-async"),
    ];
    let body = body.to_string();
    let started = request(
        server.address,
        "POST",
        "/v1/transfer",
        &headers,
        body.as_bytes(),
    );
    let links = started.json();
    get(server.address, links["events"].as_str().unwrap());
    for path in [
        links["result"].as_str().unwrap(),
        "/v1/styles/0/thumbnail",
        "/v1/openapi.json",
        "/assets/example.png",
    ] {
        assert_eq!(get(server.address, path).status, 200, "{path}");
    }
    let heavy = [
        "reading the body of a request",
        "checking a task",
        "computing an entity tag",
    ];
    for what in heavy {
        let done = logged(what);
        assert!(!done.is_empty(), "{what}");
        let on_it = done.iter().filter(|one| one.thread == server.thread_id);
        assert_eq!(on_it.count(), 0, "{what}");
    }
}
