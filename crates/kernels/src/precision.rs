//! The precision of the convolutions' products.

use std::cell::Cell;

use crate::reduced::Unit;

/// Precision with which convolutions multiply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// Products and sums in 32-bit floats.
    #[default]
    Full,
    /// Both factors of a product rounded to 16 bits (bfloat16: 8 significant bits), sums in 32-bit
    /// floats. Everything but convolutions stays in full precision, and so do depthwise
    /// convolutions and those that are faster in it. Where the processor has no instruction for
    /// bfloat16, this is the same as [`Precision::Full`].
    Reduced,
}

thread_local! {
    static CURRENT: Cell<Precision> = const { Cell::new(Precision::Full) };
}

impl Precision {
    /// The precision in which the current thread computes.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Whether this processor can compute in this precision; if not, it computes in full precision
    /// instead.
    pub fn is_supported(self) -> bool {
        self == Self::Full || Unit::get().is_some()
    }

    /// Makes [`Precision::Reduced`] compute in plain Rust, which is slow, where the processor has
    /// no instruction for it: for tests. It has no effect after the first operation in that
    /// precision.
    pub fn emulate_where_missing() {
        Unit::emulate_where_missing();
    }
}

/// Calls `work` with operations in this precision, the gradients of these operations included,
/// whenever those are computed. Operations outside of such a call are in full precision.
pub fn with_precision<T>(precision: Precision, work: impl FnOnce() -> T) -> T {
    /// Puts the thread's former precision back when dropped, after a panic too.
    struct Restore(Precision);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _restore = Restore(CURRENT.replace(precision));
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_inside_of_the_call_and_on_its_thread_alone() {
        assert_eq!(Precision::current(), Precision::Full);
        with_precision(Precision::Reduced, || {
            assert_eq!(Precision::current(), Precision::Reduced);
            with_precision(Precision::Full, || {
                assert_eq!(Precision::current(), Precision::Full);
            });
            let other = std::thread::spawn(Precision::current).join().unwrap();
            assert_eq!(other, Precision::Full);
            let panicked = std::panic::catch_unwind(|| {
                with_precision(Precision::Full, || panic!("on purpose"));
            });
            assert!(panicked.is_err());
            assert_eq!(Precision::current(), Precision::Reduced);
        });
        assert_eq!(Precision::current(), Precision::Full);
    }
}
