//! Style sources: styles as a user asks for them.

use std::path::{Path, PathBuf};

use utsushi_imaging::{Alpha, DecodeLimits, Picture, ReadError, decode, read_bytes};

use crate::note::LEAST_SIDE;
use crate::{
    BlendPath, Framing, MadeUpStyle, Note, Painter, ReferencePart, SavedStyle, SavedStyleError,
    StyleCode, StyleError,
};

/// The source from which a style is made.
#[derive(Clone, Debug, PartialEq)]
pub enum StyleSource {
    /// A style code that exists already.
    Code(StyleCode),
    /// One or more reference paintings, mixed by their weights along the straight line between
    /// codes.
    References(Vec<WeightedReference>),
    /// A mix of styles of any kind, by weights.
    Mixed {
        /// The styles with their weights, at least 0; only the ratios count.
        parts: Vec<(StyleSource, f32)>,
        /// The path along which the codes are mixed.
        path: BlendPath,
    },
    /// The coarse stages of one style and the fine ones of another.
    Staged {
        /// The style that the first stages are taken from.
        shape: Box<StyleSource>,
        /// The style that the other stages are taken from.
        colour: Box<StyleSource>,
        /// The number of first stages that are taken from `shape`.
        split: usize,
    },
    /// A style moved towards the mean of its named style, or of all styles.
    Truncated {
        /// The style that is moved.
        source: Box<StyleSource>,
        /// The share of its distance from the mean that is kept, 0…1.
        keep: f32,
    },
    /// A style of the model by name: its most typical code, as [`Painter::named_style`].
    Named(String),
    /// The only style of a model or a network.
    Only,
    /// A style that is drawn from a seed.
    Sampled {
        /// Name of the style to draw from; without one, the seed picks two styles and draws between
        /// them.
        name: Option<String>,
        /// The seed that decides what is drawn.
        seed: u64,
    },
}

/// A reference painting and its weight among others.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedReference {
    /// File of the painting, or of a [`SavedStyle`].
    pub path: PathBuf,
    /// The weight, at least 0; only the ratios count.
    pub weight: f32,
    /// The part of the painting in which the style is read.
    pub framing: Framing,
}

/// Notes taken while a source is resolved to its style.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StyleNotes {
    /// Number of styles that were drawn for seeds ([`Painter::made_up_style_for`]).
    pub drawn: u32,
    /// Number of seeds for which styles were drawn.
    pub seeds: u32,
    /// Number of seeds for which all drawn styles spoil the picture.
    pub faulty: u32,
    /// The references that were read, each with the part in which its style was read.
    pub references: Vec<(PathBuf, ReferencePart)>,
    /// The references with few pixels, each with its width and height.
    pub tiny: Vec<(PathBuf, [u32; 2])>,
}

impl StyleNotes {
    /// Converts what is worth telling to notes.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        for (path, part) in &self.references {
            notes.extend(of_reference(&path.display().to_string(), *part));
            if path.extension().is_some_and(|ending| ending == "style") {
                let reference = path.display().to_string();
                notes.push(Note::PictureNamedStyle { reference });
            }
        }
        for (path, size) in &self.tiny {
            let (reference, size) = (path.display().to_string(), *size);
            notes.push(Note::TinyReference { reference, size });
        }
        notes.extend(self.of_drawn());
        notes
    }

    /// Records a reference that was read, and the part in which its style was read.
    pub fn reference(&mut self, path: PathBuf, painting: &Picture, part: ReferencePart) {
        let size = [painting.width(), painting.height()];
        if size.into_iter().any(|side| side < LEAST_SIDE) {
            self.tiny.push((path.clone(), size));
        }
        self.references.push((path, part));
    }

    /// A note on the number of styles drawn, if it is more than the number of seeds.
    fn of_drawn(&self) -> Option<Note> {
        (self.drawn > 1).then_some(Note::Drawn {
            drawn: self.drawn,
            taken: self.seeds,
            faulty: self.faulty,
        })
    }

    /// Records a style that was drawn.
    pub fn made_up(&mut self, style: &MadeUpStyle) {
        self.drawn = self.drawn.saturating_add(style.drawn);
        self.seeds = self.seeds.saturating_add(1);
        self.faulty = self.faulty.saturating_add(u32::from(style.faulty));
    }
}

/// A note on the part of a reference in which its style was read, if it is not the whole or if a
/// search found no face.
fn of_reference(reference: &str, part: ReferencePart) -> Option<Note> {
    let reference = reference.to_owned();
    (part != ReferencePart::Whole).then_some(Note::ReadIn { reference, part })
}

