//! Octaves in a request: a number, or `auto`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::whole;

/// Name by which a form recognises the type, whose numbers are texts, too.
pub(super) const NAME: &str = "Octaves";

/// The word for as many octaves as the face asks for.
const AUTO: &str = "auto";

/// Octaves: smaller copies of the picture from which its tones are taken; `None` is `auto`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Octaves(pub(super) Option<u32>);

impl<'de> Deserialize<'de> for Octaves {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, OctavesVisitor)
    }
}

struct OctavesVisitor;

impl<'de> Visitor<'de> for OctavesVisitor {
    type Value = Octaves;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number from 0 to 5 or `auto`")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Octaves, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Octaves, E> {
        let unexpected = |_| E::invalid_value(Unexpected::Unsigned(value), &self);
        let octaves = u32::try_from(value).map_err(unexpected)?;
        Ok(Octaves(Some(octaves)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Octaves, E> {
        let octaves = whole::exact(value).and_then(|whole| u32::try_from(whole).ok());
        let octaves = octaves.ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))?;
        Ok(Octaves(Some(octaves)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Octaves, E> {
        if text == AUTO {
            return Ok(Octaves(None));
        }
        Err(E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl ToSchema for Octaves {
    fn name() -> Cow<'static, str> {
        NAME.into()
    }
}

impl PartialSchema for Octaves {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(5));
        let word = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some([AUTO]));
        OneOfBuilder::new()
            .item(number)
            .item(word)
            .default(Some(AUTO.into()))
            .description(Some(
                "Smaller copies of the picture that its tones are taken from; `auto` takes as many as its face asks for.",
            ))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_one_word() {
        let read = |json: &str| serde_json::from_str::<Octaves>(json);
        for (json, octaves) in [
            ("0", Some(0)),
            ("2.0", Some(2)),
            ("9", Some(9)),
            (r#""auto""#, None),
        ] {
            assert_eq!(read(json).unwrap(), Octaves(octaves), "{json}");
        }
        for json in [
            "-1",
            "0.5",
            "1e99",
            "null",
            "true",
            r#""2""#,
            r#""Auto""#,
            "[1]",
        ] {
            let error = read(json).unwrap_err().to_string();
            assert!(error.contains("0 to 5 or `auto`"), "{json}: {error}");
        }
    }
}
