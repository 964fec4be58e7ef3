//! The content prior as a graph: from noise and a style's label to what a new painting shows.

use utsushi_model::{ModelConfig, PriorConfig};

use super::decoder::Block;
use super::layers::Stride;
use super::mapping_network::labelled;
use crate::graph::{Graph, Value};
use crate::message::Attribute;
use crate::weights::ExportError;

const NAME: &str = "content_prior";

/// Length of the code that steers the content prior's blocks.
const CODE: usize = 128;

/// Adds the network from noise, `[batch, latent_dim]`, and labels, `[batch]`, to grey pictures,
/// `[batch, 3, size, size]`, −1…1.
pub(crate) fn content_prior(
    graph: &mut Graph<'_>,
    config: &ModelConfig,
    prior: &PriorConfig,
    [noise, labels]: [&Value; 2],
) -> Result<Value, ExportError> {
    let table = [config.styles, prior.latent_dim];
    let mut code = labelled(graph, NAME, table, [noise, labels])?;
    for (index, from) in [2 * prior.latent_dim, CODE].into_iter().enumerate() {
        code = graph.dense(&code, &format!("{NAME}.mapping.{index}"), [from, CODE])?;
        code = graph.leaky(&code);
    }
    let [first, .., last] = prior.channels;
    let grid = prior.size / 16;
    let outputs = grid * grid * first;
    let start = graph.dense(&code, &format!("{NAME}.start"), [CODE, outputs])?;
    let x = graph.reshape(&start, &[-1, grid as i64, grid as i64, first as i64])?;
    let order = ("perm", Attribute::Integers(vec![0, 3, 1, 2]));
    let x = graph.apply("Transpose", &[&x], &[order]);
    let (mut x, code) = (graph.working(&x), graph.working(&code));
    for (index, pair) in prior.channels.windows(2).enumerate() {
        let block = Block {
            name: format!("{NAME}.blocks.{index}"),
            from: pair[0],
            to: pair[1],
            style_dim: CODE,
            double: true,
            stride: Stride::keeping(3),
        };
        x = block.build(graph, &x, &code)?;
    }
    let x = graph.leaky(&x);
    let x = graph.convolve(&x, &format!("{NAME}.output"), [last, 4], Stride::keeping(3))?;
    let grey = graph.pixels(&x);
    let axis = ("axis", Attribute::Integer(1));
    Ok(graph.apply("Concat", &[&grey, &grey, &grey], &[axis]))
}
