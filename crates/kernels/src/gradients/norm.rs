//! Gradients of instance normalisation, for automatic differentiation.

use burn::backend::Flex;
use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;

use super::{Tracked, or_constant};
use crate::Activation;
use crate::extension::{Maybe, run};
use crate::flex::{contiguous, dims, floats, floats_mut, read, tensor, written};
use crate::norm::{self, Norm, Statistics};
use crate::parallel::Shared;
use crate::simd::Isa;

#[derive(Debug, Clone)]
struct Kept {
    norm: Norm,
    x: FlexTensor,
    gain: FlexTensor,
    bias: FlexTensor,
    statistics: Statistics,
}

#[derive(Debug)]
struct StyleNorm;

impl Backward<Flex, 3> for StyleNorm {
    type State = Kept;

    fn backward(
        self,
        ops: Ops<Kept, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let kept = ops.state;
        let norm = &kept.norm;
        let mut dy = contiguous(gradients.consume::<Flex>(&ops.node));
        let [x_node, gain_node, bias_node] = ops.parents;
        let mut job = norm::Gradients {
            norm,
            x: floats(&kept.x),
            gain: floats(&kept.gain),
            bias: floats(&kept.bias),
            statistics: &kept.statistics,
            dy: read(&dy),
            dx: None,
        };
        let (gain, bias);
        match x_node {
            None => {
                // SAFETY: no picture is written.
                (gain, bias) = unsafe { norm::backward(Isa::get(), &job) };
            }
            Some(node) => {
                let dx = if let Some(memory) = floats_mut(&mut dy) {
                    job.dy = Shared::new(memory);
                    job.dx = Some(job.dy);
                    // SAFETY: the gradient has the picture's shape, and nobody else holds it.
                    (gain, bias) = unsafe { norm::backward(Isa::get(), &job) };
                    dy
                } else {
                    let mut rows = (Vec::new(), Vec::new());
                    // SAFETY: the whole gradient is written.
                    let dx = unsafe {
                        written(&dims::<4>(&kept.x), |dx| {
                            job.dx = Some(dx);
                            rows = norm::backward(Isa::get(), &job);
                        })
                    };
                    (gain, bias) = rows;
                    dx
                };
                gradients.register::<Flex>(node.id, dx);
            }
        }
        let shape = [norm.batch, norm.channels];
        if let Some(node) = gain_node {
            gradients.register::<Flex>(node.id, tensor(gain, &shape));
        }
        if let Some(node) = bias_node {
            gradients.register::<Flex>(node.id, tensor(bias, &shape));
        }
    }
}

pub(super) fn norm<C: CheckpointStrategy>(
    x: Tracked,
    gain: Maybe<Autodiff<Flex, C>>,
    bias: Maybe<Autodiff<Flex, C>>,
    activation: Activation,
    epsilon: f32,
) -> Tracked {
    let (x, x_node) = x.into_parts();
    let x = contiguous(x);
    let norm = run::norm_of(&x, activation, epsilon);
    let (gain, gain_node) = or_constant::<C>(gain, || run::row_of(&norm, None, 1.0)).into_parts();
    let (bias, bias_node) = or_constant::<C>(bias, || run::row_of(&norm, None, 0.0)).into_parts();
    let gain = run::row_of(&norm, Some(gain), 1.0);
    let bias = run::row_of(&norm, Some(bias), 0.0);
    let (y, statistics) = run::norm(&norm, &x, &gain, &bias);
    match StyleNorm
        .prepare::<C>([x_node, gain_node, bias_node])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => step.finish(
            Kept {
                norm,
                x,
                gain,
                bias,
                statistics,
            },
            y,
        ),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}
