//! The network from a picture to maps of its parts and of landmarks.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_kernels::{leaky_relu, scaled_sum, upsample2};
use utsushi_model::{Conv, Initialiser, depth_to_space};

use crate::{Landmark, Part};

/// Number of pixels of which both sides of a picture for the network must be multiples.
pub(crate) const ALIGNMENT: usize = 32;

/// Side in pixels of a cell of the parts' maps.
pub(crate) const PARTS_STRIDE: usize = 2;

/// Side in pixels of a cell of the landmarks' maps.
pub(crate) const POINTS_STRIDE: usize = 4;

/// Channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the sides, in the encoder.
const DOWN: [usize; 5] = [16, 32, 64, 96, 128];

/// Numbers of residual convolutions at 1/8, 1/16 and 1/32 of the sides, in the encoder.
const BLOCKS: [usize; 3] = [2, 3, 2];

/// Channels at 1/16, 1/8 and 1/4 of the sides, in the decoder.
const UP: [usize; 3] = [96, 64, 48];

/// Number subtracted from the landmarks' logits, so that training starts from "hardly anywhere"
/// (Lin et al. 2017, section 3.3).
const RARE: f32 = 4.0;

const JOIN: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// The network's output for pictures of `height` × `width` pixels.
#[derive(Debug, Clone)]
pub struct AnatomyMaps {
    /// Logits of each [`Part`], before the softmax over the last axis: `[batch, height / 2, width /
    /// 2, 7]`.
    pub parts: Tensor<4>,
    /// Logits of each [`Landmark`] lying in the cell, before the sigmoid: `[batch, height / 4,
    /// width / 4, 25]`.
    pub landmarks: Tensor<4>,
}

/// The network from a picture to its [`AnatomyMaps`], for any size that is a multiple of
/// [`ALIGNMENT`](Self::ALIGNMENT): a U-Net (Ronneberger et al. 2015) whose branches join by sums.
#[derive(Module, Debug)]
pub struct AnatomyNetwork {
    half: Conv,
    quarter: Conv,
    /// Stages of the encoder, to 1/8, 1/16 and 1/32 of the sides, each with its residual
    /// convolutions.
    down: Vec<Stage>,
    /// Stages of the decoder, to 1/16, 1/8 and 1/4 of the sides.
    up: Vec<Joint>,
    /// Residual convolution at 1/4 of the sides, after the decoder.
    last: Conv,
    parts: Conv,
    landmarks: Conv,
}

/// A stage of the encoder: halves the sides, then applies residual convolutions.
#[derive(Module, Debug)]
struct Stage {
    halving: Conv,
    blocks: Vec<Conv>,
}

/// A stage of the decoder: doubles the sides, and joins the encoder's features of that size.
#[derive(Module, Debug)]
struct Joint {
    /// 1×1 convolution before the sides are doubled.
    coarse: Conv,
    /// 1×1 convolution of the encoder's features, if they have another number of channels.
    skip: Option<Conv>,
    block: Conv,
}

