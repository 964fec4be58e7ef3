//! Steered models: networks that are steered by style codes, with their styles.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use utsushi_model::{ConfigError, ModelConfig, PainterNetworks, SurfaceRegression};
use utsushi_weights::{ExportedModel, GALLERY_CODES, ModelFileError};

use crate::{PartColours, StyleCode, StyleError};

/// Networks that are steered by style codes, and the styles that they know, from which a painter is
/// made.
#[derive(Clone, Debug)]
pub struct SteeredModel {
    /// Configuration of the networks.
    pub config: ModelConfig,
    /// The networks that paint.
    pub networks: PainterNetworks,
    /// The styles in the order of their labels, as many as `config.styles`.
    pub styles: Vec<PaintStyle>,
    /// Predicts from a style code the surface of the style's paintings; `None` in models without
    /// surfaces, whose paintings are the networks' output alone.
    pub surface: Option<SurfaceRegression>,
    /// The model's card in Markdown: what it was trained on, and its terms.
    pub card: String,
}

/// A style that a model was trained on.
#[derive(Clone, Debug, PartialEq)]
pub struct PaintStyle {
    /// The style's name.
    pub name: String,
    /// Whether the style's pictures were content in training and never a target.
    pub content_only: bool,
    /// Terms of the pictures that it was learned from.
    pub licence: String,
    /// The mean code of the style's pictures, `stages × code_length` numbers, if the model has one.
    pub mean: Option<Vec<f32>>,
    /// Codes of single pictures of the style, the most typical first; empty in models of version 1.
    pub typical: Vec<StyleCode>,
}

/// The error that a model cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadModelError {
    /// The file cannot be read, is damaged, or is not a model.
    #[error(transparent)]
    File(#[from] ModelFileError),
    /// An ONNX network cannot be used.
    #[cfg(feature = "onnx")]
    #[error(transparent)]
    Network(#[from] crate::onnx::NetworkError),
    /// The sizes are out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The number of styles differs from the networks'.
    #[error("the networks know {expected} styles, but {found} are named")]
    StyleCount {
        /// Number of styles given.
        found: usize,
        /// Number of styles that the networks know.
        expected: usize,
    },
    /// A style's code does not fit the networks.
    #[error("a code of the style `{style}` is not valid: {reason}")]
    Code {
        /// Name of the style.
        style: String,
        /// The fault of the code.
        reason: StyleError,
    },
    /// A fault found after the file was read.
    #[error("{}: {reason}", path.display())]
    In {
        /// The model's file.
        path: PathBuf,
        /// The fault that was found.
        reason: Box<LoadModelError>,
    },
}

impl SteeredModel {
    /// Builds the networks of an exported model on `device`; `origin` stands for the file's name in
    /// errors.
    ///
    /// # Errors
    /// Configuration or tensors do not make networks.
    pub fn from_exported(
        mut exported: ExportedModel,
        device: &Device,
        origin: &Path,
    ) -> Result<Self, LoadModelError> {
        let (config, networks) = exported.take_networks(device, origin)?;
        let mut colours = exported.take_style_colours();
        let mut styles = Vec::new();
        for (index, style) in exported.styles.iter().enumerate() {
            let wrong = |reason| LoadModelError::Code {
                style: style.name.clone(),
                reason,
            };
            let mut typical = Vec::new();
            let codes =
                (0..GALLERY_CODES).map_while(|choice| exported.style_gallery(index, choice));
            for (choice, code) in codes.enumerate() {
                let colours = colours.take_under(&format!("{index}.{choice}"));
                let colours = PartColours::from_tensors(&colours)
                    .ok_or_else(|| wrong(StyleError::NotTones { number: choice + 1 }))?;
                let code = StyleCode::new(code.to_vec()).map_err(wrong)?;
                typical.push(code.with_part_colours(colours));
            }
            styles.push(PaintStyle {
                name: style.name.clone(),
                content_only: !style.is_target(),
                licence: style.licence.clone(),
                mean: exported.style_mean(index).map(<[f32]>::to_vec),
                typical,
            });
        }
        let surface = exported.surface(ModelConfig::STAGES * config.code_length());
        Ok(Self {
            config,
            networks,
            styles,
            surface,
            card: exported.card.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