/// The error that a style cannot be made from its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StyleSourceError {
    /// A reference cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A reference is entirely transparent.
    #[error("{}: all of this painting is transparent; there is no style to be seen", path.display())]
    Transparent {
        /// The reference's file.
        path: PathBuf,
    },
    /// A saved style's file cannot be used.
    #[error(transparent)]
    Saved(#[from] SavedStyleError),
    /// The style does not exist, or the mix is impossible.
    #[error(transparent)]
    Style(#[from] StyleError),
}

/// The error that the seed of a style is not an integer from 0 to 2⁶⁴ − 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the seed `{0}` is not a whole number from 0 to 2⁶⁴ − 1")]
pub struct InvalidSeed(String);

impl WeightedReference {
    /// The reference painting in this file, with weight 1.
    pub fn of(path: PathBuf) -> Self {
        Self {
            path,
            weight: 1.0,
            framing: Framing::Auto,
        }
    }

    /// Parses `painting.png` (weight 1) or `painting.png=0.7`. Text after the last `=` is a weight
    /// if it is a number; otherwise, or if a file with the whole name exists, it is part of the
    /// name.
    ///
    /// # Errors
    /// The number cannot be a weight.
    pub fn parse(text: &str) -> Result<Self, StyleError> {
        let whole = || Self::of(PathBuf::from(text));
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
            weight,
            ..Self::of(path.into())
        })
    }
}

impl StyleSource {
    /// Parses a style source in one word: a reference painting, `name:tv-cel` for a style of the
    /// model, in its most typical hand, `seed:7` for a sampled one, or `-` for the only style of a
    /// model or a network. A path that is not absolute starts at `base`.
    ///
    /// # Errors
    /// The seed is not a number.
    pub fn parse(text: &str, base: &Path) -> Result<Self, InvalidSeed> {
        if text == "-" {
            return Ok(Self::Only);
        }
        if let Some(name) = text.strip_prefix("name:") {
            return Ok(Self::Named(name.trim().to_owned()));
        }
        if let Some(seed) = text.strip_prefix("seed:") {
            let seed = seed.trim();
            let seed = seed.parse().map_err(|_| InvalidSeed(seed.to_owned()))?;
            return Ok(Self::Sampled { name: None, seed });
        }
        let path = base.join(text);
        Ok(Self::References(vec![WeightedReference::of(path)]))
    }

    /// Makes the code of this style, reading references as needed.
    ///
    /// # Errors
    /// A reference cannot be read, a name is unknown, or weights are invalid.
    pub fn resolve(
        &self,
        painter: &Painter,
        limits: &DecodeLimits,
    ) -> Result<StyleCode, StyleSourceError> {
        self.resolve_for(None, painter, limits, &mut StyleNotes::default())
    }

