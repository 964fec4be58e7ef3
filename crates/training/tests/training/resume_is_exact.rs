//! A run that is stopped and resumed is bit for bit the run that never stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Workshop, small_config};
use utsushi_runs::{RunDirectory, StatsLog};
use utsushi_weights::NamedTensors;

use utsushi_training::{Outcome, Precision, train};

fn state(run: &std::path::Path, step: u64) -> NamedTensors {
    RunDirectory::view(run).unwrap().load(step).unwrap().tensors
}

/// Every value that the steps reported; times and memory differ from run to run.
fn losses(run: &std::path::Path) -> Vec<serde_json::Value> {
    let lines = StatsLog::read(&run.join("stats.jsonl")).unwrap();
    lines
        .into_iter()
        .map(|line| serde_json::json!([line["step"], line["values"]]))
        .collect()
}

#[test]
fn six_steps_are_three_and_then_three_more() {
    resumes_exactly(Precision::Full);
}

#[test]
fn six_steps_in_reduced_precision_are_three_and_then_three_more() {
    utsushi_kernels::Precision::emulate_where_missing();
    assert!(utsushi_kernels::Precision::Reduced.is_supported());
    resumes_exactly(Precision::Reduced);
}

fn resumes_exactly(precision: Precision) {
    let workshop = Workshop::drawn();
    let (whole, parts) = (workshop.path("whole"), workshop.path("parts"));
    let never = AtomicBool::new(false);
    // With labels, so that what they add is saved too, and steps of both views.
    let config = || {
        let mut config = small_config(6);
        config.labels.columns = vec!["tone".to_owned()];
        config.run.precision = precision;
        config.near.share = 0.5;
        config.losses.lips = 1.0;
        // Everything that is drawn at random in a step.
        config.model.line_style = true;
        config.model.style_slots = 2;
        config.model.noise = true;
        config.procedural.disturbed = 0.7;
        config.procedural.painted = 0.7;
        config.adversarial.reference_weight = 1.0;
        config.losses.matching = 1.0;
        config.losses.lips_of = vec!["discs".to_owned()];
        config
    };
    let outcome = train(
        &workshop.options(&whole, config(), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    assert_eq!(outcome, Outcome::Finished { step: 6 });

    // Asked to stop during the third step, as Ctrl-C does.
    let stop = AtomicBool::new(false);
    let outcome = train(
        &workshop.options(&parts, config(), false),
        &stop,
        &mut |progress| {
            if progress.step == 3 {
                stop.store(true, Ordering::Relaxed);
            }
        },
    );
    assert_eq!(outcome.unwrap(), Outcome::Stopped { step: 3 });
    let resumed = workshop.options(&parts, config(), true);
    let outcome = train(&resumed, &never, &mut |_| {}).unwrap();
    assert_eq!(outcome, Outcome::Finished { step: 6 });

    let (first, second) = (state(&whole, 6), state(&parts, 6));
    assert_eq!(
        first.names().collect::<Vec<_>>(),
        second.names().collect::<Vec<_>>()
    );
    let table = "painter.mapping_network.labels.conditions";
    let table = first.get(table).unwrap();
    assert!(table.values.iter().any(|value| *value != 0.0));
    for ((name, one), (_, two)) in first.iter().zip(second.iter()) {
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&one.values), bits(&two.values), "{name}");
    }
    // The stopped run has one line more, for its third step; the last lines agree.
    assert_eq!(losses(&whole).last(), losses(&parts).last());
    assert!(!losses(&whole).is_empty());
    // Whole pictures among the steps, whose lips were looked at.
    assert!(
        losses(&whole)
            .iter()
            .any(|line| line[1]["lips"].is_number())
    );
}

#[test]
fn a_broken_newest_checkpoint_is_passed_over() {
    let workshop = Workshop::drawn();
    let run = workshop.path("run");
    let never = AtomicBool::new(false);
    train(
        &workshop.options(&run, small_config(4), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    let broken = RunDirectory::view(&run).unwrap().checkpoint_path(4);
    for entry in std::fs::read_dir(&broken).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    let mut messages = Vec::new();
    let outcome = train(
        &workshop.options(&run, small_config(5), true),
        &never,
        &mut |progress| {
            messages.extend(progress.message.clone());
        },
    );
    assert_eq!(outcome.unwrap(), Outcome::Finished { step: 5 });
    assert!(
        messages.iter().any(|message| message.contains("skipped: ")),
        "{messages:?}"
    );
    assert!(
        messages
            .iter()
            .any(|message| message.contains("from step 2")),
        "{messages:?}"
    );
}

#[test]
fn styles_that_the_set_does_not_have_are_refused_before_anything_is_made() {
    let workshop = Workshop::drawn();
    let nobody = || vec!["nobody".to_owned()];
    let mut near = small_config(2);
    near.near.styles = nobody();
    let mut lips = small_config(2);
    lips.losses.lips_of = nobody();
    let mut weights = small_config(2);
    weights.style_weights.insert("nobody".to_owned(), 2.0);
    let cases = [
        (near, "near.styles"),
        (lips, "losses.lips_of"),
        (weights, "style_weights"),
    ];
    for (config, key) in cases {
        let run = workshop.path("run");
        let options = workshop.options(&run, config, false);
        let error = train(&options, &AtomicBool::new(false), &mut |_| {}).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(key) && text.contains("`nobody`"), "{text}");
        assert!(!run.exists());
    }
}

#[test]
fn another_set_is_refused() {
    let (workshop, other) = (Workshop::drawn(), Workshop::drawn());
    let run = workshop.path("run");
    let never = AtomicBool::new(false);
    train(
        &workshop.options(&run, small_config(2), false),
        &never,
        &mut |_| {},
    )
    .unwrap();
    // The same styles, one picture fewer.
    let manifest = other.path("set").join("manifest.jsonl");
    let lines = std::fs::read_to_string(&manifest).unwrap();
    std::fs::remove_file(other.path("discs").join("0.png")).unwrap();
    let sets = utsushi_dataset::SetsFile::read(&other.path("sets.toml")).unwrap();
    let options = utsushi_dataset::PrepareOptions::default();
    let set = other.path("second");
    utsushi_dataset::prepare(&sets, &options, &set, &mut |_| {}, &never).unwrap();
    assert_ne!(
        lines,
        std::fs::read_to_string(set.join("manifest.jsonl")).unwrap()
    );
    let mut resumed = workshop.options(&run, small_config(4), true);
    resumed.set = set;
    let error = train(&resumed, &never, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("another state of the set"), "{error}");
}
