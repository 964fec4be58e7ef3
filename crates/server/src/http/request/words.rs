//! Words that stand for a choice.

use utsushi::BlendPath;
use utsushi::creative::{Ease, EditMode};
use utsushi_imaging::{AnimationFormat, OutputFormat};

use super::super::fault::Fault;

fn chosen<T: Copy>(
    field: &'static str,
    code: &'static str,
    word: &str,
    choices: &[(&str, T)],
) -> Result<T, Fault> {
    let found = choices.iter().find(|(name, _)| *name == word);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Fault::bad(code, format!("`{field}` is none of {}", names.join(", ")))
    })
}

pub(super) fn picture_format(word: &str) -> Result<OutputFormat, Fault> {
    let choices = [
        ("png", OutputFormat::Png),
        ("jpeg", OutputFormat::Jpeg),
        ("webp", OutputFormat::WebP),
    ];
    chosen("format", "bad_format", word, &choices)
}

pub(super) fn animation_format(word: &str) -> Result<AnimationFormat, Fault> {
    let choices = [
        ("webp", AnimationFormat::WebP),
        ("gif", AnimationFormat::Gif),
        ("apng", AnimationFormat::Apng),
    ];
    chosen("format", "bad_format", word, &choices)
}

pub(super) fn blend(word: &str) -> Result<BlendPath, Fault> {
    let choices = [("line", BlendPath::Line), ("sphere", BlendPath::Sphere)];
    chosen("blend", "bad_field", word, &choices)
}

pub(super) fn mode(word: &str) -> Result<EditMode, Fault> {
    let choices = [("change", EditMode::Change), ("redraw", EditMode::Redraw)];
    chosen("mode", "bad_field", word, &choices)
}

pub(super) fn ease(word: &str) -> Result<Ease, Fault> {
    let choices = [("smooth", Ease::Smooth), ("linear", Ease::Linear)];
    chosen("ease", "bad_field", word, &choices)
}

pub(super) fn truth(word: &str) -> Result<bool, Fault> {
    chosen(
        "closed",
        "bad_field",
        word,
        &[("true", true), ("false", false)],
    )
}
