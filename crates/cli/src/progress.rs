//! How far something is, on standard error: a bar where a person watches, lines where a file does.

use std::io;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

/// Seconds between two lines where no bar can be drawn.
const LINE_INTERVAL: Duration = Duration::from_secs(30);

/// A live line.
///
/// Without colours, whatever `NO_COLOR` says. Where standard error is no terminal, a plain line
/// is printed every half a minute instead, so that a log tells how far it was.
pub struct Live {
    bar: ProgressBar,
    last_line: Instant,
}

impl Live {
    /// A bar for `total` of something; nothing is shown yet.
    pub fn new(total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
        bar.set_style(
            style
                .expect("the template is well formed")
                .progress_chars("━╸ "),
        );
        Self {
            bar,
            last_line: Instant::now(),
        }
    }

    /// Shows how far it is.
    pub fn update(&mut self, done: u64, total: u64, message: String) {
        if !self.bar.is_hidden() {
            self.bar.set_length(total);
            self.bar.set_position(done);
            self.bar.set_message(message);
        } else if self.last_line.elapsed() >= LINE_INTERVAL {
            self.last_line = Instant::now();
            output::remark(format!("{done}/{total} {message}"));
        }
    }

    /// Prints a line above the bar.
    pub fn remark(&self, text: &str) {
        self.bar.suspend(|| output::remark(text));
    }

    /// Prints a line to standard output, with the bar out of the way.
    ///
    /// # Errors
    /// The output is closed.
    pub fn line(&self, text: &str) -> io::Result<()> {
        self.bar.suspend(|| output::line(text))
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Live {
    /// An error message must not land in the middle of a bar.
    fn drop(&mut self) {
        self.finish();
    }
}
