//! The loader of batches, which are decoded ahead on threads and delivered strictly in order.

mod queue;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::loader::queue::Queue;
use crate::sampler::Sampler;
use crate::{DatasetError, NearViews, PreparedSet, TrainingBatch};

/// Options of making batches.
#[derive(Clone, Debug, PartialEq)]
pub struct LoaderOptions {
    /// Number of pictures in each part of a batch, at least 1.
    pub batch: usize,
    /// Side of the pictures in pixels, at most the set's; if it is smaller, pictures are reduced.
    pub size: usize,
    /// The seed that, together with the step, determines every random choice.
    pub seed: u64,
    /// Number of threads that decode. With 0, [`Loader::next`] decodes by itself.
    pub threads: usize,
    /// Whether a random half of the pictures is mirrored left to right.
    pub flip: bool,
    /// Weights of target styles by name: how often each is painted in, relative to the others. A
    /// style that is not listed has 1; with 0 it is never a target. Contents are always drawn
    /// evenly.
    pub style_weights: Option<BTreeMap<String, f32>>,
    /// Windows of larger pictures, which show things from nearer.
    pub near: NearViews,
    /// Largest number of batches that may lie ready or be in the making, at least 1.
    pub ahead: usize,
}

impl Default for LoaderOptions {
    /// Options for batches of 16 at 64 pixels, mirrored at random, with one thread, four batches
    /// ahead.
    fn default() -> Self {
        Self {
            batch: 16,
            size: 64,
            seed: 0,
            threads: 1,
            flip: true,
            style_weights: None,
            near: NearViews::default(),
            ahead: 4,
        }
    }
}

/// Everything that a thread needs to make any batch.
struct Recipe {
    set: Arc<PreparedSet>,
    sampler: Sampler,
    size: usize,
}

impl Recipe {
    fn batch(&self, step: u64) -> Result<TrainingBatch, DatasetError> {
        TrainingBatch::load(&self.set, &self.sampler.plan(step), step, self.size)
    }
}

/// An endless stream of training batches, one for each step.
///
/// A batch depends on the set, the options' seed and its step alone: neither on the number of
/// threads nor on where the stream began.
pub struct Loader {
    recipe: Arc<Recipe>,
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<()>>,
    next_step: u64,
}

impl Loader {
    /// Starts loading with the batch of `first_step`.
    ///
    /// # Errors
    /// An option is out of its range, or a style of the set has no training pictures.
    pub fn new(
        set: Arc<PreparedSet>,
        options: LoaderOptions,
        first_step: u64,
    ) -> Result<Self, DatasetError> {
        let positive = |option: &'static str, value: usize| {
            if value == 0 {
                return Err(DatasetError::Option {
                    option,
                    message: "0 must be at least 1".into(),
                });
            }
            Ok(())
        };
        positive("batch", options.batch)?;
        positive("size", options.size)?;
        positive("ahead", options.ahead)?;
        if options.size > set.size() as usize {
            return Err(DatasetError::Option {
                option: "size",
                message: format!(
                    "{} is larger than the set's pictures ({}); prepare the set with `size = {}`",
                    options.size,
                    set.size(),
                    options.size
                ),
            });
        }
        let weights = options.style_weights.as_ref();
        let sampler = Sampler::new(
            &set,
            options.seed,
            options.batch,
            options.flip,
            weights,
            &options.near,
        )?;
        let recipe = Arc::new(Recipe {
            set,
            sampler,
            size: options.size,
        });
        let queue = Arc::new(Queue::new(first_step, options.ahead));
        let mut loader = Self {
            recipe,
            queue,
            workers: Vec::with_capacity(options.threads),
            next_step: first_step,
        };
        for number in 0..options.threads {
            let (recipe, queue) = (Arc::clone(&loader.recipe), Arc::clone(&loader.queue));
            let worker = std::thread::Builder::new()
                .name(format!("loader-{number}"))
                .spawn(move || queue.work(|step| recipe.batch(step)))
                .map_err(|error| DatasetError::Option {
                    option: "threads",
                    message: format!("could not start thread {}: {error}; try fewer", number + 1),
                })?;
            loader.workers.push(worker);
        }
        Ok(loader)
    }

    /// The prepared set from which the pictures come.
    pub fn set(&self) -> &PreparedSet {
        &self.recipe.set
    }

    /// The step whose batch [`next`](Self::next) delivers.
    pub fn next_step(&self) -> u64 {
        self.next_step
    }

    /// Returns the batch of the next step, after waiting until it is decoded.
    ///
    /// # Errors
    /// A picture of the batch is missing or damaged. The step does not advance, so that the next
    /// call tries the same batch again.
    #[expect(
        clippy::should_implement_trait,
        reason = "an endless stream with errors, no iterator"
    )]
    pub fn next(&mut self) -> Result<TrainingBatch, DatasetError> {
        // Made here if there are no threads, or after one of them failed.
        let batch = match self.queue.take(self.next_step, !self.workers.is_empty()) {
            Some(batch) => batch,
            None => self.recipe.batch(self.next_step)?,
        };
        self.next_step += 1;
        self.queue.advance(self.next_step);
        Ok(batch)
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            // A worker that panicked has nothing left to tidy.
            let _ = worker.join();
        }
    }
}
