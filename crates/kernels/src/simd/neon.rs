//! NEON: four floats, 32 registers, and products by one lane of a vector.

use std::arch::aarch64::*;

use super::Simd;

#[derive(Clone, Copy)]
pub(super) struct Neon;

// SAFETY (all of the block): every 64-bit ARM processor that programs of this target run on has
// NEON, and the trait's contract is that pointers are valid for the lanes taking part; every
// function is one instruction or a few.
impl Simd for Neon {
    type Vector = float32x4_t;
    type Mask = usize;
    const LANES: usize = 4;
    const MANY_REGISTERS: bool = true;
    const BY_LANE: bool = true;

    #[inline(always)]
    unsafe fn splat(x: f32) -> float32x4_t {
        unsafe { vdupq_n_f32(x) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: float32x4_t) {
        unsafe { vst1q_f32(to, x) }
    }
    #[inline(always)]
    unsafe fn mask(count: usize) -> usize {
        debug_assert!((1..=4).contains(&count));
        count
    }
    // There are no masked loads: part of a vector is read lane by lane. Loops that matter know at
    // compile time that all lanes take part.
    #[inline(always)]
    unsafe fn load_masked(from: *const f32, mask: usize) -> float32x4_t {
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
    unsafe fn store_masked(to: *mut f32, x: float32x4_t, mask: usize) {
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
    unsafe fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vaddq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vsubq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vmulq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn div(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vdivq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn sqrt(a: float32x4_t) -> float32x4_t {
        unsafe { vsqrtq_f32(a) }
    }
    #[inline(always)]
    unsafe fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vmaxq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn min(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vminq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn fma(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    unsafe fn fma_lane<const LANE: i32>(
        a: float32x4_t,
        b: float32x4_t,
        c: float32x4_t,
    ) -> float32x4_t {
        unsafe { vfmaq_laneq_f32::<LANE>(c, b, a) }
    }
    #[inline(always)]
    unsafe fn where_positive(x: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vbslq_f32(vcgtzq_f32(x), a, b) }
    }
    #[inline(always)]
    unsafe fn power_of_two(n: float32x4_t) -> float32x4_t {
        unsafe {
            // The exponent's bits, which are counted from 127 on.
            let exponent = vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127));
            vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent))
        }
    }
    #[inline(always)]
    unsafe fn sum(a: float32x4_t) -> f32 {
        unsafe { vaddvq_f32(a) }
    }
}
