//! `utsushi train` and `utsushi export`

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Place;

/// A configuration whose steps take a moment each.
pub const TINY: &str = "[run]\nsize = 32\nbatch = 4\nsteps = 6\nwarm_up_steps = 2\nramp_steps = 2\n\
    tick_steps = 2\nsheet_steps = 3\ncheckpoint_steps = 3\n\
    [model]\nnative_size = 32\nstyle_dim = 8\ntrunk_channels = [8, 8, 8]\n\
    style_channels = [8, 8, 8, 8]\nmapping_width = 8\n\
    [discriminator]\nprojected_channels = 8\npixel_channels = [8, 8]\n";

/// A prepared set of two styles of drawings at 32 px, and a configuration beside it.
pub fn workshop() -> Place {
    let place = Place::new();
    for seed in 0..12 {
        place.draw(&format!("ink/{seed}.png"), 48, seed);
        place.draw(&format!("oil/{seed}.png"), 48, 100 + seed);
    }
    place.write(
        "sets.toml",
        "size = 32\nvalidation = 0.25\nmin_size = 16\nduplicate_distance = 0\n\
         [[source]]\npath = \"ink\"\nstyle = \"ink\"\nlicence = \"CC0\"\n\
         [[source]]\npath = \"oil\"\nstyle = \"oil\"\nlicence = \"CC0\"\n",
    );
    let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
    place.write("tiny.toml", TINY);
    place
}

#[test]
fn a_dry_run_prints_a_whole_configuration_and_writes_nothing() {
    let place = workshop();
    let before = place.files();
    let (code, out, err) = place.run(&["train", "tiny.toml", "--data", "set", "--dry-run"]);
    assert_eq!(code, 0, "{err}");
    for part in [
        "steps = 6",
        "penalty_interval",
        "generator",
        "parameters",
        "expected memory",
    ] {
        assert!(out.contains(part), "no `{part}` in: {out}");
    }
    // No feature network is imported, and what needs one is not counted.
    assert!(
        out.contains("pixel discriminator") && !out.contains("projected discriminator"),
        "{out}"
    );
    for told in ["the projected discriminator", "utsushi features import"] {
        assert!(err.contains(told), "no `{told}` in: {err}");
    }
    // The networks know the set's two styles, and the output is a configuration of its own.
    assert!(out.contains("styles = 2"), "{out}");
    assert_eq!(place.files(), before);
    place.write("again.toml", &out);
    let (_, again, err) = place.run(&["train", "again.toml", "--data", "set", "--dry-run"]);
    assert_eq!(again, out, "{err}");
    assert!(!err.contains("refused"), "{err}");
}

#[test]
fn a_dry_run_shows_what_would_be_refused_and_says_why() {
    let place = workshop();
    place.write(
        "large.toml",
        TINY.replace("size = 32\nbatch", "size = 64\nbatch"),
    );
    place.write(
        "other.toml",
        format!("{TINY}[style_weights]\nmanga = 2.0\n"),
    );
    for (config, shown, why) in [
        ("large.toml", "size = 64", "prepare it with --size 64"),
        ("other.toml", "manga = 2.0", "style_weights names `manga`"),
        ("fine-tune", "size = 128", "prepare it with --size 128"),
        ("fine-tune", "size = 128", "none is named"),
    ] {
        let train = ["train", config, "--data", "set"];
        let (code, out, err) = place.run(&[&train[..], &["--dry-run"]].concat());
        assert_eq!(code, 0, "{config}: {err}");
        assert!(
            out.contains(shown) && out.contains("expected memory"),
            "{out}"
        );
        let told = err.contains("warning: this training would be refused");
        assert!(told && err.contains(why), "{config}: {err}");
        assert_ne!(place.run(&train).0, 0, "{config}");
    }
}

