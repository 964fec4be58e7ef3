//! Networks of other programs: what is found out about them, and what they paint.

use std::path::Path;

use utsushi::onnx::{ChannelOrder, FormOptions, Layout, OnnxNetwork, Range};

use utsushi::Style;
use utsushi::backend::{Backend, Pixels};

use crate::drawn::{Drawn, conv, counted, integers, scalar, text};

fn load(drawn: &Drawn) -> OnnxNetwork {
    load_as(drawn, "mine.onnx", "")
}

fn load_as(drawn: &Drawn, name: &str, options: &str) -> OnnxNetwork {
    let options: FormOptions = match options {
        "" => FormOptions::default(),
        text => text.parse().unwrap(),
    };
    OnnxNetwork::from_bytes(drawn.bytes(), Path::new(name), &options).unwrap()
}

fn forward(network: &OnnxNetwork, values: &[f32], width: usize, height: usize) -> Vec<f32> {
    let pixels = Pixels {
        values,
        width,
        height,
    };
    network.forward(pixels, &[Style::Only]).unwrap()
}

/// A colour, −1…1, after the network.
fn painted(network: &OnnxNetwork, colour: [f32; 3]) -> [f32; 3] {
    let pixels: Vec<f32> = colour.repeat(32 * 64);
    let painted = forward(network, &pixels, 64, 32);
    assert_eq!(painted.len(), pixels.len());
    // In the middle, where no border is near.
    painted.as_chunks::<3>().0[16 * 64 + 32]
}

fn assert_near(found: [f32; 3], expected: [f32; 3]) {
    let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    assert!(off.fold(0.0, f32::max) < 1e-4, "{found:?} {expected:?}");
}

const COLOUR: [f32; 3] = [-0.5, 0.25, 0.75];

#[test]
fn channels_first_and_signed() {
    let network = load(&Drawn::channels_first().node("Tanh", &["picture"], "painting"));
    let form = network.form();
    assert_eq!(form.input.layout, Layout::ChannelsFirst);
    assert_eq!(
        (form.input.range, form.output.range),
        (Range::Signed, Range::Signed)
    );
    assert_near(painted(&network, COLOUR), COLOUR.map(f32::tanh));
}

#[test]
fn channels_last_and_a_sigmoid() {
    let network = load(&Drawn::channels_last().node("Sigmoid", &["picture"], "painting"));
    assert_eq!(network.form().input.layout, Layout::ChannelsLast);
    assert_eq!(network.form().output.range, Range::Unit);
    assert_eq!(network.form().input.range, Range::Unit, "as what comes out");
    let expected = COLOUR.map(|value| {
        let unit = value / 2.0 + 0.5;
        2.0 / (1.0 + (-unit).exp()) - 1.0
    });
    assert_near(painted(&network, COLOUR), expected);
}

#[test]
fn bytes_that_are_scaled_inside() {
    let drawn = Drawn::channels_last()
        .tensor(scalar("scale", 127.5))
        .tensor(scalar("one", 1.0))
        .node("Div", &["picture", "scale"], "scaled")
        .node("Sub", &["scaled", "one"], "signed")
        .node("Tanh", &["signed"], "bounded")
        .node("Add", &["bounded", "one"], "raised")
        .node("Mul", &["raised", "scale"], "painting");
    let network = load(&drawn);
    let form = network.form();
    assert_eq!(
        (form.input.range, form.output.range),
        (Range::Byte, Range::Byte)
    );
    assert_near(painted(&network, COLOUR), COLOUR.map(f32::tanh));
}

#[test]
fn ranges_that_nothing_bounds_are_seen_from_what_comes_out() {
    let drawn = Drawn::channels_first()
        .tensor(scalar("many", 100.0))
        .node("Exp", &["picture"], "large")
        .node("Mul", &["large", "many"], "painting");
    assert_eq!(load(&drawn).form().output.range, Range::Byte);
    let plain = Drawn::channels_first().node("Sin", &["picture"], "painting");
    assert_eq!(load(&plain).form().output.range, Range::Signed);
    let halves = load_as(&plain, "mine.onnx", "range=0..1");
    assert_eq!(halves.form().input.range, Range::Unit);
}

#[test]
fn networks_that_are_known_by_name() {
    let drawn = Drawn::channels_first().node("Identity", &["picture"], "painting");
    let blue_first = load_as(&drawn, "CartoonGAN_Hosoda.onnx", "");
    assert_eq!(blue_first.form().input.order, ChannelOrder::Bgr);
    assert_near(painted(&blue_first, COLOUR), COLOUR);
    let candy = load_as(&drawn, "candy-9.onnx", "");
    assert_eq!(candy.form().input.range, Range::Byte);
    let told = load_as(&drawn, "candy-9.onnx", "range=-1..1,order=bgr,multiple=16");
    assert_eq!(
        told.form().to_string(),
        "layout=nchw,in=-1..1,out=-1..1,order=bgr,multiple=16"
    );
}

