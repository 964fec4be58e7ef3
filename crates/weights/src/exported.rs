//! Exported models: one safetensors file with everything that painting needs.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utsushi_model::SurfaceRegression;

use crate::published::{self, Fields};
use crate::{NamedTensors, WeightsFile};

mod error;
mod kind;
mod networks;

pub use error::ModelFileError;

use crate::format::MODEL_KIND;

/// Name of the tensor with a mean style code per style: `[styles, …]`, in the order of
/// [`ExportedModel::styles`].
pub const STYLE_MEANS: &str = "styles.mean";

/// Name of the tensor with typical codes of each style, codes of single paintings, the most
/// typical first: `[styles, GALLERY_CODES, …]`. Models of version 1 have none.
pub const STYLE_GALLERY: &str = "styles.gallery";

/// Prefix of the tensors with the colours of parts, `[tones, 3]`, that belong to typical codes. The
/// rest of a name is `style.choice.part`: the style's index, the code's index and the part's name.
/// Not every code has them, nor every model.
pub const STYLE_COLOURS: &str = "styles.colours";

/// Name of the tensor with the weights of a [`SurfaceRegression`], `[rows, 1 + code]`. Older models
/// have none, or only its first five rows.
///
/// [`SurfaceRegression`]: utsushi_model::SurfaceRegression
pub const STYLE_SURFACE: &str = "styles.surface";

/// Number of typical codes of a style.
pub const GALLERY_CODES: usize = 6;

/// Version of the format, which changes whenever a model written before could be misunderstood.
const VERSION: &str = "2";

/// Versions of the format that can be read.
const READ_VERSIONS: [&str; 2] = ["1", VERSION];

const CONFIG_KEY: &str = "config";
const STYLES_KEY: &str = "styles";
const CARD_KEY: &str = "card";

/// A model as it is published: f16 weights, the configuration to build the networks from, the
/// styles it knows, and a card for readers.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedModel {
    /// Configuration of the networks, as JSON.
    pub config: Value,
    /// The styles in the order of their labels.
    pub styles: Vec<ExportedStyle>,
    /// The model's card in Markdown: sets, pictures seen, settings, terms.
    pub card: String,
    /// Tensors of the networks and the styles, such as [`STYLE_MEANS`].
    pub tensors: NamedTensors,
}

/// The role of a style whose pictures were content in training and never a target.
const CONTENT_ONLY: &str = "content-only";

/// A style of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedStyle {
    /// The name that `--style-name` takes.
    pub name: String,
    /// Role in training: `style`, or `content-only` for pictures that were never a target.
    pub role: String,
    /// Terms of the set that the style was learned from.
    pub licence: String,
}

impl ExportedStyle {
    /// Whether pictures can be painted in this style: its pictures were not content alone in
    /// training.
    pub fn is_target(&self) -> bool {
        self.role != CONTENT_ONLY
    }
}

impl ExportedModel {
    /// The name of the only style that can be painted in; none if there are several.
    pub fn only_style(&self) -> Option<&str> {
        let mut targets = self.styles.iter().filter(|style| style.is_target());
        let first = targets.next()?;
        targets.next().is_none().then_some(&first.name)
    }

    /// Reads a model file and checks all of it.
    ///
    /// # Errors
    /// The file is missing, damaged, of another version, or not a model; the error then says what
    /// it is.
    pub fn read(path: &Path) -> Result<Self, ModelFileError> {
        Self::check_path(path)?;
        Self::from_file(WeightsFile::read(path)?, path)
    }

    /// Refuses a path that cannot be a model by its name, or because it is a folder.
    ///
    /// # Errors
    /// Says what the path is instead, and what to do with it.
    pub fn check_path(path: &Path) -> Result<(), ModelFileError> {
        if path.is_dir() {
            return Err(kind::of_folder(path));
        }
        kind::of_network(path).map_or(Ok(()), Err)
    }

    /// Reads a model from memory; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// As [`ExportedModel::read`].
    pub fn from_bytes(bytes: &[u8], origin: &Path) -> Result<Self, ModelFileError> {
        Self::from_file(WeightsFile::from_bytes(bytes, origin)?, origin)
    }

    /// Reads a model from memory without its content prior, which only new paintings need and which
    /// is a third of the built-in model's numbers.
    ///
    /// # Errors
    /// As [`ExportedModel::read`].
    pub fn from_bytes_without_prior(bytes: &[u8], origin: &Path) -> Result<Self, ModelFileError> {
        let wanted = |name: &str| !networks::is_of_prior(name);
        let mut model =
            Self::from_file(WeightsFile::some_of_bytes(bytes, origin, &wanted)?, origin)?;
        if let Some(config) = model.config.as_object_mut() {
            config.remove("prior");
        }
        Ok(model)
    }

