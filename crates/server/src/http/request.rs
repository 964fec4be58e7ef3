//! Requests: from forms and JSON to a [`Task`], with one struct for each address that paints.

mod anatomy;
mod colour;
mod edit;
pub(super) mod form;
mod generate;
mod list;
pub(super) mod mask;
mod morph;
mod octaves;
mod region;
mod save_style;
mod style_part;
mod transfer;
mod upload;
mod values;
mod whole;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use utoipa::ToSchema;
use utsushi::spelling::nearest;

use super::api_error::ApiError;
use super::content_type::JSON;
use super::document::Schemas;
use super::routes::Route;
use crate::Task;
use list::List;
use upload::Upload;

/// All addresses that take a picture. Each has a separate file, which is listed only here.
pub(super) static ROUTES: &[Route] = &[
    Route::of::<transfer::TransferRequest>(),
    Route::of::<transfer::MixRequest>(),
    Route::of::<edit::EditRequest>(),
    Route::of::<morph::MorphRequest>(),
    Route::of::<generate::GenerateRequest>(),
    Route::of::<colour::ColourRequest>(),
    Route::of::<save_style::StyleRequest>(),
    Route::of::<anatomy::SegmentRequest>(),
    Route::of::<anatomy::LandmarksRequest>(),
];

/// The pictures of one field; the bound is far above the limits.
type Uploads = List<Upload, 64>;

/// A request to an address that takes a picture. JSON bodies and forms are read into the struct,
/// and the OpenAPI document describes its fields.
pub(super) trait TaskRequest: DeserializeOwned + ToSchema + Send + 'static {
    /// The address that takes the request.
    const PATH: &str;
    /// Name of the operation in the OpenAPI document.
    const ID: &str;
    /// Summary of the operation in the OpenAPI document.
    const SUMMARY: &str;
    /// Description of the operation in the OpenAPI document.
    const DESCRIPTION: &str;
    /// Description of the answer in the OpenAPI document.
    const RESULT: &str;
    /// The media types that the answer may have.
    const MEDIA: &[&str] = &[
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/avif",
        "image/jxl",
        "image/tiff",
        "image/vnd.adobe.photoshop",
        "image/openraster",
    ];
    /// Whether a network of a single style can do it, too.
    const FOR_ONE_STYLE: bool = false;

    /// Schema of the answer, if it is JSON.
    fn answer(_: &mut Schemas) -> Option<Value> {
        None
    }

    /// Turns the request into a task for the engine.
    ///
    /// # Errors
    /// Fields are missing or contradict each other.
    fn into_task(self) -> Result<Task, ApiError>;
}

/// Reads a request from its body.
///
/// # Errors
/// The body is of another type, malformed, or its fields make no sense.
pub(super) fn read<R: TaskRequest>(headers: &HeaderMap, body: Bytes) -> Result<Task, ApiError> {
    tracing::debug!(bytes = body.len(), "reading the body of a request");
    let content_type = headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let request: R = if media.eq_ignore_ascii_case(JSON) {
        from_json(&body)?
    } else if let Some(boundary) = form::boundary(content_type) {
        form::read(body, boundary)?
    } else {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body is neither a form nor JSON",
            "send multipart/form-data or application/json",
        ));
    };
    request.into_task()
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        // JSON it is, but a field does not take that.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let is_value = is_object && error.classify() == Category::Data;
        let code = if is_value { "bad_field" } else { "bad_json" };
        refused(code, &path, &error.to_string())
    })?;
    let end = json.end();
    end.map_err(|error| refused("bad_json", ".", &error.to_string()))?;
    Ok(read)
}

/// The error for a field, at `path`, that cannot be read. Serde's kinds of errors differ only in
/// the beginnings of their texts; `code` is for all other kinds.
fn refused(code: &'static str, path: &str, error: &str) -> ApiError {
    let code = match error {
        _ if error.starts_with("unknown field") => "unknown_field",
        _ if error.starts_with("missing field") => "missing_field",
        _ if error.starts_with("duplicate field") => "repeated_field",
        _ if error.starts_with(form::NO_LIST) => "bad_json",
        _ if path == "format" => "bad_format",
        _ => code,
    };
    let message = match path {
        "." | "?" => format!("the body: {error}"),
        field => format!("`{field}`: {error}"),
    };
    let refused = ApiError::bad(code, message);
    match (code, meant_by(error)) {
        ("unknown_field", Some(meant)) => refused.fixed_by(format!("did you mean `{meant}`?")),
        _ => refused,
    }
}

