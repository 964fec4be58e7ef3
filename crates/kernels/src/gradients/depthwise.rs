//! Convolution of each channel with a kernel of its own.

use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Flex, TensorMetadata};

use super::convolution::{Kept, before_activation};
use super::{Tracked, or_constant};
use crate::depthwise::weight_gradient::weight_gradient;
use crate::depthwise::{self, input_gradient};
use crate::extension::{Maybe, run};
use crate::flex::{contiguous, floats, tensor, written};
use crate::simd::Isa;
use crate::{Activation, Conv2dOptions};

#[derive(Debug)]
struct Depthwise;

impl Backward<Flex, 3> for Depthwise {
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
                    input_gradient(Isa::get(), geometry, floats(&dy), floats(weight), dx);
                })
            };
            gradients.register::<Flex>(node.id, dx);
        }
        if let (Some(node), Some(x)) = (weight_node, &kept.x) {
            let shape = [
                geometry.kernel_height,
                geometry.kernel_width,
                geometry.channels_out,
            ];
            let mut dw = vec![0.0; shape.iter().product()];
            weight_gradient(Isa::get(), geometry, floats(x), floats(&dy), &mut dw);
            gradients.register::<Flex>(node.id, tensor(dw, &shape));
        }
        if let Some(node) = bias_node {
            gradients.register::<Flex>(node.id, tensor(db, &[geometry.channels_out]));
        }
    }
}

pub(super) fn depthwise<C: CheckpointStrategy>(
    x: Tracked,
    weight: Tracked,
    bias: Maybe<Autodiff<Flex, C>>,
    options: Conv2dOptions,
) -> Tracked {
    let geometry = depthwise::geometry(x.shape().dims(), weight.shape().dims(), options);
    let biased = matches!(bias, Maybe::Present(_));
    let bias = or_constant::<C>(bias, || tensor(Vec::new(), &[0]));
    let (x_tracked, weight_tracked) = (x.is_tracked(), weight.is_tracked());
    let ((x, x_node), (weight, weight_node)) = (x.into_parts(), weight.into_parts());
    let (bias, bias_node) = bias.into_parts();
    let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
    let y = run::depthwise(&geometry, &x, &weight, biased.then_some(&bias));
    match Depthwise
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
