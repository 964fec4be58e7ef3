//! Gradients of halving and doubling the sides of pictures; each operation is the other's gradient.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};

use super::Tracked;
use crate::extension::run;
use crate::flex::{contiguous, dims};

/// Average pooling over 2×2 squares; keeps the shape of its input for the gradient.
#[derive(Debug)]
struct Pool;

impl Backward<Flex, 1> for Pool {
    type State = [usize; 4];

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        if let [Some(node)] = ops.parents {
            gradients.register::<Flex>(node.id, run::spread(&dy, ops.state, 0.25));
        }
    }
}

pub(super) fn pool<C: CheckpointStrategy>(x: Tracked) -> Tracked {
    let (x, node) = x.into_parts();
    let shape = dims(&x);
    let y = run::gather(&contiguous(x), shape, 0.25);
    match Pool.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(shape, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}

/// Upsampling by two; keeps the shape of its output for the gradient.
#[derive(Debug)]
struct Upsample;

impl Backward<Flex, 1> for Upsample {
    type State = [usize; 4];

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        if let [Some(node)] = ops.parents {
            gradients.register::<Flex>(node.id, run::gather(&dy, ops.state, 1.0));
        }
    }
}

pub(super) fn upsample<C: CheckpointStrategy>(x: Tracked) -> Tracked {
    let (x, node) = x.into_parts();
    let [batch, height, width, channels] = dims(&x);
    let shape = [batch, 2 * height, 2 * width, channels];
    let y = run::spread(&contiguous(x), shape, 1.0);
    match Upsample.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(shape, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}
