//! Lists with a bound, beyond which no memory is taken.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::super::api_error::ApiError;

/// A list of at most `MOST` entries; further ones are counted as too many and not kept.
#[derive(Debug)]
pub(super) struct List<T, const MOST: usize> {
    entries: Vec<T>,
    too_many: bool,
}

impl<T, const MOST: usize> Default for List<T, MOST> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            too_many: false,
        }
    }
}

impl<T, const MOST: usize> List<T, MOST> {
    /// Returns the entries; errors name the list `field`.
    ///
    /// # Errors
    /// `code`, if there are too many.
    pub(super) fn entries(self, code: &'static str, field: &str) -> Result<Vec<T>, ApiError> {
        if self.too_many {
            let message = format!("`{field}` has more than {MOST} entries");
            return Err(ApiError::bad(code, message));
        }
        Ok(self.entries)
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for List<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for ListVisitor<T, MOST> {
    type Value = List<T, MOST>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of at most {MOST} entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut list = List::default();
        while list.entries.len() < MOST {
            match sequence.next_element()? {
                Some(entry) => list.entries.push(entry),
                None => return Ok(list),
            }
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {
            list.too_many = true;
        }
        Ok(list)
    }
}
