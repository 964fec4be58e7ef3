//! Pictures in, repainted pictures out.

use utsushi_imaging::Picture;

use super::Painter;
use crate::{Monitor, PaintError, PaintRequest, pipeline};

impl Painter {
    /// Repaints pictures of any size, each as it would be painted alone, bit for bit; alpha comes
    /// back unchanged. Small pictures of one size go through the networks together.
    ///
    /// Sides that the networks cannot take are framed by reflections, which are cut off again;
    /// a picture with a side of less than 16 pixels is painted enlarged. A picture with more
    /// pixels than a square of [`PaintOptions::tile`](crate::PaintOptions::tile) is painted in strips
    /// that all share the statistics, those of the whole at a smaller size. Each goes on where the
    /// one before it ended, so that there are no seams to hide and nothing is painted twice.
    ///
    /// Colours under transparent pixels take no part: before painting, those of the visible ones
    /// flow in. `monitor` hears of each strip, first of none. On a CPU, the same requests give the
    /// same pixels on every run.
    ///
    /// # Errors
    /// Options out of range, a style code that is longer or shorter than this model's (one of another
    /// model that is as long means something else, and cannot be told), a mask whose shape is not that of the
    /// picture, networks that give no colours, or [`PaintError::Stopped`] soon after `monitor` wants
    /// to stop; each picture for itself.
    pub fn paint(
        &self,
        requests: &[PaintRequest<'_>],
        monitor: &mut dyn Monitor,
    ) -> Vec<Result<Picture, PaintError>> {
        pipeline::paint(self, requests, monitor)
    }

    /// Repaints one picture.
    ///
    /// # Errors
    /// As [`Painter::paint`].
    pub fn paint_one(
        &self,
        request: &PaintRequest<'_>,
        monitor: &mut dyn Monitor,
    ) -> Result<Picture, PaintError> {
        pipeline::paint_one(self, request, monitor)
    }

    /// Repaints a picture in the style of a painting, with the default options:
    /// [`Painter::style_of`] and [`Painter::paint_one`] in one.
    ///
    /// # Errors
    /// Networks that give no colours.
    pub fn transfer(&self, content: &Picture, reference: &Picture) -> Result<Picture, PaintError> {
        let style = self.style_of(reference)?;
        self.paint_one(&PaintRequest::new(content, style), &mut ())
    }
}
