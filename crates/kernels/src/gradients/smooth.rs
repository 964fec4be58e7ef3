//! Gradients of the sigmoid gate and of the hyperbolic tangent, for automatic differentiation.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};

use super::Tracked;
use crate::extension::run;
use crate::flex::{contiguous, floats, read, written};
use crate::simd::Isa;
use crate::{map, smooth};

#[derive(Debug)]
struct Gate;

impl Backward<Flex, 2> for Gate {
    /// The two inputs: the gate and the tensor that it multiplies.
    type State = [FlexTensor; 2];

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        let [gate, x] = ops.state;
        let (shape, len) = (x.shape().to_vec(), floats(&x).len());
        let from = [read(&gate), read(&x), read(&dy)];
        let mut dx = None;
        // SAFETY: all arrays have the same length, and both gradients are written in full.
        let dgate = unsafe {
            written(&shape, |dgate| {
                dx = Some(written(&shape, |dx| {
                    map::run(Isa::get(), &smooth::GateGradient, from, [dgate, dx], len);
                }));
            })
        };
        for (node, gradient) in ops.parents.into_iter().zip([Some(dgate), dx]) {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                gradients.register::<Flex>(node.id, gradient);
            }
        }
    }
}

pub(super) fn gate<C: CheckpointStrategy>(gate: Tracked, x: Tracked) -> Tracked {
    let ((gate, gate_node), (x, x_node)) = (gate.into_parts(), x.into_parts());
    let (gate, x) = (contiguous(gate), contiguous(x));
    match Gate
        .prepare::<C>([gate_node, x_node])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => {
            let y = run::map2(&smooth::Gate, gate.clone(), x.clone());
            step.finish([gate, x], y)
        }
        OpsKind::UnTracked(step) => step.finish(run::map2(&smooth::Gate, gate, x)),
    }
}

#[derive(Debug)]
struct Tangent;

impl Backward<Flex, 1> for Tangent {
    /// The operation's output: the tangent itself.
    type State = FlexTensor;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = contiguous(gradients.consume::<Flex>(&ops.node));
        if let [Some(node)] = ops.parents {
            let dx = run::map2(&smooth::TanhGradient, ops.state, dy);
            gradients.register::<Flex>(node.id, dx);
        }
    }
}

pub(super) fn tangent<C: CheckpointStrategy>(x: Tracked) -> Tracked {
    let (x, node) = x.into_parts();
    let y = run::map1(&smooth::Tanh, contiguous(x));
    match Tangent.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(y.clone(), y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}
