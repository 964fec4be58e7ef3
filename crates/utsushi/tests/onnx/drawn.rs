//! Small networks made on the spot.

use std::cell::RefCell;

use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataType, Dimension, GraphProto, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};

/// A network from `picture` to `painting`.
pub struct Drawn {
    pub graph: GraphProto,
}

impl Drawn {
    pub fn channels_first() -> Self {
        Self::of_shape([1, 3, -1, -1])
    }

    pub fn channels_last() -> Self {
        Self::of_shape([-1, -1, -1, 3])
    }

    /// With extents in and out; −1 stands for any.
    pub fn of_shape(shape: [i64; 4]) -> Self {
        let graph = GraphProto {
            input: vec![value("picture", &shape)],
            output: vec![value("painting", &shape)],
            ..GraphProto::default()
        };
        Self { graph }
    }

    pub fn tensor(mut self, tensor: TensorProto) -> Self {
        self.graph.initializer.push(tensor);
        self
    }

    pub fn node(mut self, operator: &str, inputs: &[&str], output: &str) -> Self {
        self.graph.node.push(node(operator, inputs, output));
        self
    }

    /// A convolution that takes every so many pixels.
    pub fn strided(mut self, input: &str, weight: &str, output: &str, stride: i64) -> Self {
        let mut conv = node("Conv", &[input, weight], output);
        conv.attribute = vec![integers("strides", &[stride; 2])];
        self.graph.node.push(conv);
        self
    }

    /// Each pixel many times.
    pub fn enlarged(mut self, input: &str, output: &str, scale: f32) -> Self {
        let mut scales = scalar("scales", 0.0);
        scales.dims = vec![4];
        scales.float_data = vec![1.0, 1.0, scale, scale];
        self.graph.initializer.push(scales);
        self.node("Resize", &[input, "", "scales"], output)
    }

    pub fn bytes(&self) -> Vec<u8> {
        let model = ModelProto {
            ir_version: Some(8),
            graph: Some(self.graph.clone()),
            opset_import: vec![OperatorSetIdProto {
                domain: None,
                version: Some(17),
            }],
            ..ModelProto::default()
        };
        model.write_buf().unwrap()
    }
}

pub fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: Some(operator.to_owned()),
        name: Some(output.to_owned()),
        input: inputs.iter().map(|&it| it.to_owned()).collect(),
        output: vec![output.to_owned()],
        ..NodeProto::default()
    }
}

pub fn integers(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        ints: values.to_vec(),
        r#type: Some(AttributeType::INTS),
        ..AttributeProto::default()
    }
}

pub fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        s: Some(value.to_owned()),
        r#type: Some(AttributeType::STRING),
        ..AttributeProto::default()
    }
}

/// A row of whole numbers.
pub fn counted(name: &str, values: Vec<i64>) -> TensorProto {
    TensorProto {
        name: Some(name.to_owned()),
        data_type: Some(DataType::INT64),
        dims: vec![values.len() as i64],
        int64_data: values,
        ..TensorProto::default()
    }
}

/// One number.
pub fn scalar(name: &str, number: f32) -> TensorProto {
    TensorProto {
        name: Some(name.to_owned()),
        data_type: Some(DataType::FLOAT),
        float_data: vec![number],
        ..TensorProto::default()
    }
}

/// A 1×1 convolution that passes every channel on.
pub fn conv(name: &str, channels: i64) -> TensorProto {
    let even = |index: i64| {
        if index % (channels + 1) == 0 {
            1.0f32
        } else {
            0.0
        }
    };
    let bytes = (0..channels * channels).flat_map(|index| even(index).to_le_bytes());
    TensorProto {
        name: Some(name.to_owned()),
        data_type: Some(DataType::FLOAT),
        dims: vec![channels, channels, 1, 1],
        raw_data: Some(RefCell::new(bytes.collect())),
        ..TensorProto::default()
    }
}

pub fn value(name: &str, shape: &[i64]) -> ValueInfoProto {
    let axis = |&length: &i64| Dimension {
        dim_value: (length >= 0).then_some(length),
        dim_param: (length < 0).then(|| "any".to_owned()),
    };
    let tensor = TypeProtoTensor {
        elem_type: Some(DataType::FLOAT),
        shape: Some(TensorShapeProto {
            dim: shape.iter().map(axis).collect(),
        }),
    };
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(tensor),
            ..TypeProto::default()
        }),
    }
}
