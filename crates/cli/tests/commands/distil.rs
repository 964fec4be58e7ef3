//! `utsushi distil`, and a student in the place of a model.

use utsushi_imaging::Picture;

use crate::creative::picture;
use crate::training::workshop;

#[test]
fn a_student_is_taught_and_paints_without_a_style() {
    let place = workshop();
    crate::support::write_tiny_model(&place.path("m.safetensors"));
    let teach = [
        "distil",
        "--model",
        "m.safetensors",
        "--style-name",
        "oil",
        "--data",
        "set",
        "--steps",
        "3",
        "--batch",
        "2",
        "--size",
        "32",
        "--device",
        "cpu",
        "-o",
        "s.safetensors",
    ];
    let (code, out, err) = place.run(&[&teach[..], &["--json"]].concat());
    assert_eq!(code, 0, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(told["numbers"].as_u64().unwrap() < 1_000_000);
    for key in [
        "psnr",
        "psnr_unpainted",
        "seconds_512",
        "teacher_seconds_512",
    ] {
        assert!(told[key].as_f64().unwrap() > 0.0, "{key}: {out}");
    }
    let (code, _, err) = place.run(&teach);
    assert!(code == 1 && err.contains("--force"), "{err}");

    place.draw("a.png", 50, 9);
    let paint = |more: &[&str]| {
        let all = [
            "transfer",
            "a.png",
            "--model",
            "s.safetensors",
            "--device",
            "cpu",
        ];
        place.run(&[&all[..], more].concat())
    };
    let (code, _, err) = paint(&["-o", "o.png"]);
    assert_eq!(code, 0, "{err}");
    let painted: Picture = picture(&place, "o.png");
    assert_eq!((painted.width(), painted.height()), (50, 50));
    assert_ne!(painted, picture(&place, "a.png"));
    let (code, _, _) = paint(&["--strength", "0", "-o", "same.png"]);
    assert!(code == 0 && picture(&place, "same.png") == picture(&place, "a.png"));
    let (code, _, err) = paint(&["--style-name", "oil", "-o", "x.png"]);
    assert!(
        code == 2 && err.contains("the one style it has, `oil`"),
        "{err}"
    );
    // A list says `-` where the style stands.
    place.write("jobs.tsv", "a.png\t-\tl.png\n");
    let list = [
        "transfer",
        "--list",
        "jobs.tsv",
        "--model",
        "s.safetensors",
        "--device",
        "cpu",
    ];
    let (code, _, err) = place.run(&list);
    assert!(code == 0 && picture(&place, "l.png") == painted, "{err}");
    let (code, out, _) = place.run(&["model", "s.safetensors"]);
    assert!(
        code == 0 && out.contains("a student") && out.contains("Agreement"),
        "{out}"
    );
    let (code, _, err) = place.run(&[
        "morph",
        "a.png",
        "a.png",
        "--model",
        "s.safetensors",
        "--device",
        "cpu",
        "-o",
        "m.gif",
    ]);
    assert!(code == 1 && err.contains("whole model"), "{err}");
    let (code, _, err) = place.run(&[&teach[..], &["--style-seed", "1..3", "--force"]].concat());
    assert!(code == 2 && err.contains("knows one"), "{err}");
}
