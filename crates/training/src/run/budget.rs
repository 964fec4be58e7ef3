//! Runs that end by the clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use utsushi_runs::Fall;

/// How long a run may take, from when this was made. The rates fall over its last part, as they do
/// over the last part of `run.steps` otherwise: when that begins, it is told from the speed so far
/// how many steps are left, and the run ends after so many.
#[derive(Clone)]
pub struct TimeBudget {
    length: Duration,
    clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl TimeBudget {
    /// By the system's clock, from now on.
    pub fn starting_now(length: Duration) -> Self {
        let start = Instant::now();
        Self::by(length, move || start.elapsed())
    }

    /// By another clock, which tells how much time has passed.
    pub fn by(length: Duration, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self {
            length,
            clock: Arc::new(clock),
        }
    }
}

impl fmt::Debug for TimeBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeBudget")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// How long a run is, and when its rates fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Schedule {
    /// As the configuration says.
    #[default]
    Configured,
    /// By the clock, and the rates do not fall yet.
    Open,
    /// By the clock, which has been looked at for the last time.
    Falling(Fall),
}

/// Watches the clock until the rates begin to fall.
#[derive(Debug)]
pub(crate) struct Watch {
    budget: TimeBudget,
    /// Share of the budget after which that is.
    decay_from: f64,
    /// Steps that were done before.
    start: u64,
    /// Step and time when the first step of this process was done, which is slower than others.
    began: Option<(u64, Duration)>,
}

impl Watch {
    /// For a process that goes on after `start` steps.
    pub fn new(budget: TimeBudget, decay_from: f32, start: u64) -> Self {
        Self {
            start,
            budget,
            decay_from: f64::from(decay_from),
            began: None,
        }
    }

    /// After the step of that number (of steps that are done): how the rates fall, if now they
    /// begin to.
    pub fn look(&mut self, step: u64) -> Option<Fall> {
        let now = (self.budget.clock)();
        let (began, since) = *self.began.get_or_insert((step, now));
        if now.as_secs_f64() < self.budget.length.as_secs_f64() * self.decay_from {
            return None;
        }
        // Where there was but one step, all the time that it took.
        let (steps, time) = match step - began {
            0 => (1, now),
            steps => (steps, now - since),
        };
        let left = self.budget.length.saturating_sub(now).as_secs_f64();
        let left = left / (time.as_secs_f64() / steps as f64).max(1e-9);
        // One at least, so that a run ends with rates that have fallen.
        let steps = step + (left as u64).clamp(1, u64::from(u32::MAX));
        Some(Fall { from: step, steps })
    }

    /// Steps that the whole run may have, as far as can be told.
    pub fn likely(&self, step: u64) -> u64 {
        let now = (self.budget.clock)().as_secs_f64();
        let share = (now / self.budget.length.as_secs_f64().max(1e-9)).clamp(1e-6, 1.0);
        self.start + ((step - self.start) as f64 / share) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A watch over 100 s, and the hand of its clock.
    fn watch(decay_from: f32) -> (Watch, Arc<AtomicU64>) {
        let hand = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&hand);
        let clock = move || Duration::from_secs(clock.load(Ordering::Relaxed));
        let budget = TimeBudget::by(Duration::from_secs(100), clock);
        (Watch::new(budget, decay_from, 0), hand)
    }

    #[test]
    fn the_steps_that_are_left_follow_from_the_speed_after_the_first_step() {
        let (mut watch, hand) = watch(0.5);
        // The first step takes 20 s, the others 2 s each.
        for step in 1..16 {
            hand.store(20 + 2 * (step - 1), Ordering::Relaxed);
            assert_eq!(watch.look(step), None);
        }
        assert_eq!(watch.likely(15), 31);
        hand.store(50, Ordering::Relaxed);
        let fall = watch.look(16).unwrap();
        assert_eq!(
            fall,
            Fall {
                from: 16,
                steps: 41
            }
        );
    }

    #[test]
    fn a_first_step_that_takes_too_long_is_followed_by_one_more_at_least() {
        for (seconds, steps) in [(60, 2), (30, 4), (500, 2)] {
            let (mut watch, hand) = watch(0.25);
            hand.store(seconds, Ordering::Relaxed);
            // 60 s leave room for none, 30 s for two of such and a half.
            let steps = if seconds == 30 { 3 } else { steps };
            assert_eq!(watch.look(1), Some(Fall { from: 1, steps }), "{seconds}");
        }
    }
}
