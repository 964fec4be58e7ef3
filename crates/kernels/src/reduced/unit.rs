//! Units of the processor that compute products in reduced precision.

use std::sync::OnceLock;

use super::block::Block;
use super::emulated;
#[cfg(target_arch = "x86_64")]
use super::{TILE, dot, matrix};
use crate::geometry::Geometry;
use crate::simd::Isa;
#[cfg(target_arch = "x86_64")]
use crate::winograd;

/// The unit in use, once an operation has asked for it.
static CHOSEN: OnceLock<Option<Unit>> = OnceLock::new();

/// A unit of the processor that multiplies bfloat16 numbers, or plain Rust in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Intel's matrix unit (AMX).
    #[cfg(target_arch = "x86_64")]
    Matrix,
    /// AVX-512's products of pairs of bfloat16 numbers.
    #[cfg(target_arch = "x86_64")]
    Dot,
    /// Plain Rust that gives the same bits as the matrix unit: for tests.
    Emulated,
}

impl Unit {
    /// Lists the units that this processor has, best first; the emulation is always the last.
    pub(crate) fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512bf16")
        {
            if matrix::is_available() {
                found.push(Self::Matrix);
            }
            found.push(Self::Dot);
        }
        found.push(Self::Emulated);
        found
    }

    /// Chooses the unit to use: the best that is faster than full precision, unless the environment
    /// variable `UTSUSHI_BF16` names another that is there (`matrix`, `dot`, `emulated`, or `off`).
    pub(crate) fn get() -> Option<Self> {
        *CHOSEN.get_or_init(Self::chosen)
    }

    /// Chooses the unit to use, or the emulation if the processor has none: for tests.
    pub(crate) fn emulate_where_missing() {
        CHOSEN.get_or_init(|| Self::chosen().or(Some(Self::Emulated)));
    }

    fn chosen() -> Option<Self> {
        let found = Self::available();
        let wanted = std::env::var("UTSUSHI_BF16").unwrap_or_default();
        let named = found.iter().copied().find(|unit| unit.name() == wanted);
        // An instruction set that was chosen for a comparison would not be used with them.
        let own = Isa::available()[0] == Isa::get() && wanted != "off";
        named.or(Some(found[0]).filter(|unit| *unit != Self::Emulated && own))
    }

    /// Whether this unit computes the convolution faster than full precision does.
    pub(super) fn pays_for(self, g: &Geometry) -> bool {
        match self {
            // Products of pairs are at most twice as fast as those of single numbers, of which
            // Winograd's method leaves a quarter. With few channels, most of a tile is empty.
            #[cfg(target_arch = "x86_64")]
            Self::Dot => {
                g.channels_in.min(g.channels_out) >= TILE && !winograd::pays_for_convolution(g)
            }
            #[cfg(target_arch = "x86_64")]
            Self::Matrix => true,
            Self::Emulated => true,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Matrix => "matrix",
            #[cfg(target_arch = "x86_64")]
            Self::Dot => "dot",
            Self::Emulated => "emulated",
        }
    }

    /// Whether the processor has an instruction that rounds to bfloat16.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn rounds(self) -> bool {
        self != Self::Emulated
    }

    /// Makes the unit ready on this thread for as long as the returned value lives.
    pub(super) fn ready(self) -> Ready {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Matrix {
            // SAFETY: the value exists only where the unit was found.
            unsafe { matrix::configure() };
        }
        Ready {
            unit: self,
            _thread: std::marker::PhantomData,
        }
    }
}

/// A unit that is ready on this thread, and on no other.
pub(super) struct Ready {
    unit: Unit,
    _thread: std::marker::PhantomData<*const ()>,
}

impl Ready {
    /// Computes a block of products.
    ///
    /// # Safety
    /// The block's addresses must be good for what it says.
    #[inline(always)]
    pub(super) unsafe fn multiply(&self, block: &Block) {
        // SAFETY: the caller's promise; the unit is there and ready.
        unsafe {
            match self.unit {
                #[cfg(target_arch = "x86_64")]
                Unit::Matrix => matrix::multiply(block),
                #[cfg(target_arch = "x86_64")]
                Unit::Dot => dot::multiply(block),
                Unit::Emulated => emulated::multiply(block),
            }
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        if self.unit == Unit::Matrix {
            // SAFETY: the unit is there.
            unsafe { matrix::release() };
        }
    }
}
