//! Runs the generator over parts of a canvas.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_model::{ChannelStatistics, Generator, Normaliser, Passage, Strips};

use crate::canvas::Canvas;
use crate::window::Window;

/// The most pixels that the statistics of a picture painted in strips are taken over,
const MOST_MEASURED: usize = 512 * 512;

/// and what share of its pixels at the most: painting in strips is to cost little more a pixel
/// than painting at once.
const SHARE_MEASURED: usize = 12;

/// A generator and a style to paint in.
pub(crate) struct Brush<'a> {
    pub(crate) generator: &'a Generator,
    pub(crate) device: &'a Device,
    /// `[1, stages, style_dim]`; one for each canvas where several are painted at once.
    pub(crate) style: Tensor<3>,
}

impl Brush<'_> {
    /// Paints one window, `[height, width, 3]`, normalised by its own statistics.
    pub(crate) fn paint(&self, canvas: &Canvas<'_>, window: Window) -> Vec<f32> {
        numbers(self.run(canvas, window, &mut Normaliser::each_picture()))
    }

    /// Paints the next strip of a canvas: `[rows, width, 3]`, as many rows as are ready.
    pub(crate) fn paint_strip(
        &self,
        canvas: &Canvas<'_>,
        rows: Range<usize>,
        strips: &mut Strips,
    ) -> Vec<f32> {
        strips.begin(rows.end == canvas.height());
        let window = Window {
            left: 0,
            top: rows.start,
            width: canvas.width(),
            height: rows.len(),
        };
        numbers(self.run(canvas, window, strips))
    }

    /// The statistics of a canvas that is too large to be painted at once: those of the whole at
    /// a smaller size. Fine detail is missing there, but every part of the picture has its weight:
    /// windows of full size with twice the pixels came out twice as far from the truth.
    pub(crate) fn statistics(&self, canvas: &Canvas<'_>) -> Vec<ChannelStatistics> {
        let pixels = canvas.width() * canvas.height();
        self.record(&canvas.reduced(MOST_MEASURED.min(pixels / SHARE_MEASURED)))
    }

    /// The statistics of a canvas.
    fn record(&self, canvas: &Canvas<'_>) -> Vec<ChannelStatistics> {
        let window = Window {
            left: 0,
            top: 0,
            width: canvas.width(),
            height: canvas.height(),
        };
        let mut norm = Normaliser::recording();
        self.run(canvas, window, &mut norm);
        norm.into_recorded()
    }

    /// Paints one window: `[1, height, width, 3]`.
    fn run(&self, canvas: &Canvas<'_>, window: Window, passage: &mut impl Passage) -> Tensor<4> {
        let mut values = Vec::new();
        canvas.read(window, &mut values);
        self.forward(values, [1, window.height, window.width, 3], passage)
    }

    /// Paints whole canvases of one size at once, each in its own style and normalised by its own
    /// statistics: `[canvases, height, width, 3]`.
    pub(crate) fn paint_whole(&self, canvases: &[Canvas<'_>], window: Window) -> Vec<f32> {
        let mut values = Vec::new();
        for canvas in canvases {
            canvas.read(window, &mut values);
        }
        let shape = [canvases.len(), window.height, window.width, 3];
        numbers(self.forward(values, shape, &mut Normaliser::each_picture()))
    }

    fn forward(
        &self,
        values: Vec<f32>,
        shape: [usize; 4],
        passage: &mut impl Passage,
    ) -> Tensor<4> {
        let data = TensorData::new(values, shape);
        let pictures = Tensor::from_data(data, self.device);
        let content = self.generator.encoder.forward(pictures, passage);
        let style = self.style.clone();
        self.generator.decoder.forward(&content, style, passage)
    }
}

fn numbers(painted: Tensor<4>) -> Vec<f32> {
    let data = painted.into_data_as::<f32>();
    data.try_into_vec().expect("the data was read as f32")
}

#[cfg(test)]
mod tests;
