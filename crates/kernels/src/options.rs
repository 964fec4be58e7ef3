//! Options of a convolution: stride, padding, border and activation.

use crate::Activation;

/// Width of the padding on each side of a convolution's input, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Padding {
    /// Rows above the input.
    pub top: usize,
    /// Columns to the left of the input.
    pub left: usize,
    /// Rows below the input.
    pub bottom: usize,
    /// Columns to the right of the input.
    pub right: usize,
}

impl Padding {
    /// A padding of the same width on all four sides.
    pub fn uniform(n: usize) -> Self {
        Self {
            top: n,
            left: n,
            bottom: n,
            right: n,
        }
    }

    /// The padding that TensorFlow calls "SAME": the output has `ceil(size / stride)` rows and
    /// columns, and an odd remainder goes below and to the right.
    pub fn same(height: usize, width: usize, kernel: usize, stride: usize) -> Self {
        let total = |size: usize| {
            let out = size.div_ceil(stride);
            ((out.max(1) - 1) * stride + kernel).saturating_sub(size)
        };
        let (h, w) = (total(height), total(width));
        Self {
            top: h / 2,
            left: w / 2,
            bottom: h - h / 2,
            right: w - w / 2,
        }
    }
}

/// Pixels that a convolution sees beyond the border of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Border {
    /// Zeros beyond the border.
    #[default]
    Zeros,
    /// The nearest pixel of the input, so that an even picture stays even up to its border. Only
    /// [`conv2d`](crate::conv2d) supports it.
    Nearest,
}

/// Stride, padding and the function applied to the result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conv2dOptions {
    /// Distance in input pixels between neighbouring outputs, the same in both directions.
    pub stride: usize,
    /// Rows and columns added around the input.
    pub padding: Padding,
    /// Kind of pixels in the padding.
    pub border: Border,
    /// Function that is applied to every output.
    pub activation: Activation,
}

impl Conv2dOptions {
    /// Stride 1, `padding` zeros on each side, no activation.
    pub fn padded(padding: usize) -> Self {
        Self {
            stride: 1,
            padding: Padding::uniform(padding),
            border: Border::Zeros,
            activation: Activation::Identity,
        }
    }

    /// These options with another stride.
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// These options with another border.
    pub fn border(self, border: Border) -> Self {
        Self { border, ..self }
    }

    /// These options with another activation.
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// Height and width of the output for an input and a kernel of the given sides.
    pub fn output_size(&self, input: [usize; 2], kernel: [usize; 2]) -> [usize; 2] {
        let Padding {
            top,
            left,
            bottom,
            right,
        } = self.padding;
        [
            (input[0] + top + bottom - kernel[0]) / self.stride + 1,
            (input[1] + left + right - kernel[1]) / self.stride + 1,
        ]
    }
}
