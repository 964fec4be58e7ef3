//! An allocator that keeps large blocks for the next one who wants that much.
//!
//! Every operation on tensors makes a new one, of megabytes, and soon drops an old one. A system's
//! allocator gives such blocks back to the system at once, and fetching them anew costs a page
//! fault for every 4 KiB: as long as the operation itself, measured.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::Mutex;

/// Smaller blocks are left to the system's allocator.
const SMALLEST: usize = 128 << 10;
/// Blocks at least this large are placed on huge pages where the system has them.
const HUGE_PAGE: usize = 2 << 20;
/// Block sizes between one power of two and the next.
const STEPS: usize = 8;
const CLASSES: usize = (usize::BITS as usize - SMALLEST.ilog2() as usize) * STEPS;
/// What may be kept, beside half of what is in use, when a block of a new size is needed.
const SPARE: usize = 512 << 20;

/// The allocator of every program that uses this crate, unless its feature `allocator` is off.
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: RecyclingAllocator = RecyclingAllocator::new();

/// Keeps freed blocks of 128 KiB and more, sorted by size, and hands them out again.
///
/// What it keeps was in use before, so the most memory that a program ever holds grows by little:
/// before it asks the system for more, it gives back what exceeds half of what is in use.
pub struct RecyclingAllocator {
    free: Mutex<Free>,
}

struct Free {
    /// The first free block of every size; each free block begins with the address of the next.
    first: [*mut u8; CLASSES],
    kept: usize,
    used: usize,
}

// SAFETY: the blocks in the lists belong to nobody else.
unsafe impl Send for Free {}

impl RecyclingAllocator {
    /// One that keeps nothing yet.
    pub const fn new() -> Self {
        Self {
            free: Mutex::new(Free {
                first: [null_mut(); CLASSES],
                kept: 0,
                used: 0,
            }),
        }
    }

    /// A block for the layout and whether its bytes are known to be zero, as they are in a new
    /// one if `zeroed`. Only then is all of it touched, at a page fault for every 4 KiB.
    ///
    /// # Safety
    /// As for [`GlobalAlloc::alloc`].
    unsafe fn take(&self, layout: Layout, zeroed: bool) -> (*mut u8, bool) {
        let (class, size) = class_of(layout.size());
        {
            let mut free = self
                .free
                .lock()
                .unwrap_or_else(|broken| broken.into_inner());
            free.used += size;
            let block = free.first[class];
            if !block.is_null() {
                // SAFETY: a block in the list begins with the address of the next.
                free.first[class] = unsafe { block.cast::<*mut u8>().read() };
                free.kept -= size;
                return (block, false);
            }
            free.shrink();
        }
        // SAFETY: the size is not zero.
        let block = unsafe {
            if zeroed {
                System.alloc_zeroed(system_layout(size))
            } else {
                System.alloc(system_layout(size))
            }
        };
        if block.is_null() {
            let mut free = self
                .free
                .lock()
                .unwrap_or_else(|broken| broken.into_inner());
            free.used -= size;
        } else if size >= HUGE_PAGE {
            advise_huge(block, size);
        }
        (block, zeroed)
    }

    /// Keeps a block.
    ///
    /// # Safety
    /// The block must come from `take` with the same layout, and nobody may use it any more.
    unsafe fn keep(&self, block: *mut u8, layout: Layout) {
        let (class, size) = class_of(layout.size());
        let mut free = self
            .free
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        // SAFETY: the block is large and aligned enough to hold an address.
        unsafe { block.cast::<*mut u8>().write(free.first[class]) };
        free.first[class] = block;
        free.kept += size;
        free.used -= size;
    }
}

impl Default for RecyclingAllocator {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for RecyclingAllocator {
    fn drop(&mut self) {
        let free = self.free.get_mut();
        free.unwrap_or_else(|broken| broken.into_inner())
            .shrink_to(0);
    }
}

impl Free {
    /// Gives blocks back to the system, the largest first, until what is kept is no more than
    /// [`SPARE`] beside half of what is in use.
    fn shrink(&mut self) {
        self.shrink_to(self.used / 2 + SPARE);
    }

    /// The same until no more than `limit` bytes are kept.
    fn shrink_to(&mut self, limit: usize) {
        for class in (0..CLASSES).rev() {
            while self.kept > limit && !self.first[class].is_null() {
                let block = self.first[class];
                let size = size_of_class(class);
                // SAFETY: a block in the list begins with the address of the next, is nobody
                // else's, and was made with this layout.
                unsafe {
                    self.first[class] = block.cast::<*mut u8>().read();
                    System.dealloc(block, system_layout(size));
                }
                self.kept -= size;
            }
        }
    }
}

fn is_large(layout: Layout) -> bool {
    layout.size() >= SMALLEST && layout.align() <= 64 && layout.size() <= isize::MAX as usize / 2
}

/// The class of blocks of at least this many bytes, and how many they have.
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

/// Asks for huge pages: fewer faults, and fewer misses of the table of addresses.
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
unsafe impl GlobalAlloc for RecyclingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises.
        unsafe {
            if is_large(layout) {
                self.take(layout, false).0
            } else {
                System.alloc(layout)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises; the block has at least the layout's size.
        unsafe {
            if !is_large(layout) {
                return System.alloc_zeroed(layout);
            }
            let (block, zero) = self.take(layout, true);
            if !zero {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises; the layout tells where the block came from.
        unsafe {
            if is_large(layout) {
                self.keep(block, layout)
            } else {
                System.dealloc(block, layout)
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises; a new block is copied to before the old is given up.
        unsafe {
            let Ok(new) = Layout::from_size_align(size, layout.align()) else {
                return null_mut();
            };
            match (is_large(layout), is_large(new)) {
                (false, false) => System.realloc(block, layout, size),
                (true, true) if class_of(layout.size()) == class_of(size) => block,
                _ => {
                    let target = self.alloc(new);
                    if !target.is_null() {
                        target.copy_from_nonoverlapping(block, layout.size().min(size));
                        self.dealloc(block, layout);
                    }
                    target
                }
            }
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
            assert_eq!(allocator.free.lock().unwrap().used, 0);
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
            let kept = allocator.free.lock().unwrap().kept;
            assert!(kept <= SPARE + SMALLEST / 2, "{kept} bytes kept");
            allocator.dealloc(block, layout(SMALLEST));
        }
    }
}