impl AnatomyNetwork {
    /// Number of pixels of which both sides of a picture for the network must be multiples.
    pub const ALIGNMENT: usize = ALIGNMENT;

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
        let [half, quarter, ..] = DOWN;
        let [.., last] = UP;
        // From the coarsest upwards, what comes from below and what comes from the side.
        let below = [DOWN[4], UP[0], UP[1]];
        let beside = [DOWN[3], DOWN[2], DOWN[1]];
        Self {
            half: Conv::halving(init, 3, half).leaky(),
            quarter: Conv::halving(init, half, quarter),
            down: (0..BLOCKS.len())
                .map(|it| Stage::new(init, DOWN[it + 1], DOWN[it + 2], BLOCKS[it]))
                .collect(),
            up: (0..UP.len())
                .map(|it| Joint::new(init, below[it], beside[it], UP[it]))
                .collect(),
            last: Conv::new(init, 3, last, last),
            parts: Conv::new(init, 3, last, Part::COUNT * PARTS_STRIDE * PARTS_STRIDE),
            landmarks: Conv::new(init, 3, last, Landmark::COUNT),
        }
    }

    /// Computes the mean of the network's output for pictures and for their mirror images, which is
    /// more reliable than either alone.
    ///
    /// # Shapes
    /// As those of [`forward`](Self::forward).
    pub fn agreed(&self, pictures: Tensor<4>) -> AnatomyMaps {
        let batch = pictures.dims()[0];
        let mirrored = pictures.clone().flip([2]);
        let both = self.forward(Tensor::cat(vec![pictures, mirrored], 0));
        let halves = |maps: Tensor<4>| {
            let own = maps.clone().narrow(0, 0, batch);
            (own, maps.narrow(0, batch, batch).flip([2]))
        };
        let (parts, other_parts) = halves(both.parts);
        let (landmarks, other_landmarks) = halves(both.landmarks);
        let sides = Landmark::ALL.map(|landmark| landmark.mirrored().index() as i32);
        let sides = Tensor::<1, Int>::from_data(TensorData::from(sides), &landmarks.device());
        AnatomyMaps {
            parts: scaled_sum(parts, other_parts, 0.5),
            landmarks: scaled_sum(landmarks, other_landmarks.select(3, sides), 0.5),
        }
    }

    /// Computes the maps of a batch of pictures.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1, sides multiples of 32
    pub fn forward(&self, pictures: Tensor<4>) -> AnatomyMaps {
        // Before the activation, as all that branches join.
        let mut levels = vec![self.quarter.forward(self.half.forward(pictures))];
        for stage in &self.down {
            let finer = levels[levels.len() - 1].clone();
            levels.push(stage.forward(leaky_relu(finer, 0.2)));
        }
        let mut x = levels.pop().expect("the first is always there");
        for (joint, beside) in self.up.iter().zip(levels.into_iter().rev()) {
            x = joint.forward(x, beside);
        }
        let seen = leaky_relu(residual(&self.last, x), 0.2);
        AnatomyMaps {
            parts: depth_to_space(self.parts.forward(seen.clone())),
            landmarks: self.landmarks.forward(seen) - RARE,
        }
    }
}

impl Stage {
    fn new(init: &mut Initialiser, from: usize, to: usize, blocks: usize) -> Self {
        Self {
            halving: Conv::halving(init, from, to),
            blocks: (0..blocks).map(|_| Conv::new(init, 3, to, to)).collect(),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.halving.forward(x);
        self.blocks.iter().fold(x, |x, block| residual(block, x))
    }
}

impl Joint {
    fn new(init: &mut Initialiser, below: usize, beside: usize, to: usize) -> Self {
        Self {
            coarse: Conv::new(init, 1, below, to),
            skip: (beside != to).then(|| Conv::new(init, 1, beside, to)),
            block: Conv::new(init, 3, to, to),
        }
    }

    fn forward(&self, below: Tensor<4>, beside: Tensor<4>) -> Tensor<4> {
        let coarse = upsample2(self.coarse.forward(leaky_relu(below, 0.2)));
        let beside = match &self.skip {
            Some(skip) => skip.forward(beside),
            None => beside,
        };
        residual(&self.block, scaled_sum(coarse, beside, JOIN))
    }
}

fn residual(block: &Conv, x: Tensor<4>) -> Tensor<4> {
    let branch = block.forward(leaky_relu(x.clone(), 0.2));
    scaled_sum(x, branch, JOIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_small_and_keeps_any_shape() {
        let device = Device::flex();
        let network = AnatomyNetwork::new(1, &device);
        assert_eq!(network.num_params(), 1_162_901);
        let maps = network.forward(Tensor::zeros([2, 64, 96, 3], &device));
        assert_eq!(maps.parts.dims(), [2, 32, 48, 7]);
        assert_eq!(maps.landmarks.dims(), [2, 16, 24, 25]);
    }
    #[test]
    fn a_picture_and_its_mirror_image_agree() {
        let device = Device::flex();
        let network = AnatomyNetwork::new(2, &device);
        let picture = Initialiser::new(3, &device)
            .normal([1, 32, 64, 3], 0.5)
            .val();
        let own = network.agreed(picture.clone());
        let mirrored = network.agreed(picture.flip([2]));
        let values = |maps: Tensor<4>| maps.into_data_as::<f32>().try_into_vec::<f32>().unwrap();
        let close = |one: Vec<f32>, other: Vec<f32>| {
            one.iter()
                .zip(&other)
                .all(|(one, other)| (one - other).abs() < 1e-3)
        };
        assert!(close(values(own.parts), values(mirrored.parts.flip([2]))));
        // The left eye of the one is the right eye of the other.
        let eye = |maps: Tensor<4>, landmark: Landmark| values(maps.narrow(3, landmark.index(), 1));
        let left = eye(own.landmarks, Landmark::LeftEye);
        assert!(close(
            left,
            eye(mirrored.landmarks.flip([2]), Landmark::RightEye)
        ));
    }
}
