//! A memory allocator that keeps large blocks that were freed, and hands them out again for
//! requests of the same size.
//!
//! Every operation on tensors makes a new one, of megabytes, and soon drops an old one. A system's
//! allocator gives such blocks back to the system at once, and fetching them anew costs a page
//! fault for every 4 KiB: as long as the operation itself, measured.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};

/// Smallest block, in bytes, that the recycling allocator keeps: smaller ones are left to the
/// system's allocator.
const SMALLEST: usize = 128 << 10;
/// Size in bytes from which on a block is placed on huge pages, where the system has them.
const HUGE_PAGE: usize = 2 << 20;
/// Number of different block sizes between one power of two and the next.
const STEPS: usize = 8;
const CLASSES: usize = (usize::BITS as usize - SMALLEST.ilog2() as usize) * STEPS;
/// Bytes of free blocks that may be kept, in addition to half of the memory in use, when a block of
/// a new size is requested.
const SPARE: usize = 512 << 20;

/// Keeps freed blocks of 128 KiB and more, sorted by size, and hands them out again.
///
/// A program that trains or paints large pictures is faster with it:
///
/// ```
/// use utsushi_kernels::RecyclingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: RecyclingAllocator = RecyclingAllocator::new();
/// # fn main() {}
/// ```
///
/// The blocks that it keeps were in use before, so the most memory that a program ever holds grows
/// by little: before the allocator asks the system for more, it gives back free blocks in excess of
/// half of the memory in use. When the system has no more memory, it gives back all free blocks and
/// asks once more.
pub struct RecyclingAllocator<S: GlobalAlloc = System> {
    system: S,
    /// The free blocks of every size. Each size has its own lock.
    free: [Mutex<List>; CLASSES],
    kept: AtomicUsize,
    used: AtomicUsize,
}

/// A linked list of free blocks, as the address of its first block; each block begins with the
/// address of the next.
struct List(*mut u8);

// SAFETY: the blocks in a list belong to nobody else.
unsafe impl Send for List {}

impl List {
    /// Puts a free block at the head of the list.
    ///
    /// # Safety
    /// The block must hold an address, be aligned for one, and belong to nobody else.
    unsafe fn push(&mut self, block: *mut u8) {
        // SAFETY: the caller's promises.
        unsafe { block.cast::<*mut u8>().write(self.0) };
        self.0 = block;
    }

    fn pop(&mut self) -> Option<*mut u8> {
        let block = self.0;
        if block.is_null() {
            return None;
        }
        // SAFETY: `push` wrote the next one's address there, and nobody else has the block.
        self.0 = unsafe { block.cast::<*mut u8>().read() };
        Some(block)
    }
}

impl RecyclingAllocator {
    /// An allocator without any kept blocks, on top of the system's allocator.
    pub const fn new() -> Self {
        Self::over(System)
    }
}

impl Default for RecyclingAllocator {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: GlobalAlloc> RecyclingAllocator<S> {
    const fn over(system: S) -> Self {
        Self {
            system,
            free: [const { Mutex::new(List(null_mut())) }; CLASSES],
            kept: AtomicUsize::new(0),
            used: AtomicUsize::new(0),
        }
    }

    fn list(&self, class: usize) -> MutexGuard<'_, List> {
        self.free[class]
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// Returns a block for the layout, and whether its bytes are known to be zero. A recycled block
    /// is not; a new one is if `zeroed`, and then its pages are not touched here, at a page fault
    /// for every 4 KiB.
    fn take(&self, layout: Layout, zeroed: bool) -> (*mut u8, bool) {
        let (class, size) = class_of(layout.size());
        let kept = self.list(class).pop();
        if let Some(block) = kept {
            self.kept.fetch_sub(size, Relaxed);
            self.used.fetch_add(size, Relaxed);
            return (block, false);
        }
        self.give_back((self.used.load(Relaxed) + size) / 2 + SPARE);
        let block = self.ask(|system| {
            let layout = system_layout(size);
            // SAFETY: the size is not zero.
            unsafe {
                if zeroed {
                    system.alloc_zeroed(layout)
                } else {
                    system.alloc(layout)
                }
            }
        });
        if !block.is_null() {
            self.used.fetch_add(size, Relaxed);
            if size >= HUGE_PAGE {
                advise_huge(block, size);
            }
        }
        (block, zeroed)
    }

    /// Keeps a freed block for later requests.
    ///
    /// # Safety
    /// The block must come from `take` with the same layout, and nobody may use it any more.
    unsafe fn keep(&self, block: *mut u8, layout: Layout) {
        let (class, size) = class_of(layout.size());
        self.used.fetch_sub(size, Relaxed);
        self.kept.fetch_add(size, Relaxed);
        // SAFETY: the block is large and aligned enough to hold an address, and the caller
        // promises that it is free.
        unsafe { self.list(class).push(block) };
    }

