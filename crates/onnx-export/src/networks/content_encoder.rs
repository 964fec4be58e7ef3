//! The content encoder as a graph: what a picture shows.

use utsushi_model::ModelConfig;

use super::layers::{Border, Stride};
use crate::graph::{Graph, Value};
use crate::message::Attribute;
use crate::weights::{Array, ExportError};

const NAME: &str = "generator.encoder";

/// Weights of luma, by ITU-R BT.601.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// Side in pixels of the square over which a pixel's surroundings are averaged.
const SURROUNDINGS: i64 = 5;

/// The content of a picture.
#[derive(Clone, Debug)]
pub(crate) struct ContentFeatures {
    /// Features of what the picture shows, `[batch, channels, height / 8, width / 8]`.
    pub(crate) features: Value,
    /// Features of the picture's lines, `[batch, channels, height / 2, width / 2]`, if the model
    /// has them.
    pub(crate) lines: Option<Value>,
}

/// Adds the network from pictures, `[batch, 3, height, width]`, −1…1, sides multiples of 8, to
/// their content.
pub(crate) fn content_encoder(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    pictures: &Value,
) -> Result<ContentFeatures, ExportError> {
    let [fine, middle, coarse] = config.trunk_channels;
    let luma = Array {
        shape: vec![1, 3, 1, 1],
        values: LUMA.to_vec(),
    };
    let brightness = graph.convolve_with(pictures, "luminance", &luma, Stride::keeping(1))?;
    let beyond = Border::NearestSquare;
    let lines = if config.line_skip {
        let contrast = local_contrast(graph, &brightness);
        let lines =
            graph.convolve_squares(&contrast, &format!("{NAME}.lines"), [1, fine], beyond)?;
        Some(graph.normalise(&lines, fine, None)?)
    } else {
        None
    };
    let mut x = graph.convolve_squares(&brightness, &format!("{NAME}.input"), [1, fine], beyond)?;
    let blocks = [
        (fine, middle, true),
        (middle, coarse, true),
        (coarse, coarse, false),
    ];
    for (index, (from, to, halve)) in blocks.into_iter().enumerate() {
        x = block(
            graph,
            &x,
            &format!("{NAME}.blocks.{index}"),
            [from, to],
            halve,
        )?;
    }
    Ok(ContentFeatures { features: x, lines })
}

/// Adds the difference of each pixel's brightness from the mean of its surroundings within the
/// picture.
fn local_contrast(graph: &mut Graph<'_>, brightness: &Value) -> Value {
    let attributes = [
        ("kernel_shape", Attribute::Integers(vec![SURROUNDINGS; 2])),
        ("pads", Attribute::Integers(vec![SURROUNDINGS / 2; 4])),
        ("strides", Attribute::Integers(vec![1; 2])),
        ("count_include_pad", Attribute::Integer(0)),
    ];
    let mean = graph.apply("AveragePool", &[brightness], &attributes);
    graph.apply("Sub", &[brightness, &mean], &[])
}

/// Adds a residual block: instance norm, leaky ReLU and convolution, twice, beside a shortcut.
fn block(
    graph: &mut Graph<'_>,
    x: &Value,
    name: &str,
    [from, to]: [usize; 2],
    halve: bool,
) -> Result<Value, ExportError> {
    let pool = |graph: &mut Graph<'_>, x: Value| {
        if !halve {
            return x;
        }
        let attributes = [
            ("kernel_shape", Attribute::Integers(vec![2; 2])),
            ("strides", Attribute::Integers(vec![2; 2])),
        ];
        graph.apply("AveragePool", &[&x], &attributes)
    };
    let three = Stride::painting(3);
    let branch = graph.normalise(x, from, None)?;
    let branch = graph.convolve(&branch, &format!("{name}.first"), [from, from], three)?;
    let branch = pool(graph, branch);
    let branch = graph.normalise(&branch, from, None)?;
    let branch = graph.convolve(&branch, &format!("{name}.second"), [from, to], three)?;
    let mut straight = pool(graph, x.clone());
    if from != to {
        let shortcut = format!("{name}.shortcut");
        straight = graph.convolve(&straight, &shortcut, [from, to], Stride::keeping(1))?;
    }
    graph.join(&straight, &branch)
}
