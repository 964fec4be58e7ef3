//! Procedural changes of pictures, by randomly drawn rules: painters whose rules are known, and
//! contents with disturbed lines and shading. Both are computed from the run's seed and the step,
//! without a network.

mod disturbance;
mod painter;
mod plane;
mod smooth;

pub use disturbance::disturbed;
pub use painter::repainted;
pub(crate) use plane::Plane;
pub use smooth::{smooth_contents, smoothness_of};

use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use utsushi_dataset::Pictures;

/// Changes every picture by settings drawn for it, with the pictures spread over all threads.
/// Settings are drawn one after the other, so that the result does not depend on the threads.
fn each_picture<S: Send>(
    pictures: &Pictures,
    random: &mut ChaCha8Rng,
    draw: impl Fn(&mut ChaCha8Rng) -> Option<S>,
    change: impl Fn(&mut [f32], usize, &S) + Sync,
) -> Pictures {
    let mut changed = pictures.clone();
    let settings: Vec<Option<S>> = (0..pictures.len()).map(|_| draw(random)).collect();
    let size = pictures.size;
    let numbers = (size * size * 3).max(1);
    let work: Vec<_> = changed.pixels.chunks_mut(numbers).zip(settings).collect();
    work.into_par_iter().for_each(|(pixels, settings)| {
        if let Some(settings) = settings {
            change(pixels, size, &settings);
        }
    });
    changed
}
