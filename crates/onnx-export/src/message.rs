//! The messages of `onnx.proto` that a network without control flow needs, with their numbers.

use crate::wire::Message;

/// Operators as of this version: InstanceNormalization, Resize and reductions in the form that
/// every runtime of the last years reads.
const OPSET: i64 = 17;

/// The version of the file format that goes with it.
const IR_VERSION: i64 = 8;

/// The type of a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Single,
    Half,
    Integer,
}

impl Kind {
    /// As `TensorProto.DataType` counts.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Single => 1,
            Self::Integer => 7,
            Self::Half => 10,
        }
    }
}

/// One axis of an input or output.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Axis {
    /// Always of this length.
    Fixed(usize),
    /// Of any length; axes of one name have one length.
    Named(&'static str),
}

/// A setting of a node.
#[derive(Clone, Debug)]
pub(crate) enum Attribute {
    Integer(i64),
    Integers(Vec<i64>),
    Float(f32),
    Text(&'static str),
}

/// An `AttributeProto`.
fn attribute(name: &str, value: &Attribute) -> Message {
    let message = Message::default().text(1, name);
    match value {
        Attribute::Float(value) => message.float(2, *value).integer(20, 1),
        Attribute::Integer(value) => message.integer(3, *value).integer(20, 2),
        Attribute::Text(value) => message.text(4, value).integer(20, 3),
        Attribute::Integers(values) => message
            .each(values, |message, &value| message.integer(8, value))
            .integer(20, 7),
    }
}

/// A `NodeProto`. It is named after its only output.
pub(crate) fn node(
    operator: &str,
    inputs: &[&str],
    output: &str,
    attributes: &[(&str, Attribute)],
) -> Message {
    Message::default()
        .each(inputs, |message, input| message.text(1, input))
        .text(2, output)
        .text(3, output)
        .text(4, operator)
        .each(attributes, |message, (name, value)| {
            message.message(5, &attribute(name, value))
        })
}

/// A `TensorProto`; `bytes` are its numbers in little-endian order.
pub(crate) fn tensor(name: &str, shape: &[usize], kind: Kind, bytes: &[u8]) -> Message {
    Message::default()
        .each(shape, |message, &length| message.integer(1, length as i64))
        .integer(2, kind.number())
        .text(8, name)
        .raw(9, bytes)
}

/// A `ValueInfoProto`: an input or output.
pub(crate) fn value(name: &str, kind: Kind, axes: &[Axis], what: &str) -> Message {
    let shape = Message::default().each(axes, |message, axis| {
        let axis = match axis {
            Axis::Fixed(length) => Message::default().integer(1, *length as i64),
            Axis::Named(name) => Message::default().text(2, name),
        };
        message.message(1, &axis)
    });
    let tensor_type = Message::default()
        .integer(1, kind.number())
        .message(2, &shape);
    Message::default()
        .text(1, name)
        .message(2, &Message::default().message(1, &tensor_type))
        .text(3, what)
}

/// The parts of a `GraphProto`.
#[derive(Debug, Default)]
pub(crate) struct GraphParts {
    pub(crate) nodes: Vec<Message>,
    pub(crate) tensors: Vec<Message>,
    pub(crate) inputs: Vec<Message>,
    pub(crate) outputs: Vec<Message>,
}

/// A `ModelProto` as bytes.
pub(crate) fn model(
    name: &str,
    description: &str,
    parts: &GraphParts,
    metadata: &[(&str, String)],
) -> Vec<u8> {
    let add = |field: u64| move |message: Message, part: &Message| message.message(field, part);
    let graph = Message::default()
        .each(&parts.nodes, add(1))
        .text(2, name)
        .each(&parts.tensors, add(5))
        .text(10, description)
        .each(&parts.inputs, add(11))
        .each(&parts.outputs, add(12));
    let operators = Message::default().text(1, "").integer(2, OPSET);
    Message::default()
        .integer(1, IR_VERSION)
        .text(2, "utsushi")
        .text(3, env!("CARGO_PKG_VERSION"))
        .text(6, description)
        .message(7, &graph)
        .message(8, &operators)
        .each(metadata, |message, (key, value)| {
            message.message(14, &Message::default().text(1, key).text(2, value))
        })
        .into_bytes()
}
