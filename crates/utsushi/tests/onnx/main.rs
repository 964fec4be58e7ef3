//! Graphs out, and networks in.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod drawn;
mod hostile;
mod networks;
mod parity;
