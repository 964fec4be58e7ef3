//! Places of regions in a request: a mask, or the name of a part of the picture.

use std::borrow::Cow;
use std::fmt;

use axum::http::StatusCode;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use utoipa::openapi::schema::{AnyOfBuilder, Object, ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utsushi::anatomy::Area;
use utsushi::part_names;

use super::super::api_error::ApiError;
use super::upload::{NAME, Upload};
use crate::{RegionPlace, Subject};

/// Name of the schema of a mask.
pub(in super::super) const SCHEMA: &str = "Mask";

/// Largest length of a word that is taken for a mistyped name of a part, and not for a file.
const WORD: usize = 24;

/// A mask, or the name of a part. No file is as short as a name, so that they cannot be confused.
#[derive(Debug)]
pub(super) enum MaskRequest {
    Area(Area),
    File(Upload),
    /// A word that is not the name of a part.
    Unknown(String),
}

impl MaskRequest {
    /// The place of the region. `subject` is the mask in errors, and `field` the field.
    ///
    /// # Errors
    /// The name is not that of a part, or the text is not base64.
    pub(super) fn place(self, field: &str, subject: Subject) -> Result<RegionPlace, ApiError> {
        match self {
            Self::Area(area) => Ok(RegionPlace::Area(area)),
            Self::File(upload) => {
                let bytes = upload.bytes(field)?;
                Ok(RegionPlace::Mask { bytes, subject })
            }
            Self::Unknown(word) => Err(unknown_part(field, &word)),
        }
    }

    /// The part with this name, if there is one.
    fn named(word: &str) -> Option<Self> {
        if let Some(area) = part_names::named(word) {
            return Some(Self::Area(area));
        }
        // No file begins as Chinese does, and base64 has no such letters.
        let is_letter =
            |it: char| it.is_ascii_lowercase() || (!it.is_ascii() && it.is_alphabetic());
        let is_word = (1..=WORD).contains(&word.chars().count()) && word.chars().all(is_letter);
        is_word.then(|| Self::Unknown(word.to_owned()))
    }
}

/// The error for a word in `field` that is not the name of a part.
pub(super) fn unknown_part(field: &str, word: &str) -> ApiError {
    let names = part_names::in_script_of(word);
    let meant = part_names::nearest(word);
    let meant = meant.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unknown_part",
        format!("`{field}`: there is no part `{word}`{meant}"),
        match field {
            "regions" => format!("name one of {}", names.join(", ")),
            _ => format!("send a picture, or one of {}", names.join(", ")),
        },
    )
}

/// The schema of the names of parts, in English and in Chinese.
pub(super) fn schema_of_parts(description: &str) -> Object {
    let names = [Area::name, Area::in_chinese].map(|name| Area::ALL.map(name));
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names.concat()))
        .description(Some(description))
        .build()
}

impl<'de> Deserialize<'de> for MaskRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, MaskVisitor)
    }
}

struct MaskVisitor;

impl<'de> Visitor<'de> for MaskVisitor {
    type Value = MaskRequest;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a picture in base64, or the name of a part")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<MaskRequest, D::Error> {
        inner.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<MaskRequest, E> {
        Ok(MaskRequest::named(text).unwrap_or_else(|| MaskRequest::File(Upload::of_text(text))))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<MaskRequest, E> {
        let word = std::str::from_utf8(&bytes).ok();
        let named = word.and_then(MaskRequest::named);
        Ok(named.unwrap_or_else(|| MaskRequest::File(Upload::of_bytes(bytes))))
    }
}

impl ToSchema for MaskRequest {
    fn name() -> Cow<'static, str> {
        SCHEMA.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Upload::name().into(), Upload::schema()));
    }
}

impl PartialSchema for MaskRequest {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(Upload::name()))
            .item(schema_of_parts("What is found in the picture."))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RegionPlace, ApiError> {
        let read: MaskRequest = serde_json::from_str(&format!("\"{text}\"")).unwrap();
        read.place("keep", Subject::Keep)
    }

    #[test]
    fn names_are_no_base64() {
        for area in Area::ALL {
            for name in [area.name(), area.in_chinese()] {
                assert_eq!(read(name).unwrap(), RegionPlace::Area(area), "{name}");
            }
        }
        let RegionPlace::Mask { bytes, .. } = read("iVBORw0KGgo=").unwrap() else {
            panic!("it is a file");
        };
        assert_eq!(bytes, b"\x89PNG\r\n\x1a\n"[..]);
        let error = read("hiar").unwrap_err();
        assert_eq!((error.code, error.status.as_u16()), ("unknown_part", 422));
        assert!(
            error.message.contains("did you mean `hair`?"),
            "{}",
            error.message
        );
        assert!(error.fix.contains("background, figure"), "{}", error.fix);
        let error = read("头").unwrap_err();
        assert_eq!(error.code, "unknown_part");
        assert!(error.fix.contains("头发, 脸"), "{}", error.fix);
        assert_eq!(read("Hair!").unwrap_err().code, "bad_base64");
    }
}
