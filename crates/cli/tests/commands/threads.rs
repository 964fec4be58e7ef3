//! `--threads`, which every command has that computes.

use crate::support::{Place, write_tiny_model};

#[test]
fn a_picture_is_the_same_whatever_the_threads() {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("a.png", 96, 1);
    place.draw("r.png", 64, 2);
    let painted = |threads: &str| {
        let output = format!("{threads}.png");
        let (code, _, err) = place.run(&[
            "transfer",
            "a.png",
            "--style",
            "r.png",
            "--model",
            "m.safetensors",
            "--threads",
            threads,
            "-o",
            &output,
        ]);
        assert_eq!(code, 0, "{err}");
        std::fs::read(place.path(&output)).unwrap()
    };
    let one = painted("1");
    assert_eq!(one, painted("3"));
    assert_eq!(one, painted("0"));
}

#[test]
fn whatever_computes_can_be_told_how_many() {
    let place = Place::new();
    let commands: [&[&str]; 13] = [
        &["transfer"],
        &["mix"],
        &["morph"],
        &["generate"],
        &["edit"],
        &["direction", "find"],
        &["direction", "learn"],
        &["dataset", "prepare"],
        &["dataset", "inspect"],
        &["train"],
        &["distil"],
        &["evaluate"],
        &["serve"],
    ];
    for command in commands {
        let (code, out, err) = place.run(&[command, &["--help"]].concat());
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("--threads <N>"), "{command:?}: {out}");
    }
    let (code, _, err) = place.run(&["transfer", "a.png", "--threads", "many"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--threads"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn there_are_as_many_threads_as_were_asked_for() {
    use crate::serve::Serving;

    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    let count = |threads: &str| {
        let arguments = ["--model", "m.safetensors", "--threads", threads];
        let serving = Serving::start(&place, &arguments, None);
        let tasks = std::fs::read_dir(format!("/proc/{}/task", serving.id())).unwrap();
        let names =
            tasks.flat_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")));
        names.filter(|name| name.starts_with("compute-")).count()
    };
    assert_eq!(["9", "2"].map(count), [9, 2]);
}
