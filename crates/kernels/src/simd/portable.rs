//! Vectors as arrays of four floats, which a compiler turns into the vectors of any processor.

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

impl Simd for Portable {
    type Vector = Four;
    type Mask = usize;
    const LANES: usize = 4;
    const MANY_REGISTERS: bool = cfg!(target_arch = "aarch64");

    #[inline(always)]
    fn splat(self, x: f32) -> Four {
        Four([x; 4])
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Four {
        // SAFETY: the caller's pointer has all lanes.
        Four(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: Four) {
        // SAFETY: the caller's pointer has all lanes.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(x.0) }
    }
    #[inline(always)]
    fn mask(self, count: usize) -> usize {
        debug_assert!((1..=4).contains(&count));
        count
    }
    #[inline(always)]
    unsafe fn load_masked(self, from: *const f32, mask: usize) -> Four {
        // SAFETY: the caller's pointer has the lanes of the mask, and no other is read.
        unsafe {
            if mask == 4 {
                return self.load(from);
            }
            let mut x = [0.0; 4];
            for (i, lane) in x.iter_mut().enumerate().take(mask) {
                *lane = *from.add(i);
            }
            Four(x)
        }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut f32, x: Four, mask: usize) {
        // SAFETY: the caller's pointer has the lanes of the mask, and no other is written.
        unsafe {
            if mask == 4 {
                return self.store(to, x);
            }
            for (i, lane) in x.0.iter().enumerate().take(mask) {
                *to.add(i) = *lane;
            }
        }
    }
    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn sqrt(self, a: Four) -> Four {
        Four(a.0.map(f32::sqrt))
    }
    #[inline(always)]
    fn max(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn min(self, a: Four, b: Four) -> Four {
        map2(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn fma(self, a: Four, b: Four, c: Four) -> Four {
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
    fn where_positive(self, x: Four, a: Four, b: Four) -> Four {
        Four(std::array::from_fn(|i| {
            if x.0[i] > 0.0 { a.0[i] } else { b.0[i] }
        }))
    }
    #[inline(always)]
    fn power_of_two(self, n: Four) -> Four {
        // The exponent's bits, which are counted from 127 on.
        Four(n.0.map(|n| f32::from_bits(((n as i32 + 127) << 23) as u32)))
    }
    #[inline(always)]
    fn sum(self, a: Four) -> f32 {
        (a.0[0] + a.0[2]) + (a.0[1] + a.0[3])
    }
}
