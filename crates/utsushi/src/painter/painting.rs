//! Painting: pictures in, repainted pictures out.

use utsushi_imaging::Picture;

use super::Painter;
use crate::{Monitor, PaintError, PaintRequest, pipeline};

impl Painter {
    /// Repaints pictures of any size, each with the same bits as if it were painted alone; alpha is
    /// returned unchanged. Small pictures of one size go through the networks together.
    ///
    /// Sides that the networks cannot take are framed by reflections, which are cut off again; a
    /// picture with a side of less than 16 pixels is painted enlarged. A picture with more pixels
    /// than a square of [`PaintOptions::tile`](crate::PaintOptions::tile) is painted in strips that
    /// all share the statistics, those of the whole at a smaller size. Each strip continues where
    /// the one before it ended, so that there are no seams and nothing is painted twice.
    ///
    /// Colours under transparent pixels are not used: before painting, those of the visible ones
    /// flow in. `monitor` is told of each strip, and first of none. On a CPU, the same requests
    /// give the same pixels on every run.
    ///
    /// # Errors
    /// Separately for each picture: options are out of range, the style code is longer or shorter
    /// than this model's (a code of another model with the same length cannot be recognised), a
    /// mask has another aspect ratio than the picture, the networks' output is not finite, or
    /// [`PaintError::Stopped`] soon after `monitor` wants to stop.
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
    /// The networks' output is not finite.
    pub fn transfer(&self, content: &Picture, reference: &Picture) -> Result<Picture, PaintError> {
        let style = self.style_of(reference)?;
        self.paint_one(&PaintRequest::new(content, style), &mut ())
    }
}
