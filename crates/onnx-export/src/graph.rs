//! Construction of ONNX graphs, operator by operator.

use half::f16;

use crate::message::{Attribute, Axis, GraphParts, Kind, node, tensor, value};
use crate::weights::{Array, ExportError, Weights};

/// A computed value: its name in the graph and the type of its numbers.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    name: String,
    pub(crate) kind: Kind,
}

/// A graph under construction.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    pub(crate) weights: Weights<'a>,
    /// The type in which the networks compute; inputs and outputs have 32 bits.
    working: Kind,
    parts: GraphParts,
    count: usize,
}

impl<'a> Graph<'a> {
    /// An empty graph over the weights of a model; `half` for arithmetic in 16 bits.
    pub(crate) fn new(weights: Weights<'a>, half: bool) -> Self {
        Self {
            weights,
            working: if half { Kind::Half } else { Kind::Single },
            parts: GraphParts::default(),
            count: 0,
        }
    }

    pub(crate) fn into_parts(self) -> GraphParts {
        self.parts
    }

    /// Adds an input to the graph, in its own type.
    pub(crate) fn input(&mut self, name: &str, kind: Kind, axes: &[Axis], what: &str) -> Value {
        self.parts.inputs.push(value(name, kind, axes, what));
        Value {
            name: name.to_owned(),
            kind,
        }
    }

    /// Adds an output in 32 bits to the graph.
    pub(crate) fn output(&mut self, name: &str, from: &Value, axes: &[Axis], what: &str) {
        let from = self.cast(from, Kind::Single);
        self.parts
            .outputs
            .push(value(name, Kind::Single, axes, what));
        self.parts
            .nodes
            .push(node("Identity", &[&from.name], name, &[]));
    }

    /// Converts a value to the type in which the networks compute.
    pub(crate) fn working(&mut self, x: &Value) -> Value {
        self.cast(x, self.working)
    }

    /// Converts a value to another type.
    pub(crate) fn cast(&mut self, x: &Value, kind: Kind) -> Value {
        if x.kind == kind {
            return x.clone();
        }
        let to = ("to", Attribute::Integer(kind.data_type().0.into()));
        let mut cast = self.apply("Cast", &[x], &[to]);
        cast.kind = kind;
        cast
    }

    /// Adds an operator to the graph and returns its result, which has the type of the first
    /// operand.
    pub(crate) fn apply(
        &mut self,
        operator: &str,
        operands: &[&Value],
        attributes: &[(&str, Attribute)],
    ) -> Value {
        let name = format!("{operator}_{}", self.count);
        self.count += 1;
        let inputs: Vec<&str> = operands.iter().map(|it| it.name.as_str()).collect();
        self.parts
            .nodes
            .push(node(operator, &inputs, &name, attributes));
        Value {
            name,
            kind: operands[0].kind,
        }
    }

    /// Adds a constant to the graph, in the given type. `name` must be new.
    pub(crate) fn constant(
        &mut self,
        name: &str,
        array: &Array,
        kind: Kind,
    ) -> Result<Value, ExportError> {
        let values = array.values.iter();
        let bytes: Vec<u8> = match kind {
            Kind::Half => {
                let too_large = |value: &&f32| !f16::from_f32(**value).is_finite();
                if let Some(&value) = array.values.iter().find(too_large) {
                    return Err(ExportError::Range {
                        path: self.weights.origin.to_owned(),
                        name: name.to_owned(),
                        value,
                    });
                }
                values
                    .flat_map(|&value| f16::from_f32(value).to_le_bytes())
                    .collect()
            }
            Kind::Single => values.flat_map(|value| value.to_le_bytes()).collect(),
            Kind::Integer => values
                .flat_map(|&value| (value as i64).to_le_bytes())
                .collect(),
        };
        self.parts
            .tensors
            .push(tensor(name, &array.shape, kind, bytes));
        Ok(Value {
            name: name.to_owned(),
            kind,
        })
    }

    /// Adds a scalar constant in the type of `like`.
    pub(crate) fn number(&mut self, value: f32, like: &Value) -> Result<Value, ExportError> {
        let name = self.fresh("number");
        let array = Array {
            shape: Vec::new(),
            values: vec![value],
        };
        self.constant(&name, &array, like.kind)
    }

    /// Adds a constant of integers.
    pub(crate) fn integers(&mut self, values: &[i64]) -> Result<Value, ExportError> {
        let name = self.fresh("integers");
        let array = Array {
            shape: vec![values.len()],
            values: values.iter().map(|&value| value as f32).collect(),
        };
        self.constant(&name, &array, Kind::Integer)
    }

    /// A placeholder for an operand that is left out.
    pub(crate) fn absent(&self) -> Value {
        Value {
            name: String::new(),
            kind: Kind::Single,
        }
    }

    /// Makes a name that is not used yet.
    pub(crate) fn fresh(&mut self, what: &str) -> String {
        self.count += 1;
        format!("{what}_{}", self.count - 1)
    }
}
