//! Slots as graphs: codes of parts of a painting, and where they are painted.

use utsushi_model::ModelConfig;

use super::layers::Stride;
use crate::graph::{Graph, Value};
use crate::message::{Attribute, Kind};
use crate::weights::ExportError;

/// Number of elements of a slot's code that are the part's mean colour.
const COLOURS: usize = 3;

/// Adds the share of each place that belongs to each slot, `[batch, slots, height, width]`.
fn shares(
    graph: &mut Graph<'_>,
    features: &Value,
    name: &str,
    sizes: [usize; 2],
) -> Result<Value, ExportError> {
    let logits = graph.convolve(features, name, sizes, Stride::keeping(1))?;
    Ok(graph.apply("Softmax", &[&logits], &[("axis", Attribute::Integer(1))]))
}

/// Adds the network to a painting's codes of slots, `[batch, stages, slots * slot_dim]` in 32 bits,
/// from the style encoder's features at 1/8 of its side.
pub(super) fn read(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    network: &str,
    features: &Value,
    paintings: &Value,
) -> Result<Value, ExportError> {
    let name = format!("{network}.slots");
    let (slots, channels) = (config.style_slots, config.style_channels[2]);
    let (stages, learned) = (ModelConfig::STAGES, config.slot_dim - COLOURS);
    let attributes = [
        ("kernel_shape", Attribute::Integers(vec![8; 2])),
        ("strides", Attribute::Integers(vec![8; 2])),
    ];
    let colours = graph.apply("AveragePool", &[paintings], &attributes);
    let shares = shares(
        graph,
        features,
        &format!("{name}.queries"),
        [channels, slots],
    )?;
    // Sums over a picture are taken in 32 bits whatever the networks compute in.
    let [shares, colours, features] =
        [&shares, &colours, features].map(|it| graph.cast(it, Kind::Single));
    let mut flat = |x: &Value, channels: usize| graph.reshape(x, &[0, channels as i64, -1]);
    let shares = flat(&shares, slots)?;
    let (colours, features) = (flat(&colours, COLOURS)?, flat(&features, channels)?);
    let axis = graph.integers(&[2])?;
    let sums = graph.apply("ReduceSum", &[&shares, &axis], &[]);
    let least = graph.number(1e-4, &sums)?;
    let sums = graph.apply("Add", &[&sums, &least], &[]);
    let shares = graph.apply("Div", &[&shares, &sums], &[]);
    let mut pooled = |x: &Value| {
        let swapped = ("perm", Attribute::Integers(vec![0, 2, 1]));
        let x = graph.apply("Transpose", &[x], &[swapped]);
        graph.apply("MatMul", &[&shares, &x], &[])
    };
    let (colours, features) = (pooled(&colours), pooled(&features));
    let features = graph.reshape(&features, &[-1, channels as i64])?;
    let features = graph.leaky(&features);
    let head = format!("{name}.head");
    let codes = graph.dense(&features, &head, [channels, stages * learned])?;
    let shape = [slots, stages, learned].map(|it| it as i64);
    let codes = graph.reshape(&codes, &[-1, shape[0], shape[1], shape[2]])?;
    let colours = graph.reshape(&colours, &[-1, shape[0], 1, COLOURS as i64])?;
    let repeats = graph.integers(&[1, 1, shape[1], 1])?;
    let colours = graph.apply("Tile", &[&colours, &repeats], &[]);
    let codes = graph.apply(
        "Concat",
        &[&colours, &codes],
        &[("axis", Attribute::Integer(3))],
    );
    let swapped = ("perm", Attribute::Integers(vec![0, 2, 1, 3]));
    let codes = graph.apply("Transpose", &[&codes], &[swapped]);
    graph.reshape(&codes, &[-1, shape[1], config.slots_length() as i64])
}

/// Adds the shares of the content's places, `[batch, height, width, slots]`.
pub(super) fn of_content(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    network: &str,
    features: &Value,
) -> Result<Value, ExportError> {
    let sizes = [config.trunk_channels[2], config.style_slots];
    let shares = shares(graph, features, &format!("{network}.slots.keys"), sizes)?;
    let last = ("perm", Attribute::Integers(vec![0, 2, 3, 1]));
    Ok(graph.apply("Transpose", &[&shares], &[last]))
}

/// Adds one stage's slot codes, `[batch, slots * slot_dim]`, to its features, `[batch, channels,
/// height / 8, width / 8]`.
pub(super) fn added(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    layer: &str,
    shares: &Value,
    codes: &Value,
    channels: usize,
) -> Result<Value, ExportError> {
    let (slots, length) = (config.style_slots as i64, config.slot_dim);
    let codes = graph.reshape(codes, &[-1, length as i64])?;
    let values = graph.dense(&codes, layer, [length, channels])?;
    let values = graph.reshape(&values, &[-1, 1, slots, channels as i64])?;
    let added = graph.apply("MatMul", &[shares, &values], &[]);
    let first = ("perm", Attribute::Integers(vec![0, 3, 1, 2]));
    Ok(graph.apply("Transpose", &[&added], &[first]))
}
