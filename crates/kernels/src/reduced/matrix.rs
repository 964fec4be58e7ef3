//! The block of products on the matrix unit of Intel's processors (AMX with bfloat16).
//!
//! The compiler's own functions for it are unstable, so the instructions are written out. Tiles 0
//! to 3 hold sums, 4 and 5 rows of the left side, 6 and 7 of the right. No number stays in a tile
//! from one piece of assembly to the next; only the configuration does, which the compiler does not
//! know and therefore does not change.

use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};

use super::block::Block;

/// The configuration of the eight tiles: palette 1, 16 rows of 64 bytes each.
#[repr(C, align(64))]
struct Configuration([u8; 64]);

static CONFIGURATION: Configuration = {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    let mut tile = 0;
    while tile < 8 {
        bytes[16 + 2 * tile] = 64;
        bytes[48 + tile] = 16;
        tile += 1;
    }
    Configuration(bytes)
};

/// Whether the processor has a matrix unit and the system lets this process use it.
///
/// Linux wants to be asked for permission, once for a process; it applies to threads that exist
/// already, too.
pub(super) fn is_available() -> bool {
    has_unit() && is_allowed()
}

fn has_unit() -> bool {
    if __cpuid(0).eax < 7 {
        return false;
    }
    let features = __cpuid_count(7, 0).edx;
    let (bf16, tiles) = (features >> 22 & 1, features >> 24 & 1);
    bf16 == 1 && tiles == 1
}

#[cfg(target_os = "linux")]
fn is_allowed() -> bool {
    unsafe extern "C" {
        fn syscall(number: i64, ...) -> i64;
    }
    const ARCH_PRCTL: i64 = 158;
    const REQUEST_PERMISSION: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    // SAFETY: the call only sets what this process may use; it fails where it is not known.
    unsafe { syscall(ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA) == 0 }
}

/// Whether the process may use the matrix unit: on systems other than Linux it is not used at all.
#[cfg(not(target_os = "linux"))]
fn is_allowed() -> bool {
    false
}

/// Configures the matrix unit's tiles on this thread.
///
/// # Safety
/// The unit must be available.
pub(super) unsafe fn configure() {
    // SAFETY: the unit is there, and the configuration is one that it knows.
    unsafe {
        asm!(
            "ldtilecfg [{0}]",
            in(reg) &CONFIGURATION,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack, readonly, preserves_flags),
        );
    }
}

/// Releases this thread's tiles, so that the system need not save them when it switches threads.
///
/// # Safety
/// The unit must be available.
pub(super) unsafe fn release() {
    // SAFETY: the unit is there.
    unsafe {
        asm!(
            "tilerelease",
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack, nomem, preserves_flags),
        );
    }
}

