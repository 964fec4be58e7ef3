//! Forms with files (RFC 7578), read into the same structs as JSON.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::{BodyDataStream, Full};
use multer::{Multipart, parse_boundary};
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde_json::error::Category;

use super::super::api_error::ApiError;
use super::{octaves, refused, upload, whole};

/// Largest number of parts of a form.
const MOST_PARTS: usize = 64;

/// Beginning of the error for a field whose list cannot be read.
pub(super) const NO_LIST: &str = "it is no list in JSON that is taken here";

/// Fields that a form repeats, each with the name of the list in JSON.
pub(in super::super) const REPEATED: [(&str, &str); 4] = [
    ("picture", "pictures"),
    ("reference", "references"),
    ("region_mask", "region_masks"),
    ("weight", "weights"),
];

/// The boundary in `Content-Type: multipart/form-data; boundary=…`; `None` for another type.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    parse_boundary(content_type).ok()
}

/// Reads a request from a form.
pub(super) fn read<T: DeserializeOwned>(body: Bytes, boundary: String) -> Result<T, ApiError> {
    let fields = fields(body, boundary)?;
    let form = MapDeserializer::<_, Error>::new(fields.into_iter());
    serde_path_to_error::deserialize(form).map_err(|error| {
        let path = error.path().to_string();
        let mut message = error.into_inner().to_string();
        for (one, list) in REPEATED {
            message = message.replace(&format!("`{list}`"), &format!("`{one}`"));
        }
        refused("bad_field", &path, &message)
    })
}

/// The values of a form, with the names of their fields in JSON.
fn fields(body: Bytes, boundary: String) -> Result<Vec<(String, Field)>, ApiError> {
    let mut fields: Vec<(String, Field)> = Vec::new();
    for (name, bytes) in parts(body, boundary)? {
        if REPEATED.iter().any(|(_, list)| *list == name) {
            let message = format!("the field `{name}` is known in JSON alone");
            let fix = format!("repeat `{}` for each", name.trim_end_matches('s'));
            return Err(ApiError::bad("unknown_field", message).fixed_by(fix));
        }
        let list = REPEATED.iter().find(|(one, _)| *one == name);
        let known = list.map_or(&*name, |(_, list)| list);
        match (fields.iter_mut().find(|(own, _)| own == known), list) {
            (Some((_, Field::Repeated(all))), _) => all.push(bytes),
            (Some(_), _) => {
                let message = format!("the field `{name}` is given twice");
                return Err(ApiError::bad("repeated_field", message));
            }
            (None, Some(_)) => fields.push((known.to_owned(), Field::Repeated(vec![bytes]))),
            (None, None) => fields.push((name, Field::Single(bytes))),
        }
    }
    Ok(fields)
}

/// Names and contents of all parts of a form. The body is in memory already, so that nothing waits.
fn parts(body: Bytes, boundary: String) -> Result<Vec<(String, Bytes)>, ApiError> {
    let broken = |what: &str| ApiError::bad("bad_form", what);
    let cut = || broken("the form is cut short");
    let failed = |error: multer::Error| broken(&error.to_string());
    let mut form = Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let mut parts = Vec::new();
    while let Some(mut field) = now(form.next_field()).ok_or_else(cut)?.map_err(failed)? {
        if parts.len() == MOST_PARTS {
            return Err(broken("the form has more than 64 parts"));
        }
        let name = field.name().ok_or_else(|| broken("a part has no name"))?;
        let name: String = name.chars().take(64).collect();
        let mut bytes = Bytes::new();
        // The body is there as a whole, so that mostly one chunk is all there is.
        while let Some(chunk) = now(field.chunk()).ok_or_else(cut)?.map_err(failed)? {
            bytes = if bytes.is_empty() {
                chunk
            } else {
                [bytes, chunk].concat().into()
            };
        }
        parts.push((name, bytes));
    }
    Ok(parts)
}

/// The output of a future that never waits; `None` if it does wait.
fn now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// The value of one field of a form.
enum Field {
    Single(Bytes),
    /// A field that may be repeated: a list, even of one value.
    Repeated(Vec<Bytes>),
}

impl Field {
    fn text(&self) -> Result<&str, Error> {
        match self {
            Self::Single(bytes) => {
                std::str::from_utf8(bytes).map_err(|_| Error::custom("it is not UTF-8"))
            }
            Self::Repeated(_) => Err(Error::custom("it is a list")),
        }
    }
}

impl IntoDeserializer<'_, Error> for Field {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Implements reading of numbers from texts.
macro_rules! from_number {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.text()?.trim();
            match (whole::from_text(text), text.parse()) {
                (Some(whole), _) => visitor.visit_u64(whole),
                (None, Ok(number)) => visitor.visit_f64(number),
                (None, Err(_)) => Err(Error::custom("it is not a number")),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Error::custom("it is neither `true` nor `false`")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Single(bytes) if name == upload::NAME => visitor.visit_byte_buf(bytes.into()),
            field if name == octaves::NAME => match whole::from_text(field.text()?) {
                Some(number) => visitor.visit_u64(number),
                None => visitor.visit_str(field.text()?),
            },
            field => visitor.visit_newtype_struct(field),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word: serde::de::value::StrDeserializer<'_, Error> = self.text()?.into_deserializer();
        word.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = match self {
            Self::Repeated(parts) => {
                let parts = parts.into_iter().map(Field::Single);
                return SeqDeserializer::new(parts).deserialize_seq(visitor);
            }
            Self::Single(text) => text,
        };
        // As from a reader: what is read must not borrow from a field that goes away.
        let mut json = serde_json::Deserializer::from_reader(&text[..]);
        let no_list = |error| Error::custom(format!("{NO_LIST}: {error}"));
        let is_list = text.trim_ascii_start().starts_with(b"[");
        let value = json
            .deserialize_seq(visitor)
            .map_err(|error| match error.classify() {
                // A list in JSON, with an entry that is wrong.
                Category::Data if is_list => Error::custom(error),
                _ => no_list(error),
            })?;
        json.end().map_err(no_list)?;
        Ok(value)
    }

    from_number! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_f32 deserialize_f64
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<(String, String)>, ApiError> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let text =
            |(name, bytes): (String, Bytes)| (name, String::from_utf8(bytes.to_vec()).unwrap());
        Ok(parts(body, "xyz".to_owned())?
            .into_iter()
            .map(text)
            .collect())
    }

    #[test]
    fn fields_come_out_as_they_were_sent() {
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n\
                    --xyz\r\ncontent-type: image/png\r\n\
                    content-disposition: form-data; filename=\"x.png\"; name=b\r\n\r\n\
                    \r\n--xy\r\n\r\n\r\n\
                    --xyz\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--xyz--\r\n";
        let expected = [("a", "one"), ("b", "\r\n--xy\r\n\r\n"), ("c", "")];
        let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(read(body).unwrap(), expected);
    }

    #[test]
    fn broken_forms_are_refused() {
        let head = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        for body in [
            "",
            "--xy",
            "--xyz",
            "--xyz\r\n",
            "--xyzz\r\n\r\n",
            "--xyz\r\n\r\n\r\n--xyz--",
            head,
            &format!("{head}text"),
            "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--xyz--",
            "--xyz\r\nContent-Disposition: form-data; name=\"a\\",
            &format!("{}--xyz--", format!("{head}\r\n").repeat(65)),
        ] {
            assert!(read(body).is_err(), "{body:?}");
        }
    }
}
