//! The built-in model as a painter.

use std::path::Path;

use super::Painter;
use crate::LoadModelError;
use burn::tensor::Device;

impl Painter {
    /// A painter with the built-in model, on the CPU. Its weights are for research and
    /// non-commercial use; [`Painter::card`] has their terms.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn builtin() -> Result<Self, LoadModelError> {
        Self::builtin_on(Device::flex())
    }

    /// A painter with the built-in model on a device; see [`Painter::builtin`].
    ///
    /// # Errors
    ///
    /// As [`Painter::builtin`].
    pub fn builtin_on(device: Device) -> Result<Self, LoadModelError> {
        Self::from_bytes(
            utsushi_builtin_model::MODEL,
            Path::new(utsushi_builtin_model::NAME),
            device,
        )
    }

    /// A painter with the built-in model without its content prior, on a device, for programs that
    /// only repaint: it is ready sooner, and takes less memory.
    ///
    /// # Errors
    ///
    /// As [`Painter::builtin`].
    pub fn builtin_without_prior(device: Device) -> Result<Self, LoadModelError> {
        Self::from_bytes_without_prior(
            utsushi_builtin_model::MODEL,
            Path::new(utsushi_builtin_model::NAME),
            device,
        )
    }
}
