//! The moving average of the networks that paint, which sample sheets and published models show.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;
use burn::tensor::container::TensorContainer;

/// Moves the average towards the live weights, parameter by parameter: `average ← average · decay +
/// live · (1 − decay)`.
///
/// `average` must be a clone of `live` or of an earlier state of it: parameters are matched by
/// their identifiers.
pub fn update_average<M: Module>(average: M, live: &M, decay: f32) -> M {
    let mut collector = Collector::default();
    live.visit(&mut collector);
    average.map(&mut Blend {
        live: collector,
        share: 1.0 - decay,
    })
}

#[derive(Default)]
struct Collector {
    values: TensorContainer<ParamId>,
}

impl ModuleVisitor for Collector {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.values.register(param.id, param.val().inner());
    }
}

struct Blend {
    live: Collector,
    share: f32,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(live): Option<Tensor<D>> = self.live.values.remove(&param.id) else {
            return param;
        };
        let share = self.share;
        param.map(|average| utsushi_kernels::lerp(average, live, share))
    }
}
