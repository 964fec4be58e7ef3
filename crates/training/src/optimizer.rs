//! The Adam optimizer, with clipping of gradients.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Gradients, Tensor};
use utsushi_kernels::{AdamOptions, adam_step, sum};
use utsushi_weights::NamedTensors;

use crate::state::StateError;

/// Adam over the parameters of one module; its moments are kept under the parameters' names.
///
/// The framework's own optimizer keys its state by parameter identifiers that a file does not
/// carry, and silently starts afresh whatever it cannot match; names can be checked.
#[derive(Debug, Clone, Default)]
pub struct Adam {
    updates: u64,
    moments: BTreeMap<String, [Tensor<1>; 2]>,
}

/// Settings of one Adam update.
#[derive(Debug, Clone, Copy)]
pub struct UpdateOptions {
    /// Decay of the gradient's moving average, below 1.
    pub beta1: f32,
    /// Decay of the squared gradient's moving average, below 1.
    pub beta2: f32,
    /// Length, over the whole module, to which longer gradients are clipped.
    pub clip_norm: f32,
}

impl Adam {
    /// Updates every parameter that has a gradient, each with the learning rate that `rate` gives
    /// it. Returns the module and the length of its gradient before clipping, `[1]`.
    pub fn update<M: Module>(
        &mut self,
        module: M,
        gradients: &Gradients,
        options: UpdateOptions,
        rate: impl Fn(ParamId) -> f32,
    ) -> (M, Tensor<1>) {
        let mut collector = Collector {
            gradients,
            path: Vec::new(),
            found: BTreeMap::new(),
        };
        module.visit(&mut collector);
        let found = collector.found;
        let squares: Vec<Tensor<1>> = found
            .values()
            .map(|gradient| sum(gradient.clone().powi_scalar(2)))
            .collect();
        if squares.is_empty() {
            let device = module.devices().first().cloned().unwrap_or_default();
            return (module, Tensor::zeros([1], &device.inner()));
        }
        let norm = sum(Tensor::cat(squares, 0)).sqrt();
        let shrink = (norm.clone() + 1e-12)
            .recip()
            .mul_scalar(options.clip_norm)
            .clamp_max(1.0);
        self.updates += 1;
        let mut updater = Updater {
            path: Vec::new(),
            gradients: found,
            shrink,
            moments: &mut self.moments,
            options,
            updates: self.updates,
            rate,
        };
        (module.map(&mut updater), norm)
    }

    /// Collects the optimizer's state as named tensors, from which it continues exactly.
    pub fn to_named(&self) -> NamedTensors {
        let mut named = NamedTensors::new();
        // Exact up to 2²⁴ updates in an f32; split so that it stays exact beyond.
        let (high, low) = (
            (self.updates >> 20) as f32,
            (self.updates & 0xf_ffff) as f32,
        );
        named.insert("updates", [2], vec![high, low]);
        for (name, moments) in &self.moments {
            for (suffix, moment) in ["first", "second"].into_iter().zip(moments) {
                let values = values_of(moment.clone());
                named.insert(format!("{name}.{suffix}"), [values.len()], values);
            }
        }
        named
    }

    /// Restores the optimizer from named tensors ([`Adam::to_named`]); `module` tells which names
    /// and sizes are right.
    ///
    /// # Errors
    /// Names the first tensor that is missing, of a wrong size, or not one of the module's.
    pub fn from_named<M: Module>(mut named: NamedTensors, module: &M) -> Result<Self, StateError> {
        let updates = named
            .remove("updates")
            .filter(|tensor| tensor.values.len() == 2);
        let updates = updates
            .ok_or_else(|| StateError::Missing {
                name: "updates".to_owned(),
            })?
            .values;
        let updates = ((updates[0] as u64) << 20) + updates[1] as u64;
        let mut sizes = Sizes {
            path: Vec::new(),
            found: BTreeMap::new(),
        };
        module.visit(&mut sizes);
        let mut moments = BTreeMap::new();
        for (name, (size, device)) in sizes.found {
            let mut take = |suffix: &str| {
                let full = format!("{name}.{suffix}");
                match named.remove(&full) {
                    Some(tensor) if tensor.values.len() == size => Ok(Some(
                        Tensor::<1>::from_floats(tensor.values.as_slice(), &device),
                    )),
                    Some(_) => Err(StateError::Length {
                        name: full,
                        expected: size,
                    }),
                    None => Ok(None),
                }
            };
            match (take("first")?, take("second")?) {
                (Some(first), Some(second)) => {
                    moments.insert(name, [first, second]);
                }
                // A parameter that never had a gradient has no moments.
                (None, None) => {}
                _ => return Err(StateError::OneMoment { name }),
            }
        }
        match named.names().next() {
            Some(name) => Err(StateError::Unknown {
                name: name.to_owned(),
            }),
            None => Ok(Self { updates, moments }),
        }
    }
}

fn values_of(tensor: Tensor<1>) -> Vec<f32> {
    tensor
        .into_data()
        .try_to_vec::<f32>()
        .expect("parameters are f32")
}

struct Collector<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    found: BTreeMap<String, Tensor<1>>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad(self.gradients) {
            self.found
                .insert(self.path.join("."), gradient.flatten(0, D - 1));
        }
    }
}

struct Sizes {
    path: Vec<String>,
    found: BTreeMap<String, (usize, burn::tensor::Device)>,
}

impl ModuleVisitor for Sizes {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let size = value.dims().iter().product();
        self.found
            .insert(self.path.join("."), (size, value.device().inner()));
    }
}

struct Updater<'a, R> {
    path: Vec<String>,
    gradients: BTreeMap<String, Tensor<1>>,
    shrink: Tensor<1>,
    moments: &'a mut BTreeMap<String, [Tensor<1>; 2]>,
    options: UpdateOptions,
    updates: u64,
    rate: R,
}

impl<R: Fn(ParamId) -> f32> ModuleMapper for Updater<'_, R> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let Some(gradient) = self.gradients.remove(&name) else {
            return param;
        };
        let gradient = gradient * self.shrink.clone();
        let zeros = || Tensor::zeros(gradient.dims(), &gradient.device());
        let [first, second] = self
            .moments
            .remove(&name)
            .unwrap_or_else(|| [zeros(), zeros()]);
        let options = AdamOptions {
            rate: (self.rate)(param.id),
            beta1: self.options.beta1,
            beta2: self.options.beta2,
            epsilon: 1e-8,
            updates: self.updates,
        };
        let (id, tensor, mapper) = param.consume();
        let (shape, tracked) = (tensor.dims(), tensor.is_require_grad());
        let value: Tensor<1> = tensor.inner().flatten(0, D - 1);
        let (value, first, second) = adam_step(value, gradient, first, second, &options);
        self.moments.insert(name, [first, second]);
        let mut value = Tensor::<D>::from_inner(value.reshape(shape));
        if tracked {
            value = value.require_grad();
        }
        Param::from_mapped_value(id, value, mapper)
    }
}
