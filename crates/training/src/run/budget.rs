//! Runs that end by the clock.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use utsushi_runs::Fall;

use crate::config::TrainingConfig;
use crate::schedule::{cosine, cosine_decay};

/// How long a run may take, from when this was made. The rates fall over its last part, as they do
/// over the last part of `run.steps` otherwise: when that begins, it is told from the speed so far
/// how many steps are left, and told again where the speed changes, so that the time holds.
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
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Schedule {
    /// As the configuration says.
    #[default]
    Configured,
    /// By the clock, and the rates do not fall yet.
    Open,
    /// By the clock, as it was told last.
    Falling(Fall),
}

impl Schedule {
    /// Steps of the whole run, as far as they are known.
    pub(crate) fn last_step(&self, config: &TrainingConfig) -> u64 {
        match self {
            Self::Configured => config.run.steps,
            Self::Open => u64::MAX,
            Self::Falling(fall) => fall.last(),
        }
    }

    /// How the rates fall, where the clock has told it.
    pub(crate) fn fall(&self) -> Option<&Fall> {
        match self {
            Self::Falling(fall) => Some(fall),
            Self::Configured | Self::Open => None,
        }
    }

    /// What the learning rates are multiplied with at a step.
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

/// Steps over which the pace is told at least, where there are so many.
const PACE: u64 = 8;

/// Steps of which it is known when they were done.
const KNOWN: usize = 4096;

/// The steps that are left are told again where they are wrong by more than one in so many.
const EXACT: u64 = 4;

/// What the clock says after a step.
#[derive(Debug, PartialEq)]
pub(crate) enum Looked {
    /// The rates do not fall yet; steps that the whole run may have.
    Likely(u64),
    /// They fall from now on, or to another step than before.
    Fall(Fall),
    /// They fall as they did.
    AsTold,
}

/// Watches the clock. How the rates fall is the [`Schedule`]'s to keep.
#[derive(Debug)]
pub(crate) struct Watch {
    budget: TimeBudget,
    /// Share of the budget after which the rates begin to fall.
    decay_from: f64,
    /// Steps that were done before.
    start: u64,
    /// The last steps, and when they were done. The first step of this process is slower than
    /// others, so that time counts from its end.
    done: VecDeque<(u64, Duration)>,
}

impl Watch {
    /// For a process that goes on after `start` steps.
    pub fn new(budget: TimeBudget, decay_from: f32, start: u64) -> Self {
        Self {
            start,
            budget,
            decay_from: f64::from(decay_from),
            done: VecDeque::new(),
        }
    }

    /// After the step of that number (of steps that are done), in a run whose rates fall as was told
    /// last, if they fall yet. Looks at the clock once.
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

    /// Steps for which there is time, at the pace of as many steps as that may be.
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

    /// Steps that the whole run may have, as far as can be told.
    fn likely(&self, step: u64, now: Duration) -> u64 {
        let share = now.as_secs_f64() / self.budget.length.as_secs_f64().max(1e-9);
        self.start + ((step - self.start) as f64 / share.clamp(1e-6, 1.0)) as u64
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

    /// Runs by a clock whose steps take as long as told, over 100 s of which the last half falls:
    /// the second at which it ends, and the shares of the fall after each of its steps.
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
