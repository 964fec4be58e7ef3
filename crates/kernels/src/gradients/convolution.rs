//! Gradients of full and depthwise convolutions, for automatic differentiation.

use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};

use super::{Tracked, or_constant};
use crate::depthwise;
use crate::direct::input_gradient::input_gradient;
use crate::direct::weight_gradient::weight_gradient;
use crate::extension::{Maybe, run};
use crate::flex::{contiguous, dims, floats, floats_mut, read, tensor, written};
use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::pointwise::ActivationGradient;
use crate::simd::Isa;
use crate::{Activation, Conv2dOptions};

/// Tensors that the gradients of a convolution need, each kept only if its gradient is asked for.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    geometry: Geometry,
    /// Input of the convolution, which the weight's gradient needs.
    x: Option<FlexTensor>,
    /// Weight of the convolution, which the input's gradient needs.
    weight: Option<FlexTensor>,
    /// Output of the convolution, which the activation's gradient needs.
    y: Option<FlexTensor>,
}

/// Kind of convolution, by the input channels that contribute to an output channel.
#[derive(Debug, Clone, Copy)]
pub(super) enum Convolution {
    /// Every channel with every channel.
    Full,
    /// Each channel with a kernel of its own.
    Depthwise,
}

impl Backward<Flex, 3> for Convolution {
    type State = Kept;

    fn backward(
        self,
        ops: Ops<Kept, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let kept = ops.state;
        let geometry = &kept.geometry;
        let dy = gradients.consume::<Flex>(&ops.node);
        let [x_node, weight_node, bias_node] = ops.parents;
        let (dy, db) = before_activation(dy, &kept, bias_node.is_some());
        if let (Some(node), Some(weight)) = (x_node, &kept.weight) {
            // SAFETY: the gradient writes all of its output.
            let dx = unsafe {
                written(&geometry.input_shape(), |dx| {
                    let (isa, dy, weight) = (Isa::get(), floats(&dy), floats(weight));
                    match self {
                        Self::Full => input_gradient(isa, geometry, dy, weight, dx),
                        Self::Depthwise => depthwise::input_gradient(isa, geometry, dy, weight, dx),
                    }
                })
            };
            gradients.register::<Flex>(node.id, dx);
        }
        if let (Some(node), Some(x)) = (weight_node, &kept.x) {
            let mut shape = geometry.weight_shape().to_vec();
            if let Self::Depthwise = self {
                shape.remove(2);
            }
            let mut dw = vec![0.0; shape.iter().product()];
            let (isa, x, dy) = (Isa::get(), floats(x), floats(&dy));
            match self {
                Self::Full => weight_gradient(isa, geometry, x, dy, &mut dw),
                Self::Depthwise => {
                    depthwise::weight_gradient::weight_gradient(isa, geometry, x, dy, &mut dw);
                }
            }
            gradients.register::<Flex>(node.id, tensor(dw, &shape));
        }
        if let Some(node) = bias_node {
            gradients.register::<Flex>(node.id, tensor(db, &[geometry.channels_out]));
        }
    }
}

/// Computes the gradient before the activation, contiguous, and, if `bias`, its sum over all
/// pixels.
///
/// The result takes the memory of `dy`, the gradient after the activation, if nobody else holds it.
fn before_activation(dy: FlexTensor, kept: &Kept, bias: bool) -> (FlexTensor, Vec<f32>) {
    let mut dy = contiguous(dy);
    let activation = kept.geometry.options.activation;
    if activation == Activation::Identity && !bias {
        return (dy, Vec::new());
    }
    let shape = dims::<4>(&dy);
    let [batch, height, width, channels] = shape;
    let mut job = ActivationGradient {
        activation,
        y: kept.y.as_ref().map(floats).unwrap_or_default(),
        dy: read(&dy),
        dz: None,
        pixels: batch * height * width,
        channels,
    };
    if activation == Activation::Identity {
        // SAFETY: nothing is written.
        let sums = unsafe { job.run(Isa::get()) };
        return (dy, sums);
    }
    if let Some(memory) = floats_mut(&mut dy) {
        job.dy = Shared::new(memory);
        job.dz = Some(job.dy);
        // SAFETY: the tensor has as many floats as the picture, and nobody else holds them.
        let sums = unsafe { job.run(Isa::get()) };
        return (dy, sums);
    }
    let mut sums = Vec::new();
    // SAFETY: the whole gradient is written.
    let dz = unsafe {
        written(&shape, |dz| {
            job.dz = Some(dz);
            sums = job.run(Isa::get());
        })
    };
    (dz, sums)
}

/// Makes the three inputs of a convolution contiguous, computes it, and registers what its
/// gradients need.
pub(super) fn convolve<C: CheckpointStrategy>(
    convolution: Convolution,
    x: Tracked,
    weight: Tracked,
    bias: Maybe<Autodiff<Flex, C>>,
    options: Conv2dOptions,
) -> Tracked {
    let geometry = match convolution {
        Convolution::Full => Geometry::new(x.shape().dims(), weight.shape().dims(), options),
        Convolution::Depthwise => {
            depthwise::geometry(x.shape().dims(), weight.shape().dims(), options)
        }
    };
    let biased = matches!(bias, Maybe::Present(_));
    let bias = or_constant::<C>(bias, || tensor(Vec::new(), &[0]));
    let (x_tracked, weight_tracked) = (x.is_tracked(), weight.is_tracked());
    let ((x, x_node), (weight, weight_node)) = (x.into_parts(), weight.into_parts());
    let (bias, bias_node) = bias.into_parts();
    let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
    let present = biased.then_some(&bias);
    let y = match convolution {
        Convolution::Full => run::conv2d(&geometry, &x, &weight, present),
        Convolution::Depthwise => run::depthwise(&geometry, &x, &weight, present),
    };
    match convolution
        .prepare::<C>([x_node, weight_node, bias_node])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => {
            let active = options.activation != Activation::Identity;
            let kept = Kept {
                geometry,
                x: weight_tracked.then_some(x),
                weight: x_tracked.then_some(weight),
                y: active.then(|| y.clone()),
            };
            step.finish(kept, y)
        }
        OpsKind::UnTracked(step) => step.finish(y),
    }
}
