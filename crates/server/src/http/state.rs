//! The state that all requests to a model share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::describe::Offered;
use super::document::document;
use super::job_store::JobStore;
use super::metrics::Metrics;
use super::result_store::ResultStore;
use super::thumbnails::Thumbnails;
use super::token::Token;
use super::{RequestNumber, ServerOptions, entity_tag};
use crate::{Engine, Limits};

/// Number of bytes for which one permit of [`ServerState::budget`] counts.
pub(super) const BYTES_PER_PERMIT: usize = 1024;

pub(super) struct ServerState {
    pub(super) engine: Engine,
    pub(super) address: SocketAddr,
    pub(super) token: Option<Token>,
    /// All models of this server.
    pub(super) offered: Vec<Offered>,
    own: usize,
    pub(super) limits: Limits,
    /// Permits for the bytes of bodies that may be held in memory.
    pub(super) budget: Arc<Semaphore>,
    pub(super) jobs: JobStore,
    pub(super) metrics: Metrics,
    pub(super) thumbnails: Thumbnails,
    /// The OpenAPI document, and its entity tag.
    pub(super) document: (Bytes, String),
    /// Path before all addresses, without a slash at its end; empty if there is none.
    pub(super) base_path: String,
    /// Further host names by which clients may call the server.
    pub(super) allowed_hosts: Vec<String>,
    requests: AtomicU64,
}

impl ServerState {
    /// The state for the model with index `own` of those offered; `base_path` is the path before
    /// its addresses.
    pub(super) fn new(
        engine: Engine,
        address: SocketAddr,
        options: ServerOptions,
        store: Option<ResultStore>,
        (offered, own): (Vec<Offered>, usize),
    ) -> Self {
        let limits = options.engine.limits;
        let styles = engine.model().style_count();
        let base_path = offered[own].address.trim_end_matches('/').to_owned();
        let document = document(engine.model(), &base_path).to_string();
        let tag = entity_tag::of(document.as_bytes());
        Self {
            engine,
            address,
            token: options.token.as_deref().map(Token::new),
            offered,
            own,
            limits,
            budget: Arc::new(Semaphore::new(limits.held_bytes.div_ceil(BYTES_PER_PERMIT))),
            metrics: Metrics::new(store.is_some()),
            jobs: JobStore::new(limits.job_time, limits.held_bytes, store),
            thumbnails: Thumbnails::new(styles),
            document: (document.into(), tag),
            base_path,
            allowed_hosts: options.allowed_hosts,
            requests: AtomicU64::new(0),
        }
    }

    /// Name of this state's model.
    pub(super) fn model_name(&self) -> &str {
        &self.offered[self.own].name
    }

    /// Address of a route as clients have to write it.
    pub(super) fn address_of(&self, route: &str) -> String {
        format!("{}{route}", self.base_path)
    }

    /// Assigns a number to a request, for its answer and the log.
    pub(super) fn next_request(&self) -> RequestNumber {
        RequestNumber(self.requests.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
