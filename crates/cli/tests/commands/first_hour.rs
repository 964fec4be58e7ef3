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
    for (name, meant) in [
        ("finetune", "`fine-tune`"),
        ("configs/house-64.toml", "`house-64`"),
    ] {
        let (code, _, err) = place.run(&["train", name, "--data", "set"]);
        assert!(code == 2 && err.contains(meant), "{err}");
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
    let (code, _, err) = place.run(&[&train[..], &["builtin", "--resume"]].concat());
    assert!(code == 2 && err.contains("another model"), "{err}");
    let (code, _, err) = place.run(&[&train[..], &["hose"]].concat());
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
        "sets.toml",
        "size = 32\nvalidation = 0.4\nmin_size = 16\nduplicate_distance = 0\n\
         [[source]]\npath = \"ink\"\nstyle = \"ink\"\n",
    );
    let (code, _, err) = place.run(&["dataset", "prepare", "sets.toml", "-o", "set"]);
    assert_eq!(code, 0, "{err}");
    place.write(
        "tiny.toml",
        TINY.replace("steps = 6", "steps = 2")
            .replace("sheet_steps = 3", "sheet_steps = 2"),
    );
    let (code, _, err) = place.run(&["train", "tiny.toml", "--data", "set", "--run", "run"]);
    assert_eq!(code, 0, "{err}");
    let sheet = std::fs::read_dir(place.path("run/samples")).unwrap().next();
    let sheet = utsushi_imaging::read(&sheet.unwrap().unwrap().path(), &Default::default());
    let sheet = sheet.unwrap().picture;
    // A row of references and four contents; captions at the left of three columns.
    assert!(sheet.height() >= 5 * 32, "{}", sheet.height());
    assert!(sheet.width() > 3 * 32 + 8, "{}", sheet.width());
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
        assert!(code == 2 && err.contains("no white"), "{mask}: {err}");
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
    let (code, _, err) = place.run(&[&transfer[..], &["--style", "clear.png"]].concat());
    assert!(code == 1 && err.contains("transparent"), "{err}");
    assert!(!place.path("b.png").exists());
}
