//! Vectors of AVX-512: sixteen floats, 32 registers.

use std::arch::x86_64::*;

use super::{Kernel, Simd};

/// Shows that the processor has AVX-512F: only [`run`] makes one.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

/// Runs a kernel with AVX-512 switched on.
#[target_feature(enable = "avx512f,avx2,fma")]
pub(super) fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx512(()))
}

impl Simd for Avx512 {
    type Vector = __m512;
    type Mask = __mmask16;
    const LANES: usize = 16;
    const MANY_REGISTERS: bool = true;

    instructions! {
        __m512;
        add(a, b) = _mm512_add_ps;
        sub(a, b) = _mm512_sub_ps;
        mul(a, b) = _mm512_mul_ps;
        div(a, b) = _mm512_div_ps;
        sqrt(a) = _mm512_sqrt_ps;
        max(a, b) = _mm512_max_ps;
        min(a, b) = _mm512_min_ps;
        fma(a, b, c) = _mm512_fmadd_ps;
    }

    prefetch!();

    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        // SAFETY: `self` shows that the instruction is there.
        unsafe { _mm512_set1_ps(x) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m512 {
        // SAFETY: `self` shows that the instruction is there; the caller's pointer has all lanes.
        unsafe { _mm512_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: __m512) {
        // SAFETY: as in `load`.
        unsafe { _mm512_storeu_ps(to, x) }
    }
    #[inline(always)]
    fn mask(self, count: usize) -> __mmask16 {
        debug_assert!((1..=16).contains(&count));
        u16::MAX >> (16 - count)
    }
    #[inline(always)]
    unsafe fn load_masked(self, from: *const f32, mask: __mmask16) -> __m512 {
        // SAFETY: as in `load`; other lanes than those of the mask are not read.
        unsafe { _mm512_maskz_loadu_ps(mask, from) }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut f32, x: __m512, mask: __mmask16) {
        // SAFETY: as in `load`; other lanes than those of the mask are not written.
        unsafe { _mm512_mask_storeu_ps(to, mask, x) }
    }
    #[inline(always)]
    fn where_positive(self, x: __m512, a: __m512, b: __m512) -> __m512 {
        // SAFETY: `self` shows that the instructions are there.
        unsafe {
            let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, _mm512_setzero_ps());
            _mm512_mask_blend_ps(positive, b, a)
        }
    }
    #[inline(always)]
    fn power_of_two(self, n: __m512) -> __m512 {
        // SAFETY: `self` shows that the instruction is there.
        unsafe { _mm512_scalef_ps(_mm512_set1_ps(1.0), n) }
    }
    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        // SAFETY: `self` shows that the instructions are there.
        unsafe { _mm512_reduce_add_ps(a) }
    }
}
