//! Standard streams, completions and manual pages.

use utsushi_imaging::decode;

use crate::creative::{done, picture, run, studio};
use crate::support::Place;

#[test]
fn a_picture_goes_through_standard_streams() {
    let place = studio();
    done(
        &place,
        "transfer",
        &["a.png", "--style", "r.png", "-o", "file.png"],
    );
    let bytes = std::fs::read(place.path("a.png")).unwrap();
    for more in [&[][..], &["--json"]] {
        let output = place
            .utsushi()
            .args([
                "transfer",
                "-",
                "--model",
                "m.safetensors",
                "--device",
                "cpu",
            ])
            .args(["--style", "r.png", "-o", "-"])
            .args(more)
            .write_stdin(bytes.clone())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        // Nothing but the picture; what there is to say is said elsewhere.
        let painted = decode(&output.stdout, &Default::default()).unwrap().picture;
        assert_eq!(painted, picture(&place, "file.png"));
        assert!(said.contains('-'), "{said}");
    }
    let output = place
        .utsushi()
        .args([
            "mix",
            "-",
            "--model",
            "m.safetensors",
            "--device",
            "cpu",
            "-o",
            "-",
        ])
        .args(["--style", "r.png", "--style", "s.png", "--steps", "2"])
        .write_stdin(bytes)
        .output()
        .unwrap();
    assert!(
        decode(&output.stdout, &Default::default())
            .unwrap()
            .picture
            .width()
            > 80
    );
    let empty = place
        .utsushi()
        .args([
            "transfer",
            "-",
            "--model",
            "m.safetensors",
            "--device",
            "cpu",
        ])
        .args(["--style", "r.png", "-o", "x.png"])
        .write_stdin("")
        .output()
        .unwrap();
    assert_eq!(empty.status.code(), Some(1));
    for (arguments, part) in [
        (
            &["-", "a.png", "--style", "r.png", "-o", "out"][..],
            "standard input",
        ),
        (&["a.png", "r.png", "--style", "r.png", "-o", "-"], "folder"),
    ] {
        let (code, _, err) = run(&place, "transfer", arguments);
        assert!(code != 0 && err.contains(part), "{arguments:?}: {err}");
    }
    assert!(!place.path("-").exists());
}

#[test]
fn shells_and_manuals_know_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, err) = place.run(&["completions", shell]);
        assert_eq!(code, 0, "{err}");
        for word in ["transfer", "distil", "preview-frame"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let (code, _, err) = place.run(&["completions", "cmd"]);
    assert!(code == 2 && err.contains("possible values"), "{err}");
    let (code, out, err) = place.run(&["man", "pages/man1"]);
    assert_eq!(code, 0, "{err}");
    let page = |name: &str| {
        let path = place.path("pages/man1").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    assert!(page("utsushi.1").contains(".TH UTSUSHI 1"));
    assert!(page("utsushi-transfer.1").contains("preview\\-frame"));
    assert!(page("utsushi-dataset-prepare.1").contains("prepare"));
    assert!(out.contains("pages"), "{out}");
    let (code, _, err) = place.run(&["man", "pages/man1"]);
    assert!(code == 1 && err.contains("--force"), "{err}");
    assert_eq!(place.run(&["man", "pages/man1", "--force"]).0, 0);
}
