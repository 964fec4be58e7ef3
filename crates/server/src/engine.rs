//! The engine: one model or network, and one queue in front of it.

mod anatomy_finder;
mod faces_found;
mod painting_thread;
mod queue;
pub(crate) mod task;
mod ticket;
mod work_error;
mod worker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use utsushi::creative::{Found, find};
use utsushi::{Model, Painter, StyleError};

use crate::Limits;
use anatomy_finder::SharedAnatomyFinder;
use painting_thread::PaintQueue;
use queue::Queue;

pub(crate) use faces_found::FacesFound;
pub use task::Task;
pub use ticket::{Phase, Ticket};
pub use work_error::{SubmitError, WorkError};

/// Options of [`Engine::start`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Largest number of waiting requests; further ones are refused.
    pub queue: usize,
    /// Number of threads that decode and encode, which is also the largest number of pictures
    /// painted in one pass.
    pub workers: usize,
    /// Tile size, as [`utsushi::PaintOptions::tile`]: the side in pixels of the square that is
    /// painted at once.
    pub tile: u32,
    /// Limits on requests.
    pub limits: Limits,
    /// Whether pictures are marked as made with a model ([`Mark`](utsushi_imaging::Mark)).
    pub mark: bool,
}

impl Default for EngineOptions {
    /// Options for 64 waiting requests and four workers, painting a megapixel at once; pictures are
    /// marked.
    fn default() -> Self {
        Self {
            queue: 64,
            workers: 4,
            tile: 1024,
            limits: Limits::default(),
            mark: true,
        }
    }
}

/// The engine, which paints for any number of threads, in the order in which they ask.
///
/// Workers decode pictures, read styles and encode results in parallel; one thread paints, pictures
/// of one size together. Small pictures are painted between the strips of a large one, and between
/// the frames of a morph. Cloning is cheap; when the last clone is dropped, accepted work is
/// finished and the threads end.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    /// Closes the queue when the last engine is dropped.
    _closer: Arc<Closer>,
}

/// Data shared by the threads.
#[derive(Debug)]
pub struct Shared {
    model: Model,
    options: EngineOptions,
    queue: Queue,
    paint_queue: PaintQueue,
    working: AtomicUsize,
    /// Directions of the model, found when they are first asked for.
    directions: OnceLock<Result<Vec<Found>, StyleError>>,
    anatomy: SharedAnatomyFinder,
}

impl Shared {
    /// The painter of a steered model, for everything that a network of a single style cannot do.
    fn painter(&self) -> Result<&Painter, StyleError> {
        self.model.steered().ok_or(StyleError::OneStyle)
    }

    fn directions(&self) -> Result<&[Found], StyleError> {
        let painter = self.painter()?;
        let found = self
            .directions
            .get_or_init(|| find(painter, task::DIRECTIONS));
        found.as_deref().map_err(Clone::clone)
    }
}

#[derive(Debug)]
struct Closer(Arc<Shared>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.queue.close();
    }
}

impl Engine {
    /// Starts the threads.
    pub fn start(model: impl Into<Model>, options: EngineOptions) -> Self {
        let model = model.into();
        let options = EngineOptions {
            queue: options.queue.max(1),
            workers: options.workers.clamp(1, 64),
            ..options
        };
        let shared = Arc::new(Shared {
            queue: Queue::new(
                options.queue,
                options.workers,
                u64::from(options.tile) * u64::from(options.tile),
                // A request with the largest picture of 8 bits and one with the largest reference.
                options.limits.pixels.saturating_mul(3 * task::PIXEL_BYTES),
            ),
            paint_queue: PaintQueue::default(),
            working: AtomicUsize::new(options.workers),
            directions: OnceLock::new(),
            anatomy: SharedAnatomyFinder::default(),
            model,
            options,
        });
        for _ in 0..options.workers {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                worker::run(&shared);
                // The last worker that leaves ends the painting thread.
                if shared.working.fetch_sub(1, Ordering::AcqRel) == 1 {
                    shared.paint_queue.close();
                }
            });
        }
        let painting = Arc::clone(&shared);
        thread::spawn(move || painting_thread::run(&painting));
        Self {
            _closer: Arc::new(Closer(Arc::clone(&shared))),
            shared,
        }
    }

    /// Accepts work, if it is valid and there is room.
    ///
    /// Only the headers of pictures are read here, which takes milliseconds. A panic during the
    /// work is logged (with the `tracing` crate) inside the span in which this was called.
    ///
    /// # Errors
    /// [`SubmitError::Full`] if too much waits, or an error that says what is wrong with the work.
    pub fn submit(&self, task: impl Into<Task>) -> Result<Ticket, SubmitError> {
        let task = task.into();
        tracing::debug!("checking a task");
        let size = task.check(&self.shared)?;
        ticket::submit(&self.shared, task, size)
    }

    /// The directions that [`Edit`](crate::Edit) can use, those with the largest effect first. The
    /// first call computes them, which takes a moment.
    ///
    /// # Errors
    /// The model has no styles, or weights that are not finite, or is a network of a single style.
    pub fn directions(&self) -> Result<&[Found], StyleError> {
        self.shared.directions()
    }

    /// The model that paints.
    pub fn model(&self) -> &Model {
        &self.shared.model
    }

    /// The options with which the engine was started.
    pub fn options(&self) -> &EngineOptions {
        &self.shared.options
    }

    /// Number of requests that wait for a worker.
    pub fn waiting(&self) -> usize {
        self.shared.queue.waiting()
    }

    /// Number of requests that a worker has taken.
    pub fn in_work(&self) -> usize {
        self.shared.queue.in_work()
    }

    /// Refuses work from now on; accepted work is finished.
    pub fn close(&self) {
        self.shared.queue.close();
    }
}
