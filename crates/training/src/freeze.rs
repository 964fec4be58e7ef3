//! Parts of the networks that training leaves alone.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::Tensor;
use utsushi_model::PainterNetworks;

use crate::config::Part;

/// The networks with no gradients for the parameters of `parts`: the optimizer then passes them
/// over, the moving average has nothing to follow, and what is spared need not be computed.
pub(crate) fn frozen(networks: PainterNetworks, parts: &[Part]) -> PainterNetworks {
    if parts.is_empty() {
        return networks;
    }
    let path = Vec::new();
    networks.map(&mut Freezer { parts, path })
}

struct Freezer<'a> {
    parts: &'a [Part],
    path: Vec<String>,
}

impl ModuleMapper for Freezer<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        match self.parts.iter().any(|part| part.has(&name)) {
            true => param.set_require_grad(false),
            false => param,
        }
    }
}
