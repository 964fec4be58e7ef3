//! Events that the server logs, with the `tracing` crate.

use std::time::Duration;

/// Logs an answered request. `route` is the matched route, not the path that the client wrote;
/// `seconds` passed until the head of the answer was ready; `code` is the error's.
pub(super) fn answered(
    method: &str,
    route: &'static str,
    status: u16,
    seconds: f64,
    code: Option<&'static str>,
) {
    tracing::info!(method, route, status, seconds, code, "answered");
}

/// Logs that the result of a job could not be kept.
pub(super) fn not_kept(took: Duration, reason: &str) {
    tracing::warn!(
        method = "KEEP",
        route = "/v1/jobs/{id}/result",
        status = 507,
        seconds = took.as_secs_f64(),
        code = "not_kept",
        reason,
        "a result could not be kept"
    );
}
