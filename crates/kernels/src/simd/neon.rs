//! Vectors of NEON: four floats, 32 registers, and products by one lane of a vector.

use std::arch::aarch64::*;

use super::Simd;

/// Shows that the processor has NEON, as every 64-bit ARM processor does that programs for this
/// target run on.
#[derive(Clone, Copy)]
pub(super) struct Neon;

impl Simd for Neon {
    type Vector = float32x4_t;
    type Mask = usize;
    const LANES: usize = 4;
    const MANY_REGISTERS: bool = true;
    const BY_LANE: bool = true;

    instructions! {
        float32x4_t;
        add(a, b) = vaddq_f32;
        sub(a, b) = vsubq_f32;
        mul(a, b) = vmulq_f32;
        div(a, b) = vdivq_f32;
        sqrt(a) = vsqrtq_f32;
        max(a, b) = vmaxq_f32;
        min(a, b) = vminq_f32;
    }

    #[inline(always)]
    fn splat(self, x: f32) -> float32x4_t {
        // SAFETY: `self` shows that the processor has the instruction, which touches no memory.
        unsafe { vdupq_n_f32(x) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> float32x4_t {
        // SAFETY: the caller's pointer has all lanes.
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: float32x4_t) {
        // SAFETY: the caller's pointer has all lanes.
        unsafe { vst1q_f32(to, x) }
    }
    #[inline(always)]
    fn mask(self, count: usize) -> usize {
        debug_assert!((1..=4).contains(&count));
        count.clamp(1, 4)
    }
    // There are no masked loads: part of a vector is read lane by lane. Loops that matter know at
    // compile time that all lanes take part.
    #[inline(always)]
    unsafe fn load_masked(self, from: *const f32, mask: usize) -> float32x4_t {
        // SAFETY: the caller's pointer has the lanes of the mask, and no other is read.
        unsafe {
            if mask == 4 {
                return vld1q_f32(from);
            }
            let zero = vdupq_n_f32(0.0);
            match mask {
                1 => vld1q_lane_f32::<0>(from, zero),
                2 => vcombine_f32(vld1_f32(from), vdup_n_f32(0.0)),
                _ => {
                    let two = vcombine_f32(vld1_f32(from), vdup_n_f32(0.0));
                    vld1q_lane_f32::<2>(from.add(2), two)
                }
            }
        }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut f32, x: float32x4_t, mask: usize) {
        // SAFETY: the caller's pointer has the lanes of the mask, and no other is written.
        unsafe {
            if mask == 4 {
                return vst1q_f32(to, x);
            }
            match mask {
                1 => vst1q_lane_f32::<0>(to, x),
                2 => vst1_f32(to, vget_low_f32(x)),
                _ => {
                    vst1_f32(to, vget_low_f32(x));
                    vst1q_lane_f32::<2>(to.add(2), x);
                }
            }
        }
    }
    #[inline(always)]
    fn fma(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: as in `splat`.
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    fn fma_lane<const LANE: i32>(
        self,
        a: float32x4_t,
        b: float32x4_t,
        c: float32x4_t,
    ) -> float32x4_t {
        // SAFETY: as in `splat`.
        unsafe { vfmaq_laneq_f32::<LANE>(c, b, a) }
    }
    #[inline(always)]
    fn where_positive(self, x: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: as in `splat`.
        unsafe { vbslq_f32(vcgtzq_f32(x), a, b) }
    }
    #[inline(always)]
    fn power_of_two(self, n: float32x4_t) -> float32x4_t {
        // SAFETY: as in `splat`.
        unsafe {
            // The exponent's bits, which are counted from 127 on.
            let exponent = vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127));
            vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent))
        }
    }
    #[inline(always)]
    fn sum(self, a: float32x4_t) -> f32 {
        // SAFETY: as in `splat`.
        unsafe { vaddvq_f32(a) }
    }
}
