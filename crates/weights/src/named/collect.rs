use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use super::NamedTensors;

/// Collects the float parameters of `module` under their dotted paths, read back from its device as
/// f32.
///
/// Integer and boolean parameters are left out: the networks have none.
///
/// # Panics
/// When the device cannot be read.
pub fn collect(module: &impl Module) -> NamedTensors {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector.tensors
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    tensors: NamedTensors,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let tensor = parameter.val();
        let shape = tensor.dims().to_vec();
        let values = tensor
            .into_data_as::<f32>()
            .try_into_vec()
            .expect("the data was read as f32");
        self.tensors.insert(self.path.join("."), shape, values);
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::named::linear::Linear;

    #[derive(Module, Debug)]
    struct Pair {
        layers: Vec<Linear>,
        gain: Param<Tensor<1>>,
        absent: Option<Param<Tensor<1>>>,
    }

    #[test]
    fn names_are_dotted_paths_and_values_are_in_row_order() {
        let device = Device::flex();
        let mut first = Linear::new(2, 3, &device);
        first.weight = Param::from_tensor(Tensor::from_data(
            [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
            &device,
        ));
        let pair = Pair {
            layers: vec![first, Linear::new(3, 1, &device).without_bias()],
            gain: Param::from_tensor(Tensor::from_data([0.5, -0.5], &device)),
            absent: None,
        };
        let tensors = collect(&pair);
        assert_eq!(
            tensors.names().collect::<Vec<_>>(),
            [
                "gain",
                "layers.0.bias",
                "layers.0.weight",
                "layers.1.weight"
            ]
        );
        let weight = tensors.get("layers.0.weight").unwrap();
        assert_eq!(weight.shape, [2, 3]);
        assert_eq!(weight.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(tensors.get("gain").unwrap().values, [0.5, -0.5]);
    }
}