    /// Makes the code of this style as [`resolve`](Self::resolve) does, for painting `content`, on
    /// which drawn styles are tried ([`Painter::made_up_style_for`]). Adds to `notes`.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn resolve_for(
        &self,
        content: Option<&Picture>,
        painter: &Painter,
        limits: &DecodeLimits,
        notes: &mut StyleNotes,
    ) -> Result<StyleCode, StyleSourceError> {
        match self {
            Self::Code(code) => Ok(code.clone()),
            Self::Only => {
                let name = painter.only_style().ok_or(StyleError::NotOneStyle)?;
                Ok(painter.named_style(name)?)
            }
            Self::Named(name) => Ok(painter.named_style(name)?),
            Self::Sampled { name, seed } => {
                let made_up = painter.made_up_style_for(content, name.as_deref(), *seed)?;
                notes.made_up(&made_up);
                Ok(made_up.code)
            }
            Self::References(references) => {
                let mut codes = Vec::new();
                for reference in references {
                    let code = read_style(painter, reference, limits, notes)?;
                    codes.push((code, reference.weight));
                }
                Ok(painter.blend(&codes, BlendPath::Line)?)
            }
            Self::Mixed { parts, path } => {
                let mut codes = Vec::new();
                for (source, weight) in parts {
                    codes.push((
                        source.resolve_for(content, painter, limits, notes)?,
                        *weight,
                    ));
                }
                Ok(painter.blend(&codes, *path)?)
            }
            Self::Staged {
                shape,
                colour,
                split,
            } => {
                let shape = shape.resolve_for(content, painter, limits, notes)?;
                let colour = colour.resolve_for(content, painter, limits, notes)?;
                Ok(StyleCode::staged(&shape, &colour, *split)?)
            }
            Self::Truncated { source, keep } => {
                let code = source.resolve_for(content, painter, limits, notes)?;
                Ok(code.truncated(&painter.mean_style(source.name())?, *keep)?)
            }
        }
    }

    /// The name of the model's style that this source is of, if it is of one.
    fn name(&self) -> Option<&str> {
        match self {
            // `manga:3` is a style of `manga`.
            Self::Named(name) => Some(name.rsplit_once(':').map_or(name, |(name, _)| name)),
            Self::Sampled { name, .. } => name.as_deref(),
            Self::Truncated { source, .. } => source.name(),
            _ => None,
        }
    }

    /// This source with the given framing for all of its references.
    #[must_use]
    pub fn framed(self, framing: Framing) -> Self {
        match self {
            Self::References(references) => {
                let framed = |it| WeightedReference { framing, ..it };
                Self::References(references.into_iter().map(framed).collect())
            }
            Self::Mixed { parts, path } => {
                let framed = |(source, weight): (Self, f32)| (source.framed(framing), weight);
                Self::Mixed {
                    parts: parts.into_iter().map(framed).collect(),
                    path,
                }
            }
            Self::Staged {
                shape,
                colour,
                split,
            } => Self::Staged {
                shape: Box::new(shape.framed(framing)),
                colour: Box::new(colour.framed(framing)),
                split,
            },
            Self::Truncated { source, keep } => Self::Truncated {
                source: Box::new(source.framed(framing)),
                keep,
            },
            Self::Code(_) | Self::Named(_) | Self::Only | Self::Sampled { .. } => self,
        }
    }

    /// Whether the style or a part of it is drawn from a seed, and so tried on the picture to be
    /// painted.
    pub fn is_drawn(&self) -> bool {
        match self {
            Self::Sampled { .. } => true,
            Self::Mixed { parts, .. } => parts.iter().any(|(part, _)| part.is_drawn()),
            Self::Staged { shape, colour, .. } => shape.is_drawn() || colour.is_drawn(),
            Self::Truncated { source, .. } => source.is_drawn(),
            Self::Code(_) | Self::References(_) | Self::Named(_) | Self::Only => false,
        }
    }

    /// The files that are read for this style.
    pub(super) fn files(&self) -> Vec<&Path> {
        match self {
            Self::References(references) => references.iter().map(|it| it.path.as_path()).collect(),
            Self::Mixed { parts, .. } => parts.iter().flat_map(|(it, _)| it.files()).collect(),
            Self::Staged { shape, colour, .. } => [shape.files(), colour.files()].concat(),
            Self::Truncated { source, .. } => source.files(),
            Self::Code(_) | Self::Named(_) | Self::Only | Self::Sampled { .. } => Vec::new(),
        }
    }
}

fn read_style(
    painter: &Painter,
    reference: &WeightedReference,
    limits: &DecodeLimits,
    notes: &mut StyleNotes,
) -> Result<StyleCode, StyleSourceError> {
    let path = reference.path.clone();
    let bytes = read_bytes(&path, limits)?;
    if SavedStyle::is_one(&bytes) {
        return Ok(SavedStyle::from_bytes(&bytes, &path)?.code(painter, &path)?);
    }
    let painting = match decode(&bytes, limits) {
        Ok(decoded) => decoded.picture,
        Err(reason) => return Err(ReadError::Decode { path, reason }.into()),
    };
    if painting.alpha().is_some_and(Alpha::is_transparent) {
        return Err(StyleSourceError::Transparent { path });
    }
    let (code, part) = painter.style_and_part(&painting, reference.framing)?;
    notes.reference(path, &painting, part);
    Ok(code)
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
    fn one_of_the_typical_styles_is_still_of_its_name() {
        let named = |name: &str| StyleSource::Named(name.to_owned());
        assert_eq!(named("manga:3").name(), Some("manga"));
        let truncated = StyleSource::Truncated {
            source: named("manga").into(),
            keep: 0.5,
        };
        assert_eq!(truncated.name(), Some("manga"));
        let parts = vec![(named("manga"), 1.0), (named("pixel"), 1.0)];
        let path = BlendPath::Line;
        assert_eq!(StyleSource::Mixed { parts, path }.name(), None);
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
        assert_eq!(reference, WeightedReference::of(path));
    }
}