/// Writes the block of products for one number of tiles: how its sums begin, the work of a step,
/// where sums go.
macro_rules! block {
    ($block:expr, [$($start:literal),*], [$($step:literal),*], [$($end:literal),*]) => {{
        let block: &Block = $block;
        asm!(
            $($start,)*
            "2:",
            "mov {upper}, [{offsets}]",
            "add {offsets}, 8",
            "lea {lower}, [{second} + {upper}]",
            "add {upper}, {first}",
            $($step,)*
            "dec {steps}",
            "jnz 2b",
            $($end,)*
            first = in(reg) block.left,
            second = in(reg) block.left.byte_add(16 * block.left_row),
            row = in(reg) block.left_row,
            offsets = inout(reg) block.offsets => _,
            steps = inout(reg) block.steps => _,
            right = inout(reg) block.right => _,
            line = in(reg) 64_usize,
            sums = in(reg) block.sums,
            lower_sums = in(reg) block.sums.byte_add(16 * 64 * block.column_tiles),
            sums_row = in(reg) 64 * block.column_tiles,
            upper = out(reg) _,
            lower = out(reg) _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }};
}

/// Computes a block of products on the matrix unit.
///
/// # Safety
/// The tiles must be configured on this thread, and the block's addresses good for what it says.
pub(super) unsafe fn multiply(b: &Block) {
    debug_assert!(b.steps > 0);
    // SAFETY: the caller's promise.
    unsafe {
        match (b.row_tiles, b.column_tiles, b.add) {
            (2, 2, false) => block!(
                b,
                [
                    "tilezero tmm0",
                    "tilezero tmm1",
                    "tilezero tmm2",
                    "tilezero tmm3"
                ],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm7, [{right} + {line}*1 + 1024]",
                    "tileloadd tmm5, [{lower} + {row}*1]",
                    "add {right}, 2048",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm1, tmm4, tmm7",
                    "tdpbf16ps tmm2, tmm5, tmm6",
                    "tdpbf16ps tmm3, tmm5, tmm7"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{sums} + {sums_row}*1 + 64], tmm1",
                    "tilestored [{lower_sums} + {sums_row}*1], tmm2",
                    "tilestored [{lower_sums} + {sums_row}*1 + 64], tmm3"
                ]
            ),
            (2, 2, true) => block!(
                b,
                [
                    "tileloadd tmm0, [{sums} + {sums_row}*1]",
                    "tileloadd tmm1, [{sums} + {sums_row}*1 + 64]",
                    "tileloadd tmm2, [{lower_sums} + {sums_row}*1]",
                    "tileloadd tmm3, [{lower_sums} + {sums_row}*1 + 64]"
                ],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm7, [{right} + {line}*1 + 1024]",
                    "tileloadd tmm5, [{lower} + {row}*1]",
                    "add {right}, 2048",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm1, tmm4, tmm7",
                    "tdpbf16ps tmm2, tmm5, tmm6",
                    "tdpbf16ps tmm3, tmm5, tmm7"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{sums} + {sums_row}*1 + 64], tmm1",
                    "tilestored [{lower_sums} + {sums_row}*1], tmm2",
                    "tilestored [{lower_sums} + {sums_row}*1 + 64], tmm3"
                ]
            ),
            (2, 1, false) => block!(
                b,
                ["tilezero tmm0", "tilezero tmm2"],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm5, [{lower} + {row}*1]",
                    "add {right}, 1024",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm2, tmm5, tmm6"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{lower_sums} + {sums_row}*1], tmm2"
                ]
            ),
            (2, 1, true) => block!(
                b,
                [
                    "tileloadd tmm0, [{sums} + {sums_row}*1]",
                    "tileloadd tmm2, [{lower_sums} + {sums_row}*1]"
                ],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm5, [{lower} + {row}*1]",
                    "add {right}, 1024",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm2, tmm5, tmm6"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{lower_sums} + {sums_row}*1], tmm2"
                ]
            ),
            (1, 2, false) => block!(
                b,
                ["tilezero tmm0", "tilezero tmm1"],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm7, [{right} + {line}*1 + 1024]",
                    "add {right}, 2048",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm1, tmm4, tmm7"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{sums} + {sums_row}*1 + 64], tmm1",
                    "/* {lower_sums} {lower} */"
                ]
            ),
            (1, 2, true) => block!(
                b,
                [
                    "tileloadd tmm0, [{sums} + {sums_row}*1]",
                    "tileloadd tmm1, [{sums} + {sums_row}*1 + 64]"
                ],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "tileloadd tmm7, [{right} + {line}*1 + 1024]",
                    "add {right}, 2048",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm1, tmm4, tmm7"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "tilestored [{sums} + {sums_row}*1 + 64], tmm1",
                    "/* {lower_sums} {lower} */"
                ]
            ),
            (_, _, false) => block!(
                b,
                ["tilezero tmm0"],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "add {right}, 1024",
                    "tdpbf16ps tmm0, tmm4, tmm6"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "/* {lower_sums} {lower} */"
                ]
            ),
            (_, _, true) => block!(
                b,
                ["tileloadd tmm0, [{sums} + {sums_row}*1]"],
                [
                    "tileloadd tmm4, [{upper} + {row}*1]",
                    "tileloadd tmm6, [{right} + {line}*1]",
                    "add {right}, 1024",
                    "tdpbf16ps tmm0, tmm4, tmm6"
                ],
                [
                    "tilestored [{sums} + {sums_row}*1], tmm0",
                    "/* {lower_sums} {lower} */"
                ]
            ),
        }
    }
}
