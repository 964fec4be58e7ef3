//! A run that ends by the clock is one of so many steps from when its rates begin to fall, and of others
//! where its pace changes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::support::{Workshop, small_config};
use utsushi_runs::{Fall, RunDirectory};
use utsushi_training::{Outcome, TimeBudget, TrainOptions, TrainingConfig, train};
use utsushi_weights::NamedTensors;

/// 20 seconds by a clock that goes on by two whenever it is looked at, which is once a step.
fn budget() -> Option<TimeBudget> {
    let looks = AtomicU64::new(0);
    let clock = move || Duration::from_secs(looks.fetch_add(2, Ordering::Relaxed) + 2);
    Some(TimeBudget::by(Duration::from_secs(20), clock))
}

fn config(steps: u64) -> TrainingConfig {
    let mut config = small_config(steps);
    (config.optimizer.decay_from, config.optimizer.final_rate) = (0.5, 0.0);
    config
}

fn state(run: &Path) -> NamedTensors {
    state_after(run, 10)
}

fn state_after(run: &Path, step: u64) -> NamedTensors {
    RunDirectory::view(run).unwrap().load(step).unwrap().tensors
}

/// Trains until after the step, or to the end, and hands back what was told.
fn trained(options: &TrainOptions, stop_after: Option<u64>) -> (Outcome, String) {
    let (stop, mut told) = (AtomicBool::new(false), String::new());
    let outcome = train(options, &stop, &mut |progress| {
        told.extend(progress.message.iter().map(String::as_str));
        stop.store(Some(progress.step) == stop_after, Ordering::Relaxed);
    });
    (outcome.unwrap(), told)
}

#[test]
fn the_steps_that_are_left_are_fixed_when_rates_begin_to_fall() {
    let workshop = Workshop::drawn();
    // As long as it would be without a clock: the rates fall from half of it on.
    let plain = workshop.options(&workshop.path("plain"), config(10), false);
    trained(&plain, None);
    let wanted = state(&plain.run);

    // By the clock, whatever the configuration says.
    let mut whole = workshop.options(&workshop.path("whole"), config(3), false);
    whole.budget = budget();
    let (outcome, told) = trained(&whole, None);
    assert_eq!(outcome, Outcome::Finished { step: 10 });
    assert!(
        told.contains("from step 5 on the learning rates fall"),
        "{told}"
    );
    let fall = RunDirectory::view(&whole.run).unwrap().fall().unwrap();
    assert_eq!(fall, Some(Fall::new(5, 10)));
    assert!(state(&whole.run) == wanted);

    // Stopped while they fall, and gone on with: whatever time is given then.
    let mut parts = workshop.options(&workshop.path("parts"), config(3), false);
    parts.budget = budget();
    let (outcome, _) = trained(&parts, Some(7));
    assert_eq!(outcome, Outcome::Stopped { step: 7 });
    parts.resume = true;
    let (outcome, told) = trained(&parts, None);
    assert_eq!(outcome, Outcome::Finished { step: 10 });
    assert!(told.contains("it ends after step 10"), "{told}");
    assert!(state(&parts.run) == wanted);

    // Stopped before they do: the rates have not fallen, and a new time is given.
    let mut early = workshop.options(&workshop.path("early"), config(3), false);
    early.budget = budget();
    assert_eq!(trained(&early, Some(2)).0, Outcome::Stopped { step: 2 });
    (early.resume, early.budget) = (true, budget());
    assert_eq!(trained(&early, None).0, Outcome::Finished { step: 12 });
}

/// 40 seconds by a clock whose steps take two until 24, and six from then on.
fn slowing() -> Option<TimeBudget> {
    let hand = AtomicU64::new(0);
    let clock = move || {
        let now = hand.load(Ordering::Relaxed);
        let now = now + if now < 24 { 2 } else { 6 };
        hand.store(now, Ordering::Relaxed);
        Duration::from_secs(now)
    };
    Some(TimeBudget::by(Duration::from_secs(40), clock))
}

#[test]
fn the_time_holds_where_the_pace_changes_and_what_was_told_is_resumed() {
    let workshop = Workshop::drawn();
    // At the first pace it would be 20 steps; 24 s and three times six come to 42 s.
    let mut whole = workshop.options(&workshop.path("slow"), config(3), false);
    whole.budget = slowing();
    let (outcome, told) = trained(&whole, None);
    let Outcome::Finished { step: last } = outcome else {
        panic!("{outcome:?}");
    };
    assert!((14..=15).contains(&last), "{last}");
    assert!(told.contains("the speed has changed at step"), "{told}");
    let fall = RunDirectory::view(&whole.run).unwrap().fall().unwrap();
    let fall = fall.unwrap();
    assert_eq!((fall.from, fall.steps, fall.last()), (10, 20, last));
    assert!(!fall.again.is_empty(), "{fall:?}");

    // Stopped after the change: the rest is the same, without a clock.
    let mut parts = workshop.options(&workshop.path("slow-parts"), config(3), false);
    parts.budget = slowing();
    assert_eq!(
        trained(&parts, Some(last - 1)).0,
        Outcome::Stopped { step: last - 1 }
    );
    (parts.resume, parts.budget) = (true, None);
    assert_eq!(trained(&parts, None).0, outcome);
    assert!(state_after(&parts.run, last) == state_after(&whole.run, last));
}
