//! Detection of a network's layout: channels first or last.

use super::super::error::Fault;
use super::super::{FormOptions, Layout};
use super::wiring::{Wiring, integers, operator};

/// Detects the layouts of a network's input and output.
///
/// # Errors
/// Neither the shapes, nor the nodes at the ends, nor the options determine the layout.
pub(super) fn layouts(
    wiring: &Wiring<'_>,
    [input, output]: [&str; 2],
    [input_shape, output_shape]: [&[Option<usize>; 4]; 2],
    options: &FormOptions,
) -> Result<[Layout; 2], Fault> {
    if let Some(layout) = options.layout {
        return Ok([layout; 2]);
    }
    let first = of_shape(input_shape)
        .or_else(|| wiring.takers(input).find_map(|node| of_taker(wiring, node)));
    let Some(first) = first else {
        return match input_shape {
            // A channel that is neither is no picture.
            [_, Some(_), _, Some(_)] => Err(Fault::NotAStylizer(
                "it takes pictures that have not 3 channels".to_owned(),
            )),
            _ => Err(Fault::Unclear(
                "whether the channels of a picture come first or last",
                "layout=nchw or layout=nhwc",
            )),
        };
    };
    let last = of_shape(output_shape)
        .or_else(|| {
            let maker = wiring.maker(output)?;
            let turned = operator(maker) == "Transpose";
            (turned && integers(maker, "perm") == [0, 2, 3, 1]).then_some(Layout::ChannelsLast)
        })
        .unwrap_or(first);
    Ok([first, last])
}

fn of_shape(shape: &[Option<usize>; 4]) -> Option<Layout> {
    match [shape[1], shape[3]] {
        [Some(3), last] if last != Some(3) => Some(Layout::ChannelsFirst),
        [first, Some(3)] if first != Some(3) => Some(Layout::ChannelsLast),
        _ => None,
    }
}

/// The layout that a node expects of its input: convolutions have channels first, and a
/// transposition before them has channels last.
fn of_taker(wiring: &Wiring<'_>, node: &rten_onnx::onnx::NodeProto) -> Option<Layout> {
    match operator(node) {
        "Transpose" if integers(node, "perm") == [0, 3, 1, 2] => Some(Layout::ChannelsLast),
        "Conv" => {
            let weight = wiring.tensor(node.input.get(1)?)?;
            (weight.dims.get(1) == Some(&3)).then_some(Layout::ChannelsFirst)
        }
        _ => None,
    }
}
