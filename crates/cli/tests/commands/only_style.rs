//! A model with one style to paint in, which need not be named.

use utsushi_test_fixtures::TinyModel;

use crate::support::Place;

#[test]
fn the_only_style_is_meant_where_none_is_given() {
    let place = Place::new();
    place.draw("a.png", 40, 1);
    place.draw("r.png", 40, 2);
    place.write("jobs.tsv", b"a.png\t-\tlisted.png\n");
    let models = [
        ("mine.safetensors", &["mine", "photo"]),
        ("two.safetensors", &["mine", "ink"]),
    ];
    for (file, styles) in models {
        let model = TinyModel::new(styles).exported();
        model.write(&place.path(file), false).unwrap();
    }
    let transfer = |model: &str, arguments: &[&str]| {
        let with = ["transfer", "--device", "cpu", "--model", model];
        place.run(&[&with, arguments].concat())
    };
    for arguments in [
        &["a.png", "-o", "plain.png"][..],
        &["a.png", "--style-name", "mine", "-o", "named.png"],
        &["--list", "jobs.tsv"],
        &["a.png", "--shape-from", "r.png", "-o", "staged.png"],
    ] {
        let (code, _, err) = transfer("mine.safetensors", arguments);
        assert_eq!(code, 0, "{arguments:?}: {err}");
    }
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("plain.png"), bytes("named.png"));
    assert_eq!(bytes("listed.png"), bytes("named.png"));
    assert_ne!(bytes("staged.png"), bytes("named.png"));

    // Of two, neither is meant.
    let (code, _, err) = transfer("two.safetensors", &["a.png", "-o", "none.png"]);
    assert!(code == 2 && err.contains("--style-name NAME"), "{err}");
    let (code, _, err) = transfer("two.safetensors", &["--list", "jobs.tsv", "--force"]);
    assert!(code == 1 && err.contains("name one"), "{err}");
}
