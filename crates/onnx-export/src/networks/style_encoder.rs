//! The style encoder as a graph: from a painting to the codes of its style.

use utsushi_model::ModelConfig;

use super::layers::{Border, Stride};
use super::slots;
use crate::graph::{Graph, Value};
use crate::message::{Attribute, Kind};
use crate::weights::ExportError;

const NAME: &str = "style_encoder";

/// Adds the network from paintings, `[batch, 3, height, width]`, −1…1, sides multiples of 16, to
/// codes, `[batch, stages, code_length]` in 32 bits.
pub(crate) fn style_encoder(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    paintings: &Value,
) -> Result<Value, ExportError> {
    let channels = config.style_channels;
    let (input, sides) = (format!("{NAME}.input"), [3, channels[0]]);
    let x = graph.convolve_squares(paintings, &input, sides, Border::Zeros)?;
    let mut x = graph.leaky(&x);
    let mut of_slots = None;
    for (index, pair) in channels.windows(2).enumerate() {
        let name = format!("{NAME}.blocks.{index}");
        x = graph.convolve(&x, &name, [pair[0], pair[1]], Stride::HALVING)?;
        x = graph.leaky(&x);
        if index == 1 && config.style_slots > 0 {
            of_slots = Some(slots::read(graph, config, NAME, &x, paintings)?);
        }
    }
    // 16 bits would lose what is added below the root.
    let x = graph.cast(&x, Kind::Single);
    let mean = graph.apply("GlobalAveragePool", &[&x], &[]);
    let off = graph.apply("Sub", &[&x, &mean], &[]);
    let power = graph.apply("Mul", &[&off, &off], &[]);
    let variance = graph.apply("GlobalAveragePool", &[&power], &[]);
    let epsilon = graph.number(1e-6, &variance)?;
    let variance = graph.apply("Add", &[&variance, &epsilon], &[]);
    let deviation = graph.apply("Sqrt", &[&variance], &[]);
    let axis = ("axis", Attribute::Integer(1));
    let pooled = graph.apply("Concat", &[&mean, &deviation], &[axis]);
    let axis = ("axis", Attribute::Integer(1));
    let pooled = graph.apply("Flatten", &[&pooled], &[axis]);
    let pooled = graph.leaky(&pooled);
    let codes = head(graph, config, &pooled, NAME, 2 * channels[3])?;
    Ok(match of_slots {
        Some(of_slots) => beside(graph, &codes, &of_slots),
        None => codes,
    })
}

/// Joins the codes of the whole and of the slots to one code for each stage.
pub(super) fn beside(graph: &mut Graph<'_>, codes: &Value, of_slots: &Value) -> Value {
    let axis = ("axis", Attribute::Integer(2));
    graph.apply("Concat", &[codes, of_slots], &[axis])
}

/// Adds the last layer of a network that makes codes, one for each stage.
pub(super) fn head(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    x: &Value,
    network: &str,
    from: usize,
) -> Result<Value, ExportError> {
    let (name, outputs) = (
        format!("{network}.head"),
        ModelConfig::STAGES * config.style_dim,
    );
    let weight = graph
        .weights
        .get(&format!("{name}.weight"), &[from, outputs])?;
    let bias = graph.weights.get(&format!("{name}.bias"), &[outputs])?;
    let codes = graph.dense_with(x, &name, &weight, &bias)?;
    graph.reshape(&codes, &codes_shape(config))
}

/// The shape `[batch, stages, style_dim]` for any batch.
fn codes_shape(config: &ModelConfig) -> [i64; 3] {
    [-1, ModelConfig::STAGES as i64, config.style_dim as i64]
}
