//! The one way a picture's parts can disagree.

use thiserror::Error;

/// The number of values given does not fit the size given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A side of zero.
    #[error("a picture of {width}×{height} pixels has no pixels; both sides must be at least 1")]
    Empty {
        /// The width given.
        width: u32,
        /// The height given.
        height: u32,
    },
    /// Too many values, or too few.
    #[error("a picture of {width}×{height} pixels needs {expected} {what}, but {found} were given")]
    Length {
        /// The kind of values.
        what: &'static str,
        /// The width given.
        width: u32,
        /// The height given.
        height: u32,
        /// The number of values that the size asks for.
        expected: u128,
        /// The number of values given.
        found: usize,
    },
    /// A colour that is not a number.
    #[error(
        "the value at row {row}, column {column}, channel {channel} is not a number; \
         the network that made it has diverged or its weights are damaged"
    )]
    NotANumber {
        /// Row of the first such value, from the top.
        row: usize,
        /// Column of the first such value, from the left.
        column: usize,
        /// 0 red, 1 green, 2 blue.
        channel: usize,
    },
}

impl ShapeError {
    /// Checks that `found` is `channels` values for each pixel.
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
