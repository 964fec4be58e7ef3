//! Painting with a network that knows one way.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{DecodeLimits, Picture};

use crate::canvas::{Canvas, Sheet};
use crate::jobs::{StyleSource, StyleSourceError};
use crate::painter::with_alpha_of;
use crate::window::Window;
use crate::{PaintError, PaintOptions, Progress, StyleCode, StyleError, StyleRegion, Stylizer};

mod spans;
mod together;

use spans::{Span, spans};

/// How far neighbouring tiles overlap at least, in pixels.
const OVERLAP: usize = 128;

/// A network that takes a picture and gives it back in its one style.
pub trait Network: Debug + Send + Sync {
    /// Both sides of what [`Network::stylize`] is given are multiples of this; at least 1.
    fn alignment(&self) -> usize;

    /// Width and height, where the network takes no others.
    fn size(&self) -> [Option<usize>; 2];

    /// Repaints `[height, width, 3]`, RGB, −1…1, and gives as many values back.
    ///
    /// # Errors
    /// What went wrong, in words that need no more context than the size.
    fn stylize(&self, pixels: &[f32], width: usize, height: usize) -> Result<Vec<f32>, String>;

    /// Repaints several pictures of one size, `[pictures, height, width, 3]`, each as
    /// [`Network::stylize`] alone would, bit for bit. Without a method of its own, a network is
    /// run on one after the other.
    ///
    /// # Errors
    /// As [`Network::stylize`].
    fn stylize_together(
        &self,
        pixels: &[f32],
        width: usize,
        height: usize,
    ) -> Result<Vec<f32>, String> {
        let pictures = pixels.chunks(width * height * 3);
        let painted = pictures.map(|one| self.stylize(one, width, height));
        Ok(painted.collect::<Result<Vec<_>, _>>()?.concat())
    }
}

/// A network that several own, of whatever kind.
impl<N: Network + ?Sized> Network for Arc<N> {
    fn alignment(&self) -> usize {
        (**self).alignment()
    }

    fn size(&self) -> [Option<usize>; 2] {
        (**self).size()
    }

    fn stylize(&self, pixels: &[f32], width: usize, height: usize) -> Result<Vec<f32>, String> {
        (**self).stylize(pixels, width, height)
    }

    fn stylize_together(
        &self,
        pixels: &[f32],
        width: usize,
        height: usize,
    ) -> Result<Vec<f32>, String> {
        (**self).stylize_together(pixels, width, height)
    }
}

/// Paints pictures of any size with a network of another program.
///
/// What the network can take at once is painted whole. Larger pictures are painted in tiles that
/// overlap and are faded into each other, since nothing is known of how far the network sees; one
/// that normalises by the whole picture may paint neighbouring tiles in slightly different tones.
#[derive(Clone, Debug)]
pub struct OneWayPainter<N> {
    network: N,
}

impl<N: Network> OneWayPainter<N> {
    /// A painter with a network.
    pub fn new(network: N) -> Self {
        Self { network }
    }

    /// The network.
    pub fn network(&self) -> &N {
        &self.network
    }

    /// The network, taken out.
    pub fn into_network(self) -> N {
        self.network
    }

    /// Repaints a picture; alpha comes back bit for bit. A strength below 1 mixes the colours of
    /// the painting with those of the picture.
    ///
    /// # Errors
    /// Options out of range, a network that cannot be run or gives no colours, or
    /// [`PaintError::Stopped`] soon after `stop` is set.
    pub fn paint(
        &self,
        content: &Picture,
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        options.validate()?;
        if options.strength == 0.0 {
            progress(Progress { done: 1, total: 1 });
            return Ok(content.clone());
        }
        let painted = self.colours(content, options.tile as usize, progress, stop)?;
        Ok(finished(content, painted, options.strength))
    }

    fn colours(
        &self,
        content: &Picture,
        side: usize,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        let canvas = self.canvas(content);
        let [columns, rows] = self.parts(&canvas, side);
        let total = columns.len() * rows.len();
        progress(Progress { done: 0, total });
        let mut strip = Strip::new(&canvas);
        let mut values = Vec::new();
        for (row, across) in rows.iter().enumerate() {
            strip.reach(across.end());
            for (column, along) in columns.iter().enumerate() {
                if stop.load(Ordering::Relaxed) {
                    return Err(PaintError::Stopped);
                }
                let window = Window {
                    left: along.start,
                    top: across.start,
                    width: along.length,
                    height: across.length,
                };
                values.clear();
                canvas.read(window, &mut values);
                let painted = self.run(&values, window)?;
                strip.add(&painted, along, across);
                let done = row * columns.len() + column + 1;
                progress(Progress { done, total });
            }
            let next = rows.get(row + 1).map_or(canvas.height(), |next| next.start);
            strip.finish(next)?;
        }
        Ok(strip.sheet.into_picture())
    }