#[test]
fn a_run_by_the_clock_ends_with_a_model() {
    let place = workshop();
    let train = ["train", "tiny.toml", "--data", "set", "--run", "run"];
    let (code, _, err) = place.run(&[&train[..], &["--for", "soon"]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("8m"), "{err}");
    let (code, out, err) = place.run(&[&train[..], &["--for", "1s"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("run/model.safetensors"), "{out}");
    assert!(place.path("run/fall.json").is_file());
    assert!(place.path("run/model.discriminators.safetensors").is_file());
    assert_eq!(place.run(&["model", "run/model.safetensors"]).0, 0);
    // It has ended, and stays so.
    let (code, out, err) = place.run(&[&train[..], &["--resume"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("finished after"), "{out}");
    // Another run goes on from its model, by the command that it names.
    let further = "utsushi train tiny.toml --data set --init run/model.safetensors --run run-2";
    assert!(out.contains(further), "{out}");
    let mut named: Vec<&str> = further.split(' ').skip(1).collect();
    named.extend(["--for", "1s"]);
    let (code, out, err) = place.run(&named);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("--init run-2/model.safetensors"), "{out}");
}

#[test]
fn the_shipped_configurations_can_be_used() {
    let place = workshop();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("../../configs/ablation-64.toml")];
    for entry in std::fs::read_dir(root.join("src/recipes")).unwrap() {
        files.push(entry.unwrap().path());
    }
    assert!(files.len() > 5, "{files:?}");
    for path in files {
        let file = path.to_str().unwrap();
        let (code, _, err) = place.run(&["train", file, "--data", "set", "--dry-run"]);
        if file.ends_with("labels-32.toml") {
            // This set has no labels.
            assert!(
                code == 1 && err.contains("labels.columns names `age`"),
                "{err}"
            );
            continue;
        }
        assert_eq!(code, 0, "{file}: {err}");
    }
}

#[test]
fn the_built_in_model_learns_a_new_style_beside_its_own() {
    let place = workshop();
    let tune = "[run]\nsize = 32\nbatch = 2\nsteps = 1\nwarm_up_steps = 0\n[model]\nnative_size = 32\n\
        [losses]\nkeep = 1.0\n[optimizer]\nfrozen = [\"content_encoder\", \"style_encoder\"]\n";
    place.write("tune.toml", tune);
    let arguments = ["train", "tune.toml", "--data", "set", "--init", "builtin"];
    let (code, out, err) = place.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{err}");
    // Seventeen, `ink` and `oil`.
    assert!(out.contains("styles = 19"), "{out}");
    let (code, _, err) = place.run(&[&arguments[..], &["--run", "run"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("`ink` is new"), "{err}");
    // The sizes that the run took from the model are not held against the configuration.
    place.write("tune.toml", tune.replace("steps = 1\n", "steps = 2\n"));
    let (code, _, err) = place.run(&[
        "train",
        "tune.toml",
        "--data",
        "set",
        "--run",
        "run",
        "--resume",
    ]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = place.run(&["export", "run", "-o", "tuned.safetensors"]);
    assert_eq!(code, 0, "{err}");
    let styles = |arguments: &[&str]| {
        let (code, out, err) = place.run(arguments);
        assert_eq!(code, 0, "{err}");
        let model: serde_json::Value = serde_json::from_str(&out).unwrap();
        let styles = model["styles"].as_array().unwrap().iter();
        let names = styles.map(|style| style["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let mut expected = styles(&["model", "--json"]);
    expected.extend(["ink", "oil"].map(str::to_owned));
    assert_eq!(styles(&["model", "tuned.safetensors", "--json"]), expected);

    // A file of that name is named by its path.
    place.write("builtin", "no model");
    let file = ["train", "tune.toml", "--data", "set", "--init", "./builtin"];
    let (code, _, err) = place.run(&[&file[..], &["--run", "other"]].concat());
    assert_eq!(code, 1, "{err}");
}

#[test]
fn likely_mistakes_are_told_with_the_fix() {
    let place = workshop();
    place.write("typo.toml", "[run]\nbatchsize = 4\n");
    place.write("odd.toml", "[run]\nbatch = 5\n");
    place.write(
        "large.toml",
        TINY.replace("size = 32\nbatch", "size = 64\nbatch"),
    );
    place.write("full/letter.txt", "Dear sir");
    let before = place.files();
    let mistakes: [(&[&str], i32, &str); 8] = [
        (&["missing.toml", "--data", "set"], 1, "missing.toml"),
        (&["typo.toml", "--data", "set"], 1, "batchsize"),
        (&["odd.toml", "--data", "set"], 1, "run.batch = 5"),
        (&["tiny.toml", "--data", "ink"], 1, "dataset prepare"),
        (
            &["large.toml", "--data", "set"],
            1,
            "prepare it with --size",
        ),
        (
            &["tiny.toml", "--data", "set", "--run", "full"],
            1,
            "not empty; go on with that run with --resume, or name another folder with --run",
        ),
        (
            &["tiny.toml", "--data", "set", "--features", "missing"],
            1,
            "features import",
        ),
        (
            &["tiny.toml", "--data", "set", "--resume"],
            1,
            "add --run DIR",
        ),
    ];
    for (arguments, expected, part) in mistakes {
        let (code, out, err) = place.run(&[&["train"], arguments].concat());
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: no `{part}` in: {err}");
    }
    assert_eq!(place.files(), before);
}

#[test]
fn export_wants_a_run() {
    let place = workshop();
    for run in ["set", "missing"] {
        let (code, _, err) = place.run(&["export", run, "-o", "m.safetensors"]);
        assert_eq!(code, 1);
        assert!(err.contains(run) && err.contains("utsushi train"), "{err}");
    }
    assert!(!place.path("m.safetensors").exists());
}

#[test]
fn a_run_is_told_to_tensorboard_and_told_again_where_it_goes_on() {
    let place = workshop();
    let config = |steps: u32| {
        let run = format!("steps = {steps}\ntensorboard = true");
        TINY.replace("steps = 6\nwarm", &format!("{run}\nwarm"))
    };
    let files = || {
        let all = place.files().into_iter();
        let mut all: Vec<_> = all
            .filter(|path| path.to_string_lossy().contains("runs/board/tensorboard/"))
            .collect();
        all.sort();
        all
    };
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    place.write("board.toml", config(3));
    let command = ["train", "board.toml", "--data", "set", "--device", "cpu"];
    let (code, _, err) = place.run(&command);
    assert_eq!(code, 0, "{err}");
    let first = std::fs::read(&files()[0]).unwrap();
    for text in [
        "brain.Event:2",
        "run/pictures_per_second",
        "reconstruction/pixels",
        "samples",
        "IHDR",
        "style_codes/ink",
        "style_codes/oil",
    ] {
        assert!(has(&first, text), "no `{text}` in the file");
    }
    place.write("board.toml", config(6));
    let (code, _, err) = place.run(&[&command[..], &["--resume"]].concat());
    assert_eq!(code, 0, "{err}");
    let files = files();
    assert_eq!(files.len(), 2);
    assert_eq!(std::fs::read(&files[0]).unwrap(), first);
    // A session that starts after step 3: field 2 is 4, field 7 holds status 1.
    let second = std::fs::read(&files[1]).unwrap();
    assert!(second.windows(6).any(|it| it == [0x10, 4, 0x3a, 2, 8, 1]));
    assert!(has(&second, "reconstruction/pixels"));
}

#[test]
#[cfg(unix)]
fn ctrl_c_saves_and_resuming_goes_on() {
    let place = workshop();
    place.write("long.toml", TINY.replace("steps = 6", "steps = 100000"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_utsushi"));
    command.args(["train", "long.toml", "--data", "set", "--device", "cpu"]);
    command
        .current_dir(place.path(""))
        .env("HOME", place.path(""))
        .env_remove("XDG_DATA_HOME");
    command
        .env_remove("UTSUSHI_FEATURES")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let begun = Instant::now();
    while !place.path("runs/long/checkpoints/step-00000003").exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "no checkpoint was written"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let signal = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{out}");
    assert!(out.contains("--resume"), "{out}");
    // To a step not far ahead, by lowering what is left to do.
    let stopped: u64 = out
        .split_whitespace()
        .find_map(|word| word.parse().ok())
        .unwrap();
    assert!(stopped >= 3);
    let latest = format!("runs/long/checkpoints/step-{stopped:08}");
    assert!(place.path(&latest).is_dir(), "{latest} is missing");
    let (code, out, err) = place.run(&["export", "runs/long", "-o", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains(&format!("step {stopped}")), "{out}");
}
