//! Work shared out over the threads of rayon's global pool, the one that the framework uses too.

use rayon::prelude::*;

/// Number of multiplications from which on it pays to hand work to another thread.
const WORTH_A_TASK: usize = 1 << 20;

/// Number of tasks into which a job of so many multiplications is cut. (A float that is only moved
/// counts as eight.)
///
/// This number depends on the job alone, so that sums cut the same way come out the same on every
/// machine.
pub(crate) fn tasks_for(operations: usize, at_most: usize) -> usize {
    (operations / WORTH_A_TASK).clamp(1, 16).min(at_most.max(1))
}

/// Calls `work` with every number below `tasks`, in any order and on any thread.
pub(crate) fn for_each(tasks: usize, work: impl Fn(usize) + Sync + Send) {
    if tasks == 1 {
        work(0);
    } else {
        (0..tasks).into_par_iter().with_max_len(1).for_each(work);
    }
}

/// The range of `total` things that task number `index` of `tasks` works on.
pub(crate) fn share(total: usize, tasks: usize, index: usize) -> std::ops::Range<usize> {
    total * index / tasks..total * (index + 1) / tasks
}

/// A pointer to memory that several tasks write, each its own part.
#[derive(Clone, Copy)]
pub(crate) struct Shared(*mut f32);

// SAFETY: a pointer is only a number; whoever writes through it promises to write a part of the
// memory that no other task touches.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    pub(crate) fn new(data: &mut [f32]) -> Self {
        Self(data.as_mut_ptr())
    }

    pub(crate) fn from_pointer(data: *mut f32) -> Self {
        Self(data)
    }

    /// The address of element `offset`.
    ///
    /// # Safety
    /// `offset` must lie within the memory, and no other task may write what is written there.
    pub(crate) unsafe fn at(self, offset: usize) -> *mut f32 {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(offset) }
    }

    /// The address of element `offset`, which may lie outside of the memory: it is neither to be
    /// read nor to be written.
    pub(crate) fn address(self, offset: usize) -> *const f32 {
        self.0.wrapping_add(offset)
    }

    /// Borrows a part of the memory that is only read from now on.
    ///
    /// # Safety
    /// The part must lie within the memory, and no task may write it any more.
    pub(crate) unsafe fn view<'a>(self, range: std::ops::Range<usize>) -> &'a [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts(self.0.add(range.start), range.len()) }
    }

    /// Borrows a part of the memory for writing.
    ///
    /// # Safety
    /// As for [`Shared::at`], for the whole part.
    pub(crate) unsafe fn part<'a>(self, range: std::ops::Range<usize>) -> &'a mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(range.start), range.len()) }
    }
}
