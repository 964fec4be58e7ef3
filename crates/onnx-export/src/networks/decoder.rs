//! The decoder as a graph: from content and style codes to a picture.

use utsushi_model::{ModelConfig, NOISE_PERIOD, noise_at};

use super::layers::Stride;
use super::{ContentFeatures, slots};
use crate::graph::{Graph, Value};
use crate::message::{Attribute, Kind};
use crate::weights::{Array, ExportError};

const NAME: &str = "generator.decoder";

/// Adds the network from content, and codes, `[batch or 1, stages, code_length]` in 32 bits, to
/// pictures, `[batch, 3, height, width]`, −1…1.
pub(crate) fn decoder(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    content: &ContentFeatures,
    codes: &Value,
) -> Result<Value, ExportError> {
    let [fine, middle, coarse] = config.trunk_channels;
    let blocks = [
        (coarse, coarse, false),
        (coarse, middle, true),
        (middle, fine, true),
        (fine, fine, false),
    ];
    let codes = &graph.working(codes);
    let mut x = content.features.clone();
    let shares = match config.style_slots {
        0 => None,
        _ => Some(slots::of_content(graph, config, NAME, &x)?),
    };
    for (stage, (from, to, double)) in blocks.into_iter().enumerate() {
        let axis = ("axis", Attribute::Integer(1));
        let place = graph.fresh("stage");
        let index = Array {
            shape: Vec::new(),
            values: vec![stage as f32],
        };
        let index = graph.constant(&place, &index, Kind::Integer)?;
        let mut code = graph.apply("Gather", &[codes, &index], &[axis]);
        if let Some(shares) = &shares {
            let (end, whole) = (config.code_length() as i64, config.style_dim as i64);
            // Stages that begin at an eighth and a quarter of the side.
            if stage < 3 {
                let of_slots = part(graph, &code, [whole, end])?;
                let layer = format!("{NAME}.slots.values.{stage}");
                let added = slots::added(graph, config, &layer, shares, &of_slots, from)?;
                let added = doubled(graph, added, stage == 2)?;
                x = graph.apply("Add", &[&x, &added], &[]);
            }
            code = part(graph, &code, [0, whole])?;
        }
        if stage + 1 == blocks.len() {
            if let Some(lines) = &content.lines {
                let gate = format!("{NAME}.line_gate");
                let mut gate = graph.convolve(lines, &gate, [fine, fine], Stride::keeping(1))?;
                if config.line_style {
                    let style = from_code(graph, config, &code, "line_style")?;
                    let style = graph.cast(&style, gate.kind);
                    gate = graph.apply("Add", &[&gate, &style], &[]);
                }
                let open = graph.apply("Sigmoid", &[&gate], &[]);
                let passed = graph.apply("Mul", &[&open, lines], &[]);
                x = graph.join(&x, &passed)?;
            }
            if config.noise {
                let gain = from_code(graph, config, &code, "noise_gain")?;
                let gain = graph.cast(&gain, x.kind);
                let noise = noise(graph, &x)?;
                let noise = graph.apply("Mul", &[&gain, &noise], &[]);
                x = graph.apply("Add", &[&x, &noise], &[]);
            }
        }
        let block = Block {
            name: format!("{NAME}.blocks.{stage}"),
            from,
            to,
            style_dim: config.style_dim,
            double,
            stride: Stride::painting(3),
        };
        x = block.build(graph, &x, &code)?;
    }
    let x = graph.leaky(&x);
    let x = graph.convolve(
        &x,
        &format!("{NAME}.output"),
        [fine, 12],
        Stride::painting(3),
    )?;
    Ok(graph.pixels(&x))
}

/// Slices a range out of a code.
fn part(graph: &mut Graph<'_>, code: &Value, [from, to]: [i64; 2]) -> Result<Value, ExportError> {
    let (from, to) = (graph.integers(&[from])?, graph.integers(&[to])?);
    let axis = graph.integers(&[1])?;
    Ok(graph.apply("Slice", &[code, &from, &to, &axis], &[]))
}

/// Doubles the sides, if `double`.
fn doubled(graph: &mut Graph<'_>, x: Value, double: bool) -> Result<Value, ExportError> {
    if !double {
        return Ok(x);
    }
    let scales = Array {
        shape: vec![4],
        values: vec![1.0, 1.0, 2.0, 2.0],
    };
    let name = graph.fresh("scales");
    let scales = graph.constant(&name, &scales, Kind::Single)?;
    // The region of interest, which this mode has no use for.
    let none = graph.absent();
    let attributes = [
        ("mode", Attribute::Text("nearest")),
        (
            "coordinate_transformation_mode",
            Attribute::Text("asymmetric"),
        ),
        ("nearest_mode", Attribute::Text("floor")),
    ];
    Ok(graph.apply("Resize", &[&x, &none, &scales], &attributes))
}

