//! Time budgets: runs that end by the clock.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use utsushi_runs::Fall;

use crate::config::TrainingConfig;
use crate::schedule::{cosine, cosine_decay};

/// The time that a run may take, from when this value was made. The learning rates fall over its
/// last part, as they otherwise do over the last part of `run.steps`. When that part begins, the
/// number of remaining steps is fixed from the pace so far, and fixed again when the pace changes,
/// so that the time is kept.
#[derive(Clone)]
pub struct TimeBudget {
    length: Duration,
    clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl TimeBudget {
    /// A budget of this length, by the system's clock, from now on.
    pub fn starting_now(length: Duration) -> Self {
        let start = Instant::now();
        Self::by(length, move || start.elapsed())
    }

    /// A budget of this length by another clock, which tells how much time has passed.
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

/// The length of a run, and when its learning rates fall.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Schedule {
    /// Length and decay from the configuration, in steps.
    #[default]
    Configured,
    /// A time budget whose rates do not fall yet.
    Open,
    /// A time budget with the rates falling as they were fixed last.
    Falling(Fall),
}

impl Schedule {
    /// Number of steps of the whole run, as far as it is known.
    pub(crate) fn last_step(&self, config: &TrainingConfig) -> u64 {
        match self {
            Self::Configured => config.run.steps,
            Self::Open => u64::MAX,
            Self::Falling(fall) => fall.last(),
        }
    }

    /// The fall of the rates, if the clock has fixed it.
    pub(crate) fn fall(&self) -> Option<&Fall> {
        match self {
            Self::Falling(fall) => Some(fall),
            Self::Configured | Self::Open => None,
        }
    }

    /// Factor of the learning rates at a step.
    pub(crate) fn decay(&self, step: u64, config: &TrainingConfig) -> f32 {
        let (steps, floor) = (config.run.steps, config.optimizer.final_rate);
        match self {
            Self::Configured => {
                let from = steps as f64 * f64::from(config.optimizer.decay_from);
                cosine_decay(step, from as u64, steps, floor)
            }
            Self::Open => 1.0,
            Self::Falling(fall) => match fall.share(step) {
                0.0 => 1.0,
                share => cosine(share, floor),
            },
        }
    }
}

/// Smallest number of steps over which the pace is measured, if there are as many.
const PACE: u64 = 8;

/// Number of last steps whose times are remembered.
const KNOWN: usize = 4096;

/// Inverse tolerance of the fixed number of remaining steps: it is fixed anew when it is wrong by
/// more than one step in four.
const EXACT: u64 = 4;

/// Result of a look at the clock after a step.
#[derive(Debug, PartialEq)]
pub(crate) enum Looked {
    /// The rates do not fall yet; with the number of steps that the whole run will probably have.
    Likely(u64),
    /// The rates fall from now on, or towards another last step than before.
    Fall(Fall),
    /// The rates fall as they were fixed before.
    AsTold,
}

/// Watches the clock of a run with a time budget. The [`Schedule`] keeps how the rates fall.
#[derive(Debug)]
pub(crate) struct Watch {
    budget: TimeBudget,
    /// Share of the budget after which the rates begin to fall.
    decay_from: f64,
    /// Number of steps that were done before this process started.
    start: u64,
    /// The last steps, and the times when they were done. The first step of a process is slower
    /// than others, so that the pace is measured from its end on.
    done: VecDeque<(u64, Duration)>,
}

impl Watch {
    /// A watch for a process that continues after `start` steps.
    pub fn new(budget: TimeBudget, decay_from: f32, start: u64) -> Self {
        Self {
            start,
            budget,
            decay_from: f64::from(decay_from),
            done: VecDeque::new(),
        }
    }

    /// Looks at the clock once, after `step` steps were done. `told` is how the rates fall, if that
    /// was fixed before.
    pub fn look(&mut self, step: u64, told: Option<&Fall>) -> Looked {
        let now = (self.budget.clock)();
        if self.done.len() == KNOWN {
            self.done.pop_front();
        }
        self.done.push_back((step, now));
        Looked::Fall(match told {
            None if now.as_secs_f64() < self.budget.length.as_secs_f64() * self.decay_from => {
                return Looked::Likely(self.likely(step, now));
            }
            // One at least, so that a run ends with rates that have fallen.
            None => Fall::new(step, step + self.left(KNOWN as u64, now).max(1)),
            Some(fall) => {
                let told = fall.last().saturating_sub(step);
                let left = self.left(told, now);
                let over = now >= self.budget.length;
                if told == 0 || (!over && left.abs_diff(told) <= (told / EXACT).max(1)) {
                    return Looked::AsTold;
                }
                let left = if over { 0 } else { left.max(1) };
                fall.clone().bent(step, step + left)
            }
        })
    }

