//! Signals: Ctrl-C, and SIGTERM, which `docker stop`, systemd, SLURM and `kill` send. The first
//! stops in order, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use crate::exit_code::ExitCode;
use crate::output;

/// Whether the last signal was SIGTERM.
static TERMINATED: AtomicBool = AtomicBool::new(false);

/// Sets a flag on the first signal and ends the process on the second. `what_happens` is printed on
/// the first: "finishing this picture", for example.
///
/// # Errors
/// The system does not accept the handler.
pub fn stop_flag(what_happens: &'static str) -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    listen(move |terminated| {
        TERMINATED.store(terminated, Ordering::SeqCst);
        if flag.swap(true, Ordering::SeqCst) {
            // Files are written whole or not at all, so this leaves nothing half done.
            std::process::exit(of_signal(ExitCode::Interrupted).number().into());
        }
        let again = if terminated {
            "a second SIGTERM"
        } else {
            "Ctrl-C again"
        };
        output::remark(format!("\n{what_happens}; {again} stops at once"));
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}

/// The exit code of a command that was stopped, by the signal; other codes are unchanged.
pub fn of_signal(code: ExitCode) -> ExitCode {
    match code {
        ExitCode::Interrupted if TERMINATED.load(Ordering::SeqCst) => ExitCode::Terminated,
        code => code,
    }
}

/// Calls `react` for each signal on a separate thread, with whether it was SIGTERM.
#[cfg(unix)]
fn listen(mut react: impl FnMut(bool) + Send + 'static) -> anyhow::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            signals
                .forever()
                .for_each(|signal| react(signal == SIGTERM))
        })?;
    Ok(())
}

/// Calls `react` for each signal on a separate thread; closing the window counts as Ctrl-C.
#[cfg(not(unix))]
fn listen(mut react: impl FnMut(bool) + Send + 'static) -> anyhow::Result<()> {
    Ok(ctrlc::set_handler(move || react(false))?)
}
