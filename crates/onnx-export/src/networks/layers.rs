//! Layers that several networks have.

use crate::graph::{Graph, Value};
use crate::message::{Attribute, Kind};
use crate::weights::{Array, ExportError};

/// Slope below zero of every leaky ReLU.
const SLOPE: f32 = 0.2;

/// Small number added to every variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// The stride of a convolution, with its kernel size and border.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stride {
    pub(crate) kernel: usize,
    pub(crate) stride: i64,
    pub(crate) padding: i64,
    /// Pixels that the convolution sees beyond the border.
    pub(crate) border: Border,
}

/// Pixels that a convolution sees beyond the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Border {
    Zeros,
    /// The nearest pixel.
    Nearest,
    /// The nearest square of 2×2 pixels.
    NearestSquare,
}

impl Stride {
    /// Stride 1 with zeros beyond the border, which keeps the size.
    pub(crate) const fn keeping(kernel: usize) -> Self {
        Self {
            kernel,
            stride: 1,
            padding: kernel as i64 / 2,
            border: Border::Zeros,
        }
    }

    /// Stride 1 for networks that paint, with the nearest pixel beyond the border.
    pub(crate) const fn painting(kernel: usize) -> Self {
        Self {
            border: Border::Nearest,
            ..Self::keeping(kernel)
        }
    }

    /// A 4×4 convolution with stride 2, which halves the sides.
    pub(crate) const HALVING: Self = Self {
        kernel: 4,
        stride: 2,
        padding: 1,
        border: Border::Zeros,
    };
}

