//! Metrics for Prometheus, in the text format of OpenMetrics.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::state::{BYTES_PER_PERMIT, ServerState};
use crate::Painted;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 12] = [
    0.005, 0.025, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
];

/// A gauge that is read on request: its name, its description, and a function for its value, which
/// may be absent.
type Reading = (&'static str, &'static str, fn(&ServerState) -> Option<u64>);

const READINGS: [Reading; 9] = [
    ("utsushi_queue_waiting", "Requests that wait", |state| {
        Some(state.engine.waiting() as u64)
    }),
    ("utsushi_queue_in_work", "Requests in work", |state| {
        Some(state.engine.in_work() as u64)
    }),
    (
        "utsushi_queue_limit",
        "Most requests that may wait",
        |state| Some(state.engine.options().queue as u64),
    ),
    ("utsushi_jobs", "Jobs, finished ones among them", |state| {
        Some(state.jobs.len() as u64)
    }),
    (
        "utsushi_jobs_unfinished",
        "Jobs that are not finished",
        |state| Some(state.jobs.unfinished() as u64),
    ),
    (
        "utsushi_upload_bytes_held",
        "Bytes of requests that are held",
        |state| {
            let free = state.budget.available_permits() * BYTES_PER_PERMIT;
            Some(state.limits.held_bytes.saturating_sub(free) as u64)
        },
    ),
    ("utsushi_kept_results", "Results on the disk", |state| {
        Some(state.jobs.store()?.totals().results as u64)
    }),
    (
        "utsushi_kept_bytes",
        "Bytes of results on the disk",
        |state| Some(state.jobs.store()?.totals().bytes),
    ),
    (
        "process_resident_memory_bytes",
        "Memory that the process takes",
        |_| resident_bytes(),
    ),
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Address {
    route: &'static str,
}

pub(super) struct Metrics {
    registry: Registry,
    readings: [Gauge; READINGS.len()],
    requests: Family<Answered, Counter>,
    latency: Family<Address, Histogram, fn() -> Histogram>,
    pictures: Counter,
    pixels: Counter,
    keep_failures: Counter,
}

impl Metrics {
    /// Metrics that are all 0; `keeps` says whether results are kept on the disk.
    pub(super) fn new(keeps: bool) -> Self {
        let mut registry = Registry::default();
        let readings = [(); READINGS.len()].map(|()| Gauge::default());
        for ((name, help, _), gauge) in READINGS.iter().zip(&readings) {
            let absent = name.starts_with("utsushi_kept") && !keeps
                || *name == "process_resident_memory_bytes" && resident_bytes().is_none();
            if !absent {
                registry.register(*name, *help, gauge.clone());
            }
        }
        let latency: fn() -> Histogram = || Histogram::new(BOUNDS);
        let metrics = Self {
            readings,
            requests: Family::default(),
            latency: Family::new_with_constructor(latency),
            pictures: Counter::default(),
            pixels: Counter::default(),
            keep_failures: Counter::default(),
            registry: Registry::default(),
        };
        // Of counters, the names get `_total` behind.
        let (requests, seconds) = (metrics.requests.clone(), metrics.latency.clone());
        registry.register("utsushi_requests", "Requests answered", requests);
        let help = "Time until the head of an answer";
        registry.register("utsushi_request_seconds", help, seconds);
        registry.register(
            "utsushi_pictures",
            "Pictures painted",
            metrics.pictures.clone(),
        );
        registry.register("utsushi_pixels", "Pixels painted", metrics.pixels.clone());
        if keeps {
            let help = "Results that could not be kept";
            let failures = metrics.keep_failures.clone();
            registry.register("utsushi_keep_failures", help, failures);
        }
        Self {
            registry,
            ..metrics
        }
    }

    /// Counts an answered request.
    pub(super) fn answered(&self, route: &'static str, status: u16, seconds: f64) {
        self.requests
            .get_or_create(&Answered { route, status })
            .inc();
        self.latency
            .get_or_create(&Address { route })
            .observe(seconds);
    }

    /// Counts a picture, or the frames of an animation, that was painted.
    pub(super) fn painted(&self, painted: &Painted) {
        let frames = u64::from(painted.frames);
        let pixels = u64::from(painted.width) * u64::from(painted.height);
        self.pictures.inc_by(frames);
        self.pixels.inc_by(frames * pixels);
    }

    /// Counts a result that could not be kept.
    pub(super) fn not_kept(&self) {
        self.keep_failures.inc();
    }

    /// Formats all metrics as text.
    pub(super) fn text(&self, state: &ServerState) -> String {
        for ((.., read), gauge) in READINGS.iter().zip(&self.readings) {
            let value = read(state).unwrap_or_default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Resident memory of the process in bytes; `None` if the system does not tell.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
