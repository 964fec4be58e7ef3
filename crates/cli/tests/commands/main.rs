//! The program as users run it: every command, and the mistakes that are likely.

mod built_in_model;
mod dataset;
mod features;
mod hostile_pictures;
mod hostile_weights;
mod hostile_zips;
mod model;
mod support;
mod training;
mod transfer;
mod transfer_lists;
mod usage;
mod whole_path;
