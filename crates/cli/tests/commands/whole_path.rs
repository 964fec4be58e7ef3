//! The whole way: drawings, a set, a training, a model, a painting.

use crate::support::Place;
use crate::training::workshop;

fn train(place: &Place, more: &[&str]) -> (i32, String, String) {
    let arguments = [
        "train",
        "tiny.toml",
        "--data",
        "set",
        "--run",
        "run",
        "--device",
        "cpu",
    ];
    place.run(&[&arguments[..], more].concat())
}

#[test]
fn from_drawings_to_a_painting() {
    let place = workshop();
    let (code, out, err) = train(&place, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("finished after 6 steps"), "{out}");
    assert!(
        err.contains("no feature network"),
        "what is lost is said: {err}"
    );
    for file in ["config.toml", "stats.jsonl", "samples/step-00000006.png"] {
        assert!(place.path("run").join(file).is_file(), "{file} is missing");
    }
    let stats = std::fs::read_to_string(place.path("run/stats.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(stats.lines().last().unwrap()).unwrap();
    assert_eq!(last["step"], 6);

    let (code, _, err) = train(&place, &[]);
    assert_eq!(code, 1);
    assert!(err.contains("--resume"), "{err}");

    let (code, out, err) = place.run(&["export", "run", "-o", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("step 6") && out.contains("ink, oil"), "{out}");
    let (code, _, err) = place.run(&["export", "run", "-o", "m.safetensors"]);
    assert_eq!(code, 1);
    assert!(err.contains("--force"), "{err}");
    let (_, card, _) = place.run(&["model", "m.safetensors"]);
    assert!(card.contains("CC0") && card.contains("6 steps"), "{card}");

    place.draw("content.png", 50, 999);
    let ways: [&[&str]; 3] = [
        &["--style", "oil/1.png"],
        &["--style-name", "ink"],
        &["--style-seed", "3"],
    ];
    for (index, way) in ways.iter().enumerate() {
        let output = format!("painted/{index}.png");
        std::fs::create_dir_all(place.path("painted")).unwrap();
        let paint = [
            "transfer",
            "content.png",
            "--model",
            "m.safetensors",
            "-o",
            &output,
        ];
        let (code, _, err) = place.run(&[&paint[..], way].concat());
        assert_eq!(code, 0, "{way:?}: {err}");
        let painted = utsushi_imaging::read(&place.path(&output), &Default::default()).unwrap();
        assert_eq!(
            (painted.picture.width(), painted.picture.height()),
            (50, 50)
        );
    }

    // A run or its checkpoint in place of the model: told what to do.
    for wrong in ["run", "run/checkpoints/step-00000006/state.safetensors"] {
        let arguments = [
            "transfer",
            "content.png",
            "--style",
            "oil/1.png",
            "-o",
            "x.png",
        ];
        let (code, _, err) = place.run(&[&arguments[..], &["--model", wrong]].concat());
        assert_eq!(code, 1);
        assert!(err.contains("utsushi export"), "{wrong}: {err}");
    }

    // The trained model is a start for another run.
    let again = ["train", "tiny.toml", "--data", "set", "--run", "second"];
    let (code, _, err) = place.run(&[&again[..], &["--init", "m.safetensors"]].concat());
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_finished_run_can_be_prolonged_and_nothing_else() {
    let place = workshop();
    assert_eq!(train(&place, &[]).0, 0);
    let (code, _, err) = train(&place, &["--resume"]);
    assert!(
        code == 0 && err.contains("its 6 steps are done: --resume with --for 1h trains further"),
        "{err}"
    );
    place.write(
        "tiny.toml",
        crate::training::TINY.replace("batch = 4", "batch = 6"),
    );
    let (code, _, err) = train(&place, &["--resume"]);
    assert_eq!(code, 2);
    assert!(err.contains("run.batch (6 instead of 4)"), "{err}");
    place.write(
        "tiny.toml",
        crate::training::TINY.replace("steps = 6", "steps = 9"),
    );
    let (code, out, err) = train(&place, &["--resume"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("going on from step 6"), "{err}");
    assert!(out.contains("finished after 9 steps"), "{out}");
}
