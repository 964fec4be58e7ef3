//! Painters with a network of a single style.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use utsushi_imaging::Picture;
use utsushi_weights::ExportedStudent;

use crate::backend::Backend;
use crate::{LoadModelError, Monitor, PaintError, PaintRequest, StudentNetwork, pipeline};

/// Paints pictures of any size with a network of a single style: a student, an ONNX network, or
/// anything else that is a [`Backend`].
///
/// A strength below 1 mixes the colours of the painting with those of the picture.
#[derive(Clone, Debug)]
pub struct OneStylePainter {
    backend: Arc<dyn Backend>,
    style: String,
    licence: String,
    card: String,
}

impl OneStylePainter {
    /// A painter with a network whose style has the given name.
    pub fn new(backend: Arc<dyn Backend>, style: impl Into<String>) -> Self {
        Self {
            backend,
            style: style.into(),
            licence: String::new(),
            card: String::new(),
        }
    }

    /// A painter with a student that was read; `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// The weights are not those of the network that the file describes.
    pub fn from_student(
        exported: ExportedStudent,
        device: Device,
        origin: &Path,
    ) -> Result<Self, LoadModelError> {
        let (style, card) = (exported.style.clone(), exported.card.clone());
        let network = StudentNetwork::from_exported(exported, device, origin)?;
        Ok(Self::new(Arc::new(network), style.name).described(style.licence, card))
    }

    /// This painter with the terms of its style, and a card in Markdown.
    #[must_use]
    pub fn described(mut self, licence: impl Into<String>, card: impl Into<String>) -> Self {
        self.licence = licence.into();
        self.card = card.into();
        self
    }

    /// Name of the style.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// Terms of the style; empty if they are unknown.
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// The card in Markdown; may be empty.
    pub fn card(&self) -> &str {
        &self.card
    }

    /// The network that paints.
    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// Repaints pictures as [`Painter::paint`](crate::Painter::paint) does, each as if it were
    /// painted alone; their style must be [`Style::Only`](crate::Style::Only).
    ///
    /// # Errors
    /// As [`Painter::paint`](crate::Painter::paint), or the network cannot be run; separately for
    /// each picture.
    pub fn paint(
        &self,
        requests: &[PaintRequest<'_>],
        monitor: &mut dyn Monitor,
    ) -> Vec<Result<Picture, PaintError>> {
        pipeline::paint(self.backend(), requests, monitor)
    }

    /// Repaints one picture.
    ///
    /// # Errors
    /// As [`OneStylePainter::paint`].
    pub fn paint_one(
        &self,
        request: &PaintRequest<'_>,
        monitor: &mut dyn Monitor,
    ) -> Result<Picture, PaintError> {
        pipeline::paint_one(self.backend(), request, monitor)
    }
}

#[cfg(test)]
mod tests;
