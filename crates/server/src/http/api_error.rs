//! Errors of the API, as clients receive them.

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utsushi::creative::{FaceShapeError, LinesError};
use utsushi::{PaintError, StyleError};
use utsushi_imaging::DecodeError;

use super::RequestNumber;
use super::content_type::json_response;
use crate::Subject;
use crate::{SubmitError, WorkError};

/// An error with a code for programs, a message and a fix for people.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) fix: Cow<'static, str>,
    /// Number of the request that failed, if the log has the reason.
    request: Option<RequestNumber>,
    header: Option<(&'static str, &'static str)>,
}

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        fix: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            message: shortened(message.into()),
            fix: fix.into(),
            request: None,
            header: None,
        }
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(super) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        let fix = "see /v1/openapi.json for what is expected";
        Self::new(StatusCode::BAD_REQUEST, code, message, fix)
    }

    /// The error that fields which are valid by themselves contradict each other.
    pub(super) fn together(code: &'static str, message: impl Into<String>) -> Self {
        let fix = "see /v1/openapi.json for what goes with what";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message, fix)
    }

    pub(super) fn not_found() -> Self {
        let message = "there is nothing at this address";
        let fix = "see /v1/openapi.json for what there is";
        Self::new(StatusCode::NOT_FOUND, "not_found", message, fix)
    }

    pub(super) fn method(allowed: &'static str) -> Self {
        let message = format!("this address takes {allowed} alone");
        let fix = "use another method";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            message,
            fix,
        )
        .with("allow", allowed)
    }

    pub(super) fn unauthorized() -> Self {
        let message = "this server wants its access token";
        let fix = "send `Authorization: Bearer TOKEN` with the token that `utsushi serve` printed";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message, fix)
            .with("www-authenticate", "Bearer")
    }

    pub(super) fn cross_origin() -> Self {
        let message = "requests from pages of other origins are refused";
        let fix = "open the server's own page, or use a program that is no browser";
        Self::new(StatusCode::FORBIDDEN, "cross_origin", message, fix)
    }

    /// The error for a request with the host name `host`, or without one, which may come from a
    /// page elsewhere whose name was made to point here (DNS rebinding).
    pub(super) fn unknown_host(host: Option<&str>) -> Self {
        let message = match host {
            Some(host) => format!("unknown host name `{host}`: it is not one of this server's"),
            None => "the request names no host".to_owned(),
        };
        let fix = "open the server as localhost, or start it with --allow-host and the name (of \
                   the proxy before it, for example)";
        Self::new(StatusCode::FORBIDDEN, "unknown_host", message, fix)
    }

    pub(super) fn busy(code: &'static str, message: impl Into<String>) -> Self {
        let fix = "try again after the seconds in Retry-After";
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, message, fix).with("retry-after", "2")
    }

    pub(super) fn body_too_large(limit: usize) -> Self {
        let message = format!("the body is larger than the limit of {limit} bytes");
        let fix = "send smaller pictures, or JPEG instead of PNG";
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            message,
            fix,
        )
    }

    pub(super) fn too_slow() -> Self {
        let message = "the body took too long to arrive";
        let fix = "send smaller pictures, or over a faster line";
        Self::new(StatusCode::REQUEST_TIMEOUT, "upload_too_slow", message, fix)
    }

    pub(super) fn took_too_long() -> Self {
        let message = "the picture was not finished within the time that a request may take";
        let fix = "send a smaller picture, or come back when less is waiting";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "took_too_long",
            message,
            fix,
        )
        .with("retry-after", "30")
    }

    /// The error for everything that a network of a single style cannot do.
    pub(super) fn one_way() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "one_way",
            "the network behind this server repaints pictures in one way and does nothing else",
            "POST the `content` to /v1/transfer, with `strength`, `mask`, `keep`, `regions` without styles, `feather`, `layers` and what says how the result is written alone",
        )
    }

    fn unusable(code: &'static str, error: &impl ToString, fix: &'static str) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, code, of_fields(&error.to_string()), fix)
    }

    /// This error with another fix.
    pub(super) fn fixed_by(mut self, fix: impl Into<Cow<'static, str>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Whether the server is to blame, so that the log has the reason.
    pub(super) fn is_internal(&self) -> bool {
        self.status == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Adds the number of the failed request, if the reason is only in the log. A number that the
    /// error has already stays: a job fails under the number of the request that started it.
    pub(super) fn of_request(mut self, number: RequestNumber) -> Self {
        if self.is_internal() {
            self.request = self.request.or(Some(number));
        }
        self
    }

    /// This error with the addresses in its fix as clients of a server below `base_path` write
    /// them.
    pub(super) fn below(mut self, base_path: &str) -> Self {
        if !base_path.is_empty() && self.fix.contains("/v1/") {
            self.fix = self.fix.replace("/v1/", &format!("{base_path}/v1/")).into();
        }
        self
    }

    /// The error as a JSON object.
    pub(super) fn object(&self) -> ErrorObject {
        ErrorObject {
            code: self.code,
            message: self.message.clone(),
            fix: self.fix.clone(),
            request: self.request.map(|number| number.0),
        }
    }
}

/// The body of an error answer, in JSON.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Error)]
pub(super) struct ErrorBody {
    error: ErrorObject,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorObject {
    code: &'static str,
    message: String,
    #[schema(value_type = String)]
    fix: Cow<'static, str>,
    /// With the code `fault`: the number of the request, under which the server's log has the
    /// reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request: Option<u64>,
}

/// Largest length of a message in bytes; messages may repeat names that clients sent.
const MESSAGE: usize = 1000;

/// Rewrites a message of the libraries, which names options of the command line, for the fields
/// that do the same.
fn of_fields(message: &str) -> String {
    const FIELDS: [(&str, &str); 4] = [
        ("; paint other pictures with `utsushi transfer`", ""),
        ("`transfer --layers`", "`layers=true`"),
        ("--layers", "`layers`"),
        ("with the recipe `prior-64` and `--init`", "with a prior"),
    ];
    let of = |message: String, (option, field): (&str, &str)| message.replace(option, field);
    FIELDS.into_iter().fold(message.to_owned(), of)
}

/// Shortens a message: nobody gets back a megabyte that was sent as the name of a style.
fn shortened(mut message: String) -> String {
    if message.len() > MESSAGE {
        message.truncate(message.floor_char_boundary(MESSAGE));
        message.push('…');
    }
    message
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Full { .. } => Self::busy("queue_full", error.to_string()),
            SubmitError::Closed => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "stopping",
                "the server is stopping",
                "try again when it runs again",
            )
            .with("retry-after", "10"),
            SubmitError::Work(error) => (&error).into(),
        }
    }
}

