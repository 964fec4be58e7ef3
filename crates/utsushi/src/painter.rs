//! Painters: the networks of a model, ready to paint.

mod anatomy;
mod backend;
#[cfg(feature = "built-in")]
mod built_in;
mod conditions;
mod contents;
mod emphasis;
#[cfg(feature = "free-model")]
mod free;
mod inside;
mod large_faces;
mod made_up;
mod painting;
mod sketches;
mod styles;
mod typical;

#[cfg(test)]
mod tests;

pub use made_up::MadeUpStyle;

use std::path::Path;
use std::sync::Arc;

use anatomy::Parts;
use burn::tensor::Device;
use large_faces::LargeFaces;
use utsushi_model::{Generator, KeptWeights, ModelConfig};
use utsushi_weights::ExportedModel;

use crate::{LoadModelError, PaintStyle, SteeredModel, StyleCode};

/// Paints with one model on one device.
///
/// The networks' weights are prepared once, when they are first used. A clone shares the networks,
/// and any number of threads may paint at once; on a CPU one picture keeps all cores busy by
/// itself.
#[derive(Clone, Debug)]
pub struct Painter {
    model: Arc<SteeredModel>,
    _kept: Arc<KeptWeights>,
    large_faces: LargeFaces,
    parts: Parts,
    device: Device,
}

impl Painter {
    /// Makes a painter with a model whose networks are on `device`.
    ///
    /// # Errors
    /// Sizes are out of range, or the styles are not the networks' own.
    pub fn new(model: SteeredModel, device: Device) -> Result<Self, LoadModelError> {
        model.config.validate()?;
        let (found, expected) = (model.styles.len(), model.config.styles);
        if found != expected {
            return Err(LoadModelError::StyleCount { found, expected });
        }
        let length = ModelConfig::STAGES * model.config.code_length();
        for style in &model.styles {
            let wrong = |reason| LoadModelError::Code {
                style: style.name.clone(),
                reason,
            };
            let mean = style.mean.clone().map(StyleCode::new);
            for code in mean
                .transpose()
                .map_err(wrong)?
                .iter()
                .chain(&style.typical)
            {
                code.check_length(length).map_err(wrong)?;
            }
        }
        Ok(Self {
            _kept: Arc::new(KeptWeights::of(&model.networks.generator)),
            model: Arc::new(model),
            large_faces: LargeFaces::default(),
            parts: Parts::default(),
            device,
        })
    }

    /// Reads an exported model.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is not a model; or its weights are not finite or not
    /// those of the networks that the file describes. The error names the file.
    pub fn load(path: &Path, device: Device) -> Result<Self, LoadModelError> {
        Self::from_exported(ExportedModel::read(path)?, device, path)
    }

    /// Reads an exported model from memory; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// As [`Painter::load`].
    pub fn from_bytes(bytes: &[u8], origin: &Path, device: Device) -> Result<Self, LoadModelError> {
        Self::from_exported(ExportedModel::from_bytes(bytes, origin)?, device, origin)
    }

    /// Reads an exported model from memory without its content prior, for programs that only
    /// repaint: it is ready sooner, and takes less memory.
    ///
    /// # Errors
    /// As [`Painter::load`].
    pub fn from_bytes_without_prior(
        bytes: &[u8],
        origin: &Path,
        device: Device,
    ) -> Result<Self, LoadModelError> {
        let model = ExportedModel::from_bytes_without_prior(bytes, origin)?;
        Self::from_exported(model, device, origin)
    }

    fn from_exported(
        exported: ExportedModel,
        device: Device,
        origin: &Path,
    ) -> Result<Self, LoadModelError> {
        let model = SteeredModel::from_exported(exported, &device, origin)?;
        Self::new(model, device).map_err(|reason| LoadModelError::In {
            path: origin.to_owned(),
            reason: Box::new(reason),
        })
    }

    /// Configuration of the model's networks.
    pub fn config(&self) -> &ModelConfig {
        &self.model.config
    }

    /// The styles that the model was trained on, in the order of their labels.
    pub fn styles(&self) -> &[PaintStyle] {
        &self.model.styles
    }

    /// The model's card, in Markdown.
    pub fn card(&self) -> &str {
        &self.model.card
    }

    /// The device on which the networks compute.
    pub fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn generator(&self) -> &Generator {
        &self.model.networks.generator
    }

    /// Length of this model's style codes.
    fn code_length(&self) -> usize {
        ModelConfig::STAGES * self.model.config.code_length()
    }
}
