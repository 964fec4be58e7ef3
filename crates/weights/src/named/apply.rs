use std::fmt;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use super::{NamedTensor, NamedTensors, join};

/// A mismatch between tensors and a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The module has a parameter that the tensors lack.
    Missing(String),
    /// The tensors have a name that the module lacks.
    Unexpected(String),
    /// A tensor and its parameter have different shapes.
    Shape {
        /// Name of the parameter.
        name: String,
        /// Shape of the module's parameter.
        expected: Vec<usize>,
        /// Shape of the tensor.
        found: Vec<usize>,
    },
    /// A tensor has a value that is NaN or infinite.
    NotFinite(String),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "`{name}` is missing"),
            Self::Unexpected(name) => write!(f, "`{name}` is not part of the network"),
            Self::Shape {
                name,
                expected,
                found,
            } => {
                write!(
                    f,
                    "`{name}` has the shape {found:?}, the network needs {expected:?}"
                )
            }
            Self::NotFinite(name) => write!(f, "`{name}` holds NaN or an infinite value"),
        }
    }
}

/// The error that tensors do not fit the module they were meant for, which was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MismatchError {
    /// All ways in which they do not fit, at least one.
    pub mismatches: Vec<Mismatch>,
}

impl fmt::Display for MismatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A file of another network has hundreds; the first few tell as much.
        const SHOWN: usize = 5;
        f.write_str("the weights do not fit the network: ")?;
        for (index, mismatch) in self.mismatches.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{mismatch}")?;
        }
        match self.mismatches.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// Gives `module` the values that `tensors` have under `prefix`: all of them, or an error.
///
/// Every float parameter needs a tensor named `prefix.path` (`path` alone where the prefix is
/// empty), and every tensor under the prefix needs a parameter. A parameter keeps its identity, its
/// device and whether it is trained.
///
/// # Errors
/// Lists all tensors that are missing, unexpected, of another shape or not finite.
pub fn apply<M: Module>(
    module: M,
    tensors: &NamedTensors,
    prefix: &str,
) -> Result<M, MismatchError> {
    check(&module, tensors, prefix)?;
    Ok(module.map(&mut Applier {
        path: Path::new(prefix),
        find: |name: &str| tensors.get(name).cloned(),
    }))
}

/// Gives `module` its values as [`apply`] does, but takes them out of `tensors` instead of copying
/// them. On an error nothing is taken.
///
/// # Errors
/// As [`apply`].
pub fn apply_taking<M: Module>(
    module: M,
    tensors: &mut NamedTensors,
    prefix: &str,
) -> Result<M, MismatchError> {
    check(&module, tensors, prefix)?;
    Ok(module.map(&mut Applier {
        path: Path::new(prefix),
        find: |name: &str| tensors.remove(name),
    }))
}

fn check<M: Module>(module: &M, tensors: &NamedTensors, prefix: &str) -> Result<(), MismatchError> {
    let mut check = Check {
        path: Path::new(prefix),
        tensors,
        known: vec![],
        mismatches: vec![],
    };
    module.visit(&mut check);
    let Check {
        mut known,
        mut mismatches,
        ..
    } = check;
    known.sort_unstable();
    let start = join(prefix, "");
    for name in tensors.names() {
        let inside = start.is_empty()
            || name
                .strip_prefix(&start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if inside
            && known
                .binary_search_by(|other| other.as_str().cmp(name))
                .is_err()
        {
            mismatches.push(Mismatch::Unexpected(name.to_owned()));
        }
    }
    if mismatches.is_empty() {
        Ok(())
    } else {
        Err(MismatchError { mismatches })
    }
}

/// The path of the current parameter during a traversal of a module.
struct Path {
    prefix: String,
    parts: Vec<String>,
}

impl Path {
    fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            parts: vec![],
        }
    }

    fn name(&self) -> String {
        join(&self.prefix, &self.parts.join("."))
    }
}

struct Check<'a> {
    path: Path,
    tensors: &'a NamedTensors,
    known: Vec<String>,
    mismatches: Vec<Mismatch>,
}

impl ModuleVisitor for Check<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.parts.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.parts.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let name = self.path.name();
        let expected = parameter.lazy_shape().to_vec();
        match self.tensors.get(&name) {
            None => self.mismatches.push(Mismatch::Missing(name.clone())),
            Some(tensor) if tensor.shape != expected => {
                let found = tensor.shape.clone();
                self.mismatches.push(Mismatch::Shape {
                    name: name.clone(),
                    expected,
                    found,
                });
            }
            Some(tensor) if tensor.values.iter().any(|value| !value.is_finite()) => {
                self.mismatches.push(Mismatch::NotFinite(name.clone()));
            }
            Some(_) => {}
        }
        self.known.push(name);
    }
}

