//! Vectors of 32-bit floats of the width that the processor has, chosen at run time.
//!
//! A kernel is written once, generic over [`Simd`], and compiled once for every instruction set.

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

/// The vector operations of one instruction set.
///
/// # Safety
/// Every function may be called only where the processor has the instruction set; pointers must
/// be valid for the lanes that are read or written, and need no alignment.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    type Vector: Copy;
    /// Says which of the first lanes take part in a load or a store.
    type Mask: Copy;
    /// Floats in a vector.
    const LANES: usize;
    /// Whether there are 32 vector registers (else 16): how large a tile may be.
    const MANY_REGISTERS: bool;
    /// Whether [`Simd::fma_lane`] is one instruction. Vectors then have four lanes, and tiles read
    /// four numbers at a time instead of one number into all lanes.
    const BY_LANE: bool = false;

    unsafe fn splat(x: f32) -> Self::Vector;
    unsafe fn load(from: *const f32) -> Self::Vector;
    unsafe fn store(to: *mut f32, x: Self::Vector);
    /// The mask of the first `count` lanes, `1 <= count <= LANES`.
    unsafe fn mask(count: usize) -> Self::Mask;
    /// Lanes outside the mask are zero and their memory is not touched.
    unsafe fn load_masked(from: *const f32, mask: Self::Mask) -> Self::Vector;
    unsafe fn store_masked(to: *mut f32, x: Self::Vector, mask: Self::Mask);
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn div(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn sqrt(a: Self::Vector) -> Self::Vector;
    unsafe fn max(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn min(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b + c`.
    unsafe fn fma(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `a[LANE] * b + c`, `LANE` below four.
    #[inline(always)]
    unsafe fn fma_lane<const LANE: i32>(
        a: Self::Vector,
        b: Self::Vector,
        c: Self::Vector,
    ) -> Self::Vector {
        debug_assert!(LANE >= 0 && LANE < 4 && Self::LANES <= WIDEST);
        let mut lanes = [0.0; WIDEST];
        // SAFETY: the caller has the instruction set, and there is room for all lanes.
        unsafe {
            Self::store(lanes.as_mut_ptr(), a);
            Self::fma(Self::splat(lanes[LANE as usize]), b, c)
        }
    }
    /// `a` in the lanes where `x > 0`, `b` in the others.
    unsafe fn where_positive(x: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// 2 to the power of each lane, whole numbers from −126 to 127.
    unsafe fn power_of_two(n: Self::Vector) -> Self::Vector;
    /// The sum of all lanes.
    unsafe fn sum(a: Self::Vector) -> f32;
}

/// A piece of work that is compiled once for every instruction set.
///
/// `run` must be `#[inline(always)]`, and so must all that it calls with vectors: that is what
/// makes it part of a function that the instruction set is switched on for.
pub(crate) trait Kernel {
    type Output;
    fn run<S: Simd>(self) -> Self::Output;
}

/// An instruction set.
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
    /// Those that this processor has, best first; the portable one is always the last.
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

    /// The one to use: the best, unless the environment variable `UTSUSHI_ISA` names another
    /// that is there (`avx512`, `avx2`, `neon`, `portable`).
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

    /// Floats in a vector.
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
            // SAFETY: the value exists only where the processor was found to have the features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::run(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::run(kernel) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => kernel.run::<neon::Neon>(),
            Self::Portable => kernel.run::<portable::Portable>(),
        }
    }
}
