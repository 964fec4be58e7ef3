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