    /// A picture with sides that the network takes.
    fn canvas<'a>(&self, content: &'a Picture) -> Canvas<'a> {
        let (alignment, fixed) = (self.alignment(), self.network.size());
        Canvas::framed(content, |axis, length| match fixed[axis] {
            Some(size) => length.max(size),
            None => length.next_multiple_of(alignment),
        })
    }

    fn alignment(&self) -> usize {
        self.network.alignment().max(1)
    }

    /// The columns and rows of tiles.
    fn parts(&self, canvas: &Canvas<'_>, side: usize) -> [Vec<Span>; 2] {
        let alignment = self.alignment();
        let [width, height] = [canvas.width(), canvas.height()];
        let whole = width * height <= side * side;
        let longest = (side / alignment).max(1) * alignment;
        let cut = |axis: usize, length: usize| match self.network.size()[axis] {
            Some(size) => spans(length, size, OVERLAP.min(size / 4), None),
            None if whole => spans(length, length, 0, Some(alignment)),
            None => spans(length, longest, OVERLAP.min(longest / 4), Some(alignment)),
        };
        [cut(0, width), cut(1, height)]
    }

    fn run(&self, values: &[f32], window: Window) -> Result<Vec<f32>, PaintError> {
        let Window { width, height, .. } = window;
        let refused = |reason| PaintError::Network {
            width,
            height,
            reason,
        };
        let painted = self
            .network
            .stylize(values, width, height)
            .map_err(refused)?;
        match painted.len() == values.len() {
            true => Ok(painted),
            false => Err(refused(format!(
                "it gives {} values for {}",
                painted.len(),
                values.len()
            ))),
        }
    }
}

/// What was painted of a picture, mixed with it by the strength, and with its alpha.
fn finished(content: &Picture, mut painted: Picture, strength: f32) -> Picture {
    if strength < 1.0 {
        for (new, &old) in painted.rgb_mut().iter_mut().zip(content.rgb()) {
            let mixed = f32::from(old) * (1.0 - strength) + f32::from(*new) * strength;
            *new = mixed.round() as u8;
        }
    }
    with_alpha_of(content, painted)
}

impl<N: Network> Stylizer for OneWayPainter<N> {
    fn style(
        &self,
        source: &StyleSource,
        _limits: &DecodeLimits,
    ) -> Result<StyleCode, StyleSourceError> {
        match source {
            StyleSource::Only => Ok(StyleCode::new(Vec::new())?),
            _ => Err(StyleError::OneStyle.into()),
        }
    }

    fn paint_regions(
        &self,
        content: &Picture,
        style: &StyleCode,
        regions: &[StyleRegion],
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        if !style.values().is_empty() || !regions.is_empty() {
            return Err(StyleError::OneStyle.into());
        }
        self.paint(content, options, progress, stop)
    }
}

/// Rows that more than one row of tiles is painted into; memory grows with the picture's width
/// and not with its height.
struct Strip {
    sheet: Sheet,
    width: usize,
    /// The first row that is not on the sheet yet.
    first: usize,
    /// Weighted sums from there on, `[rows, width, 3]`.
    sums: Vec<f32>,
}

impl Strip {
    fn new(canvas: &Canvas<'_>) -> Self {
        Self {
            sheet: canvas.sheet(),
            width: canvas.width(),
            first: 0,
            sums: Vec::new(),
        }
    }

    /// Makes room down to a row.
    fn reach(&mut self, end: usize) {
        let length = (end - self.first) * self.width * 3;
        self.sums.resize(length.max(self.sums.len()), 0.0);
    }

    /// Adds a painted tile, faded where others overlap it.
    fn add(&mut self, painted: &[f32], along: &Span, across: &Span) {
        for (row, &down) in across.weights.iter().enumerate() {
            let from = &painted[row * along.length * 3..][..along.length * 3];
            let start = ((across.start + row - self.first) * self.width + along.start) * 3;
            let to = &mut self.sums[start..][..along.length * 3];
            let pixels = from
                .as_chunks::<3>()
                .0
                .iter()
                .zip(to.as_chunks_mut::<3>().0);
            for ((pixel, sum), &share) in pixels.zip(&along.weights) {
                for (value, sum) in pixel.iter().zip(sum) {
                    *sum += value * (share * down);
                }
            }
        }
    }

    /// Puts the rows before `end` on the sheet: no more is added to them.
    fn finish(&mut self, end: usize) -> Result<(), PaintError> {
        let window = Window {
            left: 0,
            top: self.first,
            width: self.width,
            height: end - self.first,
        };
        self.sheet.put(window, window, &self.sums)?;
        self.sums.drain(..window.height * self.width * 3);
        self.first = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
