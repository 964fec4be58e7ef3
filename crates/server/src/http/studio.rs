//! What all requests share.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::describe;
use super::job_store::JobStore;
use super::metrics::Metrics;
use super::shelf::Shelf;
use super::thumbnails::Thumbnails;
use super::token::Token;
use super::{LogLine, ServerOptions};
use crate::{Engine, Limits};

/// A permit of [`Studio::budget`] is good for this many bytes.
pub(super) const BYTES_PER_PERMIT: usize = 1024;

pub(super) struct Studio {
    pub(super) engine: Engine,
    pub(super) address: SocketAddr,
    pub(super) token: Option<Token>,
    pub(super) model_name: String,
    pub(super) limits: Limits,
    /// Bytes of bodies that may be held.
    pub(super) budget: Arc<Semaphore>,
    pub(super) jobs: JobStore,
    pub(super) metrics: Metrics,
    pub(super) thumbnails: Thumbnails,
    /// The description of the API.
    pub(super) document: Bytes,
    log: OnceLock<Log>,
}

type Log = Arc<dyn Fn(&LogLine) + Send + Sync>;

impl Studio {
    pub(super) fn new(
        engine: Engine,
        address: SocketAddr,
        options: ServerOptions,
        shelf: Option<Shelf>,
    ) -> Self {
        let limits = options.engine.limits;
        let styles = engine.model().style_count();
        let document = describe::document(engine.model());
        Self {
            engine,
            address,
            token: options.token.as_deref().map(Token::new),
            model_name: options.model_name,
            limits,
            budget: Arc::new(Semaphore::new(limits.held_bytes.div_ceil(BYTES_PER_PERMIT))),
            jobs: JobStore::new(limits.job_time, limits.held_bytes, shelf),
            metrics: Metrics::default(),
            thumbnails: Thumbnails::new(styles),
            document,
            log: OnceLock::new(),
        }
    }

    /// Says who hears of requests; once.
    pub(super) fn log_to(&self, log: Log) {
        let _ = self.log.set(log);
    }

    /// Tells whoever keeps the log that a result could not be kept.
    pub(super) fn not_kept(&self, took: Duration) {
        self.log(&LogLine {
            method: "KEEP".to_owned(),
            route: "/v1/jobs/{id}/result",
            status: 507,
            seconds: took.as_secs_f64(),
            code: Some("not_kept"),
        });
    }

    pub(super) fn log(&self, line: &LogLine) {
        if let Some(log) = self.log.get() {
            log(line);
        }
    }
}