impl Graph<'_> {
    /// Adds a convolution with the weights under `name`, and its bias if it has one.
    pub(crate) fn convolve(
        &mut self,
        x: &Value,
        name: &str,
        [from, to]: [usize; 2],
        stride: Stride,
    ) -> Result<Value, ExportError> {
        let kernel = stride.kernel;
        let weight = self
            .weights
            .get(&format!("{name}.weight"), &[kernel, kernel, from, to])?;
        self.convolve_with(x, name, &weight.outputs_first(), stride)
    }

    /// Adds the 3×3 convolution under `name` over squares of 2×2 pixels as one over the pixels
    /// themselves, which halves the sides. `channels` are those of the pixels.
    pub(crate) fn convolve_squares(
        &mut self,
        x: &Value,
        name: &str,
        [channels, to]: [usize; 2],
        border: Border,
    ) -> Result<Value, ExportError> {
        let shape = [3, 3, 4 * channels, to];
        let weight = self.weights.get(&format!("{name}.weight"), &shape)?;
        let stride = Stride {
            kernel: 6,
            stride: 2,
            padding: 2,
            border,
        };
        self.convolve_with(x, name, &weight.over_pixels(), stride)
    }

    /// Adds a convolution with the given weights.
    pub(crate) fn convolve_with(
        &mut self,
        x: &Value,
        name: &str,
        weight: &Array,
        stride: Stride,
    ) -> Result<Value, ExportError> {
        let to = weight.shape[0];
        let weight = self.constant(&format!("{name}.weight"), weight, x.kind)?;
        let bias = format!("{name}.bias");
        let bias = if self.weights.has(&bias) {
            let values = self.weights.get(&bias, &[to])?;
            Some(self.constant(&bias, &values, x.kind)?)
        } else {
            None
        };
        let Stride {
            kernel,
            stride,
            padding,
            border,
        } = stride;
        let (x, padding) = match border {
            _ if padding == 0 => (x.clone(), 0),
            Border::Zeros => (x.clone(), padding),
            Border::Nearest => (self.nearest_around(x, padding)?, 0),
            Border::NearestSquare => (self.squares_around(x, padding)?, 0),
        };
        let mut operands = vec![&x, &weight];
        operands.extend(&bias);
        let twice = |value: i64, times: usize| Attribute::Integers(vec![value; times]);
        let attributes = [
            ("kernel_shape", twice(kernel as i64, 2)),
            ("strides", twice(stride, 2)),
            ("pads", twice(padding, 4)),
        ];
        Ok(self.apply("Conv", &operands, &attributes))
    }

    /// Pads a picture with its nearest pixels.
    fn nearest_around(&mut self, x: &Value, pixels: i64) -> Result<Value, ExportError> {
        let sides = self.integers(&[0, 0, pixels, pixels, 0, 0, pixels, pixels])?;
        let mode = [("mode", Attribute::Text("edge"))];
        Ok(self.apply("Pad", &[x, &sides], &mode))
    }

    /// Pads a picture with its nearest squares of that side.
    fn squares_around(&mut self, x: &Value, side: i64) -> Result<Value, ExportError> {
        let mut x = x.clone();
        for axis in [2, 3] {
            let mut part = |[from, to]: [i64; 2]| {
                let [from, to, axis] = [from, to, axis].map(|number| self.integers(&[number]));
                let operands = [&x, &from?, &to?, &axis?];
                Ok::<_, ExportError>(self.apply("Slice", &operands, &[]))
            };
            let (first, last) = (part([0, side])?, part([-side, i64::MAX])?);
            let axis = [("axis", Attribute::Integer(axis))];
            x = self.apply("Concat", &[&first, &x, &last], &axis);
        }
        Ok(x)
    }

    /// Adds the fully connected layer under `name`, in the type of `x`.
    pub(crate) fn dense(
        &mut self,
        x: &Value,
        name: &str,
        [from, to]: [usize; 2],
    ) -> Result<Value, ExportError> {
        let weight = self.weights.get(&format!("{name}.weight"), &[from, to])?;
        let bias = self.weights.get(&format!("{name}.bias"), &[to])?;
        self.dense_with(x, name, &weight, &bias)
    }

    /// Adds a fully connected layer with the given weights.
    pub(crate) fn dense_with(
        &mut self,
        x: &Value,
        name: &str,
        weight: &Array,
        bias: &Array,
    ) -> Result<Value, ExportError> {
        let weight = self.constant(&format!("{name}.weight"), weight, x.kind)?;
        let bias = self.constant(&format!("{name}.bias"), bias, x.kind)?;
        Ok(self.apply("Gemm", &[x, &weight, &bias], &[]))
    }

    /// Adds a leaky ReLU, `max(x, 0.2 x)`.
    pub(crate) fn leaky(&mut self, x: &Value) -> Value {
        self.apply("LeakyRelu", &[x], &[("alpha", Attribute::Float(SLOPE))])
    }

    /// Adds instance normalisation, with a gain and a bias for each channel and picture, `[batch,
    /// channels, 1, 1]`, if given, and a leaky ReLU.
    ///
    /// Sums over a picture are taken in 32 bits, whatever the type of the networks.
    pub(crate) fn normalise(
        &mut self,
        x: &Value,
        channels: usize,
        affine: Option<[&Value; 2]>,
    ) -> Result<Value, ExportError> {
        let single = self.cast(x, Kind::Single);
        let mut flat = |value: f32| {
            let name = self.fresh("even");
            let array = Array {
                shape: vec![channels],
                values: vec![value; channels],
            };
            self.constant(&name, &array, Kind::Single)
        };
        let (ones, zeros) = (flat(1.0)?, flat(0.0)?);
        let epsilon = ("epsilon", Attribute::Float(EPSILON));
        let normalised = self.apply(
            "InstanceNormalization",
            &[&single, &ones, &zeros],
            &[epsilon],
        );
        let mut normalised = self.cast(&normalised, x.kind);
        if let Some([gain, bias]) = affine {
            normalised = self.apply("Mul", &[&normalised, gain], &[]);
            normalised = self.apply("Add", &[&normalised, bias], &[]);
        }
        Ok(self.leaky(&normalised))
    }

    /// Adds the last step to pictures: squares of pixels from channels, then −1…1.
    pub(crate) fn pixels(&mut self, x: &Value) -> Value {
        // Row, column, channel: the order that ONNX calls DCR.
        let attributes = [
            ("blocksize", Attribute::Integer(2)),
            ("mode", Attribute::Text("DCR")),
        ];
        let x = self.apply("DepthToSpace", &[x], &attributes);
        self.apply("Tanh", &[&x], &[])
    }

    /// Adds the scaled sum of two branches, `(left + right) / √2`.
    pub(crate) fn join(&mut self, left: &Value, right: &Value) -> Result<Value, ExportError> {
        let sum = self.apply("Add", &[left, right], &[]);
        let scale = self.number(std::f32::consts::FRAC_1_SQRT_2, &sum)?;
        Ok(self.apply("Mul", &[&sum, &scale], &[]))
    }

    /// Reshapes a value; one length may be −1 for the rest.
    pub(crate) fn reshape(&mut self, x: &Value, shape: &[i64]) -> Result<Value, ExportError> {
        let shape = self.integers(shape)?;
        Ok(self.apply("Reshape", &[x, &shape], &[]))
    }
}
