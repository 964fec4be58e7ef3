//! Checkpoints measured while a run goes on.

use std::sync::atomic::AtomicBool;

use serde_json::json;
use utsushi_runs::{RunDirectory, StatsLog};
use utsushi_weights::STYLE_GALLERY;

use utsushi_training::{Checkpoint, Examination, TrainError, export_model, train_examined};

use crate::support::{Workshop, small_config};

#[test]
fn the_best_checkpoint_is_kept_and_can_be_exported() {
    let workshop = Workshop::drawn();
    let run = workshop.path("run");
    let mut config = small_config(10);
    config.run.evaluate_steps = 2;
    let mut scores = [0.1, 0.7, 0.3, 0.2, 0.4].into_iter();
    let mut seen = Vec::new();
    let mut told = Vec::new();
    train_examined(
        &workshop.options(&run, config, false),
        &AtomicBool::new(false),
        &mut |progress| told.extend(progress.message.clone()),
        &mut |folder, step| {
            // What is measured is there, and whole.
            let (_, report) = export_model(folder, Checkpoint::Step(step))?;
            seen.push(report.step);
            Ok(scores.next().map(|score| Examination {
                score,
                measures: json!({ "frechet_share": score }),
            }))
        },
    )
    .unwrap();
    assert_eq!(seen, [2, 4, 6, 8, 10]);
    // The newest three are kept, and the best before them.
    let directory = RunDirectory::view(&run).unwrap();
    assert_eq!(directory.steps().unwrap(), [4, 6, 8, 10]);
    let exported = |which| export_model(&run, which).unwrap().1.step;
    assert_eq!(exported(Checkpoint::Best), 4);
    assert_eq!(exported(Checkpoint::Newest), 10);
    // The mean of all four, number by number; the card names them.
    let (mean, _) = export_model(&run, Checkpoint::Mean).unwrap();
    assert!(
        mean.card.contains("after steps 4, 6, 8, 10 "),
        "{}",
        mean.card
    );
    let each = [4, 6, 8, 10].map(|step| export_model(&run, Checkpoint::Step(step)).unwrap().0);
    let mut moved = 0;
    for (name, tensor) in mean.tensors.iter() {
        if name == STYLE_GALLERY {
            // Codes of single paintings, of which other ones may be typical in another checkpoint.
            assert_eq!(Some(tensor), each[3].tensors.get(name));
            continue;
        }
        for (index, value) in tensor.values.iter().enumerate() {
            let values = each.each_ref().map(|model| {
                let own = model.tensors.get(name).unwrap();
                own.values[index]
            });
            let expected = values.iter().sum::<f32>() / 4.0;
            // A sum is as exact as the largest of what is summed.
            let largest = values.iter().fold(1.0, |most: f32, it| most.max(it.abs()));
            let far = (value - expected).abs();
            assert!(far <= 1e-6 * largest, "{name}: {far} of {values:?}");
            moved += usize::from(values[0] != values[3] && *value != values[3]);
        }
    }
    assert!(moved > 1000, "{moved}");
    let lines = StatsLog::read(&directory.measures_path()).unwrap();
    let line = json!({ "step": 6, "frechet_share": 0.3 });
    assert_eq!((lines.len(), &lines[2]), (5, &line));
    let told = told.join("\n");
    assert!(told.contains("the best is 0.700, of step 4"), "{told}");
}

#[test]
fn without_evaluation_there_is_no_best_and_a_failure_names_its_step() {
    let workshop = Workshop::drawn();
    let run = workshop.path("run");
    let mut config = small_config(4);
    config.run.evaluate_steps = 2;
    let error = train_examined(
        &workshop.options(&run, config, false),
        &AtomicBool::new(false),
        &mut |_| {},
        &mut |_, step| {
            Err(TrainError::Examination {
                step,
                reason: "no judge".to_owned(),
            })
        },
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("step 2") && error.contains("no judge"),
        "{error}"
    );
    let error = export_model(&run, Checkpoint::Best)
        .unwrap_err()
        .to_string();
    assert!(error.contains("run.evaluate_steps"), "{error}");
    // What was trained before is there.
    assert_eq!(export_model(&run, Checkpoint::Newest).unwrap().1.step, 2);
}
