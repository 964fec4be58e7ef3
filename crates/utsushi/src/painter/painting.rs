//! Pictures in, repainted pictures out.

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::Picture;
use utsushi_model::Strips;

use super::Painter;
use crate::brush::Brush;
use crate::canvas::{Canvas, opaque};
use crate::octaves;
use crate::reference::Framing;
use crate::strips::strips;
use crate::window::Window;
use crate::{PaintError, PaintOptions, Progress, StyleCode, StyleError};

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
        let style = self.aimed(content, style, options.strength)?;
        let painted = self.colours(content, &style, options, progress, stop)?;
        Ok(with_alpha_of(content, painted))
    }

    /// The style to paint a content in to go so far: on the way from its own.
    pub(super) fn aimed(
        &self,
        content: &Picture,
        style: &StyleCode,
        strength: f32,
    ) -> Result<StyleCode, StyleError> {
        if strength == 1.0 {
            return Ok(style.clone());
        }
        let own = self.style_of_framed(content, Framing::Whole)?;
        Ok(own.towards(style, strength))
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
        // The face is looked for once, not once to count and once to paint.
        let look = |picture: &Picture| {
            if options.strength == 0.0 {
                return (*options, 1);
            }
            let octaves = options.octaves.unwrap_or_else(|| self.octaves(picture));
            let sizes = octaves::sizes(picture.width(), picture.height(), octaves);
            let own = PaintOptions {
                octaves: Some(octaves),
                ..*options
            };
            (own, passes(&sizes, options.tile as usize))
        };
        let looks: Vec<_> = contents.iter().map(look).collect();
        let total = looks.iter().map(|(_, count)| count).sum();
        let mut before = 0;
        let mut painted = Vec::new();
        for (content, (options, count)) in contents.iter().zip(looks) {
            let mut of_all = |one: Progress| {
                let done = before + one.done;
                progress(Progress { done, total });
            };
            painted.push(self.paint(content, style, &options, &mut of_all, stop)?);
            before += count;
        }
        Ok(painted)
    }

    /// The painted colours of a picture, without alpha.
    fn colours(
        &self,
        content: &Picture,
        style: &StyleCode,
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        let side = options.tile as usize;
        let octaves = options.octaves.unwrap_or_else(|| self.octaves(content));
        let pictures = octaves::halvings(opaque(content), octaves);
        let sizes: Vec<_> = pictures
            .iter()
            .map(|picture| [picture.width(), picture.height()])
            .collect();
        let total = passes(&sizes, side);
        progress(Progress { done: 0, total });
        let mut done = 0;
        let mut step = || {
            done += 1;
            progress(Progress { done, total });
        };
        let mut paintings = Vec::new();
        for picture in pictures {
            paintings.push(self.one_size(Canvas::new(picture), style, side, &mut step, stop)?);
        }
        Ok(octaves::joined(paintings).expect("a picture has its own size"))
    }

    /// The painted colours of a picture at one size; `step` is called after each strip.
    fn one_size(
        &self,
        canvas: Canvas<'_>,
        style: &StyleCode,
        side: usize,
        step: &mut dyn FnMut(),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
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
        check()?;
        let mut sheet = canvas.sheet();
        let mut window = Window {
            left: 0,
            top: 0,
            width,
            height,
        };
        if rows.len() == 1 {
            let values = brush.paint(&canvas, window);
            sheet.put(window, window, &values)?;
            step();
            return Ok(sheet.into_picture());
        }
        let mut strips = Strips::new(brush.statistics(&canvas));
        for rows in rows {
            check()?;
            let values = brush.paint_strip(&canvas, rows, &mut strips);
            window.height = values.len() / (3 * width);
            sheet.put(window, window, &values)?;
            window.top += window.height;
            step();
        }
        Ok(sheet.into_picture())
    }
}

/// How many strips pictures of these sizes are painted in, all together.
fn passes(sizes: &[[u32; 2]], side: usize) -> usize {
    let strips = sizes.iter().map(|&[width, height]| {
        let [width, height] = Canvas::sides(width, height);
        strips(width, height, side).len()
    });
    strips.sum()
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
