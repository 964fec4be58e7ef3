//! The wiring of a graph: which node makes a value, and which nodes take it.

use std::collections::HashMap;

use rten_onnx::onnx::{AttributeProto, DataType, GraphProto, NodeProto, TensorProto};

/// A graph, indexed by its values.
pub(in crate::onnx) struct Wiring<'a> {
    graph: &'a GraphProto,
    makers: HashMap<&'a str, usize>,
    takers: HashMap<&'a str, Vec<usize>>,
    tensors: HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Wiring<'a> {
    pub(in crate::onnx) fn of(graph: &'a GraphProto) -> Self {
        let mut wiring = Self {
            graph,
            makers: HashMap::new(),
            takers: HashMap::new(),
            tensors: HashMap::new(),
        };
        for tensor in &graph.initializer {
            let name = tensor.name.as_deref().unwrap_or_default();
            wiring.tensors.insert(name, tensor);
        }
        for (index, node) in graph.node.iter().enumerate() {
            for input in &node.input {
                wiring.takers.entry(input).or_default().push(index);
            }
            for output in &node.output {
                wiring.makers.insert(output, index);
                if operator(node) == "Constant"
                    && let Some(tensor) = attribute(node, "value").and_then(|it| it.t.as_ref())
                {
                    wiring.tensors.insert(output, tensor);
                }
            }
        }
        wiring
    }

    /// The nodes in the order of the file, in which each comes after those it needs.
    pub(in crate::onnx) fn nodes(&self) -> &'a [NodeProto] {
        &self.graph.node
    }

    /// The operators of all nodes, including those of inner graphs.
    pub(in crate::onnx) fn operators(&self) -> impl Iterator<Item = &'a str> {
        let mut graphs = vec![self.graph];
        let mut names = Vec::new();
        while let Some(graph) = graphs.pop() {
            for node in &graph.node {
                names.push(operator(node));
                graphs.extend(node.attribute.iter().filter_map(|it| it.g.as_ref()));
            }
        }
        names.into_iter()
    }

    /// The node that makes a value.
    pub(in crate::onnx) fn maker(&self, value: &str) -> Option<&'a NodeProto> {
        self.makers.get(value).map(|&index| &self.graph.node[index])
    }

    /// The nodes that take a value.
    pub(in crate::onnx) fn takers(&self, value: &str) -> impl Iterator<Item = &'a NodeProto> {
        let indices = self.takers.get(value).into_iter().flatten();
        indices.map(|&index| &self.graph.node[index])
    }

    /// The tensor in the file of a value that does not depend on the picture.
    pub(in crate::onnx) fn tensor(&self, value: &str) -> Option<&'a TensorProto> {
        self.tensors.get(value).copied()
    }

    /// A few numbers of a value that does not depend on the picture: a scalar, or one for each
    /// channel.
    pub(in crate::onnx) fn numbers(&self, value: &str) -> Option<Vec<f32>> {
        let tensor = self.tensor(value)?;
        // Rank and count as they are written need not be those of the data.
        if let Some(raw) = &tensor.raw_data {
            let raw = raw.borrow();
            let kind = tensor.data_type.map(|kind| kind.0);
            return match (kind, raw.len()) {
                (Some(1), 4..=64) => {
                    let bytes = raw.as_chunks::<4>().0.iter();
                    Some(bytes.map(|&bytes| f32::from_le_bytes(bytes)).collect())
                }
                _ => None,
            };
        }
        let values = &tensor.float_data;
        (1..=16).contains(&values.len()).then(|| values.clone())
    }

    /// A few integers of a value that does not depend on the picture: a shape, or one for each side
    /// of each axis.
    pub(in crate::onnx) fn whole_numbers(&self, value: &str) -> Option<Vec<i64>> {
        let tensor = self.tensor(value)?;
        if tensor.data_type != Some(DataType::INT64) {
            return None;
        }
        let numbers = match &tensor.raw_data {
            None => tensor.int64_data.clone(),
            Some(raw) => {
                let raw = raw.borrow();
                let numbers = raw.as_chunks::<8>().0.iter();
                numbers.map(|&bytes| i64::from_le_bytes(bytes)).collect()
            }
        };
        (1..=16).contains(&numbers.len()).then_some(numbers)
    }
}

/// The name of a node's operator.
pub(in crate::onnx) fn operator(node: &NodeProto) -> &str {
    node.op_type.as_deref().unwrap_or_default()
}

/// The attribute of a node with this name.
pub(in crate::onnx) fn attribute<'a>(
    node: &'a NodeProto,
    name: &str,
) -> Option<&'a AttributeProto> {
    node.attribute
        .iter()
        .find(|it| it.name.as_deref() == Some(name))
}

/// The integers of a node's attribute; empty if it has none.
pub(in crate::onnx) fn integers<'a>(node: &'a NodeProto, name: &str) -> &'a [i64] {
    attribute(node, name).map_or(&[], |it| it.ints.as_slice())
}
