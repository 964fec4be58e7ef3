//! Uploads: files inside of a request.

use std::borrow::Cow;
use std::fmt;

use base64::DecodeError;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::super::api_error::ApiError;

/// Name by which a deserializer that has the bytes themselves recognises the type.
pub(super) const NAME: &str = "Upload";

/// The base64 codec of RFC 4648, section 4.
const fn base64(padding: DecodePaddingMode) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config.with_decode_padding_mode(padding))
}

const PADDED: GeneralPurpose = base64(DecodePaddingMode::RequireCanonical);
const UNPADDED: GeneralPurpose = base64(DecodePaddingMode::RequireNone);

/// The bytes of an uploaded file: a part of a form as it is, or base64 (perhaps a `data:` address)
/// in JSON.
///
/// Text that is not base64 is refused by [`Upload::bytes`], with a specific error.
#[derive(Debug)]
pub(super) struct Upload(Result<Bytes, usize>);

impl Upload {
    /// An upload of these bytes.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self(Ok(bytes.into()))
    }

    /// An upload of base64 text.
    pub(super) fn of_text(text: &str) -> Self {
        Self(decode(text))
    }

    /// The uploaded bytes. `field` is the field's name in errors.
    ///
    /// # Errors
    /// The text was not base64.
    pub(super) fn bytes(self, field: &str) -> Result<Bytes, ApiError> {
        self.0.map_err(|at| {
            let message = format!("`{field}` is not base64 at letter {at}");
            ApiError::bad("bad_base64", message)
        })
    }
}

/// Decodes base64; the error is the position of the first invalid character.
fn decode(text: &str) -> Result<Bytes, usize> {
    let start = if text.starts_with("data:") {
        text.find(";base64,").ok_or(0usize)? + ";base64,".len()
    } else {
        0
    };
    let place = |error| match error {
        DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => start + at,
        DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => text.len(),
    };
    let letters = &text[start..];
    // With or without padding, but never with the wrong one.
    let decoded = if letters.ends_with('=') {
        PADDED.decode(letters)
    } else {
        UNPADDED.decode(letters)
    };
    decoded.map(Bytes::from).map_err(place)
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, UploadVisitor)
    }
}

struct UploadVisitor;

impl<'de> Visitor<'de> for UploadVisitor {
    type Value = Upload;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a picture in base64")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Upload, D::Error> {
        inner.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Upload, E> {
        Ok(Upload::of_text(text))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Upload, E> {
        Ok(Upload::of_bytes(bytes))
    }
}

impl ToSchema for Upload {
    fn name() -> Cow<'static, str> {
        NAME.into()
    }
}

impl PartialSchema for Upload {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .content_encoding("base64")
            .format(Some(SchemaFormat::Custom("base64-picture".to_owned())))
            .description(Some(
                "A PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, JPEG XL, PSD or OpenRaster, in base64 or as a `data:` address.",
            ))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYg", "foob"),
            ("data:image/png;base64,Zm8=", "fo"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes(), "{text}");
        }
        assert_eq!(decode("+/+/").unwrap(), [0xfb, 0xff, 0xbf][..]);
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in [
            "Z", "Zg=", "Zg===", "Zm9v=", "Zm 9", "Zm9v\n", "é", "data:,x", "====",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(decode("Zm9vZ*==").unwrap_err(), 5);
    }
}
