//! The model inside the program.

use std::path::Path;

use super::Painter;
use crate::LoadModelError;
use burn::tensor::Device;

impl Painter {
    /// A painter with the built-in model, on the CPU. Its weights are for research and
    /// non-commercial use; [`Painter::card`] has their terms.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn builtin() -> Result<Self, LoadModelError> {
        Self::builtin_on(Device::flex())
    }

    /// The same on a device.
    ///
    /// # Errors
    /// As [`Painter::builtin`].
    pub fn builtin_on(device: Device) -> Result<Self, LoadModelError> {
        Self::from_bytes(
            utsushi_builtin_model::MODEL,
            Path::new(utsushi_builtin_model::NAME),
            device,
        )
    }

    /// The same without its content prior, for programs that only repaint: ready sooner, and in
    /// less memory.
    ///
    /// # Errors
    /// As [`Painter::builtin`].
    pub fn builtin_without_prior(device: Device) -> Result<Self, LoadModelError> {
        Self::from_bytes_without_prior(
            utsushi_builtin_model::MODEL,
            Path::new(utsushi_builtin_model::NAME),
            device,
        )
    }
}
