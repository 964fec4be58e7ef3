//! Vectors of AVX2 with FMA: eight floats, 16 registers.

use std::arch::x86_64::*;

use super::{Kernel, Simd};

/// Shows that the processor has AVX2 and FMA: only [`run`] makes one.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

/// Masks of all lengths: eight consecutive entries from `8 - count` on are the mask of the first
/// `count` lanes; a lane takes part when its number is negative.
static MASKS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// Runs a kernel with AVX2 and FMA switched on.
#[target_feature(enable = "avx2,fma")]
pub(super) fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx2(()))
}

impl Simd for Avx2 {
    type Vector = __m256;
    type Mask = __m256i;
    const LANES: usize = 8;
    const MANY_REGISTERS: bool = false;

    instructions! {
        __m256;
        add(a, b) = _mm256_add_ps;
        sub(a, b) = _mm256_sub_ps;
        mul(a, b) = _mm256_mul_ps;
        div(a, b) = _mm256_div_ps;
        sqrt(a) = _mm256_sqrt_ps;
        max(a, b) = _mm256_max_ps;
        min(a, b) = _mm256_min_ps;
        fma(a, b, c) = _mm256_fmadd_ps;
    }

    prefetch!();

    #[inline(always)]
    fn splat(self, x: f32) -> __m256 {
        // SAFETY: `self` shows that the instruction is there.
        unsafe { _mm256_set1_ps(x) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m256 {
        // SAFETY: `self` shows that the instruction is there; the caller's pointer has all lanes.
        unsafe { _mm256_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: __m256) {
        // SAFETY: as in `load`.
        unsafe { _mm256_storeu_ps(to, x) }
    }
    #[inline(always)]
    fn mask(self, count: usize) -> __m256i {
        debug_assert!((1..=8).contains(&count));
        let window = &MASKS[8 - count.min(8)..][..8];
        // SAFETY: `self` shows that the instruction is there; the window has eight numbers.
        unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
    }
    #[inline(always)]
    unsafe fn load_masked(self, from: *const f32, mask: __m256i) -> __m256 {
        // SAFETY: as in `load`; other lanes than those of the mask are not read.
        unsafe { _mm256_maskload_ps(from, mask) }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut f32, x: __m256, mask: __m256i) {
        // SAFETY: as in `load`; other lanes than those of the mask are not written.
        unsafe { _mm256_maskstore_ps(to, mask, x) }
    }
    #[inline(always)]
    fn where_positive(self, x: __m256, a: __m256, b: __m256) -> __m256 {
        // SAFETY: `self` shows that the instructions are there.
        unsafe {
            let positive = _mm256_cmp_ps::<_CMP_GT_OQ>(x, _mm256_setzero_ps());
            _mm256_blendv_ps(b, a, positive)
        }
    }
    #[inline(always)]
    fn power_of_two(self, n: __m256) -> __m256 {
        // SAFETY: `self` shows that the instructions are there.
        unsafe {
            // The exponent's bits, which are counted from 127 on.
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        }
    }
    #[inline(always)]
    fn sum(self, a: __m256) -> f32 {
        // SAFETY: `self` shows that the instructions are there.
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
}
