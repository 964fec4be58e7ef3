//! Styles that are called in any script, from the folder to the painting.

use utsushi_dataset::PreparedSet;

use crate::support::Place;
use crate::training::TINY;

#[test]
fn folders_named_in_any_script_become_styles_of_these_names() {
    let place = Place::new();
    for seed in 0..8 {
        place.draw(&format!("画/水墨/{seed}.png"), 48, seed);
        place.draw(&format!("画/живопись 2/{seed}.png"), 48, 100 + seed);
    }
    let (code, out, err) = place.run(&["dataset", "prepare", "画", "--size", "32", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
    let names = ["живопись-2", "水墨"];
    assert!(names.iter().all(|name| out.contains(name)), "{out}");
    let (code, _, err) = place.run(&["dataset", "pack", "set", "-o", "set.pack"]);
    assert_eq!(code, 0, "{err}");
    for set in ["set", "set.pack"] {
        let set = PreparedSet::open(&place.path(set)).unwrap();
        let own: Vec<_> = set.styles().iter().map(|it| it.name.clone()).collect();
        assert_eq!(own, names);
    }

    place.write(
        "tiny.toml",
        TINY.replace("steps = 6", "steps = 2") + "[style_weights]\n\"水墨\" = 2.0\n",
    );
    let train = ["train", "tiny.toml", "--data", "set.pack", "--run", "run"];
    let (code, _, err) = place.run(&train);
    assert_eq!(code, 0, "{err}");
    // The run keeps its configuration, with the name, and goes on by it.
    let (code, _, err) = place.run(&[&train[..], &["--resume"]].concat());
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = place.run(&["export", "run", "-o", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = place.run(&["model", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
    assert!(names.iter().all(|name| out.contains(name)), "{out}");

    let paint = |name: &str, output: &str| {
        place.run(&[
            "transfer",
            "画/水墨/0.png",
            "--model",
            "m.safetensors",
            "--style-name",
            name,
            "-o",
            output,
        ])
    };
    let (code, _, err) = paint("水墨=1", "甲.png");
    assert_eq!(code, 0, "{err}");
    assert!(place.path("甲.png").is_file());
    let (code, _, err) = paint("水默", "乙.png");
    assert!(code != 0 && err.contains("水墨"), "{err}");
    let (code, _, err) = place.run(&[
        "generate",
        "--model",
        "m.safetensors",
        "--style-name",
        "水墨",
        "-n",
        "1",
        "-o",
        "new/",
    ]);
    // This model has no prior to make anything up with; the name is not what is wrong.
    assert!(code != 0 && err.contains("prior"), "{err}");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let place = Place::new();
    place.draw("a/1.png", 48, 1);
    for name in ["../b", "b/c", "水 墨", "."] {
        place.write(
            "sets.toml",
            format!("[[source]]\npath = \"a\"\nstyle = \"{name}\"\n"),
        );
        let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "set"]);
        let told = format!("`style = \"{name}\"`");
        assert!(code == 1 && err.contains(&told), "{err}");
        assert!(err.contains("letters, of any script"), "{err}");
        assert!(!place.path("set").exists());
    }
}