    /// Number of steps for which there is time, at the pace of the last `told` steps, or as many as
    /// are known.
    fn left(&self, told: u64, now: Duration) -> u64 {
        let steps = told.max(PACE).min(self.done.len() as u64 - 1);
        // Where there was but one step, all the time that it took.
        let (steps, time) = match steps {
            0 => (1, now),
            steps => (
                steps,
                now - self.done[self.done.len() - 1 - steps as usize].1,
            ),
        };
        let left = self.budget.length.saturating_sub(now).as_secs_f64();
        let left = left / (time.as_secs_f64() / steps as f64).max(1e-9);
        (left as u64).min(u64::from(u32::MAX))
    }

    /// Number of steps that the whole run will probably have.
    fn likely(&self, step: u64, now: Duration) -> u64 {
        let share = now.as_secs_f64() / self.budget.length.as_secs_f64().max(1e-9);
        self.start + ((step - self.start) as f64 / share.clamp(1e-6, 1.0)) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A watch over 100 s, and its clock, which the test sets.
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
            let likely = 100 * step / (20 + 2 * (step - 1));
            assert_eq!(watch.look(step, None), Looked::Likely(likely));
        }
        hand.store(50, Ordering::Relaxed);
        let fall = Fall::new(16, 41);
        assert_eq!(watch.look(16, None), Looked::Fall(fall.clone()));
        // At this pace, nothing else is told to the end.
        for step in 17..=41 {
            hand.store(50 + 2 * (step - 16), Ordering::Relaxed);
            assert_eq!(watch.look(step, Some(&fall)), Looked::AsTold, "{step}");
        }
    }

    #[test]
    fn a_first_step_that_takes_too_long_is_followed_by_one_more_at_least() {
        for (seconds, steps) in [(60, 2), (30, 4), (500, 2)] {
            let (mut watch, hand) = watch(0.25);
            hand.store(seconds, Ordering::Relaxed);
            // 60 s leave room for none, 30 s for two of such and a half.
            let steps = if seconds == 30 { 3 } else { steps };
            assert_eq!(
                watch.look(1, None),
                Looked::Fall(Fall::new(1, steps)),
                "{seconds}"
            );
        }
    }

    /// Simulates a run over 100 s, in the last half of which the rates fall, with steps that take
    /// `seconds`. Returns the second at which it ends, and the share of the fall after each of its
    /// steps.
    fn run(seconds: impl Fn(u64) -> u64) -> (u64, Vec<f32>) {
        let (mut watch, hand) = watch(0.5);
        let (mut step, mut now, mut fall) = (0, 0, None);
        let mut shares = Vec::new();
        while fall.as_ref().is_none_or(|fall: &Fall| step < fall.last()) {
            now += seconds(now);
            step += 1;
            hand.store(now, Ordering::Relaxed);
            if let Looked::Fall(told) = watch.look(step, fall.as_ref()) {
                fall = Some(told);
            }
            shares.extend(fall.as_ref().map(|fall| fall.share(step)));
        }
        (now, shares)
    }

    #[test]
    fn the_time_holds_where_the_pace_changes_and_rates_fall_to_the_end() {
        type Pace = fn(u64) -> u64;
        let paces: [(&str, Pace, u64); 5] = [
            ("even", |_| 1, 1),
            (
                "slower from the middle of the fall on",
                |now| if now < 70 { 1 } else { 4 },
                4,
            ),
            (
                "slower as soon as it falls",
                |now| if now < 50 { 1 } else { 5 },
                5,
            ),
            ("faster", |now| if now < 60 { 5 } else { 1 }, 1),
            (
                "slow for a while",
                |now| if (55..75).contains(&now) { 4 } else { 1 },
                1,
            ),
        ];
        for (pace, seconds, longest) in paces {
            let (end, shares) = run(seconds);
            // Within a step or two of what there is, and never more than a step over it.
            assert!(
                (100 - 2 * longest..=100 + longest).contains(&end),
                "{pace}: {end}"
            );
            assert!(shares.is_sorted(), "{pace}: {shares:?}");
            assert!(
                shares.last().is_some_and(|last| *last > 0.95),
                "{pace}: {shares:?}"
            );
            let jumps = shares.windows(2).map(|two| two[1] - two[0]);
            assert!(jumps.clone().all(|jump| jump < 0.5), "{pace}: {shares:?}");
        }
    }

    #[test]
    fn one_step_that_takes_all_the_time_is_the_last() {
        let (mut watch, hand) = watch(0.5);
        let mut fall = None;
        for step in 1..=60 {
            hand.store(step, Ordering::Relaxed);
            if let Looked::Fall(told) = watch.look(step, fall.as_ref()) {
                fall = Some(told);
            }
        }
        hand.store(300, Ordering::Relaxed);
        let Looked::Fall(fall) = watch.look(61, fall.as_ref()) else {
            panic!("nothing was told");
        };
        assert_eq!(fall.last(), 61);
        assert_eq!(watch.look(61, Some(&fall)), Looked::AsTold);
    }
}
