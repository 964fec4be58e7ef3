//! Styles as they are asked for.

use std::path::{Path, PathBuf};

use utsushi_imaging::{DecodeLimits, ReadError, read};

use crate::{Painter, StyleCode, StyleError};

/// Where a style comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum StyleSource {
    /// A code already at hand.
    Code(StyleCode),
    /// One or more reference paintings, mixed by weight.
    References(Vec<WeightedReference>),
    /// The mean of a style that the model was trained on.
    Named(String),
    /// A style drawn from noise.
    Sampled {
        /// Of which style; the seed picks one if none is given.
        name: Option<String>,
        /// The seed.
        seed: u64,
    },
}

/// A reference painting and its weight among others.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedReference {
    /// The picture file.
    pub path: PathBuf,
    /// Not below 0; only the ratios count.
    pub weight: f32,
}

/// Why a style that was asked for cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StyleSourceError {
    /// A reference cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The style does not exist, or the mix makes none.
    #[error(transparent)]
    Style(#[from] StyleError),
}

impl WeightedReference {
    /// Reads `painting.png` (weight 1) or `painting.png=0.7`. What follows the last `=` is a
    /// weight if it is a number, and part of the name otherwise; so is everything where a file of
    /// the whole name exists.
    ///
    /// # Errors
    /// A number that is no weight.
    pub fn parse(text: &str) -> Result<Self, StyleError> {
        let whole = || Self {
            path: PathBuf::from(text),
            weight: 1.0,
        };
        let Some((path, number)) = text.rsplit_once('=') else {
            return Ok(whole());
        };
        let Ok(weight) = number.trim().parse::<f32>() else {
            return Ok(whole());
        };
        if path.is_empty() || Path::new(text).exists() {
            return Ok(whole());
        }
        if !weight.is_finite() || weight < 0.0 {
            return Err(StyleError::Weight(weight));
        }
        Ok(Self {
            path: path.into(),
            weight,
        })
    }
}

impl StyleSource {
    /// The code of this style, reading references as needed.
    ///
    /// # Errors
    /// A reference that cannot be read, an unknown name, or weights that mean nothing.
    pub fn resolve(
        &self,
        painter: &Painter,
        limits: &DecodeLimits,
    ) -> Result<StyleCode, StyleSourceError> {
        match self {
            Self::Code(code) => Ok(code.clone()),
            Self::Named(name) => Ok(painter.named_style(name)?),
            Self::Sampled { name, seed } => Ok(painter.sampled_style(name.as_deref(), *seed)?),
            Self::References(references) => {
                let mut codes = Vec::new();
                for reference in references {
                    let painting = read(&reference.path, limits)?.picture;
                    codes.push((painter.style_of(&painting)?, reference.weight));
                }
                Ok(StyleCode::blend(&codes)?)
            }
        }
    }

    /// The files that are read for this style.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let references = match self {
            Self::References(references) => references.as_slice(),
            _ => &[],
        };
        references.iter().map(|reference| reference.path.as_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_a_number_after_the_last_equals_sign() {
        let of = |text| {
            let reference = WeightedReference::parse(text).unwrap();
            (
                reference.path.to_string_lossy().into_owned(),
                reference.weight,
            )
        };
        assert_eq!(of("a.png"), ("a.png".to_owned(), 1.0));
        assert_eq!(of("a.png=0.25"), ("a.png".to_owned(), 0.25));
        assert_eq!(of("x=1.png"), ("x=1.png".to_owned(), 1.0));
        assert_eq!(of("x=1.png=3"), ("x=1.png".to_owned(), 3.0));
        assert_eq!(of("=3"), ("=3".to_owned(), 1.0));
    }

    #[test]
    fn weights_out_of_range_are_refused() {
        for text in ["a.png=-1", "a.png=inf", "a.png=nan"] {
            let error = WeightedReference::parse(text).unwrap_err();
            assert!(matches!(error, StyleError::Weight(_)), "{text}");
        }
    }

    #[test]
    fn a_file_of_the_whole_name_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take=2");
        std::fs::write(&path, b"").unwrap();
        let reference = WeightedReference::parse(path.to_str().unwrap()).unwrap();
        assert_eq!(reference, WeightedReference { path, weight: 1.0 });
    }
}
