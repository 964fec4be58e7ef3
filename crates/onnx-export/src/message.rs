//! The messages of `onnx.proto` that a network without control flow needs.
//!
//! They are those of `rten-onnx`, except for three that it does not write completely: it knows
//! neither the name of a graph, which readers require, nor descriptions.

use std::cell::RefCell;

use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataType, Dimension, NodeProto, OperatorSetIdProto,
    StringStringEntryProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor,
};
use rten_onnx::protobuf::{EncodeMessage, MessageWriter, ProtobufError, ValueWriter, WriteValue};

/// Version of the operators: the one with the form of InstanceNormalization, Resize and reductions
/// that every runtime of the last years supports.
const OPSET: i64 = 17;

/// Version of the file format that belongs to [`OPSET`].
const IR_VERSION: i64 = 8;

/// The type of a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Single,
    Half,
    Integer,
}

impl Kind {
    /// The code of the type in `TensorProto.DataType`.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Single => DataType::FLOAT,
            Self::Integer => DataType::INT64,
            Self::Half => DataType::FLOAT16,
        }
    }
}

/// One axis of an input or output.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Axis {
    /// An axis of this fixed length.
    Fixed(usize),
    /// An axis of any length; axes of one name have the same length.
    Named(&'static str),
}

/// The value of a node's attribute.
#[derive(Clone, Debug)]
pub(crate) enum Attribute {
    Integer(i64),
    Integers(Vec<i64>),
    Float(f32),
    Text(&'static str),
}

fn attribute(name: &str, value: &Attribute) -> AttributeProto {
    let mut message = AttributeProto {
        name: Some(name.to_owned()),
        ..AttributeProto::default()
    };
    message.r#type = Some(match value {
        Attribute::Float(value) => {
            message.f = Some(*value);
            AttributeType::FLOAT
        }
        Attribute::Integer(value) => {
            message.i = Some(*value);
            AttributeType::INT
        }
        Attribute::Text(value) => {
            message.s = Some((*value).to_owned());
            AttributeType::STRING
        }
        Attribute::Integers(values) => {
            message.ints.clone_from(values);
            AttributeType::INTS
        }
    });
    message
}

/// Makes a node, named after its only output.
pub(crate) fn node(
    operator: &str,
    inputs: &[&str],
    output: &str,
    attributes: &[(&str, Attribute)],
) -> NodeProto {
    let attributes = attributes.iter();
    NodeProto {
        name: Some(output.to_owned()),
        input: inputs.iter().map(|&input| input.to_owned()).collect(),
        output: vec![output.to_owned()],
        op_type: Some(operator.to_owned()),
        attribute: attributes
            .map(|(name, value)| attribute(name, value))
            .collect(),
        ..NodeProto::default()
    }
}

/// Makes a tensor; `bytes` are its numbers in little-endian order.
pub(crate) fn tensor(name: &str, shape: &[usize], kind: Kind, bytes: Vec<u8>) -> TensorProto {
    TensorProto {
        dims: shape.iter().map(|&length| length as i64).collect(),
        data_type: Some(kind.data_type()),
        name: Some(name.to_owned()),
        raw_data: Some(RefCell::new(bytes)),
        ..TensorProto::default()
    }
}

/// A `ValueInfoProto` with its description: an input or output.
#[derive(Debug)]
pub(crate) struct DescribedValue {
    name: String,
    value_type: TypeProto,
    description: String,
}

pub(crate) fn value(name: &str, kind: Kind, axes: &[Axis], what: &str) -> DescribedValue {
    let dimension = |axis: &Axis| match *axis {
        Axis::Fixed(length) => Dimension {
            dim_value: Some(length as i64),
            dim_param: None,
        },
        Axis::Named(name) => Dimension {
            dim_value: None,
            dim_param: Some(name.to_owned()),
        },
    };
    let tensor_type = TypeProtoTensor {
        elem_type: Some(kind.data_type()),
        shape: Some(TensorShapeProto {
            dim: axes.iter().map(dimension).collect(),
        }),
    };
    DescribedValue {
        name: name.to_owned(),
        value_type: TypeProto {
            tensor_type: Some(tensor_type),
            sequence: None,
        },
        description: what.to_owned(),
    }
}

