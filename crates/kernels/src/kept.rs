//! Weights that do not change, kept in the form in which the convolutions read them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

use burn::backend::flex::FlexTensor;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::direct;
use crate::flex::{dims, floats, into_plain, is_plain};
use crate::geometry::Geometry;
use crate::pack::Packed;
use crate::simd::Isa;
use crate::winograd::Transformed;

/// Weights that are kept at the moment: a few dozen.
static KEPT: RwLock<Vec<Arc<Kept>>> = RwLock::new(Vec::new());
/// Number of weights in [`KEPT`], so that nobody takes its lock while there are none.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Times that a kept weight is used before it is packed.
const UNPREPARED: usize = 2;

/// Keeps the packed weights of a module's convolutions while this value lives: they are prepared
/// once, at their third use, and not for every call. That costs about five times their own memory.
///
/// They are not prepared at the first use: a program that paints one small picture would spend a
/// third of its time on getting that memory. Nor at the second use, which may be the same picture
/// at half its size.
///
/// A change of the module is safe: it makes new weights, which are not taken for the old ones,
/// since this value holds the memory of those.
#[derive(Debug)]
pub struct KeptWeights(Vec<Arc<Kept>>);

impl KeptWeights {
    /// Keeps the weights of a module's convolutions, if the module is on the CPU and has no
    /// gradients; else keeps nothing.
    pub fn of(module: &impl Module) -> Self {
        let mut collector = Collector(Vec::new());
        module.visit(&mut collector);
        let own: Vec<_> = collector
            .0
            .into_iter()
            .map(Kept::new)
            .map(Arc::new)
            .collect();
        let mut all = KEPT.write().unwrap_or_else(|broken| broken.into_inner());
        all.extend(own.iter().cloned());
        COUNT.store(all.len(), Ordering::Relaxed);
        Self(own)
    }
}

impl Drop for KeptWeights {
    fn drop(&mut self) {
        let mut all = KEPT.write().unwrap_or_else(|broken| broken.into_inner());
        all.retain(|kept| !self.0.iter().any(|own| Arc::ptr_eq(own, kept)));
        COUNT.store(all.len(), Ordering::Relaxed);
    }
}

struct Collector(Vec<FlexTensor>);

impl ModuleVisitor for Collector {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        if D == 4 && is_plain(&value) {
            self.0.push(into_plain(value));
        }
    }
}

/// A weight of a convolution with its packed forms.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The weight as it is in the module: `[kernel_height, kernel_width, channels_in,
    /// channels_out]`. While this tensor holds the memory, nobody can change its numbers or put
    /// others in their place.
    weight: FlexTensor,
    used: AtomicUsize,
    packed: OnceLock<Packed>,
    transformed: OnceLock<Transformed>,
}

impl Kept {
    fn new(weight: FlexTensor) -> Self {
        Self {
            weight,
            used: AtomicUsize::new(0),
            packed: OnceLock::new(),
            transformed: OnceLock::new(),
        }
    }

    pub(crate) fn packed(&self) -> &Packed {
        self.packed.get().expect("`find` has packed it")
    }

    pub(crate) fn transformed(&self) -> &OnceLock<Transformed> {
        &self.transformed
    }
}

/// Finds the packed form of the weight at this very address; none if it is not kept, and for its
/// first uses.
pub(crate) fn find(isa: Isa, geometry: &Geometry, weight: &[f32]) -> Option<Arc<Kept>> {
    // Another instruction set than the chosen one is for tests.
    if COUNT.load(Ordering::Relaxed) == 0 || isa != Isa::get() {
        return None;
    }
    let all = KEPT.read().unwrap_or_else(|broken| broken.into_inner());
    let same = |kept: &&Arc<Kept>| {
        std::ptr::eq(floats(&kept.weight).as_ptr(), weight.as_ptr())
            && dims::<4>(&kept.weight) == geometry.weight_shape()
    };
    let kept = Arc::clone(all.iter().find(same)?);
    drop(all);
    if kept.used.fetch_add(1, Ordering::Relaxed) < UNPREPARED {
        return None;
    }
    // Not `get_or_init`: whoever waited there could not take part in making it.
    if kept.packed.get().is_none() {
        let _ = kept.packed.set(direct::pack(isa, geometry, weight));
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use burn::module::ParamId;
    use burn::tensor::{Device, TensorData};

    use burn::backend::Flex;

    use super::*;
    use crate::testing::Random;
    use crate::{Conv2dOptions, conv2d};

    #[derive(Module, Debug)]
    struct Layer {
        weight: Param<Tensor<4>>,
    }

    fn picture(random: &mut Random, shape: [usize; 4]) -> Tensor<4> {
        let data = TensorData::new(random.floats(shape.iter().product()), shape);
        Tensor::from_data(data, &Device::flex())
    }

    fn values(x: Tensor<4>) -> Vec<f32> {
        x.into_data().try_to_vec().unwrap()
    }

    fn address(weight: &Tensor<4>) -> *const f32 {
        let weight = weight.clone().try_into_primitive::<Flex>().unwrap();
        floats(&weight).as_ptr()
    }

    /// Number of kept entries for the weight at this address.
    fn entries(address: *const f32) -> usize {
        let all = KEPT.read().unwrap();
        all.iter()
            .filter(|kept| floats(&kept.weight).as_ptr() == address)
            .count()
    }

    #[test]
    fn kept_weights_give_the_same_bits_and_changed_ones_are_not_kept() {
        let mut random = Random::new(61);
        for (from, to, kernel) in [(32, 40, 3), (8, 3, 3), (20, 33, 1)] {
            let x = picture(&mut random, [1, 17, 14, from]);
            let weight = picture(&mut random, [kernel, kernel, from, to]);
            let run = |weight: &Tensor<4>| {
                let options = Conv2dOptions::padded(kernel / 2);
                values(conv2d(x.clone(), weight.clone(), None, options))
            };
            let wanted = run(&weight);
            let layer = Layer {
                weight: Param::initialized(ParamId::new(), weight),
            };
            let place = address(&layer.weight.val());
            let kept = KeptWeights::of(&layer);
            let again = KeptWeights::of(&layer);
            assert_eq!(entries(place), 2);
            let prepared = || {
                let all = KEPT.read().unwrap();
                let own = all
                    .iter()
                    .filter(|kept| floats(&kept.weight).as_ptr() == place);
                own.filter(|kept| kept.packed.get().is_some()).count()
            };
            for times in 0..UNPREPARED + 2 {
                assert_eq!(prepared(), usize::from(times > UNPREPARED));
                assert_eq!(run(&layer.weight.val()), wanted);
            }
            // Written over if nobody else held it.
            let changed = layer.weight.val() * 2.0;
            assert_ne!(address(&changed), place);
            let doubled: Vec<f32> = wanted.iter().map(|y| 2.0 * y).collect();
            assert_eq!(run(&changed), doubled);
            drop(again);
            assert_eq!(entries(place), 1);
            drop(kept);
            assert_eq!(entries(place), 0);
            assert_eq!(run(&layer.weight.val()), wanted);
        }
    }
}
