//! Files that lie about their size make nobody allocate for the lie.
//!
//! Alone in its file: the measure covers the whole process.

#![allow(clippy::unwrap_used)] // In a test, a panic is the report.
#![allow(unsafe_code)] // An allocator that keeps count has to be one.

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/quarters.rs"]
mod quarters;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use utsushi_imaging::{DecodeError, DecodeLimits, decode, probe};

/// Counts bytes; leaves the work to the system.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most bytes held at once while `work` runs, beyond those held before.
fn peak<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let outcome = work();
    (MOST.load(Ordering::Relaxed) - before, outcome)
}

/// A PNG with a colour profile of 258 megabytes, packed a hundred and sixty to one.
fn profile_bomb() -> Vec<u8> {
    // Deflate with its fixed codes, bit by bit: the only block; a zero; a million times "the last
    // byte 258 times more"; the end.
    let mut bits = vec![1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
    for _ in 0..1_000_000 {
        bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    }
    bits.extend([0; 7]);
    let mut chunk = b"iCCPbomb\0\0\x78\x01".to_vec();
    for byte in bits.chunks(8) {
        chunk.push(
            byte.iter()
                .enumerate()
                .fold(0, |sum, (place, bit)| sum | bit << place),
        );
    }
    let png = quarters::fixture("rgb.png");
    let mut bytes = png[..33].to_vec();
    bytes.extend((chunk.len() as u32 - 4).to_be_bytes());
    bytes.extend(&chunk);
    bytes.extend(hostile::checksum(&chunk).to_be_bytes());
    bytes.extend(&png[33..]);
    bytes
}

#[test]
fn nothing_is_allocated_for_a_lie() {
    let limits = DecodeLimits::default();
    for (format, bytes) in hostile::giants() {
        let (most, outcome) = peak(|| decode(&bytes, &limits));
        assert!(
            matches!(outcome, Err(DecodeError::TooManyPixels { .. })),
            "{format}"
        );
        assert!(most < 1 << 20, "{format}: {most} bytes to refuse it");
        let (most, _) = peak(|| probe(&bytes));
        assert!(most < 1 << 20, "{format}: {most} bytes to probe it");
    }
    let bomb = profile_bomb();
    let (most, outcome) = peak(|| decode(&bomb, &limits));
    assert!(
        most < 150 << 20,
        "{most} bytes for a colour profile: {outcome:?}"
    );

    // An honest picture takes its own bytes once or twice, not more.
    let honest = utsushi_imaging::Picture::filled(1000, 1000, [1, 2, 3]);
    let png = utsushi_imaging::encode(
        &honest,
        utsushi_imaging::OutputFormat::Png,
        utsushi_imaging::EncodeOptions::default(),
    );
    let png = png.unwrap();
    let (most, outcome) = peak(|| decode(&png, &limits));
    assert_eq!(outcome.unwrap().picture, honest);
    assert!(
        (3_000_000..6_000_000).contains(&most),
        "{most} bytes for three million"
    );
}
