//! Buffers for intermediate values, which each thread keeps for the next use.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// A cache line, so that rows of vectors start on one.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; 16]);

/// Number of buffers that a thread keeps; a nested use takes the next one.
const KEPT: usize = 6;

thread_local! {
    static FREE: RefCell<Vec<Vec<Line>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of floats that starts on a cache line. Its values are those that its last user left.
pub(crate) struct Scratch {
    lines: Vec<Line>,
    len: usize,
}

impl Scratch {
    /// A buffer of `len` floats with arbitrary values.
    pub(crate) fn take(len: usize) -> Self {
        let needed = len.div_ceil(16);
        let mut lines = FREE.with_borrow_mut(|free| {
            // The smallest that is large enough, or else the largest.
            let best = (0..free.len()).min_by_key(|&i| {
                let size = free[i].len();
                if size >= needed {
                    (0, size)
                } else {
                    (1, usize::MAX - size)
                }
            });
            best.map(|i| free.swap_remove(i)).unwrap_or_default()
        });
        if lines.len() < needed {
            lines = vec![Line([0.0; 16]); needed];
        }
        if cfg!(test) {
            // Whoever reads what was not written gets no number, on every run.
            lines.fill(Line([f32::from_bits(u32::MAX); 16]));
        }
        Self { lines, len }
    }

    /// A buffer of `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let mut scratch = Self::take(len);
        scratch.fill(0.0);
        scratch
    }
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} floats", self.len)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        // The thread may be ending; then the buffer is simply freed.
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            free.push(lines);
            if free.len() > KEPT {
                let smallest = (0..free.len()).min_by_key(|&i| free[i].len());
                if let Some(smallest) = smallest {
                    free.swap_remove(smallest);
                }
            }
        });
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: `lines` holds at least `len` floats one after another, all initialised.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`; the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}
