//! Normalisation by statistics that are known beforehand.

use std::ops::Range;

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::RUN;
use crate::finish::Finish;
use crate::flex::{floats, floats_mut, into_plain, is_plain, read, written};
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};
use crate::{Activation, composed};

/// Applies `activation(x * scale + shift)` with a scale and a shift per channel, in place if nobody
/// else holds `x`. This operation has no gradients on a CPU.
///
/// # Shapes
/// - `x` and output: `[batch, height, width, channels]`
/// - `scale`, `shift`: `[batch, channels]`, or `[1, channels]` for the same in all pictures
pub fn affine(x: Tensor<4>, scale: Tensor<2>, shift: Tensor<2>, function: Activation) -> Tensor<4> {
    let shape = x.dims();
    let [batch, height, width, channels] = shape;
    let [rows, _] = scale.dims();
    assert!(
        scale.dims() == [rows, channels]
            && shift.dims() == [rows, channels]
            && (rows == 1 || rows == batch),
        "affine: scale {:?} and shift {:?} for pictures {shape:?}",
        scale.dims(),
        shift.dims()
    );
    if !(is_plain(&x) && is_plain(&scale) && is_plain(&shift)) {
        return composed::affine(x, scale, shift, function);
    }
    let mut x = into_plain(x);
    let [scale, shift] = [scale, shift].map(into_plain);
    let job = |from: Shared, to: Shared| {
        // As many pixels as one scale holds for.
        let pixels = batch / rows * height * width;
        let tasks = parallel::tasks_for(pixels * channels * 8, pixels.div_ceil(RUN));
        parallel::for_each(rows * tasks, |task| {
            let row = task / tasks;
            let share = parallel::share(pixels, tasks, task % tasks);
            let own = row * channels..(row + 1) * channels;
            Isa::get().run(Part {
                x: from,
                scale: &floats(&scale)[own.clone()],
                shift: &floats(&shift)[own],
                activation: function,
                pixels: row * pixels + share.start..row * pixels + share.end,
                y: to,
            });
        });
    };
    if let Some(memory) = floats_mut(&mut x) {
        let memory = Shared::new(memory);
        job(memory, memory);
        return Tensor::from_primitive::<Flex>(x);
    }
    // SAFETY: every pixel is written.
    let y = unsafe { written(&shape, |y| job(read(&x), y)) };
    Tensor::from_primitive::<Flex>(y)
}

/// One task of the affine map: a range of the pixels.
struct Part<'a> {
    x: Shared,
    scale: &'a [f32],
    shift: &'a [f32],
    activation: Activation,
    pixels: Range<usize>,
    y: Shared,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let channels = self.scale.len();
        let mut start = self.pixels.start;
        while start < self.pixels.end {
            let end = (start + RUN).min(self.pixels.end);
            let mut channel = 0;
            while channel < channels {
                // SAFETY: pixels and channels lie within the pictures, and this task alone writes
                // them.
                unsafe {
                    let mask = simd.mask((channels - channel).min(S::LANES));
                    let get = |from: &[f32]| simd.load_masked(from.as_ptr().add(channel), mask);
                    let (scale, shift) = (get(self.scale), get(self.shift));
                    let finish = Finish::new(simd, self.activation);
                    for pixel in start..end {
                        let at = pixel * channels + channel;
                        let x = simd.load_masked(self.x.at(at), mask);
                        let y = finish.apply(simd.fma(x, scale, shift));
                        simd.store_masked(self.y.at(at), y, mask);
                    }
                }
                channel += S::LANES;
            }
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::testing::{Random, assert_close};

    #[test]
    fn it_equals_the_composed_one_and_leaves_shared_memory_alone() {
        let mut random = Random::new(42);
        for shape in [[2, 5, 7, 20], [1, 1, 1, 3], [1, 90, 80, 37]] {
            let data = TensorData::new(random.floats(shape.iter().product()), shape);
            let x = Tensor::<4>::from_data(data.clone(), &Device::flex());
            for rows in [1, shape[0]] {
                let [scale, shift] = [(), ()].map(|()| {
                    let numbers = random.floats(rows * shape[3]);
                    let data = TensorData::new(numbers, [rows, shape[3]]);
                    Tensor::<2>::from_data(data, &Device::flex())
                });
                let values = |x: Tensor<4>| x.into_data().try_to_vec::<f32>().unwrap();
                let function = Activation::LeakyRelu(0.2);
                let run = |x: Tensor<4>, of: fn(_, _, _, _) -> Tensor<4>| {
                    values(of(x, scale.clone(), shift.clone(), function))
                };
                let wanted = run(x.clone(), composed::affine);
                let wanted: Vec<f64> = wanted.into_iter().map(f64::from).collect();
                let what = format!("{shape:?} with {rows}");
                assert_close(&run(x.clone(), affine), &wanted, &what);
                assert_eq!(values(x.clone()), data.try_to_vec::<f32>().unwrap());
                let unshared = Tensor::<4>::from_data(data.clone(), &Device::flex());
                assert_close(&run(unshared, affine), &wanted, &what);
            }
        }
    }
}
