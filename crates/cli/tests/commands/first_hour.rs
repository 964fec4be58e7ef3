//! The way from a folder of pictures to a trained model, as a new user goes it.

use crate::support::Place;
use crate::training::{TINY, workshop};

#[test]
fn a_folder_becomes_a_set_and_few_pictures_are_warned_of() {
    let place = Place::new();
    for seed in 0..3 {
        place.draw(&format!("my pictures/{seed}.png"), 64, seed);
    }
    let (code, out, err) = place.run(&["dataset", "prepare", "my pictures", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("my-pictures") && err.contains("few pictures"),
        "{out}{err}"
    );
    let set = utsushi_dataset::PreparedSet::open(&place.path("set")).unwrap();
    // As large as the recipe that README names next wants it.
    assert_eq!(set.size(), 128);
    let fine_tune = [
        "train",
        "fine-tune",
        "--data",
        "set",
        "--init",
        "builtin",
        "--dry-run",
    ];
    let (code, out, err) = place.run(&fine_tune);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("size = 128") && out.contains("my-pictures"),
        "{out}"
    );
    assert!(err.contains("few pictures"), "{err}");
    // Contents are not learned, and may be few.
    place.write(
        "contents.toml",
        "[[source]]\npath = \"my pictures\"\nstyle = \"photos\"\nrole = \"content-only\"\n",
    );
    let (code, _, err) = place.run(&["dataset", "prepare", "contents.toml", "-o", "contents"]);
    assert!(code == 0 && !err.contains("few pictures"), "{err}");
    // Without a model to go on from, nothing is begun.
    let alone = ["train", "fine-tune", "--data", "set"];
    let (code, _, err) = place.run(&alone);
    assert!(code == 2 && err.contains("--init builtin"), "{err}");
    assert!(!place.path("runs").exists());
    let (code, _, err) = place.run(&[
        "dataset",
        "prepare",
        "my pictures",
        "--root",
        "x",
        "-o",
        "b",
    ]);
    assert!(code == 2 && err.contains("--root"), "{err}");
}

#[test]
fn recipes_are_part_of_the_program() {
    let place = Place::new();
    let (code, out, err) = place.run(&["train", "--print-config", "fine-tune"]);
    assert_eq!(code, 0, "{err}");
    place.write("mine.toml", &out);
    assert_eq!(place.run(&["train", "--print-config", "mine.toml"]).1, out);
    assert!(
        out.contains("# A new style") && out.contains("[run]"),
        "{out}"
    );
    for (name, code, meant) in [
        ("finetune", 2, "`fine-tune`"),
        ("configs/house-64.toml", 1, "`house-64`"),
    ] {
        let (found, _, err) = place.run(&["train", name, "--data", "set"]);
        assert!(found == code && err.contains(meant), "{err}");
    }
    // A file of the name goes first.
    place.write("fine-tune", "[run]\nbatch = 0\n");
    let (code, _, err) = place.run(&["train", "fine-tune", "--data", "set"]);
    assert!(code == 1 && err.contains("batch"), "{err}");
}

