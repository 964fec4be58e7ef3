use std::fs;

use serde_json::json;
use utsushi_weights::{NamedTensors, WeightsFile};

use super::*;
use crate::{TrainingRecord, config_hash};

fn state(step: u64) -> TrainingState {
    let mut tensors = NamedTensors::new();
    tensors.insert(
        "net.weight",
        [2, 2],
        vec![step as f32, 0.1, f32::MIN_POSITIVE, -1.0 / 3.0],
    );
    tensors.insert("adam.updates", Vec::new(), vec![7.0]);
    let record = TrainingRecord {
        step,
        pictures_seen: step * 16,
        seed: u64::MAX,
        config_hash: config_hash("a = 1"),
        milestone: false,
        extra: json!({"position": u64::MAX - 1, "average": 0.3f64.to_bits()}),
    };
    TrainingState { record, tensors }
}

fn new_run() -> (tempfile::TempDir, RunDirectory) {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(&folder.path().join("runs/one"), "a = 1\n").unwrap();
    (folder, run)
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_state_comes_back_exactly() {
    let (_folder, run) = new_run();
    assert!(run.latest().unwrap().state.is_none());
    let path = run.save(&state(5000), 3).unwrap();
    assert!(path.ends_with("checkpoints/step-00005000"));
    assert_eq!(entries(&path), ["state.json", "state.safetensors"]);
    let latest = run.latest().unwrap();
    assert_eq!(latest.state, Some(state(5000)));
    assert!(latest.rejected.is_empty());
    assert_eq!(run.config().unwrap(), "a = 1\n");
    assert!(run.sample_path(5000).ends_with("samples/step-00005000.png"));
}

#[test]
fn a_run_remembers_where_its_set_lies() {
    let (folder, run) = new_run();
    assert_eq!(run.data().unwrap(), None);
    let set = folder.path().join("set");
    for set in [&set, &folder.path().join("moved")] {
        run.keep_data(set).unwrap();
        assert_eq!(run.data().unwrap().as_ref(), Some(set));
    }
    run.keep_data(Path::new("beside")).unwrap();
    assert!(run.data().unwrap().unwrap().is_absolute());
}

#[test]
fn a_folder_with_anything_in_it_is_no_place_for_a_new_run() {
    let folder = tempfile::tempdir().unwrap();
    RunDirectory::create(folder.path(), "").unwrap();
    let error = RunDirectory::create(folder.path(), "").unwrap_err();
    assert!(matches!(error, RunError::NotEmpty { .. }));
    assert!(error.to_string().contains("--resume"));
    let other = tempfile::tempdir().unwrap();
    assert!(matches!(
        RunDirectory::open(other.path()),
        Err(RunError::NotARun { .. })
    ));
    assert!(entries(other.path()).is_empty());
    let missing = other.path().join("missing");
    for opened in [RunDirectory::open(&missing), RunDirectory::view(&missing)] {
        assert!(matches!(opened, Err(RunError::Missing { .. })));
    }
    assert!(!missing.exists());
}

#[test]
fn one_training_at_a_time_but_anyone_may_look() {
    let (_folder, run) = new_run();
    assert!(matches!(
        RunDirectory::open(run.path()),
        Err(RunError::InUse { .. })
    ));
    run.save(&state(1), 1).unwrap();
    assert_eq!(
        RunDirectory::view(run.path()).unwrap().steps().unwrap(),
        [1]
    );
    let path = run.path().to_owned();
    drop(run);
    RunDirectory::open(&path).unwrap();
}

#[test]
fn the_newest_and_the_milestones_are_kept() {
    let (_folder, run) = new_run();
    for step in 1..=7 {
        let mut state = state(step);
        state.record.milestone = step == 2;
        run.save(&state, 3).unwrap();
    }
    assert_eq!(run.steps().unwrap(), [2, 5, 6, 7]);
    assert_eq!(
        entries(&run.checkpoints()).len(),
        4,
        "nothing hidden is left"
    );
}

#[test]
fn a_step_done_again_replaces_what_it_was() {
    let (_folder, run) = new_run();
    run.save(&state(4), 3).unwrap();
    let mut again = state(4);
    again.record.pictures_seen += 1;
    run.save(&again, 3).unwrap();
    assert_eq!(run.load(4).unwrap(), again);
    assert_eq!(entries(&run.checkpoints()), ["step-00000004"]);
}

/// A test that whichever way the newest checkpoint is broken, the one before it is read.
#[test]
fn a_broken_checkpoint_is_passed_over_and_named() {
    type Breakage = (&'static str, fn(&Path));
    let breakages: [Breakage; 8] = [
        ("bytes instead of", |folder| {
            let path = folder.join("state.safetensors");
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        }),
        ("hash", |folder| {
            let path = folder.join("state.safetensors");
            let mut bytes = fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&path, bytes).unwrap();
        }),
        ("state.safetensors", |folder| {
            fs::remove_file(folder.join("state.safetensors")).unwrap()
        }),
        ("state.json", |folder| {
            fs::remove_file(folder.join("state.json")).unwrap()
        }),
        ("not valid", |folder| {
            fs::write(folder.join("state.json"), "{\"format\": ").unwrap()
        }),
        ("not describe a training state", |folder| {
            fs::write(folder.join("state.json"), "[]").unwrap();
        }),
        ("reads version 1", |folder| {
            let path = folder.join("state.json");
            let text = fs::read_to_string(&path).unwrap();
            let other = text.replace("\"format_version\": 1", "\"format_version\": 2");
            assert_ne!(other, text);
            fs::write(path, other).unwrap();
        }),
        ("after step 6", |folder| {
            let path = folder.join("state.json");
            let text = fs::read_to_string(&path).unwrap();
            let other = text.replace("\"step\": 7", "\"step\": 6");
            assert_ne!(other, text);
            fs::write(path, other).unwrap();
        }),
    ];
    for (reason, break_it) in breakages {
        let (_folder, run) = new_run();
        run.save(&state(6), 3).unwrap();
        let newest = run.save(&state(7), 3).unwrap();
        break_it(&newest);
        let latest = run.latest().unwrap();
        assert_eq!(latest.state, Some(state(6)));
        let error = latest.rejected[0].to_string();
        assert!(
            error.contains("step-00000007") && error.contains(reason),
            "{error}"
        );
        // Its folder stays until its step comes again; the good ones stay with it.
        run.save(&state(8), 3).unwrap();
        assert_eq!(run.steps().unwrap(), [6, 7, 8]);
        run.save(&state(7), 3).unwrap();
        assert_eq!(run.load(7).unwrap(), state(7));
    }
}

#[test]
fn a_checkpoint_that_is_not_whole_does_not_count_among_the_kept() {
    let (_folder, run) = new_run();
    run.save(&state(6), 2).unwrap();
    let cut = run.save(&state(7), 2).unwrap().join("state.safetensors");
    fs::write(&cut, &fs::read(&cut).unwrap()[..100]).unwrap();
    run.save(&state(8), 2).unwrap();
    assert_eq!(run.steps().unwrap(), [6, 7, 8]);
}

#[test]
fn what_a_kill_leaves_behind_is_ignored_and_cleaned() {
    let (_folder, run) = new_run();
    run.save(&state(1), 3).unwrap();
    // Killed while writing the next one: a hidden folder with a part of the tensors.
    let hidden = run.checkpoints().join(".unfinished-abc");
    fs::create_dir(&hidden).unwrap();
    fs::copy(
        run.checkpoint_path(1).join("state.safetensors"),
        hidden.join("x"),
    )
    .unwrap();
    assert_eq!(run.latest().unwrap().state, Some(state(1)));
    let path = run.path().to_owned();
    drop(run);
    let run = RunDirectory::open(&path).unwrap();
    assert!(!hidden.exists());
    assert_eq!(run.steps().unwrap(), [1]);
}

#[test]
fn a_state_that_diverged_is_refused_and_nothing_changes() {
    let (_folder, run) = new_run();
    run.save(&state(1), 1).unwrap();
    let mut diverged = state(2);
    diverged.tensors.insert("net.bias", [1], vec![f32::NAN]);
    let error = run.save(&diverged, 1).unwrap_err().to_string();
    assert!(error.contains("`net.bias`"), "{error}");
    assert_eq!(entries(&run.checkpoints()), ["step-00000001"]);
}

#[test]
#[cfg(unix)]
fn a_disk_that_cannot_be_written_keeps_the_checkpoints() {
    let (_folder, run) = new_run();
    run.save(&state(1), 1).unwrap();
    // A file where the folder should be stands for a disk that refuses.
    let aside = run.path().join("aside");
    fs::rename(run.checkpoints(), &aside).unwrap();
    fs::write(run.checkpoints(), "").unwrap();
    assert!(run.save(&state(2), 1).is_err());
    fs::remove_file(run.checkpoints()).unwrap();
    fs::rename(&aside, run.checkpoints()).unwrap();
    assert_eq!(run.latest().unwrap().state, Some(state(1)));
}

#[test]
fn the_tensors_are_an_ordinary_safetensors_file() {
    let (_folder, run) = new_run();
    let path = run.save(&state(3), 1).unwrap().join("state.safetensors");
    let file = WeightsFile::read(&path).unwrap();
    assert_eq!(file.tensors, state(3).tensors);
    assert_eq!(file.metadata["format"], "utsushi-training-state");
}

#[test]
fn the_best_is_kept_until_another_is_better() {
    let (_folder, run) = new_run();
    assert_eq!(run.best().unwrap(), None);
    for step in [1, 2, 3] {
        run.save(&state(step), 1).unwrap();
        if step == 1 {
            let best = BestCheckpoint { step, score: 0.5 };
            run.keep_best(&best).unwrap();
            assert_eq!(run.best().unwrap(), Some(best));
        }
    }
    assert_eq!(run.steps().unwrap(), [1, 3]);
    let best = BestCheckpoint {
        step: 3,
        score: 0.75,
    };
    run.keep_best(&best).unwrap();
    run.save(&state(4), 1).unwrap();
    assert_eq!(run.steps().unwrap(), [3, 4]);
    assert_eq!(run.best().unwrap(), Some(best));
    std::fs::write(run.path().join("best.json"), "{").unwrap();
    let error = run.best().unwrap_err().to_string();
    assert!(error.contains("best.json"), "{error}");
}

/// A test that the error for a run or a checkpoint given as a model says what to do.
#[test]
fn neither_a_run_nor_a_checkpoint_is_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(&folder.path().join("run"), "").unwrap();
    let checkpoint = run.save(&state(1), 1).unwrap();
    let error_of = |path: &Path| {
        let error = utsushi_weights::ExportedModel::read(path).unwrap_err();
        error.to_string()
    };
    for path in [
        run.path(),
        &checkpoint,
        &checkpoint.join("state.safetensors"),
    ] {
        let error = error_of(path);
        assert!(error.contains("utsushi export RUN"), "{error}");
    }
    assert!(error_of(&checkpoint).contains("training checkpoint"));
}