struct Applier<F> {
    path: Path,
    find: F,
}

impl<F: FnMut(&str) -> Option<NamedTensor>> ModuleMapper for Applier<F> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.parts.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.parts.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.name();
        let tensor = (self.find)(&name).expect("checked before the first change");
        let data = TensorData::new(tensor.values, tensor.shape);
        let value = Tensor::from_data(data, &parameter.lazy_device());
        let identity = parameter.id;
        parameter.transform_for_load(value, identity)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::named::collect;
    use crate::named::linear::Linear;

    fn numbers(module: &Linear, prefix: &str, start: f32) -> NamedTensors {
        let mut result = NamedTensors::new();
        for (name, tensor) in collect(module).iter() {
            let values = (0..tensor.values.len())
                .map(|i| start + i as f32 / 3.0)
                .collect();
            result.insert(join(prefix, name), tensor.shape.clone(), values);
        }
        result
    }

    #[test]
    fn values_arrive_and_identity_and_training_state_stay() {
        for device in [Device::flex(), Device::flex().autodiff()] {
            let mut module = Linear::new(3, 2, &device);
            module.bias = module.bias.map(|bias| bias.set_require_grad(false));
            let tensors = numbers(&module, "net", 1.0);
            let identity = module.weight.id;
            let loaded = apply(module, &tensors, "net").unwrap();
            assert_eq!(loaded.weight.id, identity);
            assert_eq!(
                collect(&loaded).get("bias").unwrap().values,
                [1.0, 1.0 + 1.0 / 3.0]
            );
            assert_eq!(
                loaded.weight.val().device().is_autodiff(),
                device.is_autodiff()
            );
            assert_eq!(loaded.weight.is_require_grad(), device.is_autodiff());
            let bias = loaded.bias.as_ref().unwrap();
            assert!(!bias.is_require_grad());
            // Also through a snapshot for painting and back: only the weight is trained.
            if device.is_autodiff() {
                let painting = apply(loaded.valid(), &numbers(&loaded, "", 5.0), "").unwrap();
                assert!(!painting.weight.is_autodiff());
                let again = painting.train();
                assert!(again.weight.is_require_grad());
                assert!(!again.bias.unwrap().is_require_grad());
                assert_eq!(
                    again.weight.val().into_data().try_to_vec::<f32>().unwrap()[0],
                    5.0
                );
            }
        }
    }

    #[test]
    fn a_loaded_weight_is_a_leaf_that_receives_gradients() {
        let device = Device::flex().autodiff();
        let module = Linear::new(2, 1, &device).without_bias();
        let tensors = numbers(&module, "", 2.0);
        let loaded: Linear = apply(module, &tensors, "").unwrap();
        let x = Tensor::<2>::from_data([[3.0, 7.0]], &device);
        let gradients = x.matmul(loaded.weight.val()).sum().backward();
        let gradient = loaded.weight.val().grad(&gradients).unwrap();
        assert_eq!(
            gradient.into_data().try_to_vec::<f32>().unwrap(),
            [3.0, 7.0]
        );
    }

    #[test]
    fn every_misfit_is_named_and_other_prefixes_are_left_alone() {
        let module = Linear::new(3, 2, &Device::flex());
        let mut tensors = NamedTensors::new();
        tensors.insert("net.weight", [2, 3], vec![0.0; 6]);
        tensors.insert("net.extra", [1], vec![0.0]);
        tensors.insert("network.weight", [1], vec![0.0]);
        let error = apply(module.clone(), &tensors, "net").unwrap_err();
        assert_eq!(
            error.mismatches,
            [
                Mismatch::Shape {
                    name: "net.weight".into(),
                    expected: vec![3, 2],
                    found: vec![2, 3]
                },
                Mismatch::Missing("net.bias".into()),
                Mismatch::Unexpected("net.extra".into()),
            ]
        );
        let text = error.to_string();
        assert!(text.contains("`net.bias` is missing"), "{text}");

        let mut tensors = numbers(&module, "", 0.0);
        let mut bias = tensors.remove("bias").unwrap();
        bias.values[1] = f32::NAN;
        tensors.insert("bias", bias.shape, bias.values);
        let error = apply(module, &tensors, "").unwrap_err();
        assert_eq!(error.mismatches, [Mismatch::NotFinite("bias".into())]);
    }
}
