//! Weights of a model, in the order that ONNX requires.

use std::path::{Path, PathBuf};

use utsushi_weights::NamedTensors;

/// The error that a model cannot be written as ONNX.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The model's configuration is not one that this program knows.
    #[error("{}: the model's configuration is not valid: {reason}", path.display())]
    Config {
        /// Path of the model.
        path: PathBuf,
        /// The fault of the configuration.
        reason: String,
    },
    /// The model lacks a tensor, or its tensor has another shape.
    #[error(
        "{}: the tensor `{name}` is to have the shape {expected:?}, but {}", path.display(),
        .found.as_ref().map_or("it is missing".to_owned(), |it| format!("has {it:?}"))
    )]
    Tensor {
        /// Path of the model.
        path: PathBuf,
        /// Name of the tensor.
        name: String,
        /// The shape that the tensor must have.
        expected: Vec<usize>,
        /// The shape that the tensor has, if it is there.
        found: Option<Vec<usize>>,
    },
    /// A number is too large for 16 bits.
    #[error(
        "{}: the tensor `{name}` has the value {value}, which 16-bit numbers do not hold; export \
         in 32 bits", path.display()
    )]
    Range {
        /// Path of the model.
        path: PathBuf,
        /// Name of the tensor.
        name: String,
        /// The number that is too large.
        value: f32,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] utsushi_imaging::WriteError),
    /// The folder cannot be created.
    #[error("{}: the folder cannot be made: {reason}", path.display())]
    Folder {
        /// Path of the folder that cannot be created.
        path: PathBuf,
        /// The system's error.
        reason: std::io::Error,
    },
}

/// An array: numbers in row order, and the lengths of the axes, outermost first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// The tensors of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights<'a> {
    pub(crate) tensors: &'a NamedTensors,
    pub(crate) origin: &'a Path,
}

impl Weights<'_> {
    /// Whether there is a tensor of this name under `networks.`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.get(&format!("networks.{name}")).is_some()
    }

    /// Reads a tensor under `networks.`, which must have the given shape.
    pub(crate) fn get(&self, name: &str, shape: &[usize]) -> Result<Array, ExportError> {
        let name = format!("networks.{name}");
        let found = self.tensors.get(&name);
        match found.filter(|tensor| tensor.shape == shape) {
            Some(tensor) => Ok(Array {
                shape: shape.to_vec(),
                values: tensor.values.clone(),
            }),
            None => Err(ExportError::Tensor {
                path: self.origin.to_owned(),
                name,
                expected: shape.to_vec(),
                found: found.map(|tensor| tensor.shape.clone()),
            }),
        }
    }
}

impl Array {
    /// Transposes `[kernel height, kernel width, inputs, outputs]` to `[outputs, inputs, kernel
    /// height, kernel width]`.
    pub(crate) fn outputs_first(&self) -> Self {
        let [height, width, inputs, outputs] = self.sides();
        let mut values = vec![0.0; self.values.len()];
        for (from, &value) in self.values.iter().enumerate() {
            let (output, rest) = (from % outputs, from / outputs);
            let (input, place) = (rest % inputs, rest / inputs);
            values[(output * inputs + input) * height * width + place] = value;
        }
        Self {
            shape: vec![outputs, inputs, height, width],
            values,
        }
    }

    /// Converts a 3×3 convolution over squares of 2×2 pixels in channels (row, column, channel) to
    /// the equivalent 6×6 convolution of stride 2 over the pixels themselves, `[outputs, inputs /
    /// 4, 6, 6]`: no operator for the rearrangement is needed then.
    pub(crate) fn over_pixels(&self) -> Self {
        let [height, width, inputs, outputs] = self.sides();
        let channels = inputs / 4;
        let (tall, wide) = (2 * height, 2 * width);
        let mut values = vec![0.0; self.values.len()];
        for (from, &value) in self.values.iter().enumerate() {
            let (output, rest) = (from % outputs, from / outputs);
            let (input, place) = (rest % inputs, rest / inputs);
            let (square, channel) = (input / channels, input % channels);
            let row = 2 * (place / width) + square / 2;
            let column = 2 * (place % width) + square % 2;
            values[((output * channels + channel) * tall + row) * wide + column] = value;
        }
        Self {
            shape: vec![outputs, channels, tall, wide],
            values,
        }
    }

    /// The columns from `start` to `end` of the last axis, with `more` added to each element.
    pub(crate) fn columns(&self, start: usize, end: usize, more: f32) -> Self {
        let mut shape = self.shape.clone();
        let length = shape.pop().unwrap_or(1);
        shape.push(end - start);
        let rows = self.values.chunks(length);
        Self {
            shape,
            values: rows
                .flat_map(|row| row[start..end].iter().map(|value| value + more))
                .collect(),
        }
    }

    fn sides(&self) -> [usize; 4] {
        [self.shape[0], self.shape[1], self.shape[2], self.shape[3]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(shape: [usize; 4]) -> Array {
        Array {
            shape: shape.to_vec(),
            values: (0..shape.iter().product()).map(|i| i as f32).collect(),
        }
    }

    #[test]
    fn weights_are_turned_to_outputs_first() {
        let turned = counted([1, 2, 3, 2]).outputs_first();
        assert_eq!(turned.shape, [2, 3, 1, 2]);
        // Place 0 holds 0, 2, 4 for output 0; place 1 holds 6, 8, 10.
        assert_eq!(turned.values[..6], [0.0, 6.0, 2.0, 8.0, 4.0, 10.0]);
        assert_eq!(turned.values[6..], [1.0, 7.0, 3.0, 9.0, 5.0, 11.0]);
    }

    #[test]
    fn squares_are_taken_apart_into_pixels() {
        let taps = counted([3, 3, 4, 1]).over_pixels();
        assert_eq!(taps.shape, [1, 1, 6, 6]);
        // The first tap's square lies in the top left: 0, 1 above 2, 3; the next one beside it.
        assert_eq!(taps.values[..6], [0.0, 1.0, 4.0, 5.0, 8.0, 9.0]);
        assert_eq!(taps.values[6..12], [2.0, 3.0, 6.0, 7.0, 10.0, 11.0]);
        assert_eq!(taps.values[35], 35.0);
    }

    #[test]
    fn a_row_is_cut() {
        let array = Array {
            shape: vec![2, 4],
            values: (0..8).map(|i| i as f32).collect(),
        };
        let cut = array.columns(1, 3, 0.5);
        assert_eq!(
            (cut.shape, cut.values),
            (vec![2, 2], vec![1.5, 2.5, 5.5, 6.5])
        );
    }
}
