//! Figures for Prometheus (text format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::state::{BYTES_PER_PERMIT, ServerState};
use crate::Painted;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 12] = [
    0.005, 0.025, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
];

#[derive(Default)]
pub(super) struct Metrics(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    requests: BTreeMap<(&'static str, u16), u64>,
    latency: BTreeMap<&'static str, Histogram>,
    pictures: u64,
    pixels: u64,
}

#[derive(Default)]
struct Histogram {
    counts: [u64; BOUNDS.len()],
    sum: f64,
    total: u64,
}

impl Metrics {
    /// Counts an answered request.
    pub(super) fn answered(&self, route: &'static str, status: u16, seconds: f64) {
        let mut counts = self.lock();
        *counts.requests.entry((route, status)).or_default() += 1;
        let histogram = counts.latency.entry(route).or_default();
        for (count, bound) in histogram.counts.iter_mut().zip(BOUNDS) {
            *count += u64::from(seconds <= bound);
        }
        histogram.sum += seconds;
        histogram.total += 1;
    }

    /// Counts a picture, or the frames of an animation, that were painted.
    pub(super) fn painted(&self, painted: &Painted) {
        let mut counts = self.lock();
        let frames = u64::from(painted.frames);
        counts.pictures += frames;
        counts.pixels += frames * u64::from(painted.width) * u64::from(painted.height);
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All figures as text.
pub(super) fn text(state: &ServerState) -> String {
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, f64)]| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let plain = |value: f64| [(String::new(), value)];
    let free = state.budget.available_permits() * BYTES_PER_PERMIT;
    let held = state.limits.held_bytes.saturating_sub(free);
    let (waiting, in_work) = (state.engine.waiting(), state.engine.in_work());
    let gauges = [
        ("utsushi_queue_waiting", "Requests that wait.", waiting),
        ("utsushi_queue_in_work", "Requests in work.", in_work),
        (
            "utsushi_queue_limit",
            "Most requests that may wait.",
            state.engine.options().queue,
        ),
        (
            "utsushi_jobs",
            "Jobs, finished ones among them.",
            state.jobs.len(),
        ),
        (
            "utsushi_jobs_unfinished",
            "Jobs that are not finished.",
            state.jobs.unfinished(),
        ),
        (
            "utsushi_upload_bytes_held",
            "Bytes of requests that are held.",
            held,
        ),
    ];
    for (name, help, value) in gauges {
        family(name, "gauge", help, &plain(value as f64));
    }
    if let Some(store) = state.jobs.store() {
        let totals = store.totals();
        let name = "utsushi_kept_results";
        let results = plain(totals.results as f64);
        family(name, "gauge", "Results on the disk.", &results);
        let (name, help) = ("utsushi_kept_bytes", "Bytes of results on the disk.");
        family(name, "gauge", help, &plain(totals.bytes as f64));
        let name = "utsushi_keep_failures_total";
        let help = "Results that could not be kept.";
        family(name, "counter", help, &plain(totals.failures as f64));
    }
    if let Some(bytes) = resident_bytes() {
        let help = "Memory that the process takes.";
        family(
            "process_resident_memory_bytes",
            "gauge",
            help,
            &plain(bytes),
        );
    }
    let counts = state.metrics.lock();
    let help = "Pictures painted.";
    family(
        "utsushi_pictures_total",
        "counter",
        help,
        &plain(counts.pictures as f64),
    );
    let help = "Pixels painted.";
    family(
        "utsushi_pixels_total",
        "counter",
        help,
        &plain(counts.pixels as f64),
    );
    let requests: Vec<_> = counts
        .requests
        .iter()
        .map(|((route, status), count)| {
            (
                format!("{{route=\"{route}\",status=\"{status}\"}}"),
                *count as f64,
            )
        })
        .collect();
    family(
        "utsushi_requests_total",
        "counter",
        "Requests answered.",
        &requests,
    );
    let name = "utsushi_request_seconds";
    let _ = writeln!(
        text,
        "# HELP {name} Time until the head of an answer.\n# TYPE {name} histogram"
    );
    for (route, histogram) in &counts.latency {
        for (bound, count) in BOUNDS.iter().zip(histogram.counts) {
            let _ = writeln!(
                text,
                "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {count}"
            );
        }
        let Histogram { sum, total, .. } = histogram;
        let _ = writeln!(
            text,
            "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {total}"
        );
        let _ = writeln!(text, "{name}_sum{{route=\"{route}\"}} {sum}");
        let _ = writeln!(text, "{name}_count{{route=\"{route}\"}} {total}");
    }
    text
}

/// What the process has in memory, where the system tells.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}
