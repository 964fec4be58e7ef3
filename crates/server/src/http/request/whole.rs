//! Whole numbers, however they are written: in JSON 3, 3.0 and 3e0 are the same.

use serde::{Deserialize, Deserializer, de};
use serde_json::Number;

/// A whole number of a JSON body, as [`super::object::some`].
pub(super) fn some<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    one(deserializer).map(Some)
}

pub(super) fn one<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let number = Number::deserialize(deserializer)?;
    let whole = number.as_u64().or_else(|| exact(number.as_f64()?));
    let fitting = whole.and_then(|whole| T::try_from(whole).ok());
    fitting.ok_or_else(|| de::Error::custom(format!("{number} is not a whole number in range")))
}

/// A whole number from the text of a form.
pub(super) fn from_text<T: TryFrom<u64>>(text: &str) -> Option<T> {
    let text = text.trim();
    let whole = text.parse().ok().or_else(|| exact(text.parse().ok()?));
    T::try_from(whole?).ok()
}

fn exact(value: f64) -> Option<u64> {
    // 2 to the power of 64 is the first number that does not fit.
    let fits = value.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&value);
    fits.then_some(value as u64)
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
