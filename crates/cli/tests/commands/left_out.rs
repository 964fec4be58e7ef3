//! Nothing is left out without being said: labels, pictures, folders.

use crate::support::{Place, write_tiny_model};

const SETS: &str = "size = 32\nmin_size = 16\nduplicate_distance = 0\n\
                    [[source]]\npath = \"p\"\nstyle = \"ink\"\nlabels_from = \"l.csv\"\n";

fn prepare(place: &Place) -> (i32, String, String) {
    place.run(&["dataset", "prepare", "sets.toml", "-o", "set", "--force"])
}

#[test]
fn labels_are_read_whatever_separates_them_and_held_against_the_pictures() {
    let place = Place::new();
    place.draw("p/a.png", 40, 1);
    place.draw("p/b.png", 40, 2);
    place.write("sets.toml", SETS);
    for table in [
        "file_name,role\na.png,knight\n",
        "file_name;role\r\na.png;knight\r\n",
        "file_name\trole\na.png\tknight\n",
    ] {
        place.write("l.csv", table);
        let (code, _, err) = prepare(&place);
        assert_eq!(code, 0, "{err}");
        let manifest = std::fs::read_to_string(place.path("set/manifest.jsonl")).unwrap();
        assert!(
            manifest.contains("\"role\":\"knight\""),
            "{table}: {manifest}"
        );
        assert!(!err.contains("rows name no picture"), "{err}");
    }
    place.write(
        "l.csv",
        "file_name,role\na.png,knight\nB.png,mage\np/c.png,mage\n",
    );
    let (code, _, err) = prepare(&place);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("2 of 3 rows name no picture") && err.contains("`B.png`"),
        "{err}"
    );
    place.write("l.csv", "picture;role\na.png;knight\n");
    let (code, _, err) = prepare(&place);
    assert!(
        code == 1 && err.contains("`picture`, `role`") && !err.contains("--root"),
        "{err}"
    );
}

#[test]
fn folders_that_cannot_be_used_say_why() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).unwrap();
    place.write("pdfs/a.pdf", "%PDF-1.7");
    for folder in ["empty", "pdfs"] {
        for arguments in [
            &["dataset", "inspect", folder][..],
            &["dataset", "prepare", folder, "-o", "set"],
        ] {
            let (code, _, err) = place.run(arguments);
            assert!(
                code == 1 && err.contains("there is no picture in"),
                "{arguments:?}: {err}"
            );
        }
    }
    write_tiny_model(&place.path("m.safetensors"));
    let pdfs = ["transfer", "pdfs", "--model", "m.safetensors"];
    let (code, _, err) = place.run(&[&pdfs[..], &["--style-name", "ink", "-o", "out"]].concat());
    for told in ["there is no picture in this folder", "a PDF document"] {
        assert!(code == 1 && err.contains(told), "{err}");
    }
    let told = |arguments: &[&str], what: &str| {
        let (code, _, err) = place.run(&[&["dataset", "prepare"], arguments].concat());
        assert!(code != 0 && err.contains(what), "{arguments:?}: {err}");
        assert!(!err.contains("os error"), "{arguments:?}: {err}");
    };
    told(
        &["missing", "-o", "set"],
        "missing: there is no such folder",
    );
    place.draw("p/a.png", 40, 1);
    told(&["p/a.png", "-o", "set"], "this is a single picture");
    // The next set would be made of this one too.
    told(&["p", "-o", "p/set"], "it lies within the source");
    assert!(!place.path("p/set").exists());
    let (code, _, err) = place.run(&["train", "smoke-32", "--data", "missing"]);
    assert!(
        code == 1 && err.contains("there is no such folder"),
        "{err}"
    );
    let (code, _, err) = place.run(&["train", "smoke-32", "--data", "p"]);
    let is_one_sentence =
        |err: &str| err.trim_end().lines().count() == 1 && !err.contains("set.toml");
    assert!(
        code == 1
            && err.contains("`p` is a folder of pictures and no prepared set")
            && err.contains("`utsushi dataset prepare p -o set` prepares it")
            && is_one_sentence(&err),
        "{err}"
    );
    let (code, _, err) = place.run(&["dataset", "inspect", "missing"]);
    assert!(
        code == 1
            && err.contains("missing: there is no such folder or archive")
            && !err.contains("sets file"),
        "{err}"
    );
}

