//! Painting of a large picture in tiles with networks of a single style.
//!
//! How far such a network sees is not known, so tiles overlap and are faded into each other. A
//! network that normalises by the whole picture may paint neighbouring tiles in slightly different
//! tones.

use super::spans::{Span, spans};
use super::{Depth, FramedPicture, PaintedPicture, Passes, Pipeline, Window};
use crate::PaintError;
use crate::Style;
use crate::backend::Capabilities;

/// Smallest overlap of neighbouring tiles, in pixels.
const OVERLAP: usize = 128;

impl Pipeline<'_> {
    /// Paints a picture in tiles; in a single one if it is no larger than a square of the side
    /// `tile`.
    pub(super) fn in_tiles<P: Depth>(
        &self,
        picture: &FramedPicture<'_, P>,
        (style, tile): (&Style, usize),
        passes: &mut Passes<'_>,
    ) -> Result<P, PaintError> {
        let whole = picture.window();
        let [columns, rows] = tiles([whole.width, whole.height], &self.capabilities, tile);
        let styles = std::slice::from_ref(style);
        let mut open = OpenRows::new(picture);
        let mut values = Vec::new();
        for (row, across) in rows.iter().enumerate() {
            open.reach(across.end());
            for along in &columns {
                passes.check()?;
                let window = Window {
                    left: along.start,
                    top: across.start,
                    width: along.length,
                    height: across.length,
                };
                values.clear();
                picture.read(window, &mut values);
                open.add(&self.forward(&values, window, styles)?, along, across);
                passes.step(1);
            }
            let next = rows.get(row + 1).map_or(whole.height, |next| next.start);
            open.finish(next)?;
        }
        Ok(open.output.into_picture())
    }
}

/// Columns and rows of the tiles of a framed picture of the given size.
pub(super) fn tiles(
    [width, height]: [usize; 2],
    capabilities: &Capabilities,
    tile: usize,
) -> [Vec<Span>; 2] {
    let step = capabilities.step();
    let whole = width * height <= tile * tile;
    let longest = (tile / step).max(1) * step;
    let cut = |axis: usize, length: usize| match capabilities.size[axis] {
        Some(size) => spans(length, size, OVERLAP.min(size / 4), None),
        None if whole => spans(length, length, 0, Some(step)),
        None => spans(length, longest, OVERLAP.min(longest / 4), Some(step)),
    };
    [cut(0, width), cut(1, height)]
}

/// Rows into which more than one row of tiles is painted; memory grows with the picture's width and
/// not with its height.
struct OpenRows<P: Depth> {
    output: PaintedPicture<P>,
    width: usize,
    /// Index of the first row that is not in the output yet.
    first: usize,
    /// Weighted sums of the rows from `first` on, `[rows, width, 3]`.
    sums: Vec<f32>,
}

impl<P: Depth> OpenRows<P> {
    fn new(picture: &FramedPicture<'_, P>) -> Self {
        Self {
            output: picture.output(),
            width: picture.window().width,
            first: 0,
            sums: Vec::new(),
        }
    }

    /// Makes room for the rows before `end`.
    fn reach(&mut self, end: usize) {
        let length = (end - self.first) * self.width * 3;
        self.sums.resize(length.max(self.sums.len()), 0.0);
    }

    /// Adds a painted tile with its weights, which fade where other tiles overlap it.
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

    /// Moves the rows before `end`, which are complete, to the output.
    fn finish(&mut self, end: usize) -> Result<(), PaintError> {
        let window = Window {
            left: 0,
            top: self.first,
            width: self.width,
            height: end - self.first,
        };
        self.output.put(window, window, &self.sums)?;
        self.sums.drain(..window.height * self.width * 3);
        self.first = end;
        Ok(())
    }
}
