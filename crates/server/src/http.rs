//! The API and the page, in front of an [`Engine`](crate::Engine).

mod base64;
mod body;
mod content_type;
mod describe;
mod entity_tag;
mod events;
mod fault;
mod guard;
mod job_store;
mod jobs;
mod keep_options;
mod listen;
mod metrics;
mod multipart;
mod page;
mod paint;
mod request;
mod routes;
mod shelf;
mod stalling;
mod studio;
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
use shelf::Shelf;
use studio::Studio;

/// Settings for [`Server::bind`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// What clients must show, if anything. The page and `/healthz` are free to all.
    pub token: Option<String>,
    /// What `/v1/models` calls the model.
    pub model_name: String,
    /// Settings of the queue.
    pub engine: EngineOptions,
    /// Where results of jobs outlive the server, if they are to.
    pub keep: Option<KeepOptions>,
}

/// One answered request, for whoever keeps a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// `GET`, `POST` and so on; `KEEP` for a result that could not be kept, which is no request.
    pub method: String,
    /// The route that was taken, not what the client wrote.
    pub route: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// Seconds until the head of the answer was ready.
    pub seconds: f64,
    /// The error's code, if there is one.
    pub code: Option<&'static str>,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address is taken or not one of this computer's.
    #[error("cannot listen on {address}: {reason}; choose another with --port or --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: io::Error,
    },
    /// The folder for results cannot be used.
    #[error("{}: results cannot be kept here: {reason}; choose another folder", folder.display())]
    Keep {
        /// The folder.
        folder: PathBuf,
        /// What the system said, or who uses it.
        reason: io::Error,
    },
    /// The system does not hand out what a server needs.
    #[error("the server cannot start: {0}")]
    Start(#[source] io::Error),
}

/// A server that has its address and has not begun to answer.
pub struct Server {
    listener: std::net::TcpListener,
    address: SocketAddr,
    studio: Arc<Studio>,
}

impl Server {
    /// Takes the address and starts the engine.
    ///
    /// # Errors
    /// The address cannot be had, or the folder for results cannot be used.
    pub fn bind(model: impl Into<Model>, options: ServerOptions) -> Result<Self, ServerError> {
        let address = options.address;
        let bound = |reason| ServerError::Bind { address, reason };
        let listener = std::net::TcpListener::bind(address).map_err(bound)?;
        listener.set_nonblocking(true).map_err(bound)?;
        let address = listener.local_addr().map_err(bound)?;
        let shelf = options.keep.clone().map(Shelf::open).transpose()?;
        let engine = Engine::start(model, options.engine);
        let studio = Arc::new(Studio::new(engine, address, options, shelf));
        Ok(Self {
            listener,
            address,
            studio,
        })
    }

    /// The address it listens on, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The engine, to be used besides.
    pub fn engine(&self) -> &Engine {
        &self.studio.engine
    }

    /// Answers until `stop` is set or the process is asked to end (SIGTERM), then finishes what
    /// was accepted. `log` hears of each request.
    ///
    /// # Errors
    /// The system does not hand out what a server needs.
    pub fn run(
        self,
        stop: &AtomicBool,
        log: impl Fn(&LogLine) + Send + Sync + 'static,
    ) -> Result<(), ServerError> {
        // One thread is enough to pass bytes along; the work is done by the engine's.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(ServerError::Start)?;
        let outcome =
            runtime.block_on(listen::run(self.listener, self.studio, stop, Arc::new(log)));
        outcome.map_err(ServerError::Start)
    }
}
