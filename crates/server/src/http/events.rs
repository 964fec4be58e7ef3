//! Progress as server-sent events (WHATWG HTML, section 9.2).

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body::Frame;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::content_type::response;
use super::job_store::Stage;
use super::jobs::JobStage;
use super::state::ServerState;

/// Interval at which a silent stream sends a comment, which also keeps the job alive.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Streams one event for each stage, up to the last one.
pub(super) fn stream(
    state: Arc<ServerState>,
    id: String,
    mut stage: watch::Receiver<Stage>,
) -> Response<Body> {
    let (sender, receiver) = mpsc::channel::<Bytes>(4);
    tokio::spawn(async move {
        loop {
            let (text, last) = event(&stage.borrow_and_update(), &state.base_path);
            if sender.send(text.into()).await.is_err() || last {
                return;
            }
            loop {
                match timeout(HEARTBEAT.min(state.limits.job_time / 3), stage.changed()).await {
                    Ok(Ok(())) => break,
                    // The job was cancelled.
                    Ok(Err(_)) => {
                        let _ = sender.send("event: cancelled\ndata: {}\n\n".into()).await;
                        return;
                    }
                    Err(_) => {
                        let alive = sender.send(":\n\n".into()).await.is_ok();
                        if !alive || state.jobs.look(&id).is_none() {
                            return;
                        }
                    }
                }
            }
        }
    });
    let mut response = response(
        StatusCode::OK,
        "text/event-stream",
        Body::new(Stream { receiver }),
    );
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn event(stage: &Stage, base_path: &str) -> (String, bool) {
    let told = JobStage::of(stage, base_path);
    // Numbers and texts alone: nothing that could not be written.
    let data = serde_json::to_string(&told).unwrap_or_default();
    let last = matches!(stage, Stage::Done { .. } | Stage::Failed(_));
    (format!("event: {}\ndata: {data}\n\n", told.event()), last)
}

struct Stream {
    receiver: mpsc::Receiver<Bytes>,
}

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.receiver.poll_recv(context);
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
