//! Gradients of pointwise operations, for automatic differentiation.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;

use super::Tracked;
use crate::extension::run;
use crate::flex::contiguous;
use crate::map;

#[derive(Debug)]
struct Leaky;

impl Backward<Flex, 1> for Leaky {
    type State = (FlexTensor, f32);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        let (x, slope) = ops.state;
        if let [Some(node)] = ops.parents {
            let dx = run::map2(&map::LeakyGradient(slope), x, dy);
            gradients.register::<Flex>(node.id, dx);
        }
    }
}

pub(super) fn leaky<C: CheckpointStrategy>(x: Tracked, slope: f32) -> Tracked {
    let (x, node) = x.into_parts();
    let x = contiguous(x);
    match Leaky.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(step) => {
            let y = run::map1(&map::Leaky(slope), x.clone());
            step.finish((x, slope), y)
        }
        OpsKind::UnTracked(step) => step.finish(run::map1(&map::Leaky(slope), x)),
    }
}

#[derive(Debug)]
struct ScaledSum;

impl Backward<Flex, 2> for ScaledSum {
    type State = f32;

    fn backward(
        self,
        ops: Ops<f32, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        let scaled = run::map1(&map::Scale(ops.state), dy);
        for node in ops.parents.into_iter().flatten() {
            gradients.register::<Flex>(node.id, scaled.clone());
        }
    }
}

pub(super) fn scaled_sum<C: CheckpointStrategy>(a: Tracked, b: Tracked, scale: f32) -> Tracked {
    let ((a, a_node), (b, b_node)) = (a.into_parts(), b.into_parts());
    let y = run::map2(&map::ScaledSum(scale), contiguous(a), contiguous(b));
    match ScaledSum
        .prepare::<C>([a_node, b_node])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => step.finish(scale, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}
