//! Instance normalisation with a gain and a bias per picture and channel, over plain slices.

mod affine;
mod backward;
mod forward;
mod measure;

use crate::Activation;
use crate::parallel;

pub use affine::affine;
pub(crate) use backward::{Gradients, backward};
pub(crate) use forward::{Statistics, forward};
pub use measure::{channel_statistics, picture_statistics};

/// Sizes and constants of an instance normalisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Norm {
    pub(crate) batch: usize,
    /// Number of pixels of one picture.
    pub(crate) pixels: usize,
    pub(crate) channels: usize,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f32,
}

/// Pixels that are summed up before their sums are added to a chunk's.
const RUN: usize = 64;

impl Norm {
    /// Number of chunks into which each picture is cut, so that all threads have something to do.
    /// It depends on the picture's size alone, so that results have the same bits whatever else is
    /// in the batch.
    fn chunks(&self) -> usize {
        parallel::tasks_for(self.pixels * self.channels * 8, 16)
            .min(self.pixels.div_ceil(4 * RUN))
            .max(1)
    }

    /// Range of the pixels of one chunk, counted through all pictures.
    fn chunk(&self, picture: usize, chunk: usize) -> std::ops::Range<usize> {
        let share = parallel::share(self.pixels, self.chunks(), chunk);
        picture * self.pixels + share.start..picture * self.pixels + share.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::Shared;
    use crate::simd::Isa;
    use crate::testing::{Random, assert_close};

    /// Computes the output and the gradients of input, gain and bias in 64-bit floats, to compare
    /// with.
    fn reference(norm: &Norm, [x, gain, bias, dy]: [&[f32]; 4]) -> [Vec<f64>; 4] {
        let mut result = [x, x, gain, bias].map(|like| vec![0.0; like.len()]);
        let count = norm.pixels as f64;
        for b in 0..norm.batch {
            for c in 0..norm.channels {
                let places: Vec<usize> = (0..norm.pixels)
                    .map(|pixel| (b * norm.pixels + pixel) * norm.channels + c)
                    .collect();
                let row = b * norm.channels + c;
                let mean = places.iter().map(|&i| f64::from(x[i])).sum::<f64>() / count;
                let squares = places.iter().map(|&i| (f64::from(x[i]) - mean).powi(2));
                let inverse = 1.0 / (squares.sum::<f64>() / count + f64::from(norm.epsilon)).sqrt();
                let mut gradients = Vec::new();
                for &i in &places {
                    let n = (f64::from(x[i]) - mean) * inverse;
                    let z = n * f64::from(gain[row]) + f64::from(bias[row]);
                    let (value, slope) = match norm.activation {
                        Activation::Identity => (z, 1.0),
                        Activation::LeakyRelu(slope) if z <= 0.0 => {
                            (z * f64::from(slope), f64::from(slope))
                        }
                        Activation::LeakyRelu(_) => (z, 1.0),
                        Activation::Relu6 => {
                            (z.clamp(0.0, 6.0), f64::from(u8::from(z > 0.0 && z < 6.0)))
                        }
                    };
                    result[0][i] = value;
                    let d = f64::from(dy[i]) * slope;
                    result[2][row] += d * n;
                    result[3][row] += d;
                    gradients.push((d, n));
                }
                for (&i, (d, n)) in places.iter().zip(gradients) {
                    let rest = (result[3][row] + n * result[2][row]) / count;
                    result[1][i] = f64::from(gain[row]) * inverse * (d - rest);
                }
            }
        }
        result
    }

    fn check(isa: Isa, norm: &Norm, offset: f32, random: &mut Random) {
        let size = norm.batch * norm.pixels * norm.channels;
        let x: Vec<f32> = random.floats(size).iter().map(|x| x + offset).collect();
        let gain = random.floats(norm.batch * norm.channels);
        let bias = random.floats(norm.batch * norm.channels);
        let mut dy = random.floats(size);
        let wanted = reference(norm, [&x, &gain, &bias, &dy]);
        let mut y = vec![f32::NAN; size];
        // SAFETY: output and gradients have the input's size.
        let (statistics, rows) = unsafe {
            let y = Shared::new(&mut y);
            let statistics = forward(isa, norm, &x, &gain, &bias, y);
            // The gradient is written over the one it is computed from.
            let dy = Shared::new(&mut dy);
            let job = Gradients {
                norm,
                x: &x,
                gain: &gain,
                bias: &bias,
                statistics: &statistics,
                dy,
                dx: Some(dy),
            };
            let rows = backward(isa, &job);
            (statistics, rows)
        };
        assert_eq!(statistics.mean.len(), norm.batch * norm.channels);
        let what = |which: &str| format!("{which} with {isa:?} of {norm:?}");
        assert_close(&y, &wanted[0], &what("output"));
        assert_close(&dy, &wanted[1], &what("input's gradient"));
        assert_close(&rows.0, &wanted[2], &what("gain's gradient"));
        assert_close(&rows.1, &wanted[3], &what("bias's gradient"));
    }

    #[test]
    fn random_shapes_agree_with_64_bit_floats_on_every_instruction_set() {
        for isa in Isa::available() {
            let mut random = Random::new(31);
            for activation in [
                Activation::Identity,
                Activation::LeakyRelu(0.2),
                Activation::Relu6,
            ] {
                for _ in 0..12 {
                    let norm = Norm {
                        batch: random.integer(1, 3),
                        pixels: random.integer(1, 150),
                        channels: random.integer(1, 90),
                        activation,
                        epsilon: 1e-3,
                    };
                    check(isa, &norm, 0.0, &mut random);
                }
            }
        }
    }

    #[test]
    fn pictures_cut_into_chunks_agree_too() {
        let norm = Norm {
            batch: 1,
            pixels: 9001,
            channels: 37,
            activation: Activation::LeakyRelu(0.2),
            epsilon: 1e-5,
        };
        assert!(norm.chunks() > 1);
        check(Isa::get(), &norm, 0.0, &mut Random::new(32));
    }

    #[test]
    fn a_mean_far_from_zero_does_not_spoil_the_variance() {
        let norm = Norm {
            batch: 2,
            pixels: 1000,
            channels: 5,
            activation: Activation::Identity,
            epsilon: 1e-5,
        };
        check(Isa::get(), &norm, 3.0, &mut Random::new(33));
    }
}
