//! The operations with gradients.

use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};

use crate::extension::{self, Maybe, Operations};
use crate::flex::{contiguous, dims, floats, floats_mut, tensor, written};
use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::pointwise::ActivationGradient;
use crate::simd::Isa;
use crate::{Activation, Conv2dOptions, direct};

/// What the gradients of a convolution need; what no gradient needs is not kept.
#[derive(Debug, Clone)]
struct ConvolutionState {
    geometry: Geometry,
    /// For the weight's gradient.
    x: Option<FlexTensor>,
    /// For the input's gradient.
    weight: Option<FlexTensor>,
    /// For the activation's gradient.
    y: Option<FlexTensor>,
}

#[derive(Debug)]
struct Convolution;

impl<const N: usize> Backward<Flex, N> for Convolution {
    type State = ConvolutionState;

    fn backward(
        self,
        ops: Ops<Self::State, N>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let state = ops.state;
        let geometry = &state.geometry;
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        let mut parents = ops.parents.into_iter();
        let [x, weight, bias] = [(); 3].map(|()| parents.next().flatten());
        let activation = geometry.options.activation;
        let (dy, db) = activation_gradient(dy, state.y.as_ref(), activation, bias.is_some());
        if let (Some(node), Some(weight)) = (x, &state.weight) {
            // SAFETY: the gradient writes all of its output.
            let dx = unsafe {
                written(&geometry.input_shape(), |dx| {
                    let (dy, weight) = (floats(&dy), floats(weight));
                    direct::input_gradient::input_gradient(Isa::get(), geometry, dy, weight, dx);
                })
            };
            gradients.register::<Flex>(node.id, dx);
        }
        if let (Some(node), Some(x)) = (weight, &state.x) {
            let shape = geometry.weight_shape();
            let mut dw = vec![0.0; shape.iter().product()];
            direct::weight_gradient::weight_gradient(
                Isa::get(),
                geometry,
                floats(x),
                floats(&dy),
                &mut dw,
            );
            gradients.register::<Flex>(node.id, tensor(dw, &shape));
        }
        if let Some(node) = bias {
            gradients.register::<Flex>(node.id, tensor(db, &[geometry.channels_out]));
        }
    }
}

/// The gradient before the activation, and its sum over all pixels if `bias` says so.
///
/// It is written over the gradient after the activation if nobody else holds that.
fn activation_gradient(
    mut dy: FlexTensor,
    y: Option<&FlexTensor>,
    activation: Activation,
    bias: bool,
) -> (FlexTensor, Vec<f32>) {
    if activation == Activation::Identity && !bias {
        return (dy, Vec::new());
    }
    let shape = dims::<4>(&dy);
    let [batch, height, width, channels] = shape;
    let mut job = ActivationGradient {
        activation,
        y: y.map(floats).unwrap_or_default(),
        dy: Shared::from_pointer(floats(&dy).as_ptr().cast_mut()),
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

impl<C: CheckpointStrategy> Operations for Autodiff<Flex, C> {
    fn conv2d_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FloatTensor<Self> {
        let geometry = Geometry::new(x.shape().dims(), weight.shape().dims(), options);
        let (x_tracked, weight_tracked) = (x.is_tracked(), weight.is_tracked());
        let (x, x_node) = x.into_parts();
        let (weight, weight_node) = weight.into_parts();
        let (x, weight) = (contiguous(x), contiguous(weight));
        let (bias, bias_node) = match bias {
            Maybe::Present(bias) => {
                let (bias, node) = bias.into_parts();
                (Some(contiguous(bias)), Some(node))
            }
            Maybe::Absent => (None, None),
        };
        let y = extension::conv2d(&geometry, &x, &weight, bias.as_ref());
        let state = |y: &FlexTensor| ConvolutionState {
            geometry,
            x: weight_tracked.then_some(x),
            weight: x_tracked.then_some(weight),
            y: (options.activation != Activation::Identity).then(|| y.clone()),
        };
        match bias_node {
            Some(bias_node) => {
                let nodes = [x_node, weight_node, bias_node];
                match Convolution.prepare::<C>(nodes).compute_bound().stateful() {
                    OpsKind::Tracked(step) => step.finish(state(&y), y),
                    OpsKind::UnTracked(step) => step.finish(y),
                }
            }
            None => match Convolution
                .prepare::<C>([x_node, weight_node])
                .compute_bound()
                .stateful()
            {
                OpsKind::Tracked(step) => step.finish(state(&y), y),
                OpsKind::UnTracked(step) => step.finish(y),
            },
        }
    }
}
