//! `utsushi transfer --list`

use crate::support::{Place, write_tiny_model};

fn studio(list: &str) -> Place {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("work/a.png", 24, 1);
    place.draw("work/r.png", 24, 2);
    place.write("work/jobs.tsv", list);
    place
}

fn transfer(place: &Place) -> (i32, String, String) {
    place.run(&[
        "transfer",
        "--list",
        "work/jobs.tsv",
        "--model",
        "m.safetensors",
    ])
}

#[test]
fn each_line_is_painted_beside_the_list() {
    let place = studio(
        "# all three kinds\na.png\tr.png\t1.png\na.png\tname:ink\t2.jpg\na.png\tseed:3\t3.webp\n",
    );
    let (code, out, err) = transfer(&place);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.lines().count(), 3, "{out}");
    for name in ["1.png", "2.jpg", "3.webp"] {
        assert!(place.path("work").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_line_that_fails_does_not_stop_the_others() {
    let place = studio("a.png\tname:water\t1.png\na.png\tr.png\t2.png\n");
    let (code, _, err) = transfer(&place);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("skipped") && err.contains("water"), "{err}");
    assert!(!place.path("work/1.png").exists() && place.path("work/2.png").is_file());
}

#[test]
fn a_list_that_makes_no_sense_paints_nothing() {
    let cases = [
        ("a.png\tr.png\t1.png\na.png r.png 2.png\n", "line 2"),
        ("a.png\tr.png\t1.png\nr.png\ta.png\t1.png\n", "1.png"),
        ("# nothing\n", "no picture"),
    ];
    for (list, part) in cases {
        let place = studio(list);
        let before = place.files();
        let (code, out, err) = transfer(&place);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        assert!(err.contains(part), "{err}");
        assert_eq!(place.files(), before);
    }
    let place = studio("");
    let (code, _, err) = place.run(&["transfer", "--list", "missing.tsv"]);
    assert_eq!(code, 1);
    assert!(err.contains("missing.tsv"), "{err}");
}
