//! Ctrl-C: once to stop in order, twice to stop at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use crate::exit_code::ExitCode;
use crate::output;

/// Sets a flag on the first Ctrl-C and ends the process on the second. `what_happens` is printed
/// on the first: "finishing this picture", for example.
///
/// # Errors
/// The system does not take the handler.
pub fn stop_flag(what_happens: &'static str) -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            // Files are written whole or not at all, so this leaves nothing half done.
            std::process::exit(ExitCode::Interrupted.number().into());
        }
        output::remark(format!("\n{what_happens}; Ctrl-C again stops at once"));
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
