//! Pictures in, repainted pictures out.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::Picture;
use utsushi_model::Strips;

use super::Painter;
use crate::brush::Brush;
use crate::canvas::Canvas;
use crate::strips::strips;
use crate::window::Window;
use crate::{PaintError, PaintOptions, Progress, StyleCode};

impl Painter {
    /// Repaints a picture of any size in a style; alpha comes back bit for bit.
    ///
    /// Sides that the networks cannot take are framed by reflections, which are cut off again;
    /// a picture with a side of less than 16 pixels is painted enlarged. A picture with more
    /// pixels than a square of [`PaintOptions::tile`] is painted in strips that all share the
    /// statistics, those of the whole at a smaller size. Each goes on where the one before it ended, so
    /// that there are no seams to hide and nothing is painted twice.
    ///
    /// Colours under transparent pixels take no part: before painting, those of the visible ones
    /// flow in. `progress` hears of each strip, first of none. On a CPU, the same picture, style
    /// and options give the same pixels on every run.
    ///
    /// # Errors
    /// Options out of range, a style of another model, networks that give no colours, or
    /// [`PaintError::Stopped`] soon after `stop` is set.
    pub fn paint(
        &self,
        content: &Picture,
        style: &StyleCode,
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        options.validate()?;
        style.check_length(self.code_length())?;
        if options.strength == 0.0 {
            progress(Progress { done: 1, total: 1 });
            return Ok(content.clone());
        }
        let style = if options.strength == 1.0 {
            style.clone()
        } else {
            self.style_of(content)?.towards(style, options.strength)
        };
        let painted = self.colours(content, &style, options.tile as usize, progress, stop)?;
        Ok(with_alpha_of(content, painted))
    }

    /// Repaints a picture in the style of a painting, with the default options:
    /// [`Painter::style_of`] and [`Painter::paint`] in one.
    ///
    /// # Errors
    /// Networks that give no colours.
    pub fn transfer(&self, content: &Picture, reference: &Picture) -> Result<Picture, PaintError> {
        let style = self.style_of(reference)?;
        let (options, stop) = (PaintOptions::default(), AtomicBool::new(false));
        self.paint(content, &style, &options, &mut |_| {}, &stop)
    }

    /// Repaints several pictures, one after the other, so that each comes out as it would alone.
    /// `progress` counts the strips of all.
    ///
    /// # Errors
    /// As [`Painter::paint`], for the first picture that fails.
    pub fn paint_batch(
        &self,
        contents: &[Picture],
        style: &StyleCode,
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Vec<Picture>, PaintError> {
        options.validate()?;
        let count = |picture: &Picture| match options.strength {
            0.0 => 1,
            _ => {
                let canvas = Canvas::new(Cow::Borrowed(picture));
                strips(canvas.width(), canvas.height(), options.tile as usize).len()
            }
        };
        let counts: Vec<usize> = contents.iter().map(count).collect();
        let total = counts.iter().sum();
        let mut before = 0;
        let mut painted = Vec::new();
        for (content, count) in contents.iter().zip(counts) {
            let mut of_all = |one: Progress| {
                let done = before + one.done;
                progress(Progress { done, total });
            };
            painted.push(self.paint(content, style, options, &mut of_all, stop)?);
            before += count;
        }
        Ok(painted)
    }

    /// The painted colours of a picture, without alpha.
    fn colours(
        &self,
        content: &Picture,
        style: &StyleCode,
        side: usize,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        let canvas = Canvas::of(content);
        let brush = Brush {
            generator: self.generator(),
            device: &self.device,
            style: style.to_tensor(&self.device),
        };
        let check = || match stop.load(Ordering::Relaxed) {
            true => Err(PaintError::Stopped),
            false => Ok(()),
        };
        let (width, height) = (canvas.width(), canvas.height());
        let rows = strips(width, height, side);
        let total = rows.len();
        progress(Progress { done: 0, total });
        check()?;
        let mut sheet = canvas.sheet();
        let mut window = Window {
            left: 0,
            top: 0,
            width,
            height,
        };
        if total == 1 {
            let values = brush.paint(&canvas, window);
            sheet.put(window, window, &values)?;
            progress(Progress { done: 1, total });
            return Ok(sheet.into_picture());
        }
        let mut strips = Strips::new(brush.statistics(&canvas));
        for (index, rows) in rows.into_iter().enumerate() {
            check()?;
            let values = brush.paint_strip(&canvas, rows, &mut strips);
            window.height = values.len() / (3 * width);
            sheet.put(window, window, &values)?;
            window.top += window.height;
            let done = index + 1;
            progress(Progress { done, total });
        }
        Ok(sheet.into_picture())
    }
}

/// The painting of a content with the content's own alpha.
pub(crate) fn with_alpha_of(content: &Picture, painted: Picture) -> Picture {
    match content.alpha() {
        None => painted,
        Some(alpha) => painted
            .with_alpha(alpha.clone())
            .expect("the painting has the size of its content"),
    }
}
