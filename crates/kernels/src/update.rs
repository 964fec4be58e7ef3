//! Updates of parameters, in place where nobody else holds their memory, and without gradients.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::composed;
use crate::extension::run;
use crate::flex::{contiguous, floats, floats_mut, is_plain, primitive, read, tensor};
use crate::map::{self, Map};
use crate::parallel::Shared;
use crate::simd::{Isa, Simd};

/// Settings of one Adam update (Kingma and Ba 2015).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamOptions {
    /// Learning rate.
    pub rate: f32,
    /// Decay of the gradient's moving average, below 1.
    pub beta1: f32,
    /// Decay of the squared gradient's moving average, below 1.
    pub beta2: f32,
    /// Small number added to the root of the squared gradient's average, so that nothing is divided
    /// by zero.
    pub epsilon: f32,
    /// Number of this update, counted from 1.
    pub updates: u64,
}

impl AdamOptions {
    /// The shares of their full weight that the two moving averages have reached, for the
    /// correction of their bias.
    pub(crate) fn corrections(&self) -> [f32; 2] {
        [self.beta1, self.beta2].map(|beta| {
            let updates = self.updates as f64;
            (1.0 - f64::from(beta).powf(updates)) as f32
        })
    }
}

/// Makes one Adam update, and returns the new parameter and the new averages of gradient and
/// squared gradient.
///
/// All four tensors have the same shape and no gradients of their own; those that nobody else holds
/// are written over.
pub fn adam_step<const D: usize>(
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    first: Tensor<D>,
    second: Tensor<D>,
    options: &AdamOptions,
) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    assert_eq!(
        parameter.dims(),
        gradient.dims(),
        "adam_step: shapes of parameter and gradient"
    );
    assert_eq!(
        first.dims(),
        second.dims(),
        "adam_step: shapes of the averages"
    );
    assert_eq!(
        parameter.dims(),
        first.dims(),
        "adam_step: shapes of parameter and averages"
    );
    if ![&parameter, &gradient, &first, &second]
        .into_iter()
        .all(is_plain)
    {
        return composed::adam_step(parameter, gradient, first, second, options);
    }
    let gradient = contiguous(primitive(gradient));
    let (mut parameter, mut first, mut second) = (
        own(primitive(parameter)),
        own(primitive(first)),
        own(primitive(second)),
    );
    let [first_correction, second_correction] = options.corrections();
    let adam = Adam {
        beta1: options.beta1,
        beta2: options.beta2,
        step: -options.rate / first_correction,
        correction: 1.0 / second_correction,
        epsilon: options.epsilon,
    };
    let len = floats(&gradient).len();
    let places = [&mut parameter, &mut first, &mut second]
        .map(|tensor| Shared::new(floats_mut(tensor).expect("nobody else holds it")));
    let [p, m, v] = places;
    // SAFETY: all four have the same length, and the three that are written belong to us.
    unsafe {
        map::run(
            Isa::get(),
            &adam,
            [p, read(&gradient), m, v],
            [p, m, v],
            len,
        )
    };
    let back = Tensor::from_primitive::<Flex>;
    (back(parameter), back(first), back(second))
}

/// Linear interpolation `a + (b - a) * share`, in place in `a` or `b` if nobody else holds its
/// memory; without gradients.
pub fn lerp<const D: usize>(a: Tensor<D>, b: Tensor<D>, share: f32) -> Tensor<D> {
    assert_eq!(a.dims(), b.dims(), "lerp: shapes of both sides");
    if !(is_plain(&a) && is_plain(&b)) {
        return composed::lerp(a, b, share);
    }
    let (a, b) = (contiguous(primitive(a)), contiguous(primitive(b)));
    Tensor::from_primitive::<Flex>(run::map2(&map::Lerp(share), a, b))
}

/// Returns the tensor with its numbers in memory that no other tensor shares.
fn own(source: FlexTensor) -> FlexTensor {
    let mut source = contiguous(source);
    if floats_mut(&mut source).is_some() {
        return source;
    }
    let shape: Vec<usize> = source.layout().shape().to_vec();
    tensor(floats(&source).to_vec(), &shape)
}

