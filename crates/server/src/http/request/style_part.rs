//! Parts of a mix in a request.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utsushi::StyleCode;

use super::super::api_error::ApiError;
use super::list::List;
use super::values::{RequestedStyleName, Weight, some};
use super::whole;
use crate::{PartSource, StylePart};

/// Largest number of parts of a mix.
const MOST: usize = 32;

/// The largest weight.
const HEAVIEST: f32 = 1e6;

/// The list of parts of a mix in a request.
pub(super) type Parts = List<PartRequest, MOST>;

/// A part of a mix: one of `reference`, `name`, `seed` (with or without `name`) and `own`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StylePart)]
pub(super) struct PartRequest {
    /// Index of a reference of the request, from 0.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, maximum = 7)]
    reference: Option<usize>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    name: Option<RequestedStyleName>,
    /// Seed from which a style is drawn; with `name`, one of that kind.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false)]
    seed: Option<u64>,
    /// The style that the picture already has; always `true`.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    own: Option<bool>,
    #[serde(default)]
    weight: PartWeight,
}

/// Weight of a part: one for each stage of the decoder.
#[derive(Debug)]
struct PartWeight([f32; StyleCode::STAGES]);

impl PartRequest {
    fn part(self) -> Result<StylePart, ApiError> {
        let name = self.name.map(|name| name.0);
        let source = match (self.reference, name, self.seed, self.own) {
            (Some(index), None, None, None) => PartSource::Reference(index),
            (None, Some(name), None, None) => PartSource::Named(name),
            (None, name, Some(seed), None) => PartSource::Sampled { name, seed },
            (None, None, None, Some(true)) => PartSource::Own,
            _ => {
                let message = "each of `styles` takes one of `reference`, `name`, `seed` (with or \
                               without `name`) and `own`: true";
                return Err(ApiError::bad("bad_style", message));
            }
        };
        let weights = self.weight.0;
        if weights.into_iter().all(is_weight) {
            Ok(StylePart { source, weights })
        } else {
            Err(bad_weight())
        }
    }
}

/// Converts the parts of a mix for the engine.
pub(super) fn parts(requested: Parts) -> Result<Vec<StylePart>, ApiError> {
    let requested = requested.entries("too_many_styles", "styles")?;
    requested.into_iter().map(PartRequest::part).collect()
}

/// Converts the parts of a mix for the engine, from a field that may be left out, but not be empty.
pub(super) fn some_parts(requested: Option<Parts>) -> Result<Option<Vec<StylePart>>, ApiError> {
    match requested.map(parts).transpose()? {
        Some(parts) if parts.is_empty() => {
            Err(ApiError::together("no_style", "`styles` is an empty list"))
        }
        parts => Ok(parts),
    }
}

/// Makes a part of each of these references, with a weight for each or none at all.
pub(super) fn references(
    references: &[usize],
    weights: List<Weight, 64>,
) -> Result<Vec<StylePart>, ApiError> {
    let weights = weights.entries("bad_weight", "weights")?;
    if weights.iter().any(|weight| !is_weight(weight.0)) {
        return Err(bad_weight());
    }
    let count = references.len();
    if !weights.is_empty() && weights.len() != count {
        let found = weights.len();
        let message = format!("{found} weights for {count} references");
        return Err(ApiError::together("bad_weight", message));
    }
    let weight = |index: usize| weights.get(index).map_or(1.0, |weight| weight.0);
    let part = |(place, &index)| evenly(PartSource::Reference(index), weight(place));
    Ok(references.iter().enumerate().map(part).collect())
}

/// A style given by references, a name or a seed.
pub(super) struct OneStyle<'a> {
    pub(super) references: &'a [usize],
    pub(super) weights: List<Weight, 64>,
    pub(super) name: Option<RequestedStyleName>,
    pub(super) seed: Option<u64>,
}

impl OneStyle<'_> {
    /// The parts of the style; empty if nothing is given.
    pub(super) fn parts(self) -> Result<Vec<StylePart>, ApiError> {
        let mut styles = references(self.references, self.weights)?;
        let name = self.name.map(|name| name.0);
        let source = match (name, self.seed) {
            (name, Some(seed)) => PartSource::Sampled { name, seed },
            (Some(name), None) => PartSource::Named(name),
            (None, None) => return Ok(styles),
        };
        if !styles.is_empty() {
            let message = "references and a name or seed exclude each other";
            let error = ApiError::together("conflicting_styles", message);
            return Err(error.fixed_by("send one of them alone, or all as `styles` to /v1/mix"));
        }
        styles.push(evenly(source, 1.0));
        Ok(styles)
    }
}

