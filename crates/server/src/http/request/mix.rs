//! The parts of a mix, as JSON.

use serde::Deserialize;
use utsushi_transfer::StyleCode;

use super::super::api_error::ApiError;
use crate::{StylePart, StyleSource};

/// Most parts of a mix.
const MOST: usize = 32;

/// The largest weight.
const HEAVIEST: f32 = 1e6;

/// `{"reference": 0, "weight": 0.7}`, `{"name": "oil", "weight": [1, 1, 0, 0]}`,
/// `{"seed": 7, "name": "oil"}`, `{"own": true}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(default, deserialize_with = "super::whole::some")]
    reference: Option<usize>,
    #[serde(default, deserialize_with = "super::object::some")]
    name: Option<String>,
    #[serde(default, deserialize_with = "super::whole::some")]
    seed: Option<u64>,
    #[serde(default, deserialize_with = "super::object::some")]
    own: Option<bool>,
    #[serde(default, deserialize_with = "super::object::some")]
    weight: Option<Weight>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Weight {
    Even(f32),
    Stages([f32; StyleCode::STAGES]),
}

/// A list of entries from JSON.
pub(super) fn read(text: &str) -> Result<Vec<StylePart>, ApiError> {
    let entries: Vec<Entry> = serde_json::from_str(text)
        .map_err(|error| ApiError::bad("bad_json", format!("`styles`: {error}")))?;
    parts(entries)
}

/// A list of entries to the parts of a mix.
pub(super) fn parts(entries: Vec<Entry>) -> Result<Vec<StylePart>, ApiError> {
    if entries.len() > MOST {
        let message = format!("a mix has at most {MOST} parts");
        return Err(ApiError::bad("too_many_styles", message));
    }
    entries.into_iter().map(part).collect()
}

fn part(entry: Entry) -> Result<StylePart, ApiError> {
    let source = match (entry.reference, entry.name, entry.seed, entry.own) {
        (Some(index), None, None, None) => StyleSource::Reference(index),
        (None, Some(name), None, None) => StyleSource::Named(name),
        (None, name, Some(seed), None) => StyleSource::Sampled { name, seed },
        (None, None, None, Some(true)) => StyleSource::Own,
        _ => {
            let message = "each of `styles` takes one of `reference`, `name`, `seed` (with or \
                           without `name`) and `own`: true";
            return Err(ApiError::bad("bad_style", message));
        }
    };
    let weights = match entry.weight {
        None => [1.0; StyleCode::STAGES],
        Some(Weight::Even(weight)) => [weight; StyleCode::STAGES],
        Some(Weight::Stages(weights)) => weights,
    };
    match weights.into_iter().all(is_weight) {
        true => Ok(StylePart { source, weights }),
        false => Err(bad_weight()),
    }
}

/// Whether a weight is one that is taken. Only ratios count, so that nobody needs more.
pub(super) fn is_weight(weight: f32) -> bool {
    (0.0..=HEAVIEST).contains(&weight)
}

pub(super) fn bad_weight() -> ApiError {
    let message = format!("weights go from 0 to {HEAVIEST}");
    ApiError::together("bad_weight", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_weights() {
        let text = r#"[{"reference": 1, "weight": 0.5}, {"name": "oil", "weight": [1, 0, 0, 2]},
                       {"seed": 7}, {"seed": 8, "name": "oil"}, {"own": true}]"#;
        let parts = read(text).unwrap();
        assert_eq!(parts[0].source, StyleSource::Reference(1));
        assert_eq!(parts[0].weights, [0.5; 4]);
        assert_eq!(parts[1].weights, [1.0, 0.0, 0.0, 2.0]);
        let name = Some("oil".to_owned());
        assert_eq!(parts[3].source, StyleSource::Sampled { name, seed: 8 });
        assert_eq!(parts[4].source, StyleSource::Own);
    }

    #[test]
    fn weights_that_are_none() {
        for weight in ["-1", "1000001", "[1, 1, -0.5, 1]", "1e39"] {
            let text = format!(r#"[{{"seed": 1, "weight": {weight}}}]"#);
            assert_eq!(read(&text).unwrap_err().code, "bad_weight", "{weight}");
        }
    }

    #[test]
    fn entries_that_say_nothing_or_two_things() {
        for text in [
            "{}",
            "[{}]",
            r#"[{"reference": 0, "name": "oil"}]"#,
            r#"[{"own": false}]"#,
            r#"[{"reference": -1}]"#,
            r#"[{"name": "oil", "weight": [1, 2, 3]}]"#,
            r#"[{"name": "oil", "path": "x"}]"#,
            r#"[{"name": "oil", "weight": "1"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let many = format!("[{}]", [r#"{"seed": 1}"#; 33].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_styles");
    }
}