    /// Makes a request to the system's allocator; if that fails (null), gives back all kept blocks
    /// and tries once more.
    fn ask(&self, request: impl Fn(&S) -> *mut u8) -> *mut u8 {
        let block = request(&self.system);
        if block.is_null() && self.give_back(0) {
            return request(&self.system);
        }
        block
    }

    /// Gives kept blocks back to the system, the largest first, until no more than `limit` bytes
    /// are kept. Returns whether there were any to give back.
    fn give_back(&self, limit: usize) -> bool {
        let mut any = false;
        for class in (0..CLASSES).rev() {
            while self.kept.load(Relaxed) > limit {
                let Some(block) = self.list(class).pop() else {
                    break;
                };
                let size = size_of_class(class);
                self.kept.fetch_sub(size, Relaxed);
                // SAFETY: the block was made with this layout and belongs to nobody else.
                unsafe { self.system.dealloc(block, system_layout(size)) };
                any = true;
            }
        }
        any
    }
}

impl<S: GlobalAlloc> Drop for RecyclingAllocator<S> {
    fn drop(&mut self) {
        self.give_back(0);
    }
}

fn is_large(layout: Layout) -> bool {
    layout.size() >= SMALLEST && layout.align() <= 64 && layout.size() <= isize::MAX as usize / 2
}

/// Returns the size class whose blocks hold at least this many bytes, and the size of its blocks in
/// bytes.
fn class_of(bytes: usize) -> (usize, usize) {
    let power = bytes.ilog2();
    let step = (1_usize << power) / STEPS;
    let steps = (bytes - (1 << power)).div_ceil(step);
    let class = (power - SMALLEST.ilog2()) as usize * STEPS + steps;
    (class, (1 << power) + steps * step)
}

fn size_of_class(class: usize) -> usize {
    let power = SMALLEST << (class / STEPS);
    power + class % STEPS * (power / STEPS)
}

fn system_layout(size: usize) -> Layout {
    let align = if size >= HUGE_PAGE { HUGE_PAGE } else { 64 };
    Layout::from_size_align(size, align).expect("sizes are checked before they come here")
}

/// Asks the system to place the block on huge pages: fewer page faults, and fewer misses in the
/// processor's table of addresses (TLB).
fn advise_huge(block: *mut u8, size: usize) {
    #[cfg(target_os = "linux")]
    {
        unsafe extern "C" {
            fn madvise(address: *mut u8, length: usize, advice: i32) -> i32;
        }
        const MADV_HUGEPAGE: i32 = 14;
        // SAFETY: the range is ours, starts on a page, and the advice changes no contents. It may
        // fail, and then nothing is lost.
        unsafe { madvise(block, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (block, size);
}

// SAFETY: blocks are the system's, or were, and are handed to one owner at a time.
unsafe impl<S: GlobalAlloc> GlobalAlloc for RecyclingAllocator<S> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return self.take(layout, false).0;
        }
        // SAFETY: the caller promises that the layout's size is not zero.
        self.ask(|system| unsafe { system.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !is_large(layout) {
            // SAFETY: the caller promises that the layout's size is not zero.
            return self.ask(|system| unsafe { system.alloc_zeroed(layout) });
        }
        let (block, zero) = self.take(layout, true);
        if !zero {
            // SAFETY: the block has at least the layout's size, and is nobody else's yet.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises; the layout tells where the block came from.
        unsafe {
            if is_large(layout) {
                self.keep(block, layout);
            } else {
                self.system.dealloc(block, layout);
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else {
            return null_mut();
        };
        match (is_large(layout), is_large(new)) {
            // SAFETY: the caller's promises; a small block came from the system.
            (false, false) => self.ask(|system| unsafe { system.realloc(block, layout, size) }),
            (true, true) if class_of(layout.size()) == class_of(size) => block,
            // SAFETY: the caller's promises; a new block is copied to, as much as both hold, before
            // the old one is given up.
            _ => unsafe {
                let target = self.alloc(new);
                if !target.is_null() {
                    target.copy_from_nonoverlapping(block, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                target
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 4).unwrap()
    }

    #[test]
    fn classes_hold_what_they_say() {
        assert_eq!(class_of(SMALLEST), (0, SMALLEST));
        for bytes in [SMALLEST + 1, 1_000_000, 2 << 20, (2 << 20) - 1, 123_456_789] {
            let (class, size) = class_of(bytes);
            assert!(
                size >= bytes && size - bytes <= bytes / STEPS,
                "{bytes} in {size}"
            );
            assert_eq!(size_of_class(class), size);
            assert_eq!(class_of(size), (class, size));
        }
    }

    #[test]
    fn blocks_come_back_and_zeroed_ones_are_zero() {
        let allocator = RecyclingAllocator::new();
        let large = layout(300_000);
        // SAFETY: blocks are used within their size and freed once with their layout.
        unsafe {
            let first = allocator.alloc(large);
            first.write_bytes(7, 300_000);
            allocator.dealloc(first, large);
            let second = allocator.alloc_zeroed(layout(299_000));
            assert_eq!(first, second);
            assert!(
                std::slice::from_raw_parts(second, 299_000)
                    .iter()
                    .all(|byte| *byte == 0)
            );
            // Growing keeps the contents, into another class and out of the large ones.
            second.write_bytes(9, 299_000);
            let third = allocator.realloc(second, layout(299_000), 900_000);
            assert!(
                std::slice::from_raw_parts(third, 299_000)
                    .iter()
                    .all(|byte| *byte == 9)
            );
            let fourth = allocator.realloc(third, layout(900_000), 1000);
            assert!(
                std::slice::from_raw_parts(fourth, 1000)
                    .iter()
                    .all(|byte| *byte == 9)
            );
            allocator.dealloc(fourth, layout(1000));
            assert_eq!(allocator.used.load(Relaxed), 0);
        }
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let allocator = RecyclingAllocator::new();
        // SAFETY: as above.
        unsafe {
            for i in 0..4 {
                let big = layout(SPARE / 2 + i * (SPARE / 8));
                let block = allocator.alloc(big);
                allocator.dealloc(block, big);
            }
            let block = allocator.alloc(layout(SMALLEST));
            let kept = allocator.kept.load(Relaxed);
            assert!(kept <= SPARE + SMALLEST / 2, "{kept} bytes kept");
            allocator.dealloc(block, layout(SMALLEST));
        }
    }

    /// A system allocator for tests that has only this many bytes left.
    struct Limited(AtomicUsize);

    // SAFETY: what it does not refuse, it passes on unchanged to the system's allocator.
    unsafe impl GlobalAlloc for Limited {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let left = self.0.load(Relaxed);
            if layout.size() > left {
                return null_mut();
            }
            self.0.store(left - layout.size(), Relaxed);
            // SAFETY: the caller's promises.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            self.0.fetch_add(layout.size(), Relaxed);
            // SAFETY: the caller's promises.
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn what_is_kept_is_given_back_when_memory_runs_out() {
        let allocator = RecyclingAllocator::over(Limited(AtomicUsize::new(8 * SMALLEST)));
        // SAFETY: blocks are not used, and are freed once with their layout.
        unsafe {
            let first = allocator.alloc(layout(6 * SMALLEST));
            allocator.dealloc(first, layout(6 * SMALLEST));
            // A block of another size: there is room only without the one that is kept.
            let second = allocator.alloc(layout(7 * SMALLEST));
            assert!(!second.is_null());
            assert!(allocator.alloc(layout(2 * SMALLEST)).is_null());
            assert_eq!(allocator.used.load(Relaxed), 7 * SMALLEST);
            allocator.dealloc(second, layout(7 * SMALLEST));
            // Zeroed blocks and small ones too, new and grown.
            let zeroed = allocator.alloc_zeroed(layout(6 * SMALLEST));
            assert!(!zeroed.is_null());
            allocator.dealloc(zeroed, layout(6 * SMALLEST));
            let filler = allocator.alloc(layout(SMALLEST));
            let blocks = [(); 8].map(|()| allocator.alloc(layout(SMALLEST - 8)));
            assert_eq!(blocks.iter().filter(|block| block.is_null()).count(), 1);
            assert_eq!(allocator.kept.load(Relaxed), 0);
            allocator.dealloc(filler, layout(SMALLEST));
            for block in blocks.into_iter().filter(|block| !block.is_null()) {
                allocator.dealloc(block, layout(SMALLEST - 8));
            }
            let small = allocator.alloc(layout(SMALLEST / 2));
            let large = allocator.alloc(layout(7 * SMALLEST));
            allocator.dealloc(large, layout(7 * SMALLEST));
            let grown = allocator.realloc(small, layout(SMALLEST / 2), SMALLEST - 8);
            assert!(!grown.is_null());
            allocator.dealloc(grown, layout(SMALLEST - 8));
        }
    }

    #[test]
    fn threads_get_blocks_of_their_own() {
        let allocator = RecyclingAllocator::new();
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let allocator = &allocator;
                scope.spawn(move || {
                    for round in 0..200 {
                        let block = layout(SMALLEST + round % 3 * SMALLEST);
                        // SAFETY: the block is used within its size and freed with its layout.
                        unsafe {
                            let place = allocator.alloc(block);
                            place.write_bytes(thread, block.size());
                            let bytes = std::slice::from_raw_parts(place, block.size());
                            assert!(bytes.iter().all(|&byte| byte == thread));
                            allocator.dealloc(place, block);
                        }
                    }
                });
            }
        });
        assert_eq!(allocator.used.load(Relaxed), 0);
        assert!(allocator.kept.load(Relaxed) <= 4 * 6 * SMALLEST);
    }
}
