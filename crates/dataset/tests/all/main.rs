//! The dataset crate from outside: small drawn pictures in, prepared sets and batches out.

#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod changed_settings;
mod dropped_pictures;
mod face_crops;
mod fixture;
mod hostile_zips;
mod inspection;
mod loading;
mod notices;
mod packed_tars;
mod packs;
mod resuming;
mod splits;
mod tars;
