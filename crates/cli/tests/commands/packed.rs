//! A set as one file, trained on by the program and by its twin in PyTorch.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Place, skip};
use crate::training::workshop;

/// A workshop with its set as one file.
fn packed() -> Place {
    let place = workshop();
    let pack = ["dataset", "pack", "set", "-o", "set.pack"];
    let (code, out, err) = place.run(&pack);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("ink") && out.contains("set.pack"), "{out}");
    let (code, _, err) = place.run(&pack);
    assert_eq!(code, 1);
    assert!(err.contains("--force"), "{err}");
    place
}

#[test]
fn a_set_that_is_packed_can_be_trained_on() {
    let place = packed();
    let train = ["train", "tiny.toml", "--data", "set.pack", "--run", "run"];
    let (code, out, err) = place.run(&train);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("finished after 6 steps"), "{out}");
    // A pack of another set is another state of it.
    let few = ["dataset", "pack", "set", "--max-bytes", "20k", "-o", "few"];
    assert_eq!(place.run(&few).0, 0);
    let (code, _, err) = place.run(&[
        "train",
        "tiny.toml",
        "--data",
        "few",
        "--run",
        "run",
        "--resume",
    ]);
    assert_eq!(code, 1);
    assert!(err.contains("another state of the set"), "{err}");
    let (code, _, err) = place.run(&["dataset", "pack", "set", "--max-bytes", "many", "-o", "x"]);
    assert_eq!(code, 2);
    assert!(err.contains("40M"), "{err}");
}

/// The script that trains in PyTorch and what runs it, where both are there.
fn twin() -> Option<(PathBuf, PathBuf)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/pytorch/train.py");
    let python = std::env::var_os("UTSUSHI_PYTHON").map_or("python3".into(), PathBuf::from);
    let needed = ["-c", "import torch, safetensors, numpy, PIL"];
    let found = Command::new(&python).args(needed).output();
    if script.is_file() && found.is_ok_and(|output| output.status.success()) {
        return Some((python, script));
    }
    let why = "there is no Python with PyTorch; UTSUSHI_PYTHON names one";
    skip("pytorch", why);
    None
}

#[test]
fn what_pytorch_trains_the_program_opens_and_goes_on_from() {
    let Some((python, script)) = twin() else {
        return;
    };
    let place = packed();
    let features = place.path("features.safetensors");
    utsushi_backbone::write_untrained(&features, false).unwrap();
    let config = std::fs::read_to_string(place.path("tiny.toml")).unwrap();
    let config = config.replace("warm_up_steps = 2", "warm_up_steps = 1\nfeature_size = 32");
    let more = "[losses]\nclassification = 0.5\nmatching = 1.0\n[adversarial]\nreference_weight = 1.0\n\
        [procedural]\ndisturbed = 0.7\npainted = 0.7\n[near]\nshare = 0.5\nlargest = 1.0\n";
    place.write("tiny.toml", format!("{config}{more}"));
    let train = |run: &str, more: &[&str]| {
        let usual = ["train", "tiny.toml", "--data", "set.pack", "--features"];
        let own = ["features.safetensors", "--run", run];
        let (code, _, err) = place.run(&[&usual[..], &own, more].concat());
        assert_eq!(code, 0, "{err}");
        err
    };
    let export = |run: &str, model: &str| {
        let (code, _, err) = place.run(&["export", run, "-o", model, "--with-discriminators"]);
        assert_eq!(code, 0, "{err}");
    };
    train("first", &[]);
    export("first", "first.safetensors");
    // With slots, which the model lacks: the twin adds them as the program does.
    let config = std::fs::read_to_string(place.path("tiny.toml")).unwrap();
    let config = config.replace("[model]\n", "[model]\nstyle_slots = 3\nnoise = true\n");
    place.write("tiny.toml", config);
    let twin = |model: &str, out: &str, more: &[&str]| {
        let mut command = Command::new(&python);
        command.arg(&script).arg(place.path("tiny.toml"));
        for (name, file) in [
            ("--pack", "set.pack"),
            ("--init", model),
            ("--features", "features.safetensors"),
            ("--out", out),
        ] {
            command.arg(name).arg(place.path(file));
        }
        let output = command
            .args(["--device", "cpu"])
            .args(more)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr]
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .concat();
        (output.status.code(), text)
    };
    let (code, told) = twin("first.safetensors", "twin", &["--steps", "3"]);
    assert_eq!(code, Some(0), "{told}");
    let networks = "projected, pixel, classifier, reference";
    assert!(
        told.contains(&format!("beside the model: {networks}")),
        "{told}"
    );
    assert!(
        told.contains("finished after 3 steps, 12 pictures"),
        "{told}"
    );
    let (code, out, err) = place.run(&["model", "twin/model.safetensors"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("PyTorch twin at 32 px: 3 steps, 12 pictures"),
        "{out}"
    );
    // Nothing is written over, and what was written goes on: here and there.
    let (code, told) = twin("first.safetensors", "twin", &["--steps", "1"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("--force"), "{told}");
    let (code, told) = twin(
        "twin/model.safetensors",
        "twice",
        &["--steps", "2", "--bf16", "--no-moments"],
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("moments of the optimizer go on: painter"),
        "{told}"
    );
    for (model, run) in [("twin", "after"), ("twice", "last")] {
        let init = format!("{model}/model.safetensors");
        let told = train(run, &["--init", &init]);
        assert!(
            told.contains(&format!("beside the model: {networks}")),
            "{told}"
        );
    }
}
