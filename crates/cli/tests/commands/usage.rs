//! The command line itself.

use std::process::Stdio;

use crate::support::{Place, write_tiny_model};

#[test]
fn help_and_version_are_no_errors() {
    let place = Place::new();
    let (code, out, err) = place.run(&["--help"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for command in [
        "transfer", "dataset", "features", "train", "export", "model",
    ] {
        assert!(out.contains(command), "{command} is not in: {out}");
    }
    let (code, out, _) = place.run(&["--version"]);
    assert_eq!(code, 0);
    assert_eq!(out.trim(), format!("utsushi {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_clap_refuses_is_wrong_usage() {
    let place = Place::new();
    let wrong: [&[&str]; 8] = [
        &[],
        &["paint"],
        &["transfer"],
        &["transfer", "a.png", "--style", "b.png"],
        &[
            "transfer",
            "a.png",
            "--style",
            "b.png",
            "-o",
            "c.png",
            "--strength",
            "2.5",
        ],
        &[
            "transfer", "a.png", "--style", "b.png", "-o", "c.png", "--device", "toaster",
        ],
        &["train", "a.toml"],
        &["dataset", "prepare", "sets.toml"],
    ];
    for arguments in wrong {
        let (code, out, err) = place.run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(
            err.contains("Usage") || err.contains("error"),
            "{arguments:?}: {err}"
        );
    }
    assert!(place.files().is_empty());
}

#[test]
fn input_that_would_not_be_used_is_refused() {
    let place = Place::new();
    let unused: [&[&str]; 5] = [
        &[
            "transfer",
            "a.png",
            "--style-name",
            "ink",
            "--style-name",
            "oil",
            "--style-seed",
            "1",
            "-o",
            "c.png",
        ],
        &[
            "transfer",
            "a.png",
            "--style",
            "b.png",
            "--style-seed",
            "1",
            "-o",
            "c.png",
        ],
        &["transfer", "a.png", "--list", "jobs.tsv"],
        &["transfer", "--list", "jobs.tsv", "-o", "c.png"],
        &["dataset", "inspect", "pictures", "--force"],
    ];
    for arguments in unused {
        let (code, _, err) = place.run(arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
    }
}

#[test]
fn a_seed_below_0_is_answered_with_what_a_seed_is() {
    let place = Place::new();
    let transfer = ["transfer", "a.png", "-o", "c.png", "--style-seed"];
    let generate = ["generate", "-o", "c.png", "--seed"];
    for (command, seed, named) in [
        (&transfer[..], "-3", "`-3`"),
        (&transfer[..], "-3..4", "`-3`"),
        (&generate[..], "-3", "`-3`"),
        (&generate[..], "1.5", "`1.5`"),
    ] {
        let (code, _, err) = place.run(&[command, &[seed]].concat());
        let told = format!("{named} is not a whole number from 0");
        assert!(code == 2 && err.contains(&told), "{seed}: {err}");
    }
}

#[test]
#[cfg(not(feature = "vulkan"))]
fn a_build_without_vulkan_says_how_to_get_one_with_it() {
    let place = Place::new();
    place.draw("a.png", 32, 1);
    let arguments = [
        "transfer", "a.png", "--style", "a.png", "-o", "b.png", "--device", "vulkan",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 2);
    assert!(err.contains("--features vulkan"), "{err}");
    assert!(!place.path("b.png").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_utsushi"));
    command.current_dir(place.path(""));
    command.args(["model", "m.safetensors"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything can be printed.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

/// The exit codes are those that `--help` tells, whichever command is called.
#[test]
fn the_command_line_is_told_from_files_by_all_commands_alike() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    place.draw("r.png", 40, 2);
    write_tiny_model(&place.path("m.safetensors"));
    for taken in ["there.png", "there.gif", "there.safetensors"] {
        place.write(taken, b"something");
    }
    std::fs::create_dir_all(place.path("runs/mine")).unwrap();
    let code_of = |line: &str| {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let (code, _, err) = place.run(&arguments);
        (code, err)
    };
    // What is not there, or there already.
    for line in [
        "transfer nowhere.png --style r.png -o o.png",
        "transfer a.png --style r.png --model nowhere -o o.png",
        "mix a.png --style nowhere.png --style r.png -o o.png --model m.safetensors",
        "morph a.png nowhere.png -o o.gif --model m.safetensors",
        "segment nowhere.png -o o.png",
        "learn nowhere.png -o o.safetensors",
        "learn a.png --init nowhere -o o.safetensors",
        "train nowhere.toml --data set",
        "train house-64 --data nowhere",
        "train fine-tune --data nowhere --init nowhere",
        "evaluate --data nowhere -o report",
        "export nowhere -o o.safetensors",
        "runs list nowhere",
        "runs compare nowhere",
        "transfer a.png --style r.png -o there.png",
        "edit a.png --warp-face smile -o there.png",
        "morph a.png r.png -o there.gif",
        "learn a.png -o there.safetensors",
        "learn a.png -o mine.safetensors",
        "learn a.png -o other.safetensors --resume",
    ] {
        let (code, err) = code_of(line);
        assert_eq!(code, 1, "{line}: {err}");
    }
    // What no file would mend.
    for line in [
        "transfer a.png --style-name nix --model m.safetensors -o o.png",
        "transfer a.png --style-name ink:9 --model m.safetensors -o o.png",
        "transfer a.png --style r.png --mask r.png:name:nix --model m.safetensors -o o.png",
        "mix a.png --style-name nix --style r.png --model m.safetensors -o o.png",
        "generate --style-name nix --model m.safetensors -o o.png",
        "edit a.png --set age=old --model m.safetensors -o o.png",
        "transfer a.png --style r.png --model bulit-in -o o.png",
        "train fine-tun --data set",
        "transfer a.png --style r.png -o o.xyz",
        "transfer a.png r.png --style r.png -o o.png",
        "transfer a.png --style r.png --layers --model m.safetensors -o o.png",
        "mix a.png --style a.png --style r.png -o o.xyz",
        "morph a.png r.png -o o.xyz",
        "learn a.png -o o.png",
    ] {
        let (code, err) = code_of(line);
        assert_eq!(code, 2, "{line}: {err}");
    }
}
