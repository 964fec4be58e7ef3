//! Numbers rounded to 16 bits (bfloat16), in the orders in which blocks of products read them.
//!
//! Rounding is to the nearest number, and to the even one of two equally near ones. Numbers too
//! small to be normal become zero, as the processor's instruction makes them.

use super::unit::Unit;
use super::{STEP, TILE};

/// Addresses of the 32 pixels of one step of a block.
pub(super) type Pixels = [*const f32; STEP];

/// Rounds numbers one after the other.
///
/// # Safety
/// `to` must be good for as many numbers.
#[inline(always)]
pub(super) unsafe fn row(unit: Unit, from: &[f32], to: *mut u16) {
    // SAFETY: the unit is there; the caller's promise.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if unit.rounds() {
            return avx512::row(from, to);
        }
        let _ = unit;
        for (i, x) in from.iter().enumerate() {
            to.add(i).write(rounded(*x));
        }
    }
}

/// Rounds `count` channels (1 to 16) of the pixels and brings them into the order of a tile of the
/// right side: `to[pixel / 2][channel][pixel % 2]`; channels that are missing are zero.
///
/// # Safety
/// The pixels must be good for the channels, `to` for a tile.
#[inline(always)]
pub(super) unsafe fn pairs(unit: Unit, pixels: &Pixels, first: usize, count: usize, to: *mut u16) {
    // SAFETY: as in `row`.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if unit.rounds() {
            return avx512::pairs(pixels, first, count, to);
        }
        let _ = unit;
        for (i, pixel) in pixels.iter().enumerate() {
            for channel in 0..TILE {
                let x = if channel < count {
                    *pixel.add(first + channel)
                } else {
                    0.0
                };
                to.add((i / 2 * TILE + channel) * 2 + i % 2)
                    .write(rounded(x));
            }
        }
    }
}

/// Rounds and transposes `count` channels (1 to 16) of the pixels: `to[channel][pixel]`, with
/// `pitch` numbers from a channel to the next; channels that are missing are zero.
///
/// # Safety
/// The pixels must be good for the channels, `to` for 16 rows.
#[inline(always)]
pub(super) unsafe fn turned(
    unit: Unit,
    pixels: &Pixels,
    first: usize,
    count: usize,
    to: *mut u16,
    pitch: usize,
) {
    // SAFETY: as in `row`.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if unit.rounds() {
            return avx512::turned(pixels, first, count, to, pitch);
        }
        let _ = unit;
        for (i, pixel) in pixels.iter().enumerate() {
            for channel in 0..TILE {
                let x = if channel < count {
                    *pixel.add(first + channel)
                } else {
                    0.0
                };
                to.add(channel * pitch + i).write(rounded(x));
            }
        }
    }
}

/// Rounds 16 columns of 32 numbers each and brings them into the order of a tile of the right side:
/// `to[number / 2][column][number % 2]`.
///
/// # Safety
/// `to` must be good for a tile.
#[inline(always)]
pub(super) unsafe fn columns(unit: Unit, from: &[[f32; STEP]; TILE], to: *mut u16) {
    // SAFETY: as in `row`.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if unit.rounds() {
            return avx512::columns(from, to);
        }
        let _ = unit;
        for (column, numbers) in from.iter().enumerate() {
            for (i, x) in numbers.iter().enumerate() {
                to.add((i / 2 * TILE + column) * 2 + i % 2)
                    .write(rounded(*x));
            }
        }
    }
}