#[test]
fn the_same_command_goes_on_from_the_model_that_it_began_with() {
    let place = workshop();
    place.write("tiny.toml", TINY.replace("steps = 6", "steps = 2"));
    let (code, _, err) = place.run(&["train", "tiny.toml", "--data", "set", "--run", "first"]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = place.run(&["export", "first", "-o", "m.safetensors"]);
    assert_eq!(code, 0, "{err}");
    let train = [
        "train",
        "tiny.toml",
        "--data",
        "set",
        "--run",
        "run",
        "--init",
    ];
    let (code, _, err) = place.run(&[&train[..], &["m.safetensors"]].concat());
    assert_eq!(code, 0, "{err}");
    place.write("tiny.toml", TINY.replace("steps = 6", "steps = 4"));
    let (code, out, err) = place.run(&[&train[..], &["m.safetensors", "--resume"]].concat());
    assert!(
        code == 0 && out.contains("finished after 4 steps"),
        "{out}{err}"
    );
    // The run knows its set, and says where it lay when it is gone.
    let on = ["train", "tiny.toml", "--run", "run", "--resume"];
    let (code, out, err) = place.run(&on);
    assert!(
        code == 0 && out.contains("finished after 4 steps"),
        "{out}{err}"
    );
    std::fs::rename(place.path("set"), place.path("moved")).unwrap();
    let (code, _, err) = place.run(&on);
    let told = ["set: the set that this run trains on", "--data SET"];
    assert!(code == 2 && told.iter().all(|it| err.contains(it)), "{err}");
    let (code, _, err) = place.run(&[&on[..], &["--data", "moved"]].concat());
    assert_eq!(code, 0, "{err}");
    std::fs::rename(place.path("moved"), place.path("set")).unwrap();
    let (code, _, err) = place.run(&["train", "tiny.toml", "--run", "none", "--resume"]);
    assert!(
        code == 1 && err.contains("none: there is no such folder") && err.contains("--run"),
        "{err}"
    );
    let (code, _, err) = place.run(&["export", "none", "-o", "none.safetensors"]);
    assert!(
        code == 1 && err.contains("none: there is no such folder"),
        "{err}"
    );
    let (code, _, err) = place.run(&["runs", "list", "none"]);
    assert!(
        code == 1 && err.contains("none: there is no such folder"),
        "{err}"
    );
    for no_run in [
        &["train", "tiny.toml", "--run", "set", "--resume"][..],
        &["export", "set", "-o", "none.safetensors"],
    ] {
        let (code, _, err) = place.run(no_run);
        assert!(code == 1 && err.contains("not a run folder"), "{err}");
    }
    let (code, _, err) = place.run(&["train", "tiny.toml"]);
    assert!(code == 2 && err.contains("--data"), "{err}");
    let (code, _, err) = place.run(&[&train[..], &["builtin", "--resume"]].concat());
    assert!(code == 2 && err.contains("another model"), "{err}");
    let (code, _, err) = place.run(&[&train[..], &["bulit-in"]].concat());
    assert!(code == 2 && err.contains("did you mean `builtin`"), "{err}");

    let (code, _, err) = place.run(&["export", "run", "--step", "15", "-o", "no.safetensors"]);
    assert!(code == 2 && err.contains("steps 2, 3, 4"), "{err}");
    // Nothing was measured: the newest is the best there is, which is said.
    let (code, out, err) = place.run(&["export", "run", "--best", "-o", "best.safetensors"]);
    assert!(
        code == 0 && out.contains("step 4") && err.contains("newest"),
        "{out}{err}"
    );
}

#[test]
fn a_sheet_of_one_style_shows_several_contents() {
    let place = Place::new();
    for seed in 0..24 {
        place.draw(&format!("ink/{seed}.png"), 48, seed);
    }
    place.write(
        "tiny.toml",
        TINY.replace("steps = 6", "steps = 2")
            .replace("sheet_steps = 3", "sheet_steps = 2"),
    );
    // Where one picture is held out, others stand beside it.
    for (held_out, set, run) in [("0.4", "set", "run"), ("0.01", "few", "run-few")] {
        place.write(
            "sets.toml",
            format!(
                "size = 32\nvalidation = {held_out}\nmin_size = 16\nduplicate_distance = 0\n\
                 [[source]]\npath = \"ink\"\nstyle = \"ink\"\n"
            ),
        );
        let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", set]);
        assert_eq!(code, 0, "{err}");
        let (code, _, err) = place.run(&["train", "tiny.toml", "--data", set, "--run", run]);
        assert_eq!(code, 0, "{err}");
        let samples = place.path(run).join("samples");
        let sheet = std::fs::read_dir(samples).unwrap().next();
        let sheet = utsushi_imaging::read(&sheet.unwrap().unwrap().path(), &Default::default());
        let sheet = sheet.unwrap().picture;
        // A row of references and four contents; captions at the left of three columns.
        assert!(sheet.height() >= 5 * 32, "{}", sheet.height());
        assert!(sheet.width() > 3 * 32 + 8, "{}", sheet.width());
    }
}

#[test]
fn an_edit_without_a_direction_names_both_ways() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    let (code, _, err) = place.run(&["edit", "a.png", "-o", "b.png"]);
    assert!(
        code == 2 && err.contains("--direction") && err.contains("--set"),
        "{err}"
    );
}

