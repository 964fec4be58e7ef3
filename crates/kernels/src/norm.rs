//! Instance normalisation with a gain and a bias of each picture's own, over plain slices.

mod backward;
mod forward;

use crate::Activation;
use crate::parallel;

pub(crate) use backward::{Gradients, backward};
pub(crate) use forward::{Statistics, forward};

/// The sizes and constants of one normalisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Norm {
    pub(crate) batch: usize,
    /// Pixels of one picture.
    pub(crate) pixels: usize,
    pub(crate) channels: usize,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f32,
}

/// Pixels that are summed before the sums are added up.
const RUN: usize = 64;

impl Norm {
    /// Into how many chunks each picture is cut, so that all threads have something to do.
    fn chunks(&self) -> usize {
        let tasks = parallel::tasks_for(self.batch * self.pixels * self.channels * 8, 16);
        tasks
            .div_ceil(self.batch)
            .min(self.pixels.div_ceil(4 * RUN))
            .max(1)
    }

    /// The pixels of one chunk, counted through all pictures.
    fn chunk(&self, picture: usize, chunk: usize) -> std::ops::Range<usize> {
        let share = parallel::share(self.pixels, self.chunks(), chunk);
        picture * self.pixels + share.start..picture * self.pixels + share.end
    }
}
