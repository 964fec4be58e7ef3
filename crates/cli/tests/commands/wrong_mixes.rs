//! Mixes that `utsushi mix` cannot make.

use crate::creative::{run, studio};

#[test]
fn what_is_wrong_with_a_mix_is_told_with_what_to_do() {
    let place = studio();
    let before = place.files();
    let four = ["--style", "r.png"].repeat(4);
    let mistakes: [(&[&str], &[&str]); 9] = [
        (&[], &["none was given", "--style-seed"]),
        (
            &["--style", "r.png"],
            &["two styles or three", "add another"],
        ),
        (&four, &["4 were given", "leave out all but three"]),
        (
            &["--style", "r.png=2", "--style", "s.png"],
            &["r.png=2", "leave `=2` out", "by its weights"],
        ),
        (
            &["--style", "r.png=0", "--style", "s.png=0"],
            &["leave `=0` out"],
        ),
        (
            &["--style", "r.png=much", "--style", "s.png"],
            &["`much` is no weight", "`r.png=0.5`"],
        ),
        (
            &["--shape-from", "r.png"],
            &["the colours", "add --colour-from"],
        ),
        (
            &["--colour-from", "r.png"],
            &["the shape", "add --shape-from"],
        ),
        (
            &[
                "--shape-from",
                "r.png",
                "--colour-from",
                "s.png",
                "--style",
                "t.png",
            ],
            &["leave the other style out"],
        ),
    ];
    for (styles, told) in mistakes {
        let mix = [&["a.png", "-o", "out.png"], styles].concat();
        let (code, _, err) = run(&place, "mix", &mix);
        assert_eq!(code, 2, "{styles:?}: {err}");
        for part in told {
            assert!(err.contains(part), "{styles:?}: no `{part}` in: {err}");
        }
    }
    assert_eq!(place.files(), before);
}
