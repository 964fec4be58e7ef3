//! `utsushi runs`: lists, tables and curves of runs that were written by hand.

use serde_json::Value;

use crate::support::Place;

/// Two runs, one of them evaluated, and a folder that is none.
fn place() -> Place {
    let place = Place::new();
    for (name, size, content) in [("one", 64, 0.25), ("two", 128, 0.5)] {
        let run = format!("runs/{name}");
        place.write(
            &format!("{run}/config.toml"),
            format!("[run]\nsize = {size}\nsteps = 200\n"),
        );
        let line = |step: u32, content: f64| {
            format!(
                "{{\"step\":{step},\"pictures\":{},\"seconds\":{step},\
                 \"values\":{{\"content\":{content}}}}}\n",
                step * 16
            )
        };
        let stats = line(50, 1.0) + &line(100, content);
        place.write(&format!("{run}/stats.jsonl"), stats);
        std::fs::create_dir_all(place.path(&format!("{run}/checkpoints/step-00000100"))).unwrap();
    }
    place.write("runs/one/best.json", "{\"step\":100,\"score\":0.625}");
    place.write("runs/one/measures.jsonl", "{\"step\":100,\"drift\":0.01}\n");
    place.write("runs/notes/readme.txt", "no run");
    place
}

#[test]
fn a_list_tells_how_far_each_run_is() {
    let place = place();
    let (code, out, err) = place.run(&["runs", "list"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    let words = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words(lines[1]),
        [
            "one", "100", "200", "1,600", "0.625", "at", "100", "content", "0.250"
        ]
    );
    assert!(lines[2].contains('–'), "{out}");

    let (code, out, _) = place.run(&["runs", "list", "--json"]);
    assert_eq!(code, 0);
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["runs"][0]["best"]["score"], 0.625);
    assert_eq!(all["runs"][1]["last"]["content"], 0.5);
    assert_eq!(all["runs"][1]["config"]["run.batch"], "16");
}

#[test]
fn a_run_beside_its_pictures_is_called_after_the_folder_of_both() {
    let place = place();
    for file in ["config.toml", "stats.jsonl"] {
        let bytes = std::fs::read(place.path(&format!("runs/one/{file}"))).unwrap();
        place.write(&format!("runs/mine/run/{file}"), bytes);
    }
    let checkpoint = "runs/mine/run/checkpoints/step-00000100";
    std::fs::create_dir_all(place.path(checkpoint)).unwrap();
    place.write("runs/mine/pictures/00.png", "a picture");
    let names = |arguments: &[&str]| {
        let (code, out, err) = place.run(&[&["runs", "list", "--json"], arguments].concat());
        assert_eq!(code, 0, "{err}");
        let all: Value = serde_json::from_str(&out).unwrap();
        let runs = all["runs"].as_array().unwrap().iter();
        let names = runs.map(|run| run["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["mine/run", "one", "two"]);
    assert_eq!(names(&["runs/mine"]), ["mine/run"]);
    let (code, out, err) = place.run(&["runs", "tensorboard", "-o", "board"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("board/mine/run/"), "{out}");
}

#[test]
fn one_broken_run_does_not_hide_the_others() {
    let place = place();
    place.write("runs/two/config.toml", "[run");
    let (code, out, err) = place.run(&["runs", "list"]);
    assert_eq!(code, 3);
    assert!(out.contains("one") && !out.contains("two"), "{out}");
    assert!(err.contains("two"), "{err}");
}

#[test]
fn a_comparison_shows_what_differs() {
    let place = place();
    let (code, out, _) = place.run(&["runs", "compare", "runs/one", "runs/two"]);
    assert_eq!(code, 0);
    let has = |name: &str| out.lines().any(|line| line.starts_with(name));
    assert!(
        has("run.size") && has("content") && has("measures/drift"),
        "{out}"
    );
    assert!(!has("run.steps"), "{out}");
    let (_, out, _) = place.run(&["runs", "compare", "--json", "--values", "steps,drift"]);
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["runs"], serde_json::json!(["one", "two"]));
    let drift = serde_json::json!([{ "name": "measures/drift", "values": ["0.01000", null] }]);
    assert_eq!(all["last"], drift);
    let keys = all["config"].as_array().unwrap();
    assert!(keys.iter().any(|row| row["name"] == "run.steps"));
    assert!(
        keys.iter()
            .all(|row| row["name"].as_str().unwrap().contains("steps"))
    );
}

#[test]
fn curves_are_drawn_to_svg_and_png_and_not_over_each_other() {
    let place = place();
    for name in ["curves.svg", "curves.png"] {
        let (code, _, err) = place.run(&["runs", "plot", "runs", "-o", name, "--smooth", "0.5"]);
        assert_eq!(code, 0, "{err}");
        let (code, _, err) = place.run(&["runs", "plot", "runs/one", "-o", name]);
        assert!(code == 1 && err.contains("exists already"), "{err}");
    }
    let svg = std::fs::read_to_string(place.path("curves.svg")).unwrap();
    assert!(svg.contains("measures/drift") && svg.contains(">two<"));
    let png = std::fs::read(place.path("curves.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let (code, _, err) = place.run(&["runs", "plot", "-o", "a.pdf"]);
    assert!(code == 1 && err.contains(".svg"), "{err}");
    let (code, _, err) = place.run(&["runs", "plot", "-o", "a.svg", "--values", "nonsense"]);
    assert!(code == 1 && err.contains("nonsense"), "{err}");
    let (code, _, err) = place.run(&["runs", "plot", "-o", "a.svg", "--smooth", "1"]);
    assert!(code == 2 && err.contains("0.999"), "{err}");
}

#[test]
fn runs_are_written_for_tensorboard_once() {
    let place = place();
    let command = ["runs", "tensorboard", "-o", "board"];
    let (code, out, _) = place.run(&command);
    assert_eq!((code, out.lines().count()), (0, 2));
    assert!(out.lines().all(|path| place.path(path).is_file()), "{out}");
    let (code, _, err) = place.run(&command);
    assert!(code == 1 && err.contains("tfevents"), "{err}");
}

#[test]
fn a_folder_without_runs_is_no_empty_list() {
    let place = place();
    for arguments in [
        ["runs", "list", "runs/notes"],
        ["runs", "compare", "nowhere"],
    ] {
        let (code, _, err) = place.run(&arguments);
        assert!(code == 1 && err.contains("hint: a run folder"), "{err}");
    }
}
