//! Fields to what the engine is asked for.

use bytes::Bytes;
use utsushi_imaging::{AnimationFormat, OutputFormat};
use utsushi_range::{GenerateOptions, MorphOptions};
use utsushi_transfer::StyleCode;

use super::super::api_error::ApiError;
use super::fields::Fields;
use super::{mix, stations, words};
use crate::{Edit, Generate, Morph, StylePart, StyleSource, Work};

/// Frames a second where nothing is said.
const RATE: u32 = 20;

impl Fields {
    pub(super) fn into_transfer(self) -> Result<Work, ApiError> {
        let styles = self.one_style()?;
        self.into_work(styles)
    }

    pub(super) fn into_mix(mut self) -> Result<Work, ApiError> {
        let styles = self.styles.take().ok_or_else(|| missing("`styles`"))?;
        self.into_work(styles)
    }

    fn into_work(self, styles: Vec<StylePart>) -> Result<Work, ApiError> {
        Ok(Work {
            format: self.picture_format()?,
            content: content(self.content)?,
            references: self.references.unwrap_or_default(),
            styles,
            path: self.blend.unwrap_or_default(),
            strength: self.strength.unwrap_or(1.0),
        })
    }

    pub(super) fn into_edit(self) -> Result<Edit, ApiError> {
        Ok(Edit {
            format: self.picture_format()?,
            content: content(self.content)?,
            amounts: match (self.directions, &self.set) {
                (Some(amounts), _) => amounts,
                (None, Some(_)) => Vec::new(),
                (None, None) => return Err(missing("`directions` or `set`")),
            },
            labels: self.set.unwrap_or_default(),
            mode: self.mode.unwrap_or_default(),
            strength: self.strength.unwrap_or(1.0),
        })
    }

    pub(super) fn into_morph(self) -> Result<Morph, ApiError> {
        let pictures = self.pictures.unwrap_or_default();
        if self.styles.as_ref().is_some_and(Vec::is_empty) {
            return Err(no_parts());
        }
        // Each in its own style where nothing is said.
        let styles = self
            .styles
            .unwrap_or_else(|| vec![part(StyleSource::Own, 1.0)]);
        let stations = stations::stations(self.stations, pictures.len(), &styles)?;
        let usual = MorphOptions::default();
        let options = MorphOptions {
            frames: self.frames.map_or(usual.frames, |frames| frames as usize),
            ease: self.ease.unwrap_or_default(),
            path: self.blend.unwrap_or_default(),
            closed: self.closed.unwrap_or_default(),
            longest: self.size.unwrap_or(usual.longest),
            warp: usual.warp,
            octaves: None,
        };
        let format = self.format.as_deref().map(words::animation_format);
        Ok(Morph {
            pictures,
            references: self.references.unwrap_or_default(),
            stations,
            options,
            rate: self.rate.unwrap_or(RATE),
            format: format.transpose()?.unwrap_or(AnimationFormat::WebP),
        })
    }

    pub(super) fn into_generate(mut self) -> Result<Generate, ApiError> {
        let usual = GenerateOptions::default();
        let references = self.reference_parts()?;
        let styles = match self.styles.take() {
            None => references,
            Some(_) if self.weights.is_some() => {
                let message = "`weight` goes with references alone; `styles` have their own";
                return Err(ApiError::together("conflicting_styles", message));
            }
            Some(styles) if styles.is_empty() => return Err(no_parts()),
            Some(styles) => styles,
        };
        Ok(Generate {
            format: self.picture_format()?,
            name: self.style_name,
            references: self.references.unwrap_or_default(),
            styles,
            path: self.blend.unwrap_or_default(),
            seed: self.seed.unwrap_or(1),
            count: self.count.unwrap_or(1) as usize,
            truncation: self.truncation.unwrap_or(usual.truncation),
            side: self.size,
        })
    }

    fn picture_format(&self) -> Result<OutputFormat, ApiError> {
        let format = self.format.as_deref().map(words::picture_format);
        Ok(format.transpose()?.unwrap_or(OutputFormat::Png))
    }

    /// The references with their weights.
    fn reference_parts(&self) -> Result<Vec<StylePart>, ApiError> {
        let references = self.references.as_ref().map_or(0, Vec::len);
        let weights = self.weights.as_deref().unwrap_or_default();
        if weights.iter().any(|weight| !mix::is_weight(*weight)) {
            return Err(mix::bad_weight());
        }
        if !weights.is_empty() && weights.len() != references {
            let found = weights.len();
            let message = format!("{found} weights for {references} references");
            return Err(ApiError::together("bad_weight", message));
        }
        let weight = |index: usize| weights.get(index).copied().unwrap_or(1.0);
        let parts = (0..references).map(|i| part(StyleSource::Reference(i), weight(i)));
        Ok(parts.collect())
    }

    /// The one style of a transfer.
    fn one_style(&self) -> Result<Vec<StylePart>, ApiError> {
        let references = self.reference_parts()?;
        let named = self.style_name.is_some() || self.style_seed.is_some();
        match (references.len(), named) {
            (1.., true) => {
                let message =
                    "references and a name or seed exclude each other; /v1/mix mixes them";
                Err(ApiError::together("conflicting_styles", message))
            }
            // Right for a network that paints in one way; the engine refuses it for a model.
            (0, false) => Ok(Vec::new()),
            (0, true) => {
                let name = self.style_name.clone();
                let source = match (name, self.style_seed) {
                    (name, Some(seed)) => StyleSource::Sampled { name, seed },
                    (name, None) => StyleSource::Named(name.unwrap_or_default()),
                };
                Ok(vec![part(source, 1.0)])
            }
            (_, false) => Ok(references),
        }
    }
}

fn content(content: Option<Bytes>) -> Result<Bytes, ApiError> {
    content.ok_or_else(|| missing("`content`, the picture,"))
}

fn missing(what: &str) -> ApiError {
    ApiError::bad("missing_field", format!("{what} is missing"))
}

fn no_parts() -> ApiError {
    ApiError::together("no_style", "`styles` is a list of nothing")
}

fn part(source: StyleSource, weight: f32) -> StylePart {
    let weights = [weight; StyleCode::STAGES];
    StylePart { source, weights }
}