impl EncodeMessage for DescribedValue {
    fn encode_fields<W: WriteValue>(
        &self,
        fields: &mut MessageWriter<W>,
    ) -> Result<(), ProtobufError> {
        fields.write_string(1, &self.name)?;
        fields.write_message(2, &self.value_type)?;
        fields.write_string(3, &self.description)
    }
}

/// The parts of a graph.
#[derive(Debug, Default)]
pub(crate) struct GraphParts {
    pub(crate) nodes: Vec<NodeProto>,
    pub(crate) tensors: Vec<TensorProto>,
    pub(crate) inputs: Vec<DescribedValue>,
    pub(crate) outputs: Vec<DescribedValue>,
}

/// A `GraphProto` with its name and description.
struct DescribedGraph<'a> {
    name: &'a str,
    description: &'a str,
    parts: &'a GraphParts,
}

impl EncodeMessage for DescribedGraph<'_> {
    fn encode_fields<W: WriteValue>(
        &self,
        fields: &mut MessageWriter<W>,
    ) -> Result<(), ProtobufError> {
        fields.write_repeated_message(1, &self.parts.nodes)?;
        fields.write_string(2, self.name)?;
        fields.write_repeated_message(5, &self.parts.tensors)?;
        fields.write_string(10, self.description)?;
        fields.write_repeated_message(11, &self.parts.inputs)?;
        fields.write_repeated_message(12, &self.parts.outputs)
    }
}

/// A `ModelProto` with its description.
struct DescribedModel<'a> {
    graph: DescribedGraph<'a>,
    operators: OperatorSetIdProto,
    metadata: Vec<StringStringEntryProto>,
}

impl EncodeMessage for DescribedModel<'_> {
    fn encode_fields<W: WriteValue>(
        &self,
        fields: &mut MessageWriter<W>,
    ) -> Result<(), ProtobufError> {
        fields.write_int64(1, IR_VERSION)?;
        fields.write_string(2, "utsushi")?;
        fields.write_string(3, env!("CARGO_PKG_VERSION"))?;
        fields.write_string(6, self.graph.description)?;
        fields.write_message(7, &self.graph)?;
        fields.write_message(8, &self.operators)?;
        fields.write_repeated_message(14, &self.metadata)
    }
}

/// Encodes a model as the bytes of its file.
pub(crate) fn model(
    name: &str,
    description: &str,
    parts: &GraphParts,
    metadata: &[(&str, String)],
) -> Vec<u8> {
    let metadata = metadata.iter().map(|(key, value)| StringStringEntryProto {
        key: Some((*key).to_owned()),
        value: Some(value.clone()),
    });
    let model = DescribedModel {
        graph: DescribedGraph {
            name,
            description,
            parts,
        },
        operators: OperatorSetIdProto {
            domain: Some(String::new()),
            version: Some(OPSET),
        },
        metadata: metadata.collect(),
    };
    let mut bytes = Vec::new();
    model
        .encode(ValueWriter::new(&mut bytes))
        .expect("memory takes what is written to it");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_fields_that_the_format_asks_for() {
        let parts = GraphParts {
            inputs: vec![value("x", Kind::Half, &[Axis::Named("b")], "w")],
            ..GraphParts::default()
        };
        let bytes = model("n", "d", &parts, &[("k", "v".to_owned())]);
        let version = env!("CARGO_PKG_VERSION").as_bytes();
        let graph = b"\x12\x01n\x52\x01d\x5a\x13\
                      \x0a\x01x\x12\x0b\x0a\x09\x08\x0a\x12\x05\x0a\x03\x12\x01b\x1a\x01w";
        let expected = [
            b"\x08\x08\x12\x07utsushi\x1a",
            &[version.len() as u8][..],
            version,
            b"\x32\x01d\x3a",
            &[graph.len() as u8],
            graph,
            b"\x42\x04\x0a\x00\x10\x11\x72\x06\x0a\x01k\x12\x01v",
        ];
        assert_eq!(bytes, expected.concat());
    }
}
