//! The error that values do not fit a picture's size.

use thiserror::Error;

/// The error that the given values do not fit the given size.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A side is zero.
    #[error("a picture of {width}×{height} pixels has no pixels; both sides must be at least 1")]
    Empty {
        /// Width that was given, in pixels.
        width: u32,
        /// Height that was given, in pixels.
        height: u32,
    },
    /// There are too many values, or too few.
    #[error("a picture of {width}×{height} pixels needs {expected} {what}, but {found} were given")]
    Length {
        /// The kind of values, in words.
        what: &'static str,
        /// Width that was given, in pixels.
        width: u32,
        /// Height that was given, in pixels.
        height: u32,
        /// Number of values for that size.
        expected: u128,
        /// Number of values given.
        found: usize,
    },
    /// A colour is NaN.
    #[error(
        "the value at row {row}, column {column}, channel {channel} is not a number; \
         the network that made it has diverged or its weights are damaged"
    )]
    NotANumber {
        /// Row of the first such value, from the top.
        row: usize,
        /// Column of the first such value, from the left.
        column: usize,
        /// Channel of the value: 0 red, 1 green, 2 blue.
        channel: usize,
    },
}

impl ShapeError {
    /// Checks that `found` is the number of values for `channels` values in each pixel.
    pub(super) fn check(
        what: &'static str,
        width: u32,
        height: u32,
        channels: u32,
        found: usize,
    ) -> Result<(), Self> {
        if width == 0 || height == 0 {
            return Err(Self::Empty { width, height });
        }
        let expected = u128::from(width) * u128::from(height) * u128::from(channels);
        if expected == found as u128 {
            Ok(())
        } else {
            Err(Self::Length {
                what,
                width,
                height,
                expected,
                found,
            })
        }
    }
}
