//! The moving average of the weights: what is written.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;
use utsushi_kernels::lerp;

/// The average with so much of what the weights are now; both visit their parameters in the same
/// order.
pub fn averaged<M: Module>(average: M, live: &M, share: f32) -> M {
    let mut values = Values(Vec::new());
    live.visit(&mut values);
    average.map(&mut Blend {
        live: values.0.into_iter(),
        share,
    })
}

struct Values(Vec<Tensor<1>>);

impl ModuleVisitor for Values {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push(param.val().inner().flatten(0, D - 1));
    }
}

struct Blend {
    live: std::vec::IntoIter<Tensor<1>>,
    share: f32,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let live = self.live.next().expect("the same module");
        param.map(|average| {
            let shape = average.dims();
            lerp(average, live.reshape(shape), self.share)
        })
    }
}
