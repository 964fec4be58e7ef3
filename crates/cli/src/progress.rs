//! Progress on standard error: a bar on a terminal, lines in a file.

use std::io;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{output, text};

/// Time between two lines of progress if no bar can be drawn.
const LINE_INTERVAL: Duration = Duration::from_secs(30);

/// Seconds before the pace is used for an estimate.
const SETTLED: f64 = 3.0;

/// The pace of some work since it was first measured.
#[derive(Debug, Default)]
struct Pace {
    first: Option<(Instant, u64)>,
    total: u64,
}

impl Pace {
    /// Estimated seconds until everything is done; `None` while nothing can be said. If the count
    /// or the total starts anew, so does the pace.
    fn seconds_left(&mut self, now: Instant, done: u64, total: u64) -> Option<f64> {
        let same = self.total == total && self.first.is_some_and(|(_, first)| done >= first);
        if !same {
            (self.first, self.total) = (Some((now, done)), total);
        }
        let (start, first) = self.first?;
        let (seconds, steps) = (now.duration_since(start).as_secs_f64(), done - first);
        let known = seconds >= SETTLED && steps > 0 && done < total;
        known.then(|| (total - done) as f64 * seconds / steps as f64)
    }
}

/// A live progress bar.
///
/// It has no colours, whatever `NO_COLOR` says. If standard error is not a terminal, a plain line
/// is printed every half a minute instead, so that a log shows the progress.
pub struct Live {
    bar: ProgressBar,
    last_line: Instant,
    pace: Pace,
}

impl Live {
    /// A progress bar for `total` items; nothing is shown yet.
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
            pace: Pace::default(),
        }
    }

    /// Shows the progress, and about how long the rest will take.
    pub fn update(&mut self, done: u64, total: u64, mut message: String) {
        if let Some(seconds) = self.pace.seconds_left(Instant::now(), done, total) {
            let separator = if message.is_empty() { "" } else { ", " };
            message.push_str(&format!("{separator}{} left", text::duration(seconds)));
        }
        self.update_timed(done, total, message);
    }

    /// Shows the progress, with a message that includes the time.
    pub fn update_timed(&mut self, done: u64, total: u64, message: String) {
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

    /// Prints a line to standard output, with the bar hidden meanwhile.
    ///
    /// # Errors
    /// The output is closed.
    pub fn line(&self, text: &str) -> io::Result<()> {
        self.bar.suspend(|| output::line(text))
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Live {
    /// Removes the bar, so that an error message does not land in the middle of it.
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_of_the_pace_so_far() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut pace = Pace::default();
        // A run that goes on behind 100 steps.
        assert_eq!(pace.seconds_left(at(0), 100, 200), None);
        assert_eq!(
            pace.seconds_left(at(1), 101, 200),
            None,
            "too early to tell"
        );
        assert_eq!(pace.seconds_left(at(10), 105, 200), Some(190.0));
        assert_eq!(pace.seconds_left(at(30), 180, 200), Some(7.5));
        assert_eq!(pace.seconds_left(at(40), 200, 200), None, "nothing is left");
        // Something else is counted.
        assert_eq!(pace.seconds_left(at(50), 0, 8), None);
        assert_eq!(pace.seconds_left(at(54), 2, 8), Some(12.0));
    }

    #[test]
    fn a_pace_that_stands_still_says_nothing() {
        let start = Instant::now();
        let mut pace = Pace::default();
        for seconds in [0, 10, 1000] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(pace.seconds_left(now, 0, 3), None);
        }
    }
}
