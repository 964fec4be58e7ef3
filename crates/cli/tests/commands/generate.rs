//! `utsushi generate`

use crate::creative::{done, picture, run, studio};

#[test]
fn a_seed_gives_one_painting_however_it_is_asked_for() {
    let place = studio();
    let told = done(
        &place,
        "generate",
        &[
            "-n",
            "3",
            "--seed",
            "7",
            "--style-name",
            "ink",
            "--json",
            "-o",
            "out",
        ],
    );
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["paintings"][1]["seed"], 8);
    done(
        &place,
        "generate",
        &["--seed", "8", "--style-name", "ink", "-o", "one.png"],
    );
    let one = picture(&place, "one.png");
    assert_eq!((one.width(), one.height()), (32, 32));
    assert_eq!(one, picture(&place, "out/ink-00008.png"));
    assert_ne!(one, picture(&place, "out/ink-00007.png"));
    assert_ne!(one, picture(&place, "out/ink-00009.png"));
    // The next seeds reach one that is there: nothing is painted, nothing replaced.
    let again = ["-n", "3", "--seed", "5", "--style-name", "ink", "-o", "out"];
    let (code, _, err) = run(&place, "generate", &again);
    assert!(code != 0 && err.contains("ink-00007.png"), "{err}");
    assert!(!place.path("out/ink-00005.png").exists());
}

#[test]
fn a_sketch_painted_in_a_style_is_the_painting_in_that_style() {
    let place = studio();
    let seed = ["--seed", "5", "--style-name", "oil"];
    done(
        &place,
        "generate",
        &[&seed[..], &["--sketches", "-o", "sketch.png"]].concat(),
    );
    let sketch = picture(&place, "sketch.png");
    assert!(
        sketch
            .rgb()
            .chunks(3)
            .all(|rgb| rgb[0] == rgb[1] && rgb[1] == rgb[2])
    );
    done(
        &place,
        "generate",
        &[&seed[..], &["--style", "r.png", "-o", "new.png"]].concat(),
    );
    done(
        &place,
        "transfer",
        &["sketch.png", "--style", "r.png", "-o", "repainted.png"],
    );
    assert_eq!(picture(&place, "new.png"), picture(&place, "repainted.png"));
}

#[test]
fn a_grid_is_one_sheet_and_sizes_are_the_ones_asked_for() {
    let place = studio();
    done(
        &place,
        "generate",
        &["-n", "4", "--grid", "--size", "64", "-o", "sheet.png"],
    );
    let sheet = picture(&place, "sheet.png");
    assert!(
        sheet.width() > 2 * 64 && sheet.width() < 3 * 64,
        "{}",
        sheet.width()
    );
}

#[test]
fn what_cannot_be_is_said_before_the_work() {
    let place = studio();
    for (arguments, says) in [
        (&["-n", "4", "-o", "x.png"][..], "add --grid"),
        (&["-n", "4", "--grid", "-o", "x"], "ending such as .png"),
        (
            &["-n", "4", "--style-name", "inkk", "-o", "x"],
            "did you mean `ink`",
        ),
        (&["--truncation", "2", "-o", "x.png"], "from 0 to 1"),
        (
            &["--seed", "18446744073709551615", "-n", "2", "-o", "x"],
            "2⁶⁴",
        ),
        (&["--style", "nothere.png", "-o", "x.png"], "nothere.png"),
        (&["-o", "a.png"], "--force"),
    ] {
        let (code, _, err) = run(&place, "generate", arguments);
        assert_ne!(code, 0, "{arguments:?}");
        assert!(err.contains(says), "{arguments:?}: {err}");
        assert!(!place.path("x.png").exists());
    }
}
