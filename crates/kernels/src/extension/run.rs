//! The kernels applied to contiguous tensors of the CPU backend.

use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;

use crate::flex::{contiguous, dims, floats, floats_mut, read, tensor, written};
use crate::geometry::Geometry;
use crate::map::{self, Map};
use crate::norm::{self, Norm, Statistics};
use crate::parallel::Shared;
use crate::resample::{self, Sides};
use crate::simd::Isa;
use crate::{Activation, Conv2dOptions, depthwise, direct};

pub(crate) fn geometry(x: &FlexTensor, weight: &FlexTensor, options: Conv2dOptions) -> Geometry {
    Geometry::new(dims(x), dims(weight), options)
}

pub(crate) fn depthwise_geometry(
    x: &FlexTensor,
    weight: &FlexTensor,
    options: Conv2dOptions,
) -> Geometry {
    depthwise::geometry(dims(x), dims(weight), options)
}

pub(crate) fn conv2d(
    geometry: &Geometry,
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: Option<&FlexTensor>,
) -> FlexTensor {
    let bias = bias.map(|bias| bias_of(bias, geometry.channels_out));
    // SAFETY: the convolution writes all of its output.
    unsafe {
        written(&geometry.output_shape(), |y| {
            direct::forward(Isa::get(), geometry, floats(x), floats(weight), bias, y);
        })
    }
}

pub(crate) fn depthwise(
    geometry: &Geometry,
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: Option<&FlexTensor>,
) -> FlexTensor {
    let bias = bias.map(|bias| bias_of(bias, geometry.channels_out));
    // SAFETY: the convolution writes all of its output.
    unsafe {
        written(&geometry.output_shape(), |y| {
            depthwise::forward(Isa::get(), geometry, floats(x), floats(weight), bias, y);
        })
    }
}

fn bias_of(bias: &FlexTensor, channels: usize) -> &[f32] {
    assert_eq!(
        dims(bias),
        [channels],
        "the bias of a convolution needs a number for every channel"
    );
    floats(bias)
}

pub(crate) fn norm_of(x: &FlexTensor, activation: Activation, epsilon: f32) -> Norm {
    let [batch, height, width, channels] = dims(x);
    Norm {
        batch,
        pixels: height * width,
        channels,
        activation,
        epsilon,
    }
}

/// The gain or the bias of a normalisation, `[batch, channels]`; if it is absent, a tensor that has
/// `otherwise` everywhere.
pub(crate) fn row_of(norm: &Norm, row: Option<FlexTensor>, otherwise: f32) -> FlexTensor {
    let shape = [norm.batch, norm.channels];
    match row {
        Some(row) => {
            assert_eq!(
                dims(&row),
                shape,
                "style_norm: gain and bias are [batch, channels]"
            );
            contiguous(row)
        }
        None => tensor(vec![otherwise; norm.batch * norm.channels], &shape),
    }
}

pub(crate) fn norm(
    norm: &Norm,
    x: &FlexTensor,
    gain: &FlexTensor,
    bias: &FlexTensor,
) -> (FlexTensor, Statistics) {
    let mut statistics = None;
    // SAFETY: the normalisation writes all of its output.
    let y = unsafe {
        written(&dims::<4>(x), |y| {
            let (gain, bias) = (floats(gain), floats(bias));
            statistics = Some(norm::forward(Isa::get(), norm, floats(x), gain, bias, y));
        })
    };
    (y, statistics.expect("`written` calls its argument"))
}

/// Sums over 2×2 squares, times `scale`; `large` is the shape of `x`.
pub(crate) fn gather(x: &FlexTensor, large: [usize; 4], scale: f32) -> FlexTensor {
    let [batch, height, width, channels] = large;
    let sides = Sides {
        batch,
        large: [height, width],
        channels,
    };
    let [h, w] = sides.small();
    // SAFETY: every small pixel is written.
    unsafe {
        written(&[batch, h, w, channels], |y| {
            resample::gather(Isa::get(), sides, floats(x), scale, y);
        })
    }
}

/// Squares of 2×2 equal pixels, times `scale`; `large` is the shape of the result.
pub(crate) fn spread(x: &FlexTensor, large: [usize; 4], scale: f32) -> FlexTensor {
    let [batch, height, width, channels] = large;
    let sides = Sides {
        batch,
        large: [height, width],
        channels,
    };
    // SAFETY: every large pixel is written.
    unsafe {
        written(&large, |y| {
            resample::spread(Isa::get(), sides, floats(x), scale, y)
        })
    }
}

/// Applies a map to one contiguous tensor, in place if nobody else holds its memory.
pub(crate) fn map1(map: &impl Map<1, 1>, mut x: FlexTensor) -> FlexTensor {
    if let Some(memory) = floats_mut(&mut x) {
        let (len, memory) = (memory.len(), Shared::new(memory));
        // SAFETY: the memory is the tensor's own.
        unsafe { map::run(Isa::get(), map, [memory], [memory], len) };
        return x;
    }
    let shape = x.shape().to_vec();
    let from = read(&x);
    // SAFETY: every number is written.
    unsafe {
        written(&shape, |y| {
            map::run(Isa::get(), map, [from], [y], floats(&x).len())
        })
    }
}

/// Applies a map to two contiguous tensors of the same shape, in place in one whose memory nobody
/// else holds.
pub(crate) fn map2(map: &impl Map<2, 1>, mut a: FlexTensor, mut b: FlexTensor) -> FlexTensor {
    let shape = a.shape().to_vec();
    assert_eq!(
        shape,
        b.shape().to_vec(),
        "both sides must have the same shape"
    );
    let len = floats(&a).len();
    let (mut from_a, mut from_b) = (read(&a), read(&b));
    if let Some(memory) = floats_mut(&mut a) {
        from_a = Shared::new(memory);
        // SAFETY: the memory is the tensor's own, and a map may write over its inputs.
        unsafe { map::run(Isa::get(), map, [from_a, from_b], [from_a], len) };
        return a;
    }
    if let Some(memory) = floats_mut(&mut b) {
        from_b = Shared::new(memory);
        // SAFETY: as above.
        unsafe { map::run(Isa::get(), map, [from_a, from_b], [from_b], len) };
        return b;
    }
    // SAFETY: every number is written.
    unsafe {
        written(&shape, |y| {
            map::run(Isa::get(), map, [from_a, from_b], [y], len)
        })
    }
}
