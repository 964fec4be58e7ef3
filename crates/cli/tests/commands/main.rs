//! The program as users run it: every command, and the mistakes that are likely.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

mod anatomy;
mod animation;
mod axe;
mod browser;
mod built_in_model;
mod colours;
mod creative;
mod dataset;
mod directions;
mod distil;
#[cfg(unix)]
mod documented;
mod evaluate;
mod exiftool;
mod exports;
mod features;
mod first_hour;
mod formats;
mod generate;
mod hostile_pictures;
mod hostile_requests;
mod hostile_weights;
mod hostile_zips;
mod killed;
mod labels;
mod learn;
mod left_out;
mod model;
mod notes;
mod only_style;
mod onnx;
mod packed;
mod pipelines;
mod proxy;
mod runs;
mod saved_styles;
mod serve;
mod serve_one_way;
mod shipped_sets;
mod studio_colour;
mod studio_files;
mod studio_generate;
mod studio_knobs;
mod studio_models;
mod studio_one_way;
mod studio_page;
mod studio_parts;
mod studio_phone;
mod studio_results;
mod studio_styles;
mod studio_tabs;
mod style_names;
mod support;
#[cfg(unix)]
mod terminated;
mod threads;
mod training;
mod transfer;
mod transfer_lists;
mod usage;
mod video;
#[cfg(feature = "vulkan")]
mod vulkan;
mod whole_path;
mod writing;
mod wrong_mixes;
