//! Painting for others: a queue in front of one model or network, an HTTP API, and a page.
//!
//! [`Engine`] is the queue: any number of threads hand it [`Work`], an [`Edit`], a [`Morph`],
//! something to [`Generate`], a drawing to colour ([`ColourLines`]), a picture to [`Segment`] or to
//! [`FindLandmarks`] in, or a [`SaveStyle`], and get a [`Ticket`] for each. The engine knows
//! nothing of networks or HTTP, and can be used inside of other programs (`examples/embedded.rs`).
//! [`Server`] puts the API of `docs/server.md` and a page in front of it.

mod engine;
mod http;
mod limits;
mod panics;

pub use engine::task::*;
pub use engine::{Engine, EngineOptions, Phase, SubmitError, Ticket, WorkError};
pub use http::{FurtherModel, KeepOptions, Server, ServerError, ServerOptions, random_token};
pub use limits::Limits;