    /// Writes the model whole, in f16. Without `replace`, an existing file is an error.
    ///
    /// # Errors
    /// A value is not finite or beyond ±65504, [`STYLE_MEANS`] does not match the styles, the file
    /// exists, or the disk cannot be written to.
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), ModelFileError> {
        self.check_styles(path)?;
        let styles = serde_json::to_string(&self.styles).expect("strings can be written");
        let fields = [
            (CONFIG_KEY, self.config.to_string()),
            (STYLES_KEY, styles),
            (CARD_KEY, self.card.clone()),
        ];
        let kind = [MODEL_KIND, VERSION];
        published::write(&self.tensors, kind, fields, path, replace)
    }

    /// The index of the style with this name.
    pub fn style_index(&self, name: &str) -> Option<usize> {
        self.styles.iter().position(|style| style.name == name)
    }

    /// The mean code of a style by its index, flattened; nothing when the model has no means or
    /// fewer styles.
    pub fn style_mean(&self, index: usize) -> Option<&[f32]> {
        let means = self.tensors.get(STYLE_MEANS)?;
        let length: usize = means.shape.iter().skip(1).product();
        means.values.get(index * length..(index + 1) * length)
    }

    /// A typical code of a style, flattened; `choice` 0 is the most typical. `None` if the model
    /// has no typical codes, or fewer of them or of styles.
    pub fn style_gallery(&self, index: usize, choice: usize) -> Option<&[f32]> {
        let gallery = self.tensors.get(STYLE_GALLERY)?;
        let codes = gallery.shape.get(1).copied().unwrap_or(0);
        if choice >= codes {
            return None;
        }
        let length: usize = gallery.shape.iter().skip(2).product();
        let start = (index * codes + choice) * length;
        gallery.values.get(start..start + length)
    }

    /// Takes the colours of the typical codes' parts out of the tensors: those of code `choice` of
    /// style `index` under `index.choice` and the names of the parts.
    pub fn take_style_colours(&mut self) -> NamedTensors {
        self.tensors.take_under(STYLE_COLOURS)
    }

    /// Replaces a typical code of a style, and the colours of its parts, `[tones, 3]` each.
    ///
    /// # Panics
    ///
    /// If the model has no such code, or one of another length.
    pub fn set_style_gallery(
        &mut self,
        [index, choice]: [usize; 2],
        code: &[f32],
        colours: NamedTensors,
    ) {
        let mut gallery = self.tensors.remove(STYLE_GALLERY).expect("a gallery");
        let [codes, length] = [gallery.shape[1], gallery.shape[2..].iter().product()];
        assert!(
            choice < codes && code.len() == length,
            "a code of that gallery"
        );
        gallery.values[(index * codes + choice) * length..][..length].copy_from_slice(code);
        self.tensors
            .insert(STYLE_GALLERY, gallery.shape, gallery.values);
        let name = format!("{STYLE_COLOURS}.{index}.{choice}");
        self.tensors.take_under(&name);
        self.tensors.extend_under(&name, colours);
    }

    /// The regression that tells surfaces from style codes; `None` when the model has none, or one
    /// for codes of another length than `code_length`.
    pub fn surface(&self, code_length: usize) -> Option<SurfaceRegression> {
        let weights = self.tensors.get(STYLE_SURFACE)?.values.clone();
        SurfaceRegression::new(weights, code_length)
    }

    /// Makes a model from a file that was read; `origin` stands for its name in errors.
    ///
    /// # Errors
    /// The file is of another kind or version, or metadata are missing or do not fit.
    pub fn from_file(mut file: WeightsFile, origin: &Path) -> Result<Self, ModelFileError> {
        kind::check(&file, origin)?;
        let mut fields = Fields::new(&mut file, origin);
        let config = fields.parsed(CONFIG_KEY)?;
        let styles = fields.parsed(STYLES_KEY)?;
        let model = Self {
            config,
            styles,
            card: fields.text(CARD_KEY)?,
            tensors: file.tensors,
        };
        model.check_styles(origin)?;
        Ok(model)
    }

    fn check_styles(&self, path: &Path) -> Result<(), ModelFileError> {
        let refuse = |reason| {
            Err(ModelFileError::Metadata {
                path: path.to_owned(),
                key: STYLES_KEY,
                reason,
            })
        };
        for (index, style) in self.styles.iter().enumerate() {
            if style.name.is_empty() {
                return refuse(format!("style {index} has no name"));
            }
            if self.style_index(&style.name) != Some(index) {
                return refuse(format!("the style \"{}\" is there twice", style.name));
            }
        }
        for name in [STYLE_MEANS, STYLE_GALLERY] {
            match self.tensors.get(name) {
                Some(codes) if codes.shape.first() != Some(&self.styles.len()) => {
                    return refuse(format!(
                        "there are {} styles, but `{name}` has the shape {:?}",
                        self.styles.len(),
                        codes.shape
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
