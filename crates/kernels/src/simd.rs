//! Vectors of 32-bit floats of the width that the processor has, chosen at run time.
//!
//! A kernel is written once, generic over [`Simd`], and compiled once for every instruction set.

/// Functions of vectors that are one instruction.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! instructions {
    ($vector:ty; $($name:ident($($x:ident),+) = $instruction:ident;)+) => {$(
        #[inline(always)]
        fn $name(self, $($x: $vector),+) -> $vector {
            // SAFETY: `self` shows that the processor has the instruction, which touches no memory.
            unsafe { $instruction($($x),+) }
        }
    )+};
}

/// Defines `prefetch`, which brings memory into the first-level cache.
#[cfg(target_arch = "x86_64")]
macro_rules! prefetch {
    () => {
        #[inline(always)]
        fn prefetch(self, from: *const f32) {
            // SAFETY: every such processor has the instruction, which may have any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use std::sync::OnceLock;

/// The most floats that a vector of any instruction set has.
const WIDEST: usize = 16;

/// Floats in a cache line.
const LINE: usize = 16;

/// The vector operations of one instruction set. A value of the type shows that the processor has
/// it: there are only those that [`Isa::run`] hands to a kernel.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    type Vector: Copy;
    /// Says which of the first lanes take part in a load or a store.
    type Mask: Copy;
    /// Number of floats in a vector.
    const LANES: usize;
    /// Whether there are 32 vector registers (else 16): how large a tile may be.
    const MANY_REGISTERS: bool;
    /// Whether [`Simd::fma_lane`] is one instruction. Vectors then have four lanes, and tiles read
    /// four numbers at a time instead of one number into all lanes.
    const BY_LANE: bool = false;
    /// Number of consecutive vectors of which one has to be prefetched, to prefetch all of their
    /// cache lines.
    const VECTORS_A_LINE: usize = if Self::LANES < LINE {
        LINE / Self::LANES
    } else {
        1
    };

    fn splat(self, x: f32) -> Self::Vector;
    /// Loads a vector of floats.
    ///
    /// # Safety
    /// The pointer must be valid for a read of all lanes; it needs no alignment.
    unsafe fn load(self, from: *const f32) -> Self::Vector;
    /// Stores a vector of floats.
    ///
    /// # Safety
    /// The pointer must be valid for a write of all lanes; it needs no alignment.
    unsafe fn store(self, to: *mut f32, x: Self::Vector);
    /// Prefetches the memory at an address that will be read soon; any address will do.
    #[inline(always)]
    fn prefetch(self, _from: *const f32) {}
    /// The mask of the first `count` lanes, `1 <= count <= LANES`.
    fn mask(self, count: usize) -> Self::Mask;
    /// Loads the lanes of the mask; the others become zero, and their memory is not touched.
    ///
    /// # Safety
    /// As for [`Simd::load`], for the lanes of the mask.
    unsafe fn load_masked(self, from: *const f32, mask: Self::Mask) -> Self::Vector;
    /// Stores the lanes of the mask; the memory of the others is not touched.
    ///
    /// # Safety
    /// As for [`Simd::store`], for the lanes of the mask.
    unsafe fn store_masked(self, to: *mut f32, x: Self::Vector, mask: Self::Mask);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sqrt(self, a: Self::Vector) -> Self::Vector;
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Fused multiplication and addition: `a * b + c`.
    fn fma(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// Fused multiplication by one lane and addition: `a[LANE] * b + c`, with `LANE` below four.
    #[inline(always)]
    fn fma_lane<const LANE: i32>(
        self,
        a: Self::Vector,
        b: Self::Vector,
        c: Self::Vector,
    ) -> Self::Vector {
        const { assert!(Self::LANES <= WIDEST) };
        let mut lanes = [0.0; WIDEST];
        // SAFETY: there is room for all lanes.
        unsafe { self.store(lanes.as_mut_ptr(), a) };
        self.fma(self.splat(lanes[LANE as usize]), b, c)
    }
    /// Selects per lane: `a` where `x > 0`, else `b`.
    fn where_positive(self, x: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// 2 to the power of each lane, for whole numbers from −126 to 127.
    fn power_of_two(self, n: Self::Vector) -> Self::Vector;
    /// The sum of all lanes.
    fn sum(self, a: Self::Vector) -> f32;
}

/// A piece of work that is compiled once for every instruction set.
///
/// `run` must be `#[inline(always)]`, and so must all that it calls with vectors: that is what
/// makes it part of a function that the instruction set is switched on for.
pub(crate) trait Kernel {
    type Output;
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// An instruction set that the kernels are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isa {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Portable,
}

impl Isa {
    /// Lists the instruction sets that this processor has, best first; the portable one is always
    /// the last.
    pub(crate) fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                found.push(Self::Avx512);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                found.push(Self::Avx2);
            }
        }
        // Part of every 64-bit ARM target with floats in registers.
        #[cfg(target_arch = "aarch64")]
        found.push(Self::Neon);
        found.push(Self::Portable);
        found
    }

    /// Chooses the instruction set to use: the best, unless the environment variable `UTSUSHI_ISA`
    /// names another that is there (`avx512`, `avx2`, `neon`, `portable`).
    pub(crate) fn get() -> Self {
        static CHOSEN: OnceLock<Isa> = OnceLock::new();
        *CHOSEN.get_or_init(|| {
            let wanted = std::env::var("UTSUSHI_ISA").unwrap_or_default();
            let found = Self::available();
            found
                .iter()
                .copied()
                .find(|isa| isa.name() == wanted)
                .unwrap_or(found[0])
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon => "neon",
            Self::Portable => "portable",
        }
    }

    /// Number of floats in a vector of this instruction set.
    pub(crate) fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => avx512::Avx512::LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::Avx2::LANES,
            #[cfg(target_arch = "aarch64")]
            Self::Neon => neon::Neon::LANES,
            Self::Portable => portable::Portable::LANES,
        }
    }

    /// Runs the kernel's version for this instruction set.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            // SAFETY: only `available` makes this value, where it finds the features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::run(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::run(kernel) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => kernel.run(neon::Neon),
            Self::Portable => kernel.run(portable::Portable),
        }
    }
}
