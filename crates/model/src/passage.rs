//! Passages: how a picture goes through the generator, whole or in strips.

use burn::tensor::Tensor;
use utsushi_kernels::{Border, average_pool2, scaled_sum, upsample2};

use crate::luminance::local_contrast;
use crate::noise::position_noise;
use crate::{Conv, Normaliser};

/// Pixels that convolutions see beyond the border of a picture that is painted. Networks learn with
/// zeros there, but paint a frame along the border of an even ground when they see zeros.
pub(crate) const BORDER: Border = Border::Nearest;

/// The operations that look beyond a pixel, which the generator leaves to whoever knows which part
/// of a picture it is given. [`Normaliser`] takes what it is given for the whole picture,
/// [`Strips`](crate::Strips) for the next strip of one.
pub trait Passage {
    /// Normalises features: `leaky((x − mean) / √(variance + ε) · gain + bias)` with slope 0.2.
    ///
    /// # Shapes
    /// - `x` and output: `[batch, height, width, channels]`
    /// - `gain`, `bias`: `[batch, channels]`; absent: 1 and 0
    fn normalise(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> Tensor<4>;

    /// A 3×3 convolution that keeps the size. Beyond the border lie the nearest pixels when a
    /// picture is painted, and zeros in training.
    fn convolve(&mut self, conv: &Conv, x: Tensor<4>) -> Tensor<4>;

    /// [`Passage::normalise`] and [`Passage::convolve`] one after the other, with each pixel
    /// repeated in both directions in between if `double`.
    ///
    /// # Shapes
    /// As those of [`Passage::normalise`]; output: `[batch, height, width, channels_out]`, or twice
    /// the sides.
    fn normalise_and_convolve(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
        double: bool,
        conv: &Conv,
    ) -> Tensor<4> {
        one_after_the_other(self, x, [gain, bias], double, conv)
    }

    /// The brightness of each pixel above that of its surroundings ([`local_contrast`]).
    fn contrast(&mut self, brightness: Tensor<4>) -> Tensor<4>;

    /// The mean of each square of 2×2 pixels.
    fn halve(&mut self, x: Tensor<4>) -> Tensor<4>;

    /// Joins two branches, `(ahead + behind) * scale`, where `ahead` has gone through fewer
    /// convolutions than `behind`.
    fn join(&mut self, ahead: Tensor<4>, behind: Tensor<4>, scale: f32) -> Tensor<4>;

    /// Noise for the rows of `x` that depends on the position in the whole picture alone
    /// ([`noise_at`](crate::noise_at)): `[1, height, width, 1]`. To be called once for each picture
    /// or strip.
    fn noise(&mut self, x: &Tensor<4>) -> Tensor<4>;
}

/// [`Passage::normalise_and_convolve`] by the operations that it names.
fn one_after_the_other<P: Passage + ?Sized>(
    passage: &mut P,
    x: Tensor<4>,
    [gain, bias]: [Option<Tensor<2>>; 2],
    double: bool,
    conv: &Conv,
) -> Tensor<4> {
    let x = passage.normalise(x, gain, bias);
    passage.convolve(conv, if double { upsample2(x) } else { x })
}

impl Passage for Normaliser {
    fn normalise(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> Tensor<4> {
        self.run(x, gain, bias)
    }

    fn convolve(&mut self, conv: &Conv, x: Tensor<4>) -> Tensor<4> {
        conv.forward_within(x, self.border())
    }

    fn normalise_and_convolve(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
        double: bool,
        conv: &Conv,
    ) -> Tensor<4> {
        if self.border() == BORDER {
            // Of a painting, what is normalised need not be written down.
            let map = self.map_of(&x, gain, bias);
            return conv.forward_after(map, double, x, BORDER);
        }
        one_after_the_other(self, x, [gain, bias], double, conv)
    }

    fn contrast(&mut self, brightness: Tensor<4>) -> Tensor<4> {
        local_contrast(brightness)
    }

    fn halve(&mut self, x: Tensor<4>) -> Tensor<4> {
        average_pool2(x)
    }

    fn join(&mut self, ahead: Tensor<4>, behind: Tensor<4>, scale: f32) -> Tensor<4> {
        scaled_sum(ahead, behind, scale)
    }

    fn noise(&mut self, x: &Tensor<4>) -> Tensor<4> {
        position_noise(0, x)
    }
}
