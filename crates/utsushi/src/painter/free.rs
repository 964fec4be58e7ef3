//! The free model.

use std::path::Path;

use burn::tensor::Device;

use super::Painter;
use crate::LoadModelError;

impl Painter {
    /// A painter with the free model, on the CPU: its weights learned from free pictures alone, and are
    /// for commercial use too; [`Painter::card`] has their terms. Those of the face finder and of the
    /// network for parts, which are used beside it, are for research and non-commercial use: a named style with
    /// [`PaintOptions::networks_alone`](crate::PaintOptions::networks_alone) and given octaves is painted
    /// without them.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn free() -> Result<Self, LoadModelError> {
        Self::free_on(Device::flex())
    }

    /// The same on a device.
    ///
    /// # Errors
    /// As [`Painter::free`].
    pub fn free_on(device: Device) -> Result<Self, LoadModelError> {
        let origin = Path::new(utsushi_free_model::NAME);
        Self::from_bytes(utsushi_free_model::MODEL, origin, device)
    }
}
