//! `--keep-colours`

use utsushi_imaging::Picture;

use crate::creative::{cell, done, picture, run, studio};

/// The furthest that a channel's mean has moved, in levels.
fn moved(one: &Picture, other: &Picture) -> f64 {
    let mean = |picture: &Picture, channel: usize| {
        let pixels = picture.rgb().as_chunks::<3>().0;
        let sum: u64 = pixels.iter().map(|pixel| u64::from(pixel[channel])).sum();
        sum as f64 / pixels.len() as f64
    };
    let apart = |channel| (mean(one, channel) - mean(other, channel)).abs();
    (0..3).map(apart).fold(0.0, f64::max)
}

#[test]
fn every_command_with_a_style_keeps_colours() {
    let place = studio();
    let content = picture(&place, "a.png");
    let styles: [&[&str]; 4] = [
        &["--style", "r.png"],
        &["--style-name", "ink"],
        &["--style-seed", "3"],
        &["--style", "r.png=0.7", "--style-name", "oil=0.3"],
    ];
    for (index, style) in styles.into_iter().enumerate() {
        let paint = |name: &str, more: &[&str]| {
            let output = format!("{name}-{index}.png");
            let all = [&["a.png", "-o", &output], style, more].concat();
            done(&place, "transfer", &all);
            picture(&place, &output)
        };
        let (plain, kept) = (paint("plain", &[]), paint("kept", &["--keep-colours"]));
        assert!(moved(&plain, &content) > 3.0, "{style:?}");
        let moved = moved(&kept, &content);
        assert!(moved < 3.0, "{style:?}: {moved}");
        assert_eq!(
            paint("none", &["--keep-colours", "--strength", "0"]),
            content
        );
    }
    let mix = ["a.png", "--style", "r.png", "--style-name", "ink"];
    let how = ["--steps", "2", "--keep-colours", "-o", "line.png"];
    done(&place, "mix", &[&mix[..], &how].concat());
    let sheet = picture(&place, "line.png");
    assert_eq!(cell(&sheet, 0), picture(&place, "kept-0.png"));
    assert_eq!(cell(&sheet, 1), picture(&place, "kept-1.png"));

    let morph = ["a.png", "t.png", "--style-name", "ink", "--frames", "2"];
    let how = ["--keep-colours", "-o", "frames"];
    done(&place, "morph", &[&morph[..], &how].concat());
    let mut frames: Vec<_> = std::fs::read_dir(place.path("frames")).unwrap().collect();
    frames.sort_by_key(|frame| frame.as_ref().unwrap().path());
    let first = frames[0].as_ref().unwrap().path();
    let first = picture(&place, first.to_str().unwrap());
    assert_eq!(first, picture(&place, "kept-1.png"));

    let (code, _, err) = run(&place, "edit", &["a.png", "--keep-colours", "-o", "e.png"]);
    assert_eq!(code, 2, "{err}");
}

#[test]
fn frames_keep_their_colours() {
    let place = studio();
    let morph = ["a.png", "t.png", "--frames", "4"];
    done(
        &place,
        "morph",
        &[&morph[..], &["-o", "clip.webp"]].concat(),
    );
    let style = [
        "clip.webp",
        "--style",
        "r.png",
        "--keep-colours",
        "--steady",
        "0",
    ];
    done(
        &place,
        "transfer",
        &[&style[..], &["-o", "painted.webp"]].concat(),
    );
    for number in ["1", "4"] {
        let frame = |name: &str, more: &[&str]| {
            let options = ["--preview-frame", number, "-o", name];
            done(&place, "transfer", &[&options[..], more].concat());
            picture(&place, name)
        };
        let name = |kind| format!("{kind}-{number}.png");
        let own = ["clip.webp", "--style-name", "ink", "--strength", "0"];
        let own = frame(&name("own"), &own);
        let kept = frame(&name("kept"), &style[..4]);
        assert!(moved(&kept, &own) < 3.0);
        let painted = ["painted.webp", "--style-name", "ink", "--strength", "0"];
        assert_eq!(frame(&name("painted"), &painted), kept);
    }
}
