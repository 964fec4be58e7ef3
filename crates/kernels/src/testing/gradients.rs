//! Comparison of two implementations of an operation, gradients included.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Random, assert_close};

/// The input tensors of an operation, each with its shape.
pub(crate) struct Inputs(Vec<TensorData>);

/// The inputs of one implementation as tracked tensors: flat, with their shapes.
pub(crate) struct Leaves(Vec<Tensor<1>>, Vec<Vec<usize>>);

impl Leaves {
    /// Input number `index`, in its shape.
    pub(crate) fn get<const D: usize>(&self, index: usize) -> Tensor<D> {
        let shape: [usize; D] = self.1[index].as_slice().try_into().unwrap();
        self.0[index].clone().reshape(shape)
    }
}

impl Inputs {
    pub(crate) fn random(random: &mut Random, shapes: &[&[usize]]) -> Self {
        let data = |shape: &&[usize]| {
            TensorData::new(random.floats(shape.iter().product()), shape.to_vec())
        };
        Self(shapes.iter().map(data).collect())
    }

    /// Computes the output, and the gradients of `sum(output * weights)` with respect to every
    /// input, for some fixed weights.
    fn run<const D: usize>(
        &self,
        function: impl Fn(&Leaves) -> Tensor<D>,
        device: &Device,
    ) -> Vec<Vec<f32>> {
        let flat = |data: &TensorData| {
            let values = data.clone().try_to_vec::<f32>().unwrap();
            Tensor::<1>::from_floats(values.as_slice(), device).require_grad()
        };
        let leaves = Leaves(
            self.0.iter().map(flat).collect(),
            self.0.iter().map(|data| data.shape().to_vec()).collect(),
        );
        let y = function(&leaves);
        let count = y.dims().iter().product();
        let weights = Random::new(99).floats(count);
        let weights = Tensor::<1>::from_floats(weights.as_slice(), device);
        let loss = (y.clone().reshape([count as i64]) * weights).sum();
        let gradients = loss.backward();
        let mut results = vec![values(y)];
        for leaf in &leaves.0 {
            results.push(leaf.grad(&gradients).map(values).unwrap_or_default());
        }
        results
    }

    /// Fails unless both implementations give the same output and the same gradients, and unless
    /// `ours` gives the same bits when run again.
    pub(crate) fn compare<const D: usize>(
        &self,
        ours: impl Fn(&Leaves) -> Tensor<D>,
        theirs: impl Fn(&Leaves) -> Tensor<D>,
        what: &str,
    ) {
        let device = Device::flex().autodiff();
        let found = self.run(&ours, &device);
        assert_eq!(
            found,
            self.run(&ours, &device),
            "{what}: not the same bits again"
        );
        let wanted = self.run(&theirs, &device);
        for (i, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            let wanted: Vec<f64> = wanted.iter().map(|x| *x as f64).collect();
            assert_close(
                found,
                &wanted,
                &format!("{what}, output and gradients, number {i}"),
            );
        }
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}
