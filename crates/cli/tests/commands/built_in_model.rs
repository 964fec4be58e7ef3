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

#[test]
fn the_free_model_is_named_and_learned_from_free_pictures_alone() {
    let place = Place::new();
    place.draw("content.png", 40, 1);
    let model = |arguments: &[&str]| -> serde_json::Value {
        let (code, out, err) = place.run(&[&["model"], arguments, &["--json"]].concat());
        assert_eq!(code, 0, "{err}");
        serde_json::from_str(&out).unwrap()
    };
    let (own, free) = (model(&[]), model(&["free"]));
    assert_eq!(model(&["builtin"]), own);
    assert_eq!(free["origin"], "free model");
    let names = |model: &serde_json::Value| {
        let styles = model["styles"].as_array().unwrap().iter();
        let names = styles.map(|style| style["name"].as_str().unwrap().to_owned());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert!(names(&free).len() < names(&own).len() && names(&free).is_subset(&names(&own)));
    // The terms of each set stand in the card.
    let card = free["card"].as_str().unwrap();
    for style in names(&free) {
        let line = card.lines().find(|line| line.contains(&style));
        let line = line.unwrap_or_else(|| panic!("{style} is not in the card"));
        let is_free = ["CC BY 4.0", "CC0", "public domain"];
        assert!(is_free.iter().any(|terms| line.contains(terms)), "{line}");
    }
    let painted = |output: &str, model: &[&str]| {
        let arguments = [
            "transfer",
            "content.png",
            "--style-name",
            "fan-cel",
            "-o",
            output,
        ];
        let (code, _, err) = place.run(&[&arguments[..], model].concat());
        assert_eq!(code, 0, "{err}");
        std::fs::read(place.path(output)).unwrap()
    };
    assert_ne!(
        painted("a.png", &[]),
        painted("b.png", &["--model", "free"])
    );
    // A file of that name is named by its path.
    place.write("free", "no model");
    let (code, _, err) = place.run(&["model", "./free"]);
    assert_eq!(code, 1, "{err}");
}
