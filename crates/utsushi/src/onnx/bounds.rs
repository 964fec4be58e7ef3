//! Bounds: refusal of graphs that would certainly ask for more memory than there is.

use rten_onnx::onnx::{GraphProto, NodeProto};

use super::detect::{Wiring, integers, operator};
use super::error::Fault;

/// Largest size of kernels, strides and borders in a network for pictures.
const WIDEST: i64 = 1024;

/// Largest factor by which a node may enlarge the sides of a picture.
const LARGEST_SCALE: f32 = 64.0;

/// Largest number of elements that a constant shape may ask for.
const MOST_NUMBERS: i64 = 1 << 26;

/// Checks the sizes that are written in a network's file. Computed sizes cannot be known
/// beforehand.
///
/// # Errors
/// An operator asks for too much memory; the error names it.
pub(super) fn check(graph: &GraphProto) -> Result<(), Fault> {
    let wiring = Wiring::of(graph);
    match graph.node.iter().find(|node| !sensible(&wiring, node)) {
        None => Ok(()),
        Some(node) => Err(Fault::Load(format!(
            "{} asks for sizes that no picture has",
            operator(node)
        ))),
    }
}

fn sensible(wiring: &Wiring<'_>, node: &NodeProto) -> bool {
    let settings = [
        "strides",
        "dilations",
        "kernel_shape",
        "pads",
        "output_padding",
    ];
    let narrow = |values: &[i64]| values.iter().all(|it| (-WIDEST..=WIDEST).contains(it));
    if !settings.iter().all(|name| narrow(integers(node, name))) {
        return false;
    }
    let whole = |place: usize| {
        let name = node.input.get(place)?;
        wiring.whole_numbers(name)
    };
    let scales = |place: usize| {
        let name = node.input.get(place)?;
        wiring.numbers(name)
    };
    let few = |values: Vec<i64>| {
        let count = values
            .iter()
            .try_fold(1i64, |count, &it| count.checked_mul(it.max(1)));
        count.is_some_and(|count| count <= MOST_NUMBERS)
    };
    match operator(node) {
        "ConstantOfShape" => whole(0).is_none_or(few),
        "Expand" => whole(1).is_none_or(few),
        // On top of the picture's own size.
        "Tile" => whole(1).is_none_or(|values| values.iter().all(|it| *it <= LARGEST_SCALE as i64)),
        "Pad" => whole(1).is_none_or(|values| narrow(&values)),
        "Range" => whole(1).is_none_or(few),
        "Resize" | "Upsample" => {
            let modest = |values: Vec<f32>| values.iter().all(|it| *it <= LARGEST_SCALE);
            (1..3).all(|place| scales(place).is_none_or(modest)) && whole(3).is_none_or(few)
        }
        _ => true,
    }
}
