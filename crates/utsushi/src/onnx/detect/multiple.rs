//! Detection of the factor by which a network reduces a picture's sides.

use std::collections::HashMap;

use super::wiring::{Wiring, attribute, integers, operator};

/// Largest plausible multiple: larger ones come from graphs that are not understood.
const MOST: f64 = 64.0;

/// Computes the distance in pixels between two values where the network sees the picture at its
/// coarsest: the sides must be multiples of it for the output to have the same size.
pub(super) fn multiple(wiring: &Wiring<'_>, input: &str) -> usize {
    let mut steps: HashMap<&str, f64> = HashMap::from([(input, 1.0)]);
    let mut coarsest = 1.0f64;
    for node in wiring.nodes() {
        let before = node
            .input
            .iter()
            .filter_map(|name| steps.get(name.as_str()))
            .fold(None::<f64>, |most, &step| {
                Some(most.map_or(step, |it| it.max(step)))
            });
        let Some(before) = before else { continue };
        let stride = integers(node, "strides").iter().copied().max().unwrap_or(1);
        let stride = stride.clamp(1, 64) as f64;
        let block = attribute(node, "blocksize")
            .and_then(|it| it.i)
            .unwrap_or(1);
        let block = block.clamp(1, 64) as f64;
        let after = match operator(node) {
            "Conv" | "MaxPool" | "AveragePool" | "LpPool" => before * stride,
            "ConvTranspose" => before / stride,
            "SpaceToDepth" => before * block,
            "DepthToSpace" => before / block,
            "Resize" | "Upsample" => before / resized(wiring, node),
            // Neither the shape of a picture nor its mean is a picture.
            "Shape" | "GlobalAveragePool" | "GlobalMaxPool" | "ReduceMean" => continue,
            _ => before,
        };
        coarsest = coarsest.max(after);
        for output in &node.output {
            steps.insert(output, after);
        }
    }
    coarsest.min(MOST).ceil() as usize
}

/// Factor by which a node enlarges; 2 for computed sizes, as in nearly all networks.
fn resized(wiring: &Wiring<'_>, node: &rten_onnx::onnx::NodeProto) -> f64 {
    let scales = node.input.iter().skip(1).find_map(|name| {
        let scales = wiring.numbers(name)?;
        (scales.len() == 4).then_some(scales)
    });
    let scale = scales.map_or(2.0, |scales| {
        // The sides are where something changes.
        let side = scales.into_iter().find(|scale| (scale - 1.0).abs() > 1e-3);
        f64::from(side.unwrap_or(1.0))
    });
    if scale.is_finite() && scale > 0.0 {
        scale.clamp(1.0 / MOST, MOST)
    } else {
        1.0
    }
}
