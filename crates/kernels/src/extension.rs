//! The operations as an extension of the framework's backends: how they run on the CPU backend.

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, ExtensionType, Flex, backend_extension};

use crate::flex::{contiguous, dims, floats, written};
use crate::geometry::Geometry;
use crate::simd::Isa;
use crate::{Conv2dOptions, direct};

/// A tensor that may be absent.
#[derive(ExtensionType)]
pub enum Maybe<B: Backend> {
    /// It is there.
    Present(FloatTensor<B>),
    /// It is not.
    Absent,
}

/// The operations; shapes are those of the public functions of the same names.
#[backend_extension(Flex, Autodiff: cfg(feature = "autodiff"))]
pub trait Operations: Backend {
    /// See [`crate::conv2d`].
    fn conv2d_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FloatTensor<Self>;
}

impl Operations for Flex {
    fn conv2d_nhwc(
        x: FlexTensor,
        weight: FlexTensor,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FlexTensor {
        let (x, weight) = (contiguous(x), contiguous(weight));
        let bias = match bias {
            Maybe::Present(bias) => Some(contiguous(bias)),
            Maybe::Absent => None,
        };
        let geometry = Geometry::new(dims(&x), dims(&weight), options);
        conv2d(&geometry, &x, &weight, bias.as_ref())
    }
}

/// The convolution of contiguous tensors.
pub(crate) fn conv2d(
    geometry: &Geometry,
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: Option<&FlexTensor>,
) -> FlexTensor {
    if let Some(bias) = bias {
        assert_eq!(
            dims(bias),
            [geometry.channels_out],
            "conv2d: the bias's length"
        );
    }
    let bias = bias.map(floats);
    // SAFETY: the convolution writes all of its output.
    unsafe {
        written(&geometry.output_shape(), |y| {
            direct::forward(Isa::get(), geometry, floats(x), floats(weight), bias, y);
        })
    }
}
