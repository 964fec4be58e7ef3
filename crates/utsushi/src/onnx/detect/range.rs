//! Detection of the values of black and white and of the order of colours, from the first and last
//! operations of a network.

use rten_onnx::onnx::NodeProto;

use super::super::{ChannelOrder, Range};
use super::wiring::{Wiring, attribute, operator};

/// Number of nodes that are followed from either end of the graph.
const STEPS: usize = 12;

/// The range of the input, if the network begins by scaling it.
pub(super) fn input(wiring: &Wiring<'_>, input: &str) -> Option<Range> {
    let (scale, shift, _) = preparation(wiring, input);
    if (scale - 1.0).abs() < 1e-6 && shift.abs() < 1.0 {
        return None;
    }
    // The range that the scaling brings to numbers around zero, neither tiny nor huge.
    let fits = |range: &Range| {
        let [low, high] = range.ends().map(|end| end * scale + shift);
        let width = (high - low).abs();
        let off = ((high + low) / 2.0 / width).abs();
        (0.3..=300.0).contains(&width).then_some(off)
    };
    let all = Range::ALL.into_iter();
    let fitting = all.filter_map(|range| fits(&range).map(|off| (range, off)));
    let best = fitting.min_by(|(_, left), (_, right)| left.total_cmp(right));
    best.map(|(range, _)| range)
}

/// The order of colours, if the network begins by subtracting a known mean colour: that of
/// ImageNet, in bytes, is 104, 117 and 124 for blue, green and red.
pub(super) fn order(wiring: &Wiring<'_>, input: &str) -> Option<ChannelOrder> {
    let (_, _, colour) = preparation(wiring, input);
    let [first, _, last] = colour?;
    match (first.abs(), last.abs()) {
        (102.0..=105.0, 121.0..=125.0) => Some(ChannelOrder::Bgr),
        (121.0..=125.0, 102.0..=105.0) => Some(ChannelOrder::Rgb),
        _ => None,
    }
}

/// The scale and the shift that a network begins with, and the colour among the shifts.
fn preparation(wiring: &Wiring<'_>, input: &str) -> (f32, f32, Option<[f32; 3]>) {
    let (mut scale, mut shift, mut colour) = (1.0f32, 0.0f32, None);
    let mut value = input.to_owned();
    for _ in 0..STEPS {
        let takers: Vec<&NodeProto> = wiring
            .takers(&value)
            .filter(|node| operator(node) != "Shape")
            .collect();
        let &[node] = takers.as_slice() else {
            break;
        };
        if let Some((by, numbers)) = affine(wiring, node, &value) {
            (scale, shift) = (scale * by[0], shift * by[0] + by[1]);
            if by[1] != 0.0
                && let &[first, second, third] = numbers.as_slice()
            {
                colour = Some([first, second, third]);
            }
        } else if !["Transpose", "Pad", "Identity", "Cast"].contains(&operator(node)) {
            break;
        }
        let Some(next) = node.output.first() else {
            break;
        };
        value = next.clone();
    }
    (scale, shift, colour)
}

/// The range of the output, if the last nodes bound it.
pub(super) fn output(wiring: &Wiring<'_>, output: &str) -> Option<Range> {
    let (mut scale, mut shift) = (1.0f32, 0.0f32);
    let mut value = output.to_owned();
    for _ in 0..STEPS {
        let node = wiring.maker(&value)?;
        let bounds = match operator(node) {
            "Tanh" => Some([-1.0, 1.0]),
            "Sigmoid" | "HardSigmoid" => Some([0.0, 1.0]),
            "Clip" => Some(clipped(wiring, node)?),
            _ => None,
        };
        if let Some(bounds) = bounds {
            let [low, high] = bounds.map(|end| end * scale + shift);
            return classified(low.min(high), low.max(high));
        }
        let picture = node
            .input
            .iter()
            .find(|name| wiring.tensor(name).is_none())?;
        if let Some((by, _)) = affine(wiring, node, picture) {
            (scale, shift) = (scale * by[0], scale * by[1] + shift);
        } else if !PASSING.contains(&operator(node)) {
            return None;
        }
        value = picture.clone();
    }
    None
}

/// Operators that pass values on unchanged.
const PASSING: [&str; 8] = [
    "Transpose",
    "Identity",
    "Cast",
    "Slice",
    "Squeeze",
    "Unsqueeze",
    "Reshape",
    "DepthToSpace",
];

fn classified(low: f32, high: f32) -> Option<Range> {
    match (low, high) {
        (..=16.0, 100.0..=400.0) => Some(Range::Byte),
        (-2.0..=-0.5, 0.5..=2.0) => Some(Range::Signed),
        (-0.3..=0.3, 0.5..=2.0) => Some(Range::Unit),
        _ => None,
    }
}

/// Bounds of a Clip node: attributes in old files, operands in others.
fn clipped(wiring: &Wiring<'_>, node: &NodeProto) -> Option<[f32; 2]> {
    let end = |place: usize, name: &str| {
        let operand = node.input.get(place).and_then(|name| wiring.numbers(name));
        let operand = operand.and_then(|numbers| numbers.first().copied());
        operand.or_else(|| attribute(node, name)?.f)
    };
    Some([end(1, "min")?, end(2, "max")?])
}

/// Scale and shift, averaged over channels, of a node that does nothing else to `value`, and its
/// numbers.
fn affine(wiring: &Wiring<'_>, node: &NodeProto, value: &str) -> Option<([f32; 2], Vec<f32>)> {
    let [left, right] = node.input.as_slice() else {
        return None;
    };
    let first = left == value;
    let numbers = wiring.numbers(if first { right } else { left })?;
    let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
    let by = match (operator(node), first) {
        ("Add", _) => [1.0, mean],
        ("Sub", true) => [1.0, -mean],
        ("Sub", false) => [-1.0, mean],
        ("Mul", _) => [mean, 0.0],
        ("Div", true) if mean != 0.0 => [1.0 / mean, 0.0],
        _ => return None,
    };
    Some((by, numbers))
}
