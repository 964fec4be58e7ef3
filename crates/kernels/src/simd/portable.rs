//! Four floats in an array: what a compiler turns into the vectors of any processor.

use super::Simd;

#[derive(Clone, Copy)]
pub(super) struct Portable;

/// Four floats, aligned as a vector register is.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub(super) struct Four([f32; 4]);

#[inline(always)]
fn map2(a: Four, b: Four, f: impl Fn(f32, f32) -> f32) -> Four {
    Four(std::array::from_fn(|i| f(a.0[i], b.0[i])))
}

// SAFETY (all of the block): any processor can do this; pointers are valid for the lanes taking
// part by the trait's contract.
impl Simd for Portable {
    type Vector = Four;
    type Mask = usize;
    const LANES: usize = 4;
    const MANY_REGISTERS: bool = cfg!(target_arch = "aarch64");

    #[inline(always)]
    unsafe fn splat(x: f32) -> Four {
        Four([x; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Four {
        Four(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: Four) {
        unsafe { to.cast::<[f32; 4]>().write_unaligned(x.0) }
    }
    #[inline(always)]
    unsafe fn mask(count: usize) -> usize {
        debug_assert!((1..=4).contains(&count));
        count
    }
    #[inline(always)]
    unsafe fn load_masked(from: *const f32, mask: usize) -> Four {
        unsafe {
            if mask == 4 {
                return Self::load(from);
            }
            let mut x = [0.0; 4];
            for (i, lane) in x.iter_mut().enumerate().take(mask) {
                *lane = *from.add(i);
            }
            Four(x)
        }
    }
    #[inline(always)]
    unsafe fn store_masked(to: *mut f32, x: Four, mask: usize) {
        unsafe {
            if mask == 4 {
                return Self::store(to, x);
            }
            for (i, lane) in x.0.iter().enumerate().take(mask) {
                *to.add(i) = *lane;
            }
        }
    }
    #[inline(always)]
    unsafe fn add(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn sub(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a - b)
    }
    #[inline(always)]
    unsafe fn mul(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a * b)
    }
    #[inline(always)]
    unsafe fn div(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a / b)
    }
    #[inline(always)]
    unsafe fn sqrt(a: Four) -> Four {
        Four(a.0.map(f32::sqrt))
    }
    #[inline(always)]
    unsafe fn max(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    unsafe fn min(a: Four, b: Four) -> Four {
        map2(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    unsafe fn fma(a: Four, b: Four, c: Four) -> Four {
        Four(std::array::from_fn(|i| {
            // A fused operation where it is one instruction; elsewhere it would be a call.
            if cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
                a.0[i].mul_add(b.0[i], c.0[i])
            } else {
                a.0[i] * b.0[i] + c.0[i]
            }
        }))
    }
    #[inline(always)]
    unsafe fn where_positive(x: Four, a: Four, b: Four) -> Four {
        Four(std::array::from_fn(|i| {
            if x.0[i] > 0.0 { a.0[i] } else { b.0[i] }
        }))
    }
    #[inline(always)]
    unsafe fn power_of_two(n: Four) -> Four {
        // The exponent's bits, which are counted from 127 on.
        Four(n.0.map(|n| f32::from_bits(((n as i32 + 127) << 23) as u32)))
    }
    #[inline(always)]
    unsafe fn sum(a: Four) -> f32 {
        (a.0[0] + a.0[2]) + (a.0[1] + a.0[3])
    }
}
