//! Adam over the parameters of a module, in the order in which it visits them.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Gradients, Tensor};
use utsushi_kernels::{AdamOptions, adam_step};

#[derive(Default)]
pub struct Adam {
    updates: u64,
    moments: Vec<[Tensor<1>; 2]>,
}

impl Adam {
    /// One update of every parameter; each needs a gradient.
    pub fn update<M: Module>(&mut self, module: M, gradients: &Gradients, rate: f32) -> M {
        self.updates += 1;
        let options = AdamOptions {
            rate,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-8,
            updates: self.updates,
        };
        module.map(&mut Updater {
            gradients,
            options,
            moments: &mut self.moments,
            next: 0,
        })
    }
}

struct Updater<'a> {
    gradients: &'a Gradients,
    options: AdamOptions,
    moments: &'a mut Vec<[Tensor<1>; 2]>,
    next: usize,
}

impl ModuleMapper for Updater<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = param.val().grad(self.gradients);
        let gradient: Tensor<1> = gradient.expect("every parameter is used").flatten(0, D - 1);
        if self.moments.len() == self.next {
            let zeros = || Tensor::zeros(gradient.dims(), &gradient.device());
            self.moments.push([zeros(), zeros()]);
        }
        let [first, second] = self.moments[self.next].clone();
        let (id, tensor, mapper) = param.consume();
        let shape = tensor.dims();
        let value: Tensor<1> = tensor.inner().flatten(0, D - 1);
        let (value, first, second) = adam_step(value, gradient, first, second, &self.options);
        self.moments[self.next] = [first, second];
        self.next += 1;
        let value = Tensor::<D>::from_inner(value.reshape(shape)).require_grad();
        Param::from_mapped_value(id, value, mapper)
    }
}
