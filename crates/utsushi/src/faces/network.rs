//! The face network, from a picture to a map of where faces are.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use utsushi_kernels::{leaky_relu, scaled_sum};
use utsushi_model::{Conv, Initialiser};

/// Side in pixels of a cell of the maps.
pub(crate) const STRIDE: usize = 8;

/// Channels of the network at 1/2, 1/4 and 1/8 of the picture's sides.
const CHANNELS: [usize; 3] = [12, 24, 48];

/// Number of residual convolutions at 1/8 of the sides. A cell then sees 70 pixels around it: the
/// largest face that is found at one size, and some of its surroundings.
const BLOCKS: usize = 3;

/// Number subtracted from the logits, so that training starts from "hardly anywhere" (Lin et al.
/// 2017, section 3.3).
const RARE: f32 = 4.0;

/// The network's output for a picture; `rows` and `columns` are the picture's sides / 8.
#[derive(Debug, Clone)]
pub struct FaceMaps {
    /// Logits of a face's centre lying in the cell, before the sigmoid: `[batch, rows, columns,
    /// 1]`.
    pub likelihood: Tensor<4>,
    /// Place and size of the face in each cell, `[batch, rows, columns, 4]`: see
    /// [`Extent`](crate::faces::Extent).
    pub extent: Tensor<4>,
}

/// The network from a picture of any size to its [`FaceMaps`].
#[derive(Module, Debug)]
pub struct FaceNetwork {
    half: Conv,
    quarter: Conv,
    eighth: Conv,
    blocks: Vec<Conv>,
    likelihood: Conv,
    extent: Conv,
}

impl FaceNetwork {
    /// A network with fresh weights from `seed`, on `device` (an autodiff device makes them
    /// trainable).
    pub fn new(seed: u64, device: &Device) -> Self {
        Self::made_by(&mut Initialiser::new(seed, device))
    }

    /// A network of zeros, to be filled with weights from a file.
    pub fn blank(device: &Device) -> Self {
        Self::made_by(&mut Initialiser::blank(device))
    }

    fn made_by(init: &mut Initialiser) -> Self {
        let [fine, middle, coarse] = CHANNELS;
        Self {
            half: Conv::halving(init, 3, fine).leaky(),
            quarter: Conv::halving(init, fine, middle).leaky(),
            eighth: Conv::halving(init, middle, coarse),
            blocks: (0..BLOCKS)
                .map(|_| Conv::new(init, 3, coarse, coarse))
                .collect(),
            likelihood: Conv::new(init, 3, coarse, 1),
            extent: Conv::new(init, 3, coarse, 4),
        }
    }

    /// Computes the maps of a batch of pictures.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1, sides multiples of 8
    pub fn forward(&self, pictures: Tensor<4>) -> FaceMaps {
        let fine = self.half.forward(pictures);
        let mut x = self.eighth.forward(self.quarter.forward(fine));
        for block in &self.blocks {
            let branch = block.forward(leaky_relu(x.clone(), 0.2));
            x = scaled_sum(x, branch, std::f32::consts::FRAC_1_SQRT_2);
        }
        let seen = leaky_relu(x, 0.2);
        FaceMaps {
            likelihood: self.likelihood.forward(seen.clone()) - RARE,
            extent: self.extent.forward(seen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_small_and_keeps_any_shape() {
        let device = Device::flex();
        let network = FaceNetwork::new(1, &device);
        assert_eq!(network.num_params(), 88_217);
        let maps = network.forward(Tensor::zeros([2, 24, 40, 3], &device));
        assert_eq!(maps.likelihood.dims(), [2, 3, 5, 1]);
        assert_eq!(maps.extent.dims(), [2, 3, 5, 4]);
    }
}
