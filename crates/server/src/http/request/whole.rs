//! Integers in requests, however they are written: in JSON 3, 3.0 and 3e0 are the same.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Deserialises an integer of a field that may be left out, but not be null.
pub(super) fn some<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    one(deserializer).map(Some)
}

/// Deserialises an integer.
pub(super) fn one<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_u64(WholeVisitor(PhantomData))
}

/// Parses an integer from the text of a form.
pub(super) fn from_text<T: TryFrom<u64>>(text: &str) -> Option<T> {
    let text = text.trim();
    let whole = text.parse().ok().or_else(|| exact(text.parse().ok()?));
    T::try_from(whole?).ok()
}

/// Converts a floating-point number to an integer, if it is one.
pub(super) fn exact(value: f64) -> Option<u64> {
    // 2 to the power of 64 is the first number that does not fit.
    let fits = value.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&value);
    fits.then_some(value as u64)
}

struct WholeVisitor<T>(PhantomData<T>);

impl<T: TryFrom<u64>> Visitor<'_> for WholeVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number in range")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        let unexpected = |_| E::invalid_value(Unexpected::Unsigned(value), &self);
        T::try_from(value).map_err(unexpected)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        let whole = exact(value).and_then(|whole| T::try_from(whole).ok());
        whole.ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_and_others() {
        for (text, number) in [("3", 3), ("3.0", 3), ("3e2", 300), ("-0.0", 0)] {
            assert_eq!(from_text::<u32>(text), Some(number), "{text}");
            let mut json = serde_json::Deserializer::from_str(text);
            assert_eq!(one::<_, u32>(&mut json).unwrap(), number, "{text}");
        }
        assert_eq!(from_text::<u64>("18446744073709551615"), Some(u64::MAX));
        assert_eq!(from_text::<u64>("1e19"), Some(10_000_000_000_000_000_000));
        for text in ["", "-1", "0.5", "4294967296", "1e300", "NaN", "inf", "x"] {
            assert_eq!(from_text::<u32>(text), None, "{text}");
            let mut json = serde_json::Deserializer::from_str(text);
            assert!(one::<_, u32>(&mut json).is_err(), "{text}");
        }
        assert_eq!(from_text::<u64>("18446744073709551616"), None);
    }
}