/// Largest length of an unknown field name for which similar names are suggested.
const NAME: usize = 64;

/// The field that an unknown name probably means, of those that serde's error lists: one that ends
/// with that word, or the most similar one with the same first letter.
fn meant_by(error: &str) -> Option<&str> {
    let mut names = error.split('`').skip(1).step_by(2);
    let unknown = names.next().filter(|name| name.len() <= NAME)?;
    // What the command line calls it.
    if unknown == "within" {
        return names.find(|name| *name == "mask");
    }
    let first = |name: &str| Some(name.chars().next()?.to_ascii_lowercase());
    let ends = |name: &&str| {
        name.strip_suffix(unknown)
            .is_some_and(|it| it.ends_with('_'))
    };
    let begins = |name: &&str| first(name) == first(unknown);
    let worded = names.clone().find(ends);
    worded.or_else(|| nearest(unknown, names.filter(begins)))
}

fn missing(what: &str) -> ApiError {
    ApiError::bad("missing_field", format!("{what} is missing"))
}

/// Decodes the pictures of `field`.
fn upload_bytes(uploads: Uploads, field: &str) -> Result<Vec<Bytes>, ApiError> {
    let uploads = uploads.entries("too_many_pictures", field)?;
    uploads
        .into_iter()
        .map(|upload| upload.bytes(field))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        one: u32,
        #[serde(default)]
        format: values::PictureFormat,
        #[serde(default)]
        list: Vec<u32>,
    }

    /// A test that serde still words its errors as the codes require.
    #[test]
    fn kinds_of_errors_have_their_codes() {
        for (text, code, about) in [
            (r#"{"one": 1, "two": 2}"#, "unknown_field", "two"),
            ("{}", "missing_field", "one"),
            (r#"{"one": 1, "one": 1}"#, "repeated_field", "one"),
            (r#"{"one": 1, "format": "gif"}"#, "bad_format", "`format`"),
            (r#"{"one": "1"}"#, "bad_field", "`one`"),
            (r#"{"one": 1, "list": [1, null]}"#, "bad_field", "`list[1]`"),
            ("7", "bad_json", "the body"),
            (r#"{"one": 1, "list": [1"#, "bad_json", "`list"),
            (r#"{"one": 1} x"#, "bad_json", "the body"),
            ("{", "bad_json", "the body"),
        ] {
            let error = from_json::<Sample>(text.as_bytes()).unwrap_err();
            assert_eq!((error.code, error.status.as_u16()), (code, 400), "{text}");
            assert!(error.message.contains(about), "{}", error.message);
        }
        let fix = |text: &str| from_json::<Sample>(text.as_bytes()).unwrap_err().fix;
        for (name, meant) in [("foramt", "format"), ("Liste", "list"), ("on", "one")] {
            let told = fix(&format!(r#"{{"{name}": 1}}"#));
            assert_eq!(told, format!("did you mean `{meant}`?"));
        }
        for name in ["two", "", "`", "x`one`"] {
            let told = fix(&format!(r#"{{"{name}": 1}}"#));
            assert!(told.contains("/v1/openapi.json"), "{name}: {told}");
        }
        let within = "unknown field `within`, expected one of `content`, `mask`";
        assert_eq!(meant_by(within), Some("mask"));
        assert_eq!(meant_by("unknown field `within`, expected `content`"), None);
        let long = format!(r#"{{"{}": 1}}"#, "format".repeat(100_000));
        assert!(fix(&long).contains("/v1/openapi.json"));
        let read: Sample = from_json(br#"{"one": 1, "format": "jpg", "list": [2]}"#).unwrap();
        assert_eq!((read.one, read.list), (1, vec![2]));
        assert!(matches!(read.format, values::PictureFormat::Jpg));
    }
}
