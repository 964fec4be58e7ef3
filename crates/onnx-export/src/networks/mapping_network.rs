//! The mapping network as a graph: from noise and a style's label to style codes.

use utsushi_model::ModelConfig;

use super::style_encoder::{beside, head};
use crate::graph::{Graph, Value};
use crate::message::{Attribute, Kind};
use crate::weights::ExportError;

const NAME: &str = "mapping_network";

/// Number of layers between the inputs and the head.
const HIDDEN: usize = 3;

/// Adds the network from noise, `[batch, latent_dim]`, and labels, `[batch]`, to codes, `[batch,
/// stages, code_length]`. It has 32 bits throughout: the network is small, and so are the numbers
/// added below its roots.
pub(crate) fn mapping_network(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    noise: &Value,
    labels: &Value,
) -> Result<Value, ExportError> {
    let length = config.latent_dim;
    let mut x = labelled(graph, NAME, [config.styles, length], [noise, labels])?;
    let mut from = 2 * length;
    for index in 0..HIDDEN {
        let name = format!("{NAME}.hidden.{index}");
        x = graph.dense(&x, &name, [from, config.mapping_width])?;
        x = graph.leaky(&x);
        from = config.mapping_width;
    }
    let codes = head(graph, config, &x, NAME, from)?;
    if config.style_slots == 0 {
        return Ok(codes);
    }
    let (stages, length) = (ModelConfig::STAGES, config.slots_length());
    let name = format!("{NAME}.slot_head");
    let of_slots = graph.dense(&x, &name, [from, stages * length])?;
    let of_slots = graph.reshape(&of_slots, &[-1, stages as i64, length as i64])?;
    Ok(beside(graph, &codes, &of_slots))
}

/// Joins noise and the vectors of labels, each scaled to a mean square of 1.
pub(super) fn labelled(
    graph: &mut Graph<'_>,
    network: &str,
    table: [usize; 2],
    [noise, labels]: [&Value; 2],
) -> Result<Value, ExportError> {
    let name = format!("{network}.labels.weight");
    let vectors = graph.weights.get(&name, &table)?;
    let vectors = graph.constant(&name, &vectors, Kind::Single)?;
    let axis = ("axis", Attribute::Integer(0));
    let named = graph.apply("Gather", &[&vectors, labels], &[axis]);
    let (noise, named) = (unit(graph, noise)?, unit(graph, &named)?);
    let axis = ("axis", Attribute::Integer(1));
    Ok(graph.apply("Concat", &[&noise, &named], &[axis]))
}

/// Scales each row to a mean square of 1.
fn unit(graph: &mut Graph<'_>, x: &Value) -> Result<Value, ExportError> {
    let power = graph.apply("Mul", &[x, x], &[]);
    let attributes = [
        ("axes", Attribute::Integers(vec![1])),
        ("keepdims", Attribute::Integer(1)),
    ];
    let power = graph.apply("ReduceMean", &[&power], &attributes);
    let epsilon = graph.number(1e-8, &power)?;
    let power = graph.apply("Add", &[&power, &epsilon], &[]);
    let length = graph.apply("Sqrt", &[&power], &[]);
    Ok(graph.apply("Div", &[x, &length], &[]))
}
