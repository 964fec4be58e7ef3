//! The HTTP API and the page, in front of an [`Engine`](crate::Engine).

mod api_error;
mod base_path;
mod blocking;
mod body;
mod content_type;
mod describe;
mod document;
mod entity_tag;
mod events;
mod guard;
mod job_store;
mod jobs;
mod keep_options;
mod listen;
mod log;
mod metrics;
mod page;
mod painting;
mod request;
mod result_store;
mod routes;
mod stall_timeout;
mod state;
mod tagged_result;
mod thumbnails;
mod token;

pub use keep_options::KeepOptions;
pub use token::random_token;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use utsushi::Model;

use crate::{Engine, EngineOptions};
use describe::Offered;
use result_store::ResultStore;
use state::ServerState;

/// Options of [`Server::bind`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// The address to listen on; port 0 takes any free one.
    pub address: SocketAddr,
    /// The token that clients must send, if any. The page and `/healthz` need none.
    pub token: Option<String>,
    /// Name of the model in `/v1/models`.
    pub model_name: String,
    /// Further host names, without a port, by which clients may call the server, for a proxy in
    /// front of it.
    pub allowed_hosts: Vec<String>,
    /// Path before all addresses, such as `/studio`; empty for none. Requests are accepted with and
    /// without it, since some proxies keep it and others remove it.
    pub base_path: String,
    /// Options of the queue.
    pub engine: EngineOptions,
    /// Options of keeping results of jobs on the disk; without them, none are kept.
    pub keep: Option<KeepOptions>,
}

impl ServerOptions {
    /// Options for a server open to everybody who can reach the address, with an unnamed model, and
    /// without keeping results.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            token: None,
            model_name: String::new(),
            allowed_hosts: Vec::new(),
            base_path: String::new(),
            engine: EngineOptions::default(),
            keep: None,
        }
    }
}

/// A model besides the first one of a server, with a separate page and API.
#[derive(Clone, Debug)]
pub struct FurtherModel {
    /// Path before the model's addresses, such as `/free`.
    pub path: String,
    /// Name of the model in `/v1/models`.
    pub name: String,
    /// The model.
    pub model: Model,
}

/// The number of a request in its answer and in the log: 1 is the first since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RequestNumber(u64);

impl RequestNumber {
    /// The number of a request, assigned before routing.
    fn of(extensions: &axum::http::Extensions) -> Self {
        extensions.get().copied().unwrap_or_default()
    }
}

/// The error that the server cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address is in use, or not one of this computer's.
    #[error("cannot listen on {address}: {reason}; choose another with --port or --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The error of the system.
        reason: io::Error,
    },
    /// The folder for results cannot be used.
    #[error("{}: results cannot be kept here: {reason}; choose another folder", folder.display())]
    Keep {
        /// Path of the folder for results.
        folder: PathBuf,
        /// The system's error, or that another server uses the folder.
        reason: io::Error,
    },
    /// The system does not provide what a server needs.
    #[error("the server cannot start: {0}")]
    Start(#[source] io::Error),
}

/// A server that has bound its address and has not begun to answer.
pub struct Server {
    listener: std::net::TcpListener,
    address: SocketAddr,
    /// State of each model, the first one first.
    states: Vec<Arc<ServerState>>,
    router: axum::Router,
}

impl Server {
    /// Binds the address and starts the engine.
    ///
    /// # Errors
    /// The address cannot be bound, or the folder for results cannot be used.
    pub fn bind(model: impl Into<Model>, options: ServerOptions) -> Result<Self, ServerError> {
        Self::bind_several(model, Vec::new(), options)
    }

    /// Binds a server as [`bind`](Self::bind) does, with further models, each with an engine, a
    /// page and an API of its own below its path. Results of their jobs are kept in folders named
    /// after the paths inside of the first model's.
    ///
    /// # Errors
    /// As [`Server::bind`].
    pub fn bind_several(
        model: impl Into<Model>,
        further: Vec<FurtherModel>,
        options: ServerOptions,
    ) -> Result<Self, ServerError> {
        let address = options.address;
        let bound = |reason| ServerError::Bind { address, reason };
        let listener = std::net::TcpListener::bind(address).map_err(bound)?;
        listener.set_nonblocking(true).map_err(bound)?;
        let address = listener.local_addr().map_err(bound)?;
        let base_path = options.base_path.trim_end_matches('/').to_owned();
        let first = FurtherModel {
            path: String::new(),
            name: options.model_name.clone(),
            model: model.into(),
        };
        let models: Vec<FurtherModel> = std::iter::once(first).chain(further).collect();
        let offered = models.iter().map(|model| Offered {
            name: model.name.clone(),
            address: format!("{base_path}{}/", model.path),
        });
        let offered: Vec<Offered> = offered.collect();
        let (mut states, mut routers) = (Vec::new(), Vec::new());
        for (index, FurtherModel { path, model, .. }) in models.into_iter().enumerate() {
            let mut keep = options.keep.clone();
            if let Some(keep) = &mut keep {
                keep.folder = keep.folder.join(path.trim_start_matches('/'));
            }
            let store = keep.map(ResultStore::open).transpose()?;
            let engine = Engine::start(model, options.engine);
            let offered = (offered.clone(), index);
            let state = ServerState::new(engine, address, options.clone(), store, offered);
            let state = Arc::new(state);
            routers.push((path, routes::router(Arc::clone(&state))));
            states.push(state);
        }
        let (_, first) = routers.remove(0);
        let router = base_path::beside(&base_path, first, routers);
        Ok(Self {
            listener,
            address,
            router: base_path::under(&base_path, router),
            states,
        })
    }

    /// The address on which the server listens, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The engine of the first model, for use by the program itself.
    pub fn engine(&self) -> &Engine {
        &self.states[0].engine
    }

    /// Answers requests until `stop` is set or the process is asked to end (SIGTERM), then finishes
    /// accepted work.
    ///
    /// The log goes to the subscriber of the `tracing` crate: an event of level `INFO` for each
    /// answered request, with the fields `method`, `route`, `status`, `seconds` and `code`, a
    /// warning for a result that could not be kept, and an error with the field `panic` for each
    /// panic that was caught. All are inside a span with the field `request`, the number that the
    /// client finds in the header `x-request-id`.
    ///
    /// # Errors
    /// The system does not provide what a server needs.
    pub fn run(self, stop: &AtomicBool) -> Result<(), ServerError> {
        // One thread is enough to pass bytes along; the work is done by others.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(blocking::THREADS)
            .build()
            .map_err(ServerError::Start)?;
        let outcome = runtime.block_on(listen::run(self.listener, self.states, self.router, stop));
        outcome.map_err(ServerError::Start)
    }
}