impl From<&WorkError> for ApiError {
    fn from(error: &WorkError) -> Self {
        const SMALLER: &str = "make the picture smaller";
        const READABLE: &str = "send a PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, JPEG XL, PSD or OpenRaster that is whole";
        const STYLES: &str = "GET /v1/styles lists the styles there are";
        const LABELS: &str = "GET /v1/models lists the labels that the model was trained with";
        const WEIGHTS: &str = "give weights of 0 or more, at least one above 0 in each stage";
        const PRIOR: &str =
            "serve a model with a content prior: its `generates` in GET /v1/models is true";
        let unusable = Self::unusable;
        match error {
            WorkError::TooManyPixels { .. } => unusable("too_many_pixels", error, SMALLER),
            WorkError::Picture { subject, reason } => match reason {
                // It may have been meant to be a saved style as well as a painting.
                DecodeError::Empty if matches!(subject, Subject::Reference(_)) => unusable(
                    "empty_reference",
                    error,
                    "send a painting, or a style that was saved with the model of this server",
                ),
                DecodeError::TooManyPixels { .. } | DecodeError::TooManyBytes { .. } => {
                    unusable("too_many_pixels", error, SMALLER)
                }
                DecodeError::UnknownFormat { .. }
                | DecodeError::OtherFormat { .. }
                | DecodeError::Empty => unusable("not_a_picture", error, READABLE),
                DecodeError::NoLayers { .. } => unusable(
                    "no_layers",
                    error,
                    "send a PSD or an OpenRaster, or leave `layers` out",
                ),
                _ => unusable("bad_picture", error, READABLE),
            },
            WorkError::SavedStyle(_) => unusable(
                "bad_saved_style",
                error,
                "send a style that was saved with the model of this server, or a painting",
            ),
            WorkError::References { .. } => {
                unusable("too_many_references", error, "send fewer references")
            }
            WorkError::NoSuchReference { .. } => {
                unusable("no_such_reference", error, "count references from 0")
            }
            WorkError::NoSuchDirection { .. } => {
                unusable("no_such_direction", error, "GET /v1/directions lists them")
            }
            WorkError::NoDirection => {
                unusable("no_direction", error, "give an amount along one at least")
            }
            WorkError::DirectionTwice { .. } => {
                unusable("direction_twice", error, "give each direction once")
            }
            WorkError::Amount { .. } => unusable("bad_amount", error, "go less far"),
            WorkError::Pictures { .. } => {
                unusable("too_many_pictures", error, "send fewer pictures")
            }
            WorkError::NoSuchPicture { .. } => {
                unusable("no_such_picture", error, "count pictures from 0")
            }
            WorkError::TooFewFrames { .. } => unusable(
                "too_few_frames",
                error,
                "send at least two pictures, and ask for more frames",
            ),
            WorkError::TooManyFrames { .. } | WorkError::FilmPixels { .. } => {
                unusable("too_many_frames", error, "ask for fewer or smaller frames")
            }
            WorkError::Film { .. } => unusable("bad_film", error, "give another `rate` or `size`"),
            WorkError::Paintings { .. } => {
                unusable("bad_count", error, "ask for fewer, in several requests")
            }
            WorkError::Seeds { .. } => unusable("bad_seed", error, "begin with a smaller `seed`"),
            WorkError::Truncation(_) => {
                unusable("bad_truncation", error, "give a number from 0 to 1")
            }
            WorkError::Side { .. } => unusable("bad_size", error, "give another `size`"),
            WorkError::PaintingPixels { .. } => unusable(
                "too_many_pixels",
                error,
                "ask for fewer or smaller paintings",
            ),
            WorkError::Shape(FaceShapeError::Unknown { .. }) => unusable(
                "unknown_shape",
                error,
                "see /v1/openapi.json for the shapes there are",
            ),
            WorkError::Shape(_) => unusable("bad_amount", error, "give an amount in this range"),
            WorkError::ShapeTwice { .. } => unusable("shape_twice", error, "give each shape once"),
            WorkError::NoFace => unusable(
                "no_face",
                error,
                "send a picture with a face, or leave `warp` out",
            ),
            WorkError::Lines(LinesError::NoFigure) => unusable(
                "no_figure",
                error,
                "send a drawing with a larger head, or one that shows a figure",
            ),
            WorkError::Lines(LinesError::NoDrawing) => unusable(
                "no_line_drawing",
                error,
                "send dark lines on light paper; POST other pictures to /v1/transfer",
            ),
            WorkError::NoPartColours { .. } => unusable(
                "no_part_colours",
                error,
                "send a painting that shows a face, whose hair, skin and clothes the drawing can take",
            ),
            WorkError::Style(StyleError::OneStyle) => Self::one_way(),
            WorkError::Style(StyleError::NoPrior) => unusable("no_prior", error, PRIOR),
            WorkError::Style(StyleError::Weight(_) | StyleError::NoWeight)
            | WorkError::Paint(PaintError::Style(StyleError::NoWeight)) => {
                unusable("bad_weight", error, WEIGHTS)
            }
            WorkError::Style(StyleError::NothingToBlend) => unusable(
                "no_style",
                error,
                "send `reference` pictures, `style_name` or `style_seed`",
            ),
            WorkError::Style(
                StyleError::Unknown { .. }
                | StyleError::ContentOnly { .. }
                | StyleError::NoMean { .. }
                | StyleError::NoTypical { .. }
                | StyleError::NoStyles,
            ) => unusable("unknown_style", error, STYLES),
            WorkError::Style(
                StyleError::NoConditions
                | StyleError::UnknownCondition { .. }
                | StyleError::UnknownValue { .. },
            ) => unusable("unknown_label", error, LABELS),
            WorkError::Paint(PaintError::Strength(_)) => {
                unusable("bad_strength", error, "give a number from 0 to 2")
            }
            WorkError::Paint(PaintError::Octaves(_)) => {
                unusable("bad_octaves", error, "give a number from 0 to 5, or `auto`")
            }
            WorkError::Transparent { .. } => unusable(
                "transparent_reference",
                error,
                "send a painting that can be seen",
            ),
            WorkError::NoContentForSeed => unusable(
                "no_content",
                error,
                "send the picture that is to be painted as `content`",
            ),
            WorkError::NoContent => unusable(
                "no_content",
                error,
                "send the `content`, or leave `own` out of `styles`",
            ),
            WorkError::EmptyMask { .. } => unusable(
                "bad_mask",
                error,
                "make a mask white where its part is (`keep` where the picture stays as it is); what \
                 is transparent counts as black",
            ),
            WorkError::Paint(PaintError::Mask(_)) => unusable(
                "bad_mask",
                error,
                "send a mask in the proportions of the content",
            ),
            WorkError::Feather(_) => unusable("bad_feather", error, "give a number from 0 to 4096"),
            WorkError::Quality(_) => {
                unusable("bad_quality", error, "give a whole number from 1 to 100")
            }
            WorkError::NoPlaceForProfile { .. } => unusable(
                "no_profile",
                error,
                "ask for another `format`, or leave `colour` out",
            ),
            WorkError::NoPlaceForLayers { .. } => {
                unusable("no_layers", error, "ask for the `format` `psd` or `ora`")
            }
            WorkError::MaskedLayers => {
                unusable("no_layers", error, "leave `layers` out, or the masks")
            }
            WorkError::NoVisibleLayer => {
                unusable("no_layers", error, "show a layer, or leave `layers` out")
            }
            WorkError::LayerPixels { .. } => unusable(
                "too_many_pixels",
                error,
                "send fewer or smaller layers, or leave `layers` out",
            ),
            WorkError::Encode(_) => unusable("bad_format", error, "ask for a PNG"),
            WorkError::Cancelled => Self::new(
                StatusCode::CONFLICT,
                "cancelled",
                error.to_string(),
                "ask again",
            ),
            WorkError::Style(_) | WorkError::Paint(_) | WorkError::Lines(_) | WorkError::Fault => {
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "fault",
                    error.to_string(),
                    "tell whoever runs the server: its log has the reason, with the number of the request",
                )
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = json_response(
            self.status,
            &ErrorBody {
                error: self.object(),
            },
        );
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        response.extensions_mut().insert(self);
        response
    }
}