struct Adam {
    beta1: f32,
    beta2: f32,
    /// Minus the learning rate, divided by the first moment's bias correction.
    step: f32,
    /// Reciprocal of the second moment's bias correction.
    correction: f32,
    epsilon: f32,
}

impl Map<4, 3> for Adam {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [p, g, m, v]: [S::Vector; 4]) -> [S::Vector; 3] {
        let share = |beta: f32| simd.splat(1.0 - beta);
        let m = simd.fma(m, simd.splat(self.beta1), simd.mul(g, share(self.beta1)));
        let v = simd.fma(
            v,
            simd.splat(self.beta2),
            simd.mul(simd.mul(g, g), share(self.beta2)),
        );
        let root = simd.sqrt(simd.mul(v, simd.splat(self.correction)));
        let step = simd.div(m, simd.add(root, simd.splat(self.epsilon)));
        [simd.fma(step, simd.splat(self.step), p), m, v]
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn numbers(count: usize, seed: f32) -> Tensor<1> {
        let values: Vec<f32> = (0..count).map(|i| (i as f32 * 0.37 + seed).sin()).collect();
        Tensor::from_floats(values.as_slice(), &Device::flex())
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn first_adam_update_moves_by_the_rate_against_the_gradient() {
        let options = AdamOptions {
            rate: 0.1,
            beta1: 0.5,
            beta2: 0.9,
            epsilon: 1e-8,
            updates: 1,
        };
        let gradient = Tensor::<1>::from_floats([3.0, -0.01, 5.0], &Device::flex());
        let zeros = || Tensor::<1>::zeros([3], &Device::flex());
        let (parameter, first, second) = adam_step(zeros(), gradient, zeros(), zeros(), &options);
        for (found, wanted) in values(parameter).iter().zip([-0.1, 0.1, -0.1]) {
            assert!((found - wanted).abs() < 1e-6, "{found} instead of {wanted}");
        }
        assert_eq!(values(first), [1.5, -0.005, 2.5]);
        assert!((values(second)[2] - 2.5).abs() < 1e-6);
    }

    #[test]
    fn adam_equals_the_composed_one_and_leaves_shared_memory_alone() {
        let options = AdamOptions {
            rate: 1e-3,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-8,
            updates: 7,
        };
        let parameter = numbers(1003, 0.0).reshape([17, 59]);
        let gradient = numbers(1003, 1.0).reshape([17, 59]);
        let first = numbers(1003, 2.0).reshape([17, 59]);
        let second = numbers(1003, 3.0).abs().reshape([17, 59]);
        let before = values(parameter.clone());
        let ours = adam_step(
            parameter.clone(),
            gradient.clone(),
            first.clone(),
            second.clone(),
            &options,
        );
        assert_eq!(values(parameter.clone()), before);
        let theirs = composed::adam_step(parameter, gradient, first, second, &options);
        for (ours, theirs) in [(ours.0, theirs.0), (ours.1, theirs.1), (ours.2, theirs.2)]
            .map(|(a, b)| (values(a), values(b)))
        {
            for (a, b) in ours.iter().zip(&theirs) {
                assert!(
                    (a - b).abs() <= 1e-6 * b.abs().max(1.0),
                    "{a} instead of {b}"
                );
            }
        }
    }

    #[test]
    fn unshared_memory_is_written_over() {
        let mut average = numbers(100, 0.0);
        let live = numbers(100, 1.0);
        let address = |tensor: &Tensor<1>| floats(&primitive(tensor.clone())).as_ptr() as usize;
        let before = address(&average);
        average = lerp(average, live.clone(), 0.25);
        assert_eq!(address(&average), before);
        let wanted = values(composed::lerp(numbers(100, 0.0), live, 0.25));
        for (a, b) in values(average).iter().zip(&wanted) {
            assert!((a - b).abs() < 1e-6);
        }
    }
}
