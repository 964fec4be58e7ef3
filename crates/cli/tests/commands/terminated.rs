//! SIGTERM, as `docker stop`, systemd, SLURM and `kill` send it, while the program works.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Place, write_tiny_model};
use crate::training::{TINY, workshop};

fn start(place: &Place, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_utsushi"))
        .current_dir(place.path(""))
        .args(arguments)
        .env("HOME", place.path(""))
        .env_remove("XDG_DATA_HOME")
        .env_remove("UTSUSHI_FEATURES")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Ends a program with SIGTERM once `file` is there.
fn terminate(child: Child, file: &Path) -> Output {
    let begun = Instant::now();
    while !file.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "{}",
            file.display()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let signal = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(signal.unwrap().success());
    child.wait_with_output().unwrap()
}

#[test]
fn training_saves_a_checkpoint_and_goes_on_from_it() {
    let place = workshop();
    let long = TINY.replace("steps = 6", "steps = 100000");
    place.write(
        "long.toml",
        long.replace("checkpoint_steps = 3", "checkpoint_steps = 50000"),
    );
    let arguments = ["train", "long.toml", "--data", "set", "--run", "run"];
    let output = terminate(start(&place, &arguments), &place.path("run/samples"));
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(143), "{out}");
    let step = out
        .split_whitespace()
        .find_map(|word| word.parse::<u64>().ok());
    let checkpoint = format!("run/checkpoints/step-{:08}", step.unwrap());
    assert!(place.path(&checkpoint).is_dir(), "{checkpoint} is missing");
    let (code, _, err) = place.run(&["export", "run", "-o", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn what_is_painted_stays_and_nothing_is_half_written() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    for seed in 0..60 {
        place.draw(&format!("in/{seed:02}.png"), 200, seed);
    }
    let transfer = [
        "transfer",
        "in",
        "--style-name",
        "ink",
        "--model",
        "m.safetensors",
    ];
    let arguments = [&transfer[..], &["-o", "out"]].concat();
    let output = terminate(start(&place, &arguments), &place.path("out/00.png"));
    assert_eq!(output.status.code(), Some(143));
    let painted: Vec<_> = std::fs::read_dir(place.path("out")).unwrap().collect();
    assert!(
        !painted.is_empty() && painted.len() < 60,
        "{}",
        painted.len()
    );
    for entry in painted {
        let path = entry.unwrap().path();
        assert!(
            utsushi_imaging::read(&path, &Default::default()).is_ok(),
            "{path:?}"
        );
    }
    let (code, _, err) = place.run(&[&arguments[..], &["--resume"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(std::fs::read_dir(place.path("out")).unwrap().count(), 60);
}

#[test]
fn preparing_goes_on_where_it_was() {
    let place = Place::new();
    for seed in 0..260 {
        place.draw(&format!("p/{seed:03}.png"), 220, seed);
    }
    let prepare = ["dataset", "prepare", "p", "--size", "32", "-o", "set"];
    let output = terminate(start(&place, &prepare), &place.path("set/pictures"));
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(143), "{err}");
    assert!(
        err.contains("again to go on") && !place.path("set/set.toml").exists(),
        "{err}"
    );
    let (code, _, err) = place.run(&prepare);
    assert_eq!(code, 0, "{err}");
}
