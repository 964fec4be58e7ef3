//! The free model as a painter.

use std::path::Path;

use burn::tensor::Device;

use super::Painter;
use crate::LoadModelError;

impl Painter {
    /// A painter with the free model, on the CPU: its weights were learned from free pictures
    /// alone, and may be used commercially, too; [`Painter::card`] has their terms. Those of the
    /// face finder and of the network for parts, which are used beside it, are for research and
    /// non-commercial use: a named style with
    /// [`PaintOptions::networks_alone`](crate::PaintOptions::networks_alone) and given octaves is
    /// painted without them.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn free() -> Result<Self, LoadModelError> {
        Self::free_on(Device::flex())
    }

    /// A painter with the free model on a device; see [`Painter::free`].
    ///
    /// # Errors
    ///
    /// As [`Painter::free`].
    pub fn free_on(device: Device) -> Result<Self, LoadModelError> {
        let origin = Path::new(utsushi_free_model::NAME);
        Self::from_bytes(utsushi_free_model::MODEL, origin, device)
    }
}