/// As an owner without rights, which a superuser never is.
#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_listed_is_skipped_and_the_rest_is_done() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("p/a.png", 64, 1);
    place.draw("p/locked/b.png", 64, 2);
    place.draw("q/locked/b.png", 64, 2);
    let locked = place.path("p/locked");
    let rights = |mode| {
        for folder in [&locked, &place.path("q/locked")] {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    rights(0o000);
    if std::fs::read_dir(&locked).is_ok() {
        eprintln!("skipped: this user may list every folder");
        rights(0o755);
        return;
    }
    let transfer = [
        "transfer",
        "p",
        "--model",
        "m.safetensors",
        "--style-name",
        "ink",
        "-o",
        "out",
    ];
    let painted = place.run(&transfer);
    let alone = place.run(&[
        "transfer",
        "p/locked",
        "--model",
        "m.safetensors",
        "--style-name",
        "ink",
        "-o",
        "no",
    ]);
    let prepared = place.run(&["dataset", "prepare", "p", "--size", "32", "-o", "set"]);
    let inspected = place.run(&["dataset", "inspect", "p", "p/locked/b.png"]);
    // Beside folders that are a style each.
    place.draw("p/open/c.png", 64, 3);
    let beside = place.run(&["dataset", "prepare", "p", "--size", "32", "-o", "more"]);
    let seen = place.run(&["dataset", "inspect", "p"]);
    let nothing = place.run(&["dataset", "prepare", "q", "-o", "none"]);
    rights(0o755);
    for (code, out, err) in [beside, seen] {
        let told = format!("{out}{err}");
        assert!(
            code == 3 && told.contains("locked: skipped"),
            "{code}: {told}"
        );
        let has = |style: &str| out.lines().any(|line| line.starts_with(style));
        assert!(has("open ") && !has("locked "), "{out}");
    }
    let (code, _, err) = nothing;
    assert!(code == 1 && err.contains("no permission"), "{code}: {err}");
    let (code, _, err) = painted;
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("skipped") && err.contains("locked"), "{err}");
    assert!(place.path("out/a.png").is_file());
    assert!(
        alone.0 == 1 && alone.2.contains("cannot be listed"),
        "{}",
        alone.2
    );
    let (code, _, err) = prepared;
    assert!(code == 3 && err.contains("locked"), "{code}: {err}");
    let (code, _, err) = inspected;
    assert!(code == 1 && err.contains("no permission"), "{code}: {err}");
}

#[test]
fn pictures_beside_folders_are_counted() {
    let place = Place::new();
    place.draw("p/sub/a.png", 40, 1);
    place.draw("p/b.png", 40, 2);
    place.draw("p/c.png", 40, 3);
    let (code, out, err) = place.run(&["dataset", "inspect", "p"]);
    assert_eq!(code, 0, "{err}");
    let line = out.lines().find(|line| line.starts_with("p ")).unwrap();
    assert_eq!(line.split_whitespace().nth(1), Some("2"), "{out}");
}

#[test]
fn a_folder_without_any_picture_says_what_its_files_are() {
    let place = Place::new();
    place.write("pdfs/a.pdf", "%PDF-1.4 a");
    place.write("pdfs/b.pdf", "%PDF-1.4 b");
    let prepare = ["dataset", "prepare", "pdfs", "-o", "set"];
    let (code, _, err) = place.run(&prepare);
    let told = ["no picture", "2 in all", "each: ", "a PDF document"];
    assert!(code == 1 && told.iter().all(|it| err.contains(it)), "{err}");
    place.write("pdfs/a.pdf", "a letter");
    let (code, _, err) = place.run(&prepare);
    assert!(code == 1 && err.contains("the first: "), "{err}");
}
