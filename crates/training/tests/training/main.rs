//! Training as a whole, on a small drawn set.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod by_the_clock;
mod distils;
mod examined;
mod fine_tunes;
mod labels;
mod learns;
mod prior;
mod resume_is_exact;
mod starts_from_a_model;
mod support;
