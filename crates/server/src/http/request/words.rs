//! Words that stand for a choice.

use utsushi_imaging::{AnimationFormat, OutputFormat};
use utsushi_range::{Ease, EditMode};
use utsushi_transfer::BlendPath;

use super::super::api_error::ApiError;

fn chosen<T: Copy>(
    field: &'static str,
    code: &'static str,
    word: &str,
    choices: &[(&str, T)],
) -> Result<T, ApiError> {
    let found = choices.iter().find(|(name, _)| *name == word);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        ApiError::bad(code, format!("`{field}` is none of {}", names.join(", ")))
    })
}

pub(super) fn picture_format(word: &str) -> Result<OutputFormat, ApiError> {
    let choices = [
        ("png", OutputFormat::Png),
        ("jpeg", OutputFormat::Jpeg),
        ("webp", OutputFormat::WebP),
    ];
    chosen("format", "bad_format", word, &choices)
}

pub(super) fn animation_format(word: &str) -> Result<AnimationFormat, ApiError> {
    let choices = [
        ("webp", AnimationFormat::WebP),
        ("gif", AnimationFormat::Gif),
        ("apng", AnimationFormat::Apng),
    ];
    chosen("format", "bad_format", word, &choices)
}

pub(super) fn blend(word: &str) -> Result<BlendPath, ApiError> {
    let choices = [("line", BlendPath::Line), ("sphere", BlendPath::Sphere)];
    chosen("blend", "bad_field", word, &choices)
}

pub(super) fn mode(word: &str) -> Result<EditMode, ApiError> {
    let choices = [("change", EditMode::Change), ("redraw", EditMode::Redraw)];
    chosen("mode", "bad_field", word, &choices)
}

pub(super) fn ease(word: &str) -> Result<Ease, ApiError> {
    let choices = [("smooth", Ease::Smooth), ("linear", Ease::Linear)];
    chosen("ease", "bad_field", word, &choices)
}

pub(super) fn truth(word: &str) -> Result<bool, ApiError> {
    chosen(
        "closed",
        "bad_field",
        word,
        &[("true", true), ("false", false)],
    )
}