#[test]
fn strides_say_what_sides_must_be_multiples_of() {
    // Sixteen pixels to one and back.
    let drawn = Drawn::channels_first()
        .tensor(conv("weight", 3))
        .strided("picture", "weight", "half", 4)
        .strided("half", "weight", "quarter", 4)
        .enlarged("quarter", "painting", 16.0);
    let network = load(&drawn);
    assert_eq!(network.capabilities().alignment, 16);
    // The weights pass a colour on as it is.
    assert_near(painted(&network, COLOUR), COLOUR);
}

#[test]
fn borders_are_reflected_with_channels_last() {
    let mut drawn = Drawn::channels_last()
        .tensor(conv("weight", 3))
        .node("Pad", &["picture", "pads"], "padded")
        .node("Transpose", &["padded"], "turned")
        .node("Conv", &["turned", "weight"], "same")
        .node("Transpose", &["same"], "back")
        .node("Slice", &["back", "starts", "ends", "axes"], "painting");
    drawn.graph.node[0].attribute = vec![text("mode", "reflect")];
    drawn.graph.node[1].attribute = vec![integers("perm", &[0, 3, 1, 2])];
    drawn.graph.node[3].attribute = vec![integers("perm", &[0, 2, 3, 1])];
    let whole = [
        ("pads", vec![0i64, 3, 5, 0, 0, 2, 1, 0]),
        ("starts", vec![0, 0]),
        ("ends", vec![-5, -6]),
        ("axes", vec![1, 2]),
    ];
    drawn
        .graph
        .initializer
        .extend(whole.map(|(name, values)| counted(name, values)));
    let network = load_as(&drawn, "mine.onnx", "range=-1..1,multiple=1");
    let (width, height) = (32, 16);
    let pixels: Vec<f32> = (0..width * height * 3)
        .map(|i| (i as f32 * 0.7).sin())
        .collect();
    let painted = forward(&network, &pixels, width, height);
    // The first three rows and five columns of what is left are reflections.
    let at = |values: &[f32], row: usize, column: usize| values[(row * width + column) * 3 + 1];
    assert_eq!(at(&painted, 0, 0), at(&pixels, 3, 5));
    assert_eq!(at(&painted, 2, 7), at(&pixels, 1, 2));
    assert_eq!(at(&painted, 9, 4), at(&pixels, 6, 1));
    assert_eq!(at(&painted, 10, 20), at(&pixels, 7, 15));
}

#[test]
fn one_size_alone() {
    let drawn = Drawn::of_shape([1, 3, 64, 96]).node("Tanh", &["picture"], "painting");
    assert_eq!(load(&drawn).capabilities().size, [Some(96), Some(64)]);
}

/// Says that a test is skipped and why. Where the environment variable `UTSUSHI_REQUIRE` names what
/// is missing, as continuous integration does, the test fails instead.
fn skip(missing: &str, why: &str) {
    let required = std::env::var("UTSUSHI_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == missing),
        "UTSUSHI_REQUIRE asks for {missing}, but {why}"
    );
    eprintln!("skipped: {why}");
}

/// What ONNX Runtime gives for the same picture; see `tests/generate_fixtures.py`. The network is
/// not part of the project.
#[test]
fn a_network_that_people_have_is_painted_as_onnx_runtime_does() {
    let Some(folder) = std::env::var_os("UTSUSHI_NETWORKS") else {
        skip(
            "networks",
            "UTSUSHI_NETWORKS names no folder with AnimeGANv3_tiny_Cute.onnx",
        );
        return;
    };
    let path = Path::new(&folder).join("AnimeGANv3_tiny_Cute.onnx");
    let network = OnnxNetwork::load(&path, &FormOptions::default()).unwrap();
    let form = network.form();
    assert_eq!(
        form.to_string(),
        "layout=nhwc,in=-1..1,out=-1..1,order=rgb,multiple=32"
    );
    let (width, height) = (192, 160);
    let pixel = |index: usize| {
        let (row, column) = (index / 3 / width, index / 3 % width);
        (0.11 * row as f32 + 0.07 * column as f32 + (index % 3) as f32).sin()
    };
    let pixels: Vec<f32> = (0..width * height * 3).map(pixel).collect();
    let painted = forward(&network, &pixels, width, height);
    let fixture = include_str!("../fixtures/animegan.json");
    let fixture: Vec<f32> = serde_json::from_str(fixture).unwrap();
    let step = painted.len() / fixture.len();
    let samples = painted.iter().step_by(step).zip(&fixture);
    let off = samples.map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
    assert!(off < 1e-3, "off by {off}");
}