#[test]
fn masks_without_white_and_styles_that_cannot_be_seen_are_refused() {
    use utsushi_imaging::{Alpha, Picture, write};

    let place = Place::new();
    crate::support::write_tiny_model(&place.path("m.safetensors"));
    place.draw("a.png", 40, 1);
    let clear = Picture::filled(40, 40, [9, 90, 200]);
    let clear = clear.with_alpha(Alpha::Eight(vec![0; 1600])).unwrap();
    write(&place.path("clear.png"), &clear, &Default::default()).unwrap();
    let black = Picture::filled(40, 40, [0; 3]);
    write(&place.path("black.png"), &black, &Default::default()).unwrap();
    let transfer = [
        "transfer",
        "a.png",
        "--model",
        "m.safetensors",
        "-o",
        "b.png",
    ];
    for mask in ["black.png:name:ink", "clear.png:name:ink"] {
        let more = ["--style-name", "ink", "--mask", mask];
        let (code, _, err) = place.run(&[&transfer[..], &more].concat());
        assert!(code == 1 && err.contains("no white"), "{mask}: {err}");
    }
    for (mask, told) in [
        ("black.png:keep", "white where the picture is to stay"),
        ("black.png:only", "white where the picture is to be painted"),
    ] {
        let more = ["--style-name", "ink", "--mask", mask];
        let (code, _, err) = place.run(&[&transfer[..], &more].concat());
        assert!(code == 1 && err.contains(told), "{mask}: {err}");
    }
    for (option, value, told) in [
        ("--mask", "black.png:kep", "`keep`"),
        ("--mask", "black.png:name:", "with a colon between"),
        ("--strength", "-0.1", "from 0 to 2"),
        ("--feather", "-1", "from 0 to 4096"),
    ] {
        let more = ["--style-name", "ink", option, value];
        let (code, _, err) = place.run(&[&transfer[..], &more].concat());
        assert!(code == 2 && err.contains(told), "{value}: {err}");
    }
    let wide = Picture::filled(80, 40, [255; 3]);
    write(&place.path("wide.png"), &wide, &Default::default()).unwrap();
    let more = ["--style-name", "ink", "--mask", "wide.png:keep"];
    let (code, _, err) = place.run(&[&transfer[..], &more].concat());
    let told = ["a.png: the mask wide.png of 80×40", "picture of 40×40"];
    assert!(code == 1 && told.iter().all(|it| err.contains(it)), "{err}");
    let (code, _, err) = place.run(&[&transfer[..], &["--style", "clear.png"]].concat());
    assert!(code == 1 && err.contains("transparent"), "{err}");
    assert!(!place.path("b.png").exists());
}

#[test]
fn named_styles_are_mixed_with_each_other_and_with_paintings() {
    use crate::creative::{cell, done, picture, run, studio};

    let place = studio();
    let names = ["a.png", "--style-name", "ink", "--style-name", "oil"];
    done(
        &place,
        "mix",
        &[&names[..], &["--steps", "3", "-o", "line.png"]].concat(),
    );
    done(
        &place,
        "transfer",
        &[&names[..], &["-o", "both.png"]].concat(),
    );
    let sheet = picture(&place, "line.png");
    let both = picture(&place, "both.png");
    assert_eq!(cell(&sheet, 1), both, "half of each lies in the middle");
    done(
        &place,
        "transfer",
        &["a.png", "--style-name", "ink", "-o", "ink.png"],
    );
    assert_eq!(cell(&sheet, 0), picture(&place, "ink.png"));
    let weighted = [
        "a.png",
        "--style-name",
        "ink=1",
        "--style-name",
        "oil=0",
        "-o",
        "one.png",
    ];
    done(&place, "transfer", &weighted);
    assert_eq!(picture(&place, "one.png"), picture(&place, "ink.png"));
    // With a painting, on a sheet and in one picture.
    let painting = ["a.png", "--style", "r.png", "--style-name", "oil"];
    done(
        &place,
        "mix",
        &[&painting[..], &["--steps", "3", "-o", "mixed.png"]].concat(),
    );
    done(
        &place,
        "transfer",
        &[&painting[..], &["-o", "mixed-one.png"]].concat(),
    );
    let middle = cell(&picture(&place, "mixed.png"), 1);
    assert_eq!(middle, picture(&place, "mixed-one.png"));
    let (code, _, err) = run(
        &place,
        "transfer",
        &["a.png", "--style-name", "oil=-1", "-o", "no.png"],
    );
    assert!(code == 2 && err.contains("from 0 up"), "{err}");
}