/// Rounds one number to the 16 bits of a bfloat16.
pub(super) fn rounded(x: f32) -> u16 {
    let bits = x.to_bits();
    if x.is_nan() {
        return (bits >> 16) as u16 | 0x40;
    }
    if x.is_subnormal() {
        return (bits >> 16) as u16 & 0x8000;
    }
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::*;

    use super::Pixels;

    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    pub(super) unsafe fn row(from: &[f32], to: *mut u16) {
        let (data, len) = (from.as_ptr(), from.len());
        let mut i = 0;
        // SAFETY: only what lies within `from` and `to` is touched.
        unsafe {
            while i + 32 <= len {
                let low = _mm512_loadu_ps(data.add(i));
                let high = _mm512_loadu_ps(data.add(i + 16));
                _mm512_storeu_si512(to.add(i).cast(), both(low, high));
                i += 32;
            }
            if i < len {
                let mask = (1_u32 << (len - i)) - 1;
                let low = _mm512_maskz_loadu_ps(mask as u16, data.add(i));
                let high = _mm512_maskz_loadu_ps((mask >> 16) as u16, data.add(i).wrapping_add(16));
                _mm512_mask_storeu_epi16(to.add(i).cast(), mask, both(low, high));
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    pub(super) unsafe fn pairs(pixels: &Pixels, first: usize, count: usize, to: *mut u16) {
        let mask = mask(count);
        for i in 0..16 {
            // SAFETY: only the channels of the mask are read; `to` has 16 rows of 32.
            unsafe {
                let pair = pair(pixels, i, first, mask);
                _mm512_storeu_si512(to.add(i * 32).cast(), pair);
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    pub(super) unsafe fn turned(
        pixels: &Pixels,
        first: usize,
        count: usize,
        to: *mut u16,
        pitch: usize,
    ) {
        let mask = mask(count);
        let mut rows = [_mm512_setzero_si512(); 16];
        for (i, row) in rows.iter_mut().enumerate() {
            // SAFETY: only the channels of the mask are read.
            *row = unsafe { pair(pixels, i, first, mask) };
        }
        let rows = transposed(rows);
        for (i, row) in rows.iter().enumerate() {
            // SAFETY: `to` has 16 rows.
            unsafe { _mm512_storeu_si512(to.add(i * pitch).cast(), *row) };
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    pub(super) unsafe fn columns(from: &[[f32; 32]; 16], to: *mut u16) {
        let mut rows = [_mm512_setzero_si512(); 16];
        for (row, from) in rows.iter_mut().zip(from) {
            // SAFETY: a row has 32 numbers.
            *row = unsafe {
                both(
                    _mm512_loadu_ps(from.as_ptr()),
                    _mm512_loadu_ps(from[16..].as_ptr()),
                )
            };
        }
        for (i, row) in transposed(rows).iter().enumerate() {
            // SAFETY: `to` has 16 rows of 32.
            unsafe { _mm512_storeu_si512(to.add(i * 32).cast(), *row) };
        }
    }

    #[target_feature(enable = "avx512f")]
    fn mask(count: usize) -> u16 {
        ((1_u32 << count) - 1) as u16
    }

    /// Loads the channels of pixels `2 * i` and `2 * i + 1`, alternating, as 16-bit numbers.
    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    unsafe fn pair(pixels: &Pixels, i: usize, first: usize, mask: u16) -> __m512i {
        // SAFETY: only the channels of the mask are read.
        let (a, b) = unsafe {
            (
                _mm512_maskz_loadu_ps(mask, pixels[2 * i].wrapping_add(first)),
                _mm512_maskz_loadu_ps(mask, pixels[2 * i + 1].wrapping_add(first)),
            )
        };
        let mut order = [0_i16; 32];
        for (place, order) in order.iter_mut().enumerate() {
            *order = (place / 2 + place % 2 * 16) as i16;
        }
        // SAFETY: both are 64 bytes.
        let order = unsafe { std::mem::transmute::<[i16; 32], __m512i>(order) };
        _mm512_permutexvar_epi16(order, both(a, b))
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    fn both(low: __m512, high: __m512) -> __m512i {
        // SAFETY: both types are 64 bytes without any that mean nothing.
        unsafe { std::mem::transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low)) }
    }

    /// Transposes a square of 16×16 32-bit numbers.
    #[target_feature(enable = "avx512f")]
    fn transposed(rows: [__m512i; 16]) -> [__m512i; 16] {
        let zero = _mm512_setzero_si512();
        let mut a = [zero; 16];
        for i in 0..8 {
            a[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
            a[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
        }
        let mut b = [zero; 16];
        for i in 0..4 {
            let a = &a[4 * i..];
            b[4 * i] = _mm512_unpacklo_epi64(a[0], a[2]);
            b[4 * i + 1] = _mm512_unpackhi_epi64(a[0], a[2]);
            b[4 * i + 2] = _mm512_unpacklo_epi64(a[1], a[3]);
            b[4 * i + 3] = _mm512_unpackhi_epi64(a[1], a[3]);
        }
        // Now `b[4 * i + j]` holds, in each quarter `q`, column `4 * q + j` of rows `4 * i` on.
        let mut columns = [zero; 16];
        for j in 0..4 {
            let low = _mm512_shuffle_i32x4::<0x88>(b[j], b[4 + j]);
            let high = _mm512_shuffle_i32x4::<0xdd>(b[j], b[4 + j]);
            let low_after = _mm512_shuffle_i32x4::<0x88>(b[8 + j], b[12 + j]);
            let high_after = _mm512_shuffle_i32x4::<0xdd>(b[8 + j], b[12 + j]);
            columns[j] = _mm512_shuffle_i32x4::<0x88>(low, low_after);
            columns[8 + j] = _mm512_shuffle_i32x4::<0xdd>(low, low_after);
            columns[4 + j] = _mm512_shuffle_i32x4::<0x88>(high, high_after);
            columns[12 + j] = _mm512_shuffle_i32x4::<0xdd>(high, high_after);
        }
        columns
    }
}
