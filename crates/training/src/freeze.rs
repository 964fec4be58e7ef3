//! Freezing: parts of the networks that training leaves alone.

use std::collections::HashMap;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::Tensor;
use utsushi_model::{PainterNetworks, ParameterGroup};

use crate::config::NetworkPart;

/// Removes the gradients of the parameters of `parts`: the optimizer then skips them, the moving
/// average does not change them, and their gradients need not be computed.
pub(crate) fn frozen(networks: PainterNetworks, parts: &[NetworkPart]) -> PainterNetworks {
    if parts.is_empty() {
        return networks;
    }
    let groups = networks.parameter_groups();
    networks.map(&mut Freezer { parts, groups })
}

struct Freezer<'a> {
    parts: &'a [NetworkPart],
    groups: HashMap<ParamId, ParameterGroup>,
}

impl ModuleMapper for Freezer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let group = self.groups.get(&param.id);
        let is_frozen =
            |part: &NetworkPart| group.is_some_and(|group| part.groups().contains(group));
        if self.parts.iter().any(is_frozen) {
            param.set_require_grad(false)
        } else {
            param
        }
    }
}