#[test]
fn failures_stand_in_the_json_too() {
    use crate::creative::{run, studio};

    let place = studio();
    place.draw("in/whole.png", 40, 1);
    place.write(
        "in/damaged.png",
        &std::fs::read(place.path("a.png")).unwrap()[..60],
    );
    place.write("in/words.png", "these are words");
    let objects = |out: &str| -> Vec<serde_json::Value> {
        let lines = out.lines().map(serde_json::from_str);
        lines.map(Result::unwrap).collect()
    };
    let of = |objects: &[serde_json::Value], status: &str| {
        let own: Vec<_> = objects.iter().filter(|it| it["status"] == status).collect();
        assert_eq!(own.len(), 1, "{status}: {objects:?}");
        own[0].clone()
    };
    let folder = ["in", "--style-name", "ink", "-o", "out", "--json"];
    let (code, out, err) = run(&place, "transfer", &folder);
    assert_eq!(code, 3, "{err}");
    let told = objects(&out);
    for (status, name) in [
        ("painted", "whole.png"),
        ("failed", "damaged.png"),
        ("skipped", "words.png"),
    ] {
        let own = of(&told, status);
        assert!(own["content"].as_str().unwrap().ends_with(name), "{own}");
        assert_eq!(own["error"].is_string(), status != "painted", "{own}");
    }
    for (command, arguments) in [
        ("transfer", ["none.png", "--style-name", "ink"]),
        ("mix", ["in/words.png", "--style-name", "ink"]),
        ("edit", ["a.png", "--direction", "nope"]),
    ] {
        let more = ["--json", "-o", "no.png"];
        let (_, out, err) = run(&place, command, &[&arguments[..], &more].concat());
        let failed = of(&objects(&out), "failed");
        let error = failed["error"].as_str().unwrap();
        assert!(err.contains(error), "{command}: {error} / {err}");
    }
}

#[test]
fn what_the_system_says_is_told_in_words() {
    use crate::creative::{run, studio};

    let place = studio();
    let edit = ["a.png", "--direction", "nope", "-o", "b.png"];
    let (code, _, err) = run(&place, "edit", &edit);
    assert!(err.contains("utsushi direction learn --from"), "{err}");
    let told = err.contains("nope") && err.contains("there is no such file");
    assert!(
        code == 1 && told && !err.contains("No such file or directory"),
        "{err}"
    );
}

#[test]
fn what_a_face_was_looked_for_in_is_told() {
    use crate::creative::{run, studio};

    let place = studio();
    utsushi_imaging::write(
        &place.path("grey.png"),
        &utsushi_imaging::Picture::filled(400, 400, [90; 3]),
        &Default::default(),
    )
    .unwrap();
    let face = [
        "a.png", "--style", "grey.png", "--align", "face", "-o", "b.png",
    ];
    let (code, _, err) = run(&place, "transfer", &face);
    assert!(
        code == 0 && err.contains("grey.png: no face was found"),
        "{err}"
    );
    let all = [
        "a.png", "--style", "grey.png", "--align", "none", "-o", "c.png",
    ];
    let (code, _, err) = run(&place, "transfer", &all);
    assert!(code == 0 && !err.contains("face"), "{err}");
}
