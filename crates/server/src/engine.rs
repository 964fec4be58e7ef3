//! One model or network, one queue.

mod artist;
mod brush;
mod hand;
mod queue;
mod task;
mod ticket;
mod work_error;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use utsushi_range::{Found, find};
use utsushi_transfer::{Painter, StyleError};

use crate::Limits;
use brush::Easel;
use queue::Queue;

pub(crate) use artist::ShownStyle;
pub use artist::{Artist, OneWayArtist};
pub use task::{
    Edit, Generate, Morph, MorphStation, Painted, PaintedFormat, StylePart, StyleSource, Task,
    ToLabel, Work,
};
pub use ticket::{Phase, Ticket};
pub use work_error::{SubmitError, WorkError};

/// Settings for [`Engine::start`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Most requests that wait; further ones are refused.
    pub queue: usize,
    /// Threads that decode and encode, which is also the most pictures painted in one pass.
    pub hands: usize,
    /// As [`utsushi_transfer::PaintOptions::tile`]: the side of the square that is painted at once.
    pub tile: u32,
    /// What a request may cost.
    pub limits: Limits,
}

impl Default for EngineOptions {
    /// 64 requests that wait, four hands, a megapixel at once.
    fn default() -> Self {
        Self {
            queue: 64,
            hands: 4,
            tile: 1024,
            limits: Limits::default(),
        }
    }
}

/// Paints for any number of threads, in the order in which they ask.
///
/// Hands decode pictures, read styles and encode results side by side; one thread paints, pictures
/// of one size together. A large picture lets small ones pass between its strips, and a morph
/// between its frames. Cloning is cheap; when the last clone is dropped, what was accepted is
/// finished and the threads end.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    /// Closes the queue when the last engine is gone.
    _closer: Arc<Closer>,
}

/// What the threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    artist: Artist,
    options: EngineOptions,
    queue: Queue,
    easel: Easel,
    working: AtomicUsize,
    /// Looked for when first asked for.
    directions: OnceLock<Result<Vec<Found>, StyleError>>,
}

impl Shared {
    /// The model, for all that a network of one way does not do.
    fn painter(&self) -> Result<&Painter, StyleError> {
        self.artist.painter().ok_or(StyleError::OneStyle)
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
    pub fn start(artist: impl Into<Artist>, options: EngineOptions) -> Self {
        let artist = artist.into();
        let options = EngineOptions {
            queue: options.queue.max(1),
            hands: options.hands.clamp(1, 64),
            ..options
        };
        let shared = Arc::new(Shared {
            queue: Queue::new(
                options.queue,
                options.hands,
                u64::from(options.tile) * u64::from(options.tile),
                // A request with the largest picture and one with the largest reference.
                options.limits.pixels.saturating_mul(3),
            ),
            easel: Easel::default(),
            working: AtomicUsize::new(options.hands),
            directions: OnceLock::new(),
            artist,
            options,
        });
        for _ in 0..options.hands {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                hand::run(&shared);
                // The last hand that leaves takes the brush along.
                if shared.working.fetch_sub(1, Ordering::AcqRel) == 1 {
                    shared.easel.close();
                }
            });
        }
        let painting = Arc::clone(&shared);
        thread::spawn(move || brush::run(&painting));
        Self {
            _closer: Arc::new(Closer(Arc::clone(&shared))),
            shared,
        }
    }

    /// Takes work on, if it is sound and there is room.
    ///
    /// Only the headers of pictures are looked at here, and drawn styles are tried, which takes
    /// milliseconds. What a panic over the work says goes to the log (the `tracing` crate), inside
    /// the span that this was called in.
    ///
    /// # Errors
    /// [`SubmitError::Full`] when too much waits, or what is wrong with the work.
    pub fn submit(&self, task: impl Into<Task>) -> Result<Ticket, SubmitError> {
        let task = task.into();
        tracing::debug!("checking a task");
        let size = task.check(&self.shared)?;
        ticket::submit(&self.shared, task, size)
    }

    /// The directions that [`Edit`] knows, those with the largest effect first. The first call
    /// looks for them, which takes a moment.
    ///
    /// # Errors
    /// A model without styles, or with weights that are not finite; a network that paints in one
    /// way.
    pub fn directions(&self) -> Result<&[Found], StyleError> {
        self.shared.directions()
    }

    /// Who paints.
    pub fn artist(&self) -> &Artist {
        &self.shared.artist
    }

    /// The settings it was started with.
    pub fn options(&self) -> &EngineOptions {
        &self.shared.options
    }

    /// Requests that wait for a hand.
    pub fn waiting(&self) -> usize {
        self.shared.queue.waiting()
    }

    /// Requests that a hand has taken.
    pub fn in_work(&self) -> usize {
        self.shared.queue.in_work()
    }

    /// Refuses work from now on; what was accepted is finished.
    pub fn close(&self) {
        self.shared.queue.close();
    }
}
