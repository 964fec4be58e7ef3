//! The model inside the program.

use crate::support::Place;

#[test]
fn the_main_job_needs_nothing_but_the_program() {
    let place = Place::new();
    place.draw("content.png", 40, 1);
    place.draw("style.png", 48, 2);
    let arguments = [
        "transfer",
        "content.png",
        "--style",
        "style.png",
        "-o",
        "painted.png",
    ];
    let (code, out, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("painted.png ("), "{out}");
    let read = |name| utsushi_imaging::read(&place.path(name), &Default::default()).unwrap();
    let (content, painted) = (read("content.png").picture, read("painted.png").picture);
    assert_eq!((painted.width(), painted.height()), (40, 40));
    assert_ne!(painted.rgb(), content.rgb());
}

#[test]
fn its_styles_can_be_listed_and_used() {
    let place = Place::new();
    place.draw("content.png", 40, 1);
    let (code, out, _) = place.run(&["model", "--json"]);
    assert_eq!(code, 0);
    let model: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(model["origin"], "built-in model");
    let name = model["styles"][0]["name"].as_str().unwrap();
    let arguments = [
        "transfer",
        "content.png",
        "--style-name",
        name,
        "-o",
        "painted.png",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    assert!(place.path("painted.png").is_file());
}
