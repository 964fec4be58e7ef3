//! Lowering: rewriting operations that the runtime lacks as those it has.

use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataType, GraphProto, NodeProto, TensorProto,
};

use super::detect::{Wiring, attribute, integers, operator};

/// A node that pads by reflection, or by the outermost value, along axes other than the last two.
/// The runtime can do this along the last two axes only, so the axes are reordered before the node
/// and back after it.
struct Turned {
    /// Index of the node.
    node: usize,
    /// The order of axes in which the padded ones come last.
    order: Vec<usize>,
    /// Padding before and after each axis, in that order.
    pads: Vec<i64>,
}

/// Rewrites a graph: paddings of pictures with channels last become paddings of transposed
/// pictures, and convolutions get the size of their kernel if the file leaves it out. Returns
/// whether anything was changed.
pub(super) fn lower(graph: &mut GraphProto) -> bool {
    let wiring = Wiring::of(graph);
    let nodes = || graph.node.iter().enumerate();
    let all: Vec<Turned> = nodes()
        .filter_map(|(index, node)| turned(&wiring, index, node))
        .collect();
    let kernels: Vec<(usize, Vec<i64>)> = nodes()
        .filter_map(|(index, node)| Some((index, untold_kernel(&wiring, node)?)))
        .collect();
    let changed = !all.is_empty() || !kernels.is_empty();
    for (index, kernel) in kernels {
        graph.node[index]
            .attribute
            .push(whole("kernel_shape", kernel));
    }
    // From the last on, so that places before it stay what they are.
    for (number, pad) in all.iter().enumerate().rev() {
        rewrite(graph, pad, &format!("utsushi/pad/{number}"));
    }
    changed
}

/// The size of a convolution's kernel, if only its weights show it: the runtime infers the number
/// of strides from that attribute.
fn untold_kernel(wiring: &Wiring<'_>, node: &NodeProto) -> Option<Vec<i64>> {
    let is_convolution = ["Conv", "ConvTranspose"].contains(&operator(node));
    if !is_convolution || attribute(node, "kernel_shape").is_some() {
        return None;
    }
    let weight = wiring.tensor(node.input.get(1)?)?;
    weight.dims.get(2..).map(<[i64]>::to_vec)
}

fn turned(wiring: &Wiring<'_>, index: usize, node: &NodeProto) -> Option<Turned> {
    let mode = attribute(node, "mode").and_then(|it| it.s.as_deref());
    // A fourth operand names the axes; such pads are left to the runtime.
    if operator(node) != "Pad" || matches!(mode, None | Some("constant")) || node.input.len() > 3 {
        return None;
    }
    let pads = match integers(node, "pads") {
        [] => wiring.whole_numbers(node.input.get(1)?)?,
        pads => pads.to_vec(),
    };
    let axes = pads.len() / 2;
    if pads.len() != 2 * axes || !(2..=8).contains(&axes) {
        return None;
    }
    let padded = |axis: &usize| pads[*axis] != 0 || pads[axes + axis] != 0;
    let count = (0..axes).filter(padded).count();
    if count > 2 || !(0..axes - 2).any(|axis| padded(&axis)) {
        return None;
    }
    let mut order: Vec<usize> = (0..axes).filter(|axis| !padded(axis)).collect();
    order.extend((0..axes).filter(padded));
    let both = |start: usize| order.iter().map(move |axis| start + axis);
    let pads = both(0).chain(both(axes)).map(|place| pads[place]).collect();
    Some(Turned {
        node: index,
        order,
        pads,
    })
}

/// Adds transpositions before and after a padding node.
fn rewrite(graph: &mut GraphProto, pad: &Turned, name: &str) {
    let mut back = vec![0; pad.order.len()];
    for (place, &axis) in pad.order.iter().enumerate() {
        back[axis] = place as i64;
    }
    let there: Vec<i64> = pad.order.iter().map(|&axis| axis as i64).collect();
    let [before, after, pads] = ["before", "after", "pads"].map(|part| format!("{name}/{part}"));
    let node = &mut graph.node[pad.node];
    let (Some(input), Some(output)) = (node.input.first().cloned(), node.output.first().cloned())
    else {
        return;
    };
    node.attribute
        .retain(|it| it.name.as_deref() != Some("pads"));
    node.input = vec![before.clone(), pads.clone()];
    node.output = vec![after.clone()];
    graph.initializer.push(TensorProto {
        name: Some(pads),
        data_type: Some(DataType::INT64),
        dims: vec![pad.pads.len() as i64],
        int64_data: pad.pads.clone(),
        ..TensorProto::default()
    });
    graph.node.insert(pad.node, transpose(input, before, there));
    graph
        .node
        .insert(pad.node + 2, transpose(after, output, back));
}

fn transpose(input: String, output: String, order: Vec<i64>) -> NodeProto {
    NodeProto {
        op_type: Some("Transpose".to_owned()),
        name: Some(output.clone()),
        input: vec![input],
        output: vec![output],
        attribute: vec![whole("perm", order)],
        ..NodeProto::default()
    }
}

/// Makes an attribute of integers.
fn whole(name: &str, values: Vec<i64>) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        ints: values,
        r#type: Some(AttributeType::INTS),
        ..AttributeProto::default()
    }
}
