//! The log of `utsushi serve`: a line on standard output for each event of the server.

use std::fmt::{Debug, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::set_global_default;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::error::take_panic;
use crate::output;

/// Target of the events to print; those of other crates are ignored.
const TARGET: &str = "utsushi_server";

/// Prints the server's events from now on, each as a line of text or as a JSON object.
///
/// # Errors
/// Another subscriber takes the events already.
pub fn start(as_json: bool) -> anyhow::Result<()> {
    let subscriber = Registry::default().with(Lines { as_json });
    set_global_default(subscriber).context("the log cannot be started")
}

struct Lines {
    as_json: bool,
}

/// Fields of an event or a span, by their names.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with(TARGET) || *metadata.level() > Level::INFO {
            return;
        }
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.clone());
            }
        }
        event.record(&mut fields);
        if fields.0.contains_key("panic")
            && let Some(said) = take_panic()
        {
            // With the place in the source, which only the hook for panics is told.
            fields.0.insert("panic".to_owned(), said.into());
        }
        // A log that nobody reads is no reason to stop.
        let _ = output::line(if self.as_json {
            json_line(fields.0, metadata.level())
        } else {
            text_line(&fields.0)
        });
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        self.0.insert(field.name().to_owned(), text.into());
    }
}

/// Formats an event as a line of text: `POST /v1/transfer 200 0.123 s, request 7`, or what went
/// wrong.
fn text_line(fields: &Map<String, Value>) -> String {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let mut line = match (text("method"), text("route")) {
        (Some(method), Some(route)) => format!("{method} {route} {}", fields["status"]),
        _ => format!("error: {}", text("message").unwrap_or_default()),
    };
    // Writing to a string cannot fail.
    if let Some(code) = text("code") {
        let _ = write!(line, " {code}");
    }
    if let Some(seconds) = fields.get("seconds").and_then(Value::as_f64) {
        let _ = write!(line, " {seconds:.3} s");
    }
    if let Some(why) = text("panic").or_else(|| text("reason")) {
        let _ = write!(line, ": {why}");
    }
    if let Some(number) = fields.get("request") {
        let _ = write!(line, ", request {number}");
    }
    line
}

/// Formats an event as JSON: all fields, with `code` null if there is none, and the time in seconds
/// since 1970.
fn json_line(mut fields: Map<String, Value>, level: &Level) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    fields.insert(
        "time".to_owned(),
        now.map_or(0.0, |now| now.as_secs_f64()).into(),
    );
    if fields.contains_key("status") {
        fields.entry("code").or_insert(Value::Null);
    } else {
        fields.insert("level".to_owned(), json!(level.as_str()));
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn requests_and_panics_as_text_and_as_json() {
        let answered = fields(json!({"request": 7, "method": "POST", "route": "/v1/mix",
            "status": 400, "seconds": 0.0123, "code": "bad_json", "message": "answered"}));
        assert_eq!(
            text_line(&answered),
            "POST /v1/mix 400 bad_json 0.012 s, request 7"
        );
        let object: Value = serde_json::from_str(&json_line(answered, &Level::INFO)).unwrap();
        assert_eq!(
            (&object["request"], &object["status"]),
            (&json!(7), &json!(400))
        );
        assert!(object["time"].as_f64().unwrap() > 1e9);
        let panicked = fields(json!({"request": 7, "panic": "out of range (src/a.rs:3:5)",
            "message": "the painting thread panicked"}));
        assert_eq!(
            text_line(&panicked),
            "error: the painting thread panicked: out of range (src/a.rs:3:5), request 7"
        );
        let line = json_line(panicked, &Level::ERROR);
        assert!(line.contains("\"level\":\"ERROR\""), "{line}");
    }
}
