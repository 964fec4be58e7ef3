//! `utsushi serve` with a student or an ONNX network.

use burn::tensor::Device;
use utsushi_weights::{ExportedStudent, ExportedStyle};

use utsushi_imaging::{Picture, decode};
use utsushi_model::{Student, StudentConfig};

use crate::creative::picture;
use crate::serve::Serving;
use crate::support::Place;

/// Turns colours around; see `tests/fixtures/make_networks.py`.
const NEGATIVE: &[u8] = include_bytes!("../fixtures/negative.onnx");

/// An untrained student of the style `cel`.
pub fn write_tiny_student(place: &Place, name: &str) {
    let config = StudentConfig {
        channels: [3, 4, 5],
        blocks: 2,
        ..StudentConfig::default()
    };
    let student = Student::new(&config, 5, &Device::flex());
    let style = ExportedStyle {
        name: "cel".to_owned(),
        role: "style".to_owned(),
        licence: "CC0".to_owned(),
    };
    let exported = ExportedStudent::from_network(&config, &student, style, "# A student".into());
    exported.write(&place.path(name), false).unwrap();
}

/// A place with `negative.onnx` and three drawings.
pub fn place_with_network() -> Place {
    let place = Place::new();
    place.write("negative.onnx", NEGATIVE);
    for (seed, name) in ["a.png", "b.png", "c.png"].iter().enumerate() {
        place.draw(&format!("in/{name}"), 72, seed as u32);
    }
    place
}

/// Sends a picture as a form.
fn transferred(serving: &Serving, place: &Place, name: &str) -> Picture {
    let mut body = b"--xyz\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n".to_vec();
    body.extend(std::fs::read(place.path(name)).unwrap());
    body.extend(b"\r\n--xyz--\r\n");
    let header = "content-type: multipart/form-data; boundary=xyz\r\n";
    let answer = serving.send("POST /v1/transfer", header, &body);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.unwrap() + 4);
    let head = String::from_utf8_lossy(head);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    decode(body, &Default::default()).unwrap().picture
}

#[test]
fn it_paints_what_the_command_line_paints() {
    let place = place_with_network();
    write_tiny_student(&place, "s.safetensors");
    for (file, name, style) in [
        ("negative.onnx", "negative", "negative"),
        ("s.safetensors", "s", "cel"),
    ] {
        let serving = Serving::start(&place, &["--model", file, "--device", "cpu"], None);
        let models = serving.ask("/v1/models", "");
        for part in [
            format!("\"name\":\"{name}\""),
            "\"one_way\":true".to_owned(),
            format!("\"styles\":[\"{style}\"]"),
        ] {
            assert!(models.contains(&part), "no {part} in {models}");
        }
        let styles = serving.ask("/v1/styles", "");
        assert_eq!(styles.matches("\"name\"").count(), 1, "{styles}");
        let painted = transferred(&serving, &place, "in/a.png");
        let arguments = ["transfer", "in/a.png", "--model", file, "--device", "cpu"];
        let output = format!("{name}.png");
        let (code, _, err) = place.run(&[&arguments[..], &["-o", &output]].concat());
        assert_eq!(code, 0, "{err}");
        assert_eq!(painted, picture(&place, &output), "{file}");
        assert_ne!(painted, picture(&place, "in/a.png"), "{file}");
        let other = serving.ask("/v1/directions", "");
        assert!(
            other.starts_with("HTTP/1.1 422") && other.contains("one_way"),
            "{other}"
        );
    }
}

#[test]
fn how_a_network_takes_pictures_can_be_said() {
    let place = place_with_network();
    let arguments = [
        "--model",
        "negative.onnx",
        "--network",
        "order=bgr,multiple=32",
    ];
    let serving = Serving::start(&place, &arguments, None);
    let models = serving.ask("/v1/models", "");
    assert!(models.contains("order=bgr,multiple=32"), "{models}");
    place.write("cut.onnx", &NEGATIVE[..40]);
    crate::support::write_tiny_model(&place.path("m.safetensors"));
    let cases: [(&[&str], i32, &str); 4] = [
        (
            &["--model", "cut.onnx"],
            1,
            "cut.onnx: this is no ONNX network",
        ),
        (
            &["--model", "missing.onnx"],
            1,
            "missing.onnx: cannot be read",
        ),
        (
            &["--model", "negative.onnx", "--device", "vulkan"],
            2,
            "CPU",
        ),
        (
            &["--model", "m.safetensors", "--network", "order=bgr"],
            2,
            "--model NETWORK.onnx",
        ),
    ];
    for (arguments, expected, part) in cases {
        let (code, _, err) = place.run(&[&["serve", "--port", "0"], arguments].concat());
        assert_eq!(code, expected, "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: no `{part}` in: {err}");
    }
}