/// Adds a layer's output for a style code, `[batch, channels, 1, 1]`.
fn from_code(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    code: &Value,
    layer: &str,
) -> Result<Value, ExportError> {
    let (name, channels) = (format!("{NAME}.{layer}"), config.trunk_channels[0]);
    let sizes = [config.style_dim, channels];
    let weight = graph.weights.get(&format!("{name}.weight"), &sizes)?;
    let bias = graph.weights.get(&format!("{name}.bias"), &[channels])?;
    let rows = graph.dense_with(code, &name, &weight, &bias)?;
    graph.reshape(&rows, &[-1, channels as i64, 1, 1])
}

/// Adds the noise for the pixels of `x`, `[1, 1, height, width]`: one square of it, repeated and
/// cropped.
fn noise(graph: &mut Graph<'_>, x: &Value) -> Result<Value, ExportError> {
    let integers = |graph: &mut Graph<'_>, values: &[f32]| {
        let name = graph.fresh("integers");
        let array = Array {
            shape: vec![values.len()],
            values: values.to_vec(),
        };
        graph.constant(&name, &array, Kind::Integer)
    };
    let period = NOISE_PERIOD;
    let square = Array {
        shape: vec![1, 1, period, period],
        values: (0..period * period)
            .map(|at| noise_at(at / period, at % period))
            .collect(),
    };
    let square = graph.constant(&format!("{NAME}.noise"), &square, x.kind)?;
    let mut shape = graph.apply("Shape", &[x], &[]);
    shape.kind = Kind::Integer;
    let places = integers(graph, &[2.0, 3.0])?;
    let sides = graph.apply(
        "Gather",
        &[&shape, &places],
        &[("axis", Attribute::Integer(0))],
    );
    let period = integers(graph, &[period as f32])?;
    let whole = graph.apply("Div", &[&sides, &period], &[]);
    let one = integers(graph, &[1.0])?;
    let repeats = graph.apply("Add", &[&whole, &one], &[]);
    let ones = integers(graph, &[1.0, 1.0])?;
    let repeats = graph.apply(
        "Concat",
        &[&ones, &repeats],
        &[("axis", Attribute::Integer(0))],
    );
    let tiled = graph.apply("Tile", &[&square, &repeats], &[]);
    let starts = integers(graph, &[0.0, 0.0])?;
    Ok(graph.apply("Slice", &[&tiled, &starts, &sides, &places], &[]))
}

/// A residual block of the decoder: adaptive instance norm, leaky ReLU and convolution, twice,
/// beside a shortcut.
pub(super) struct Block {
    pub(super) name: String,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) style_dim: usize,
    pub(super) double: bool,
    /// Stride and border of its convolutions.
    pub(super) stride: Stride,
}

impl Block {
    pub(super) fn build(
        &self,
        graph: &mut Graph<'_>,
        x: &Value,
        code: &Value,
    ) -> Result<Value, ExportError> {
        let Self { name, from, to, .. } = self;
        let (from, to, three) = (*from, *to, self.stride);
        let (first, second) = (format!("{name}.first"), format!("{name}.second"));
        let branch = self.steered(graph, x, code, ("first_norm", from))?;
        let branch = doubled(graph, branch, self.double)?;
        let branch = graph.convolve(&branch, &first, [from, to], three)?;
        let branch = self.steered(graph, &branch, code, ("second_norm", to))?;
        let branch = graph.convolve(&branch, &second, [to, to], three)?;
        let mut straight = x.clone();
        if from != to {
            let shortcut = format!("{name}.shortcut");
            straight = graph.convolve(&straight, &shortcut, [from, to], Stride::keeping(1))?;
        }
        let straight = doubled(graph, straight, self.double)?;
        graph.join(&straight, &branch)
    }

    /// Adds adaptive instance norm with the gains and biases that a code asks for, and a leaky
    /// ReLU.
    fn steered(
        &self,
        graph: &mut Graph<'_>,
        x: &Value,
        code: &Value,
        (norm, channels): (&str, usize),
    ) -> Result<Value, ExportError> {
        let layer = format!("{}.{norm}.affine", self.name);
        let both = 2 * channels;
        let weight = graph
            .weights
            .get(&format!("{layer}.weight"), &[self.style_dim, both])?;
        let bias = graph.weights.get(&format!("{layer}.bias"), &[both])?;
        // Cut in two here, so that the graph need not do it. A gain is one plus what is learned.
        let mut half = |what: &str, start: usize, more: f32| -> Result<_, ExportError> {
            let end = start + channels;
            let weight = weight.columns(start, end, 0.0);
            let bias = bias.columns(start, end, more);
            let rows = graph.dense_with(code, &format!("{layer}.{what}"), &weight, &bias)?;
            let pixels = graph.reshape(&rows, &[-1, channels as i64, 1, 1])?;
            Ok(graph.cast(&pixels, x.kind))
        };
        let (gain, shift) = (half("gain", 0, 1.0)?, half("shift", channels, 0.0)?);
        graph.normalise(x, channels, Some([&gain, &shift]))
    }
}
