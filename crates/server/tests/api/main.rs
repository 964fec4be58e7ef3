//! The API as clients meet it, over real sockets.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

mod bombs;
mod client;
mod colouring;
mod colours;
mod documented;
mod editing;
mod embedded;
mod generating;
mod hostile;
mod jobs;
mod keeping;
mod load;
mod logged;
mod morphing;
mod networks_alone;
mod one_way;
mod only_style;
mod painting;
mod parts;
mod safety;
mod saved_styles;
mod several_models;
mod test_server;
mod writing;
