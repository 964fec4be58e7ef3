//! The sizes of one convolution.

use crate::{Conv2dOptions, Precision};

/// Everything about a convolution but its numbers: shapes, stride, padding, border, precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Geometry {
    pub(crate) batch: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels_in: usize,
    pub(crate) kernel_height: usize,
    pub(crate) kernel_width: usize,
    pub(crate) channels_out: usize,
    pub(crate) height_out: usize,
    pub(crate) width_out: usize,
    pub(crate) options: Conv2dOptions,
    /// Precision that was current when the convolution was called.
    pub(crate) precision: Precision,
}

impl Geometry {
    /// Derives the geometry from the shapes of the picture (`[b, h, w, c]`) and the weight (`[kh,
    /// kw, ci, co]`).
    ///
    /// # Panics
    /// If the channels differ or the padded picture is smaller than the kernel.
    pub(crate) fn new(x: [usize; 4], weight: [usize; 4], options: Conv2dOptions) -> Self {
        let [batch, height, width, channels_in] = x;
        let [kernel_height, kernel_width, weight_in, channels_out] = weight;
        assert_eq!(
            channels_in, weight_in,
            "conv2d: channels of picture {x:?}, weight {weight:?}"
        );
        assert!(options.stride > 0, "conv2d: stride 0");
        let padding = options.padding;
        assert!(
            height + padding.top + padding.bottom >= kernel_height
                && width + padding.left + padding.right >= kernel_width,
            "conv2d: picture {x:?} with {padding:?} is smaller than the kernel {weight:?}"
        );
        let [height_out, width_out] =
            options.output_size([height, width], [kernel_height, kernel_width]);
        Self {
            batch,
            height,
            width,
            channels_in,
            kernel_height,
            kernel_width,
            channels_out,
            height_out,
            width_out,
            options,
            precision: Precision::current(),
        }
    }

    pub(crate) fn input_shape(&self) -> [usize; 4] {
        [self.batch, self.height, self.width, self.channels_in]
    }

    pub(crate) fn weight_shape(&self) -> [usize; 4] {
        [
            self.kernel_height,
            self.kernel_width,
            self.channels_in,
            self.channels_out,
        ]
    }

    pub(crate) fn output_shape(&self) -> [usize; 4] {
        [
            self.batch,
            self.height_out,
            self.width_out,
            self.channels_out,
        ]
    }

    /// Iterates over all kernel positions (row, column), row by row.
    pub(crate) fn kernel_positions(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let width = self.kernel_width;
        (0..self.kernel_height).flat_map(move |ky| (0..width).map(move |kx| (ky, kx)))
    }
}
