//! The model inside the program.

use std::path::Path;

use burn::tensor::Device;

use super::Painter;
use crate::LoadModelError;

impl Painter {
    /// A painter with the house model, on the CPU. Its weights are for research and
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
        Self::from_bytes(utsushi_house::MODEL, Path::new(utsushi_house::NAME), device)
    }
}
