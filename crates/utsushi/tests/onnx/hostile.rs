//! Files that are damaged, are something else, or mean harm.

use std::path::Path;

use rten_onnx::onnx::DataType;
use utsushi::onnx::{FormOptions, NetworkError, OnnxNetwork};

use crate::drawn::{Drawn, conv, counted, scalar, value};

fn refused(bytes: Vec<u8>) -> NetworkError {
    let options = FormOptions::default();
    let network = OnnxNetwork::from_bytes(bytes, Path::new("bad.onnx"), &options);
    let error = network.expect_err("it is refused");
    assert!(error.to_string().starts_with("bad.onnx: "), "{error}");
    error
}

fn message(drawn: Drawn) -> String {
    refused(drawn.bytes()).to_string()
}

fn sound() -> Drawn {
    Drawn::channels_first()
        .tensor(conv("weight", 3))
        .strided("picture", "weight", "same", 1)
        .node("Tanh", &["same"], "painting")
}

#[test]
fn other_files_are_no_networks() {
    for bytes in [
        Vec::new(),
        b"\x89PNG\r\n\x1a\n and so on".to_vec(),
        b"just some text".to_vec(),
        vec![0; 4096],
        vec![0xff; 4096],
    ] {
        let error = refused(bytes);
        assert!(matches!(error, NetworkError::NotOnnx { .. }), "{error}");
    }
    let missing = OnnxNetwork::load(Path::new("missing.onnx"), &FormOptions::default());
    assert!(matches!(missing, Err(NetworkError::Io { .. })));
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    let whole = sound().bytes();
    let options = FormOptions::default();
    let load = |bytes: Vec<u8>| OnnxNetwork::from_bytes(bytes, Path::new("cut.onnx"), &options);
    assert!(load(whole.clone()).is_ok());
    for length in 0..whole.len() {
        // What comes after the graph can be missing without harm.
        if let Err(error) = load(whole[..length].to_vec()) {
            assert!(error.to_string().starts_with("cut.onnx: "));
        } else {
            assert!(length > whole.len() / 2, "{length} of {}", whole.len());
        }
    }
}

#[test]
fn flipped_bytes_never_end_the_program() {
    let whole = sound().bytes();
    let options = FormOptions::default();
    for place in 0..whole.len() {
        for flip in [0x01, 0x10, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] ^= flip;
            let _ = OnnxNetwork::from_bytes(bytes, Path::new("flipped.onnx"), &options);
        }
    }
}

#[test]
fn networks_that_do_something_else() {
    let text = message(Drawn::of_shape([1, 4, -1, -1]).node("Tanh", &["picture"], "painting"));
    assert!(
        text.contains("come first or last") || text.contains("3 channels"),
        "{text}"
    );
    let text = message(Drawn::of_shape([8, 3, -1, -1]).node("Tanh", &["picture"], "painting"));
    assert!(text.contains("8 pictures at once"), "{text}");
    let mut two = sound();
    two.graph.input.push(value("mask", &[1, 1, -1, -1]));
    assert!(message(two).contains("2 things"));
    let mut flat = sound();
    flat.graph.input = vec![value("picture", &[1, 10])];
    assert!(message(flat).contains("2 axes"));
    let mut whole_numbers = sound();
    let input = whole_numbers.graph.input[0].r#type.as_mut().unwrap();
    input.tensor_type.as_mut().unwrap().elem_type = Some(DataType::UINT8);
    assert!(message(whole_numbers).contains("UINT8"));
    let mut nothing = sound();
    nothing.graph.output.clear();
    assert!(message(nothing).contains("gives nothing"));
    let smaller = Drawn::channels_first()
        .tensor(conv("weight", 3))
        .strided("picture", "weight", "painting", 2);
    let text = message(smaller);
    assert!(
        text.contains("[1, 3, 64, 64]") && text.contains("[1, 3, 128, 128]"),
        "{text}"
    );
    let unclear = Drawn::of_shape([-1; 4]).node("Tanh", &["picture"], "painting");
    assert!(message(unclear).contains("--network layout=nchw"));
    let nan = Drawn::channels_first()
        .tensor(scalar("nan", f32::NAN))
        .node("Mul", &["picture", "nan"], "painting");
    assert!(message(nan).contains("not made of numbers"));
}

#[test]
fn long_graphs_run_or_are_refused() {
    let chain = |length: usize| {
        let mut drawn = Drawn::of_shape([1, 3, 8, 8]);
        let name = |index: usize| match index {
            0 => "picture".to_owned(),
            index if index == length => "painting".to_owned(),
            index => format!("v{index}"),
        };
        for index in 0..length {
            drawn = drawn.node("Tanh", &[&name(index)], &name(index + 1));
        }
        drawn.bytes()
    };
    let options = FormOptions::default();
    assert!(OnnxNetwork::from_bytes(chain(10_000), Path::new("long.onnx"), &options).is_ok());
    assert!(
        refused(chain(10_001))
            .to_string()
            .contains("more than 10000 nodes")
    );
}

#[test]
fn sizes_that_no_picture_has() {
    let shape = |values: Vec<i64>| counted("sizes", values);
    let one = |operator: &str, sizes: Vec<i64>| {
        Drawn::channels_first().tensor(shape(sizes)).node(
            operator,
            &["picture", "sizes"],
            "painting",
        )
    };
    for drawn in [
        Drawn::channels_first()
            .tensor(shape(vec![1 << 40]))
            .node("ConstantOfShape", &["sizes"], "much")
            .node("Add", &["picture", "much"], "painting"),
        Drawn::channels_first().enlarged("picture", "painting", 1e6),
        one("Pad", vec![0, 0, 1 << 40, 0, 0, 0, 0, 0]),
        one("Tile", vec![1, 1, 1 << 31, 1 << 31]),
        one("Expand", vec![1, 3, 1 << 31, 1 << 31]),
        Drawn::channels_first().tensor(conv("weight", 3)).strided(
            "picture",
            "weight",
            "painting",
            1 << 40,
        ),
    ] {
        let text = message(drawn);
        assert!(text.contains("sizes that no picture has"), "{text}");
    }
}

#[test]
fn graphs_that_lead_nowhere() {
    let unknown = Drawn::channels_first().node("Foo", &["picture"], "painting");
    assert!(message(unknown).contains("Foo"));
    let looped = Drawn::channels_first().node("Loop", &["", "", "picture"], "painting");
    assert!(message(looped).contains("Loop"));
    let missing = Drawn::channels_first().node("Add", &["picture", "nowhere"], "painting");
    message(missing);
    let circle = Drawn::channels_first()
        .node("Add", &["picture", "second"], "first")
        .node("Add", &["picture", "first"], "second")
        .node("Tanh", &["second"], "painting");
    message(circle);
    let mut lies = sound();
    lies.graph.initializer[0].dims = vec![3, 3, 1 << 40, 1 << 40];
    message(lies);
    let mut lies = sound();
    lies.graph.initializer[0].dims = vec![-3, 3, 1, 1];
    message(lies);
    let mut huge = Drawn::of_shape([1, 3, 1 << 30, 1 << 30]);
    huge = huge.node("Tanh", &["picture"], "painting");
    assert!(message(huge).contains("8192"));
}
