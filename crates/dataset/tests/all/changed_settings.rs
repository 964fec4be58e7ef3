//! A folder keeps the settings it was prepared with, unless told otherwise.

use std::fs::{self, File};

use utsushi_dataset::{PrepareOptions, PreparedSet};

use crate::fixture::{Workshop, prepare_with};

fn workshop() -> Workshop {
    let shop = Workshop::new();
    shop.draw("art", 0..8);
    let sets = shop.sets("size = 32\n[[source]]\npath = 'art'\nstyle = 'a'\nlicence = 'x'");
    shop.prepare(&sets, "set").unwrap();
    shop
}

#[test]
fn other_settings_are_refused_and_leave_the_set_as_it_was() {
    let shop = workshop();
    let before = shop.read("set/manifest.jsonl");
    for text in [
        "size = 16\n[[source]]\npath = 'art'\nstyle = 'a'",
        "size = 32\nmin_size = 50\n[[source]]\npath = 'art'\nstyle = 'a'",
        "size = 32\n[[source]]\npath = 'art'\nstyle = 'a'\ncrop = 'top'",
        "size = 32\n[[source]]\npath = 'art'\nstyle = 'b'",
    ] {
        let error = shop
            .prepare(&shop.sets(text), "set")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("other settings") && error.contains("--force"),
            "{error}"
        );
    }
    assert_eq!(shop.read("set/manifest.jsonl"), before);
    assert_eq!(PreparedSet::open(&shop.path("set")).unwrap().size(), 32);
}

#[test]
fn with_force_the_set_is_made_anew_without_leftovers() {
    let shop = workshop();
    let crop = "crop = { box = [0, 0, 0.8, 0.8] }";
    let sets = shop.sets(&format!(
        "size = 32\n[[source]]\npath = 'art'\nstyle = 'b'\n{crop}"
    ));
    let options = PrepareOptions {
        force: true,
        ..PrepareOptions::default()
    };
    assert_eq!(
        prepare_with(&sets, &options, &shop.path("set"))
            .unwrap()
            .cut,
        8
    );
    let set = PreparedSet::open(&shop.path("set")).unwrap();
    assert_eq!(set.styles()[0].name, "b");
    assert_eq!(shop.files("set/pictures").len(), 8);
}

#[test]
fn a_changed_crop_is_seen_in_the_pictures() {
    let shop = workshop();
    let picture = shop.files("set/pictures").remove(0);
    let before = fs::read(&picture).unwrap();
    let text =
        "size = 32\n[[source]]\npath = 'art'\nstyle = 'a'\ncrop = { box = [0, 0, 0.8, 0.8] }";
    let options = PrepareOptions {
        force: true,
        ..PrepareOptions::default()
    };
    prepare_with(&shop.sets(text), &options, &shop.path("set")).unwrap();
    assert_ne!(fs::read(&picture).unwrap(), before);
}

#[test]
fn a_licence_can_be_put_right_without_force() {
    let shop = workshop();
    let sets = shop.sets("size = 32\n[[source]]\npath = 'art'\nstyle = 'a'\nlicence = 'CC0'");
    assert_eq!(shop.prepare(&sets, "set").unwrap().cut, 0);
    let set = PreparedSet::open(&shop.path("set")).unwrap();
    assert_eq!(set.styles()[0].licence.as_deref(), Some("CC0"));
}

#[test]
fn folders_that_are_not_free_are_left_alone() {
    let shop = workshop();
    let sets = shop.sets("[[source]]\npath = 'art'\nstyle = 'a'");
    let options = PrepareOptions {
        force: true,
        ..PrepareOptions::default()
    };
    shop.write("mine/letter.txt", b"dear");
    let refused = |out: &str| {
        let outcome = prepare_with(&sets, &options, &shop.path(out));
        outcome.unwrap_err().to_string()
    };
    let error = refused("mine");
    assert!(error.contains("other files"), "{error}");
    assert_eq!(shop.files("mine").len(), 1);
    // The next set would be made of this one too.
    for out in ["art", "art/set"] {
        let error = refused(out);
        assert!(error.contains("within the source"), "{error}");
    }
    assert_eq!(shop.files("art").len(), 8);

    let held = File::create(shop.path("set/.lock")).unwrap();
    held.lock().unwrap();
    let error = shop.prepare(&sets, "set").unwrap_err().to_string();
    assert!(error.contains("another run"), "{error}");
}

#[test]
fn a_missing_source_is_told_before_anything_is_written() {
    let shop = workshop();
    let sets = shop
        .sets("[[source]]\npath = 'art'\nstyle = 'a'\n[[source]]\npath = 'no.zip'\nstyle = 'b'");
    let error = shop.prepare(&sets, "new").unwrap_err().to_string();
    assert!(error.contains("no.zip"), "{error}");
    assert!(!shop.path("new").exists());
}

#[test]
fn a_set_whose_files_do_not_belong_together_is_not_opened() {
    let shop = workshop();
    let manifest = shop.read("set/manifest.jsonl");
    let description = shop.read("set/set.toml");
    let complaint = || {
        PreparedSet::open(&shop.path("set"))
            .unwrap_err()
            .to_string()
    };

    shop.write(
        "set/manifest.jsonl",
        manifest.lines().next().unwrap().as_bytes(),
    );
    assert!(complaint().contains("manifest.jsonl"), "{}", complaint());
    shop.write("set/manifest.jsonl", manifest.as_bytes());
    shop.write(
        "set/set.toml",
        description.replace("format = 1", "format = 9").as_bytes(),
    );
    assert!(complaint().contains("layout 9"), "{}", complaint());
    shop.write("set/set.toml", b"\0\xff");
    assert!(complaint().contains("set.toml"), "{}", complaint());
    shop.write("set/set.toml", description.as_bytes());
    assert!(PreparedSet::open(&shop.path("set")).is_ok());
}