/// A part with the same weight in all stages.
pub(super) fn evenly(source: PartSource, weight: f32) -> StylePart {
    let weights = [weight; StyleCode::STAGES];
    StylePart { source, weights }
}

fn is_weight(weight: f32) -> bool {
    (0.0..=HEAVIEST).contains(&weight)
}

fn bad_weight() -> ApiError {
    let message = format!("weights go from 0 to {HEAVIEST}");
    ApiError::together("bad_weight", message)
}

impl Default for PartWeight {
    fn default() -> Self {
        Self([1.0; StyleCode::STAGES])
    }
}

impl<'de> Deserialize<'de> for PartWeight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WeightVisitor)
    }
}

struct WeightVisitor;

impl<'de> Visitor<'de> for WeightVisitor {
    type Value = PartWeight;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a weight, or a list of four")
    }

    fn visit_f64<E: Error>(self, weight: f64) -> Result<PartWeight, E> {
        Ok(PartWeight([weight as f32; StyleCode::STAGES]))
    }

    fn visit_u64<E: Error>(self, weight: u64) -> Result<PartWeight, E> {
        self.visit_f64(weight as f64)
    }

    fn visit_i64<E: Error>(self, weight: i64) -> Result<PartWeight, E> {
        self.visit_f64(weight as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PartWeight, A::Error> {
        let mut weights = [0.0; StyleCode::STAGES];
        for (index, weight) in weights.iter_mut().enumerate() {
            let next = list.next_element()?;
            *weight = next.ok_or_else(|| A::Error::invalid_length(index, &self))?;
        }
        match list.next_element::<f32>()? {
            None => Ok(PartWeight(weights)),
            Some(_) => Err(A::Error::invalid_length(StyleCode::STAGES + 1, &self)),
        }
    }
}

impl ToSchema for PartWeight {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Weight::name().into(), Weight::schema()));
    }
}

impl PartialSchema for PartWeight {
    fn schema() -> RefOr<Schema> {
        let weight = Ref::from_schema_name(Weight::name());
        let stages = ArrayBuilder::new()
            .items(weight.clone())
            .min_items(Some(StyleCode::STAGES))
            .max_items(Some(StyleCode::STAGES))
            .description(Some(
                "One weight for each stage, from the coarsest to the finest.",
            ));
        let either = OneOfBuilder::new().item(weight).item(stages);
        either.default(Some(1.into())).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<StylePart>, ApiError> {
        let read = serde_json::from_str(text);
        parts(read.map_err(|error| ApiError::bad("bad_field", error.to_string()))?)
    }

    #[test]
    fn sources_and_weights() {
        let text = r#"[{"reference": 1, "weight": 0.5}, {"name": "oil", "weight": [1, 0, 0, 2]},
                       {"seed": 7.0}, {"seed": 8, "name": "oil"}, {"own": true}]"#;
        let parts = read(text).unwrap();
        assert_eq!(parts[0].source, PartSource::Reference(1));
        assert_eq!(parts[0].weights, [0.5; 4]);
        assert_eq!(parts[1].weights, [1.0, 0.0, 0.0, 2.0]);
        assert_eq!(
            parts[2].source,
            PartSource::Sampled {
                name: None,
                seed: 7
            }
        );
        let name = Some("oil".to_owned());
        assert_eq!(parts[3].source, PartSource::Sampled { name, seed: 8 });
        assert_eq!(parts[4].source, PartSource::Own);
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
            r#"[{"name": null, "seed": 1}]"#,
            r#"[{"name": "oil", "weight": [1, 2, 3]}]"#,
            r#"[{"name": "oil", "weight": [1, 2, 3, 4, 5]}]"#,
            r#"[{"name": "oil", "path": "x"}]"#,
            r#"[{"name": "oil", "weight": "1"}]"#,
        ] {
            assert_eq!(read(text).unwrap_err().status, 400, "{text}");
        }
        let many = format!("[{}]", [r#"{"seed": 1}"#; 33].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_styles");
    }
}
