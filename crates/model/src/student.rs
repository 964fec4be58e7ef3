//! Students: small networks that paint in one style, learned from a model that paints in all.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};
use utsushi_kernels::{average_pool2, leaky_relu, scaled_sum, upsample2};

use crate::retired::{self, Retired};
use crate::{ConfigError, Conv, Initialiser, depth_to_space, luminance, space_to_depth};

/// Factor for the sum of two branches, so that it has the variance of one.
const JOIN: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Sizes of a [`Student`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StudentConfig {
    /// Channels of the features at 1/2, 1/4 and 1/8 of the picture's side.
    pub channels: [usize; 3],
    /// Number of residual blocks, all at 1/8 of the picture's side.
    pub blocks: usize,
    #[doc(hidden)]
    #[serde(skip_serializing, deserialize_with = "retired::colours")]
    pub colours: Retired,
}

impl Default for StudentConfig {
    /// Sizes that give a student of 0.8 million parameters.
    fn default() -> Self {
        Self {
            channels: [24, 48, 96],
            blocks: 4,
            colours: Retired,
        }
    }
}

impl StudentConfig {
    /// Checks that a network of these sizes can be built.
    ///
    /// # Errors
    /// Names the first key that is out of range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for value in self.channels {
            // The upper bounds keep a hostile file from asking for terabytes.
            if value == 0 || value > 1024 {
                return Err(ConfigError {
                    key: "channels",
                    value,
                    expected: "numbers from 1 to 1024",
                });
            }
        }
        if self.blocks > 64 {
            return Err(ConfigError {
                key: "blocks",
                value: self.blocks,
                expected: "a number from 0 to 64",
            });
        }
        Ok(())
    }

    /// Number of parameters in a student of these sizes.
    pub fn parameters(&self) -> usize {
        let [fine, middle, coarse] = self.channels;
        let conv = |from: usize, to: usize| 9 * from * to + to;
        conv(4, fine)
            + conv(fine, middle)
            + conv(middle, coarse)
            + self.blocks * 2 * conv(coarse, coarse)
            + conv(coarse, middle)
            + conv(middle, fine)
            + conv(fine, fine)
            + conv(fine, 12)
    }
}

/// A student's residual block: leaky ReLU and convolution, twice, beside a shortcut.
#[derive(Module, Debug)]
struct Residual {
    first: Conv,
    second: Conv,
}

impl Residual {
    fn new(init: &mut Initialiser, channels: usize) -> Self {
        Self {
            first: Conv::new(init, 3, channels, channels).leaky(),
            second: Conv::new(init, 3, channels, channels),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let branch = self
            .second
            .forward(self.first.forward(leaky_relu(x.clone(), 0.2)));
        scaled_sum(x, branch, JOIN)
    }
}

/// A network from a picture to its painting in one style.
///
/// An encoder and a decoder with shortcuts between them, and no normalisation: what a pixel becomes
/// depends on what is within a hundred pixels of it and not on the rest of the picture, so that
/// frames of a film do not flicker when something far off moves, and tiles fit.
#[derive(Module, Debug)]
pub struct Student {
    input: Conv,
    halve: Conv,
    quarter: Conv,
    blocks: Vec<Residual>,
    half: Conv,
    whole: Conv,
    last: Conv,
    output: Conv,
}

impl Student {
    /// A student with fresh weights from `seed`, on `device`.
    pub fn new(config: &StudentConfig, seed: u64, device: &Device) -> Self {
        Self::made_by(config, &mut Initialiser::new(seed, device))
    }

    /// A student of zeros, to be filled with weights from a file.
    pub fn blank(config: &StudentConfig, device: &Device) -> Self {
        Self::made_by(config, &mut Initialiser::blank(device))
    }

    fn made_by(config: &StudentConfig, init: &mut Initialiser) -> Self {
        let [fine, middle, coarse] = config.channels;
        let mut output = Conv::new(init, 3, fine, 12);
        // A small last layer starts near mid-grey, where tanh is not saturated.
        output.weight = init.he([3, 3, fine, 12], 9 * fine, 0.3);
        Self {
            input: Conv::new(init, 3, 4, fine),
            halve: Conv::new(init, 3, fine, middle),
            quarter: Conv::new(init, 3, middle, coarse),
            blocks: (0..config.blocks)
                .map(|_| Residual::new(init, coarse))
                .collect(),
            half: Conv::new(init, 3, coarse, middle),
            whole: Conv::new(init, 3, middle, fine),
            last: Conv::new(init, 3, fine, fine),
            output,
        }
    }

    /// Paints each picture in the student's style.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1, sides multiples of 8
    /// - output: as `pictures`
    pub fn forward(&self, pictures: Tensor<4>) -> Tensor<4> {
        let leaky = |x: Tensor<4>| leaky_relu(x, 0.2);
        // As its teacher it sees how bright the picture is and not its colours.
        let fine = self.input.forward(space_to_depth(luminance(pictures)));
        let middle = self.halve.forward(leaky(average_pool2(fine.clone())));
        let mut x = self.quarter.forward(leaky(average_pool2(middle.clone())));
        for block in &self.blocks {
            x = block.forward(x);
        }
        // Convolutions stand before the doubling, where they cost a quarter.
        let x = scaled_sum(upsample2(self.half.forward(leaky(x))), middle, JOIN);
        let x = scaled_sum(upsample2(self.whole.forward(leaky(x))), fine, JOIN);
        let x = scaled_sum(x.clone(), self.last.forward(leaky(x)), JOIN);
        depth_to_space(self.output.forward(leaky(x))).tanh()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_small_and_counted_right() {
        for config in [
            StudentConfig::default(),
            StudentConfig {
                channels: [3, 5, 7],
                blocks: 1,
                ..StudentConfig::default()
            },
        ] {
            config.validate().unwrap();
            let student = Student::new(&config, 1, &Device::flex());
            assert_eq!(student.num_params(), config.parameters());
        }
        assert!(StudentConfig::default().parameters() < 1_000_000);
        for wrong in [
            StudentConfig {
                channels: [0, 5, 7],
                ..StudentConfig::default()
            },
            StudentConfig {
                channels: [5, 5, 70_000],
                ..StudentConfig::default()
            },
            StudentConfig {
                blocks: 1 << 40,
                ..StudentConfig::default()
            },
        ] {
            assert!(wrong.validate().is_err());
        }
    }

    #[test]
    fn a_pixel_depends_on_its_surroundings_alone() {
        let device = Device::flex();
        let config = StudentConfig {
            channels: [3, 4, 5],
            blocks: 4,
            ..StudentConfig::default()
        };
        let student = Student::new(&config, 1, &device);
        let values: Vec<f32> = (0..16 * 320 * 3).map(|i| (i as f32 * 0.37).sin()).collect();
        let wide = Tensor::<1>::from_floats(values.as_slice(), &device).reshape([1, 16, 320, 3]);
        let part = wide.clone().slice([0..1, 0..16, 0..160, 0..3]);
        let kept = |x: Tensor<4>| x.slice([0..1, 0..16, 0..40, 0..3]).into_data();
        let (whole, cut) = (student.forward(wide.clone()), student.forward(part));
        assert_eq!(whole.dims(), wide.dims());
        kept(whole).assert_approx_eq::<f32>(&kept(cut), burn::tensor::Tolerance::absolute(1e-5));
    }
}
