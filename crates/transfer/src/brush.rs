//! Runs the generator over parts of a canvas.

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_model::{ChannelStatistics, Generator, Normaliser};

use crate::canvas::Canvas;
use crate::tiles::{Window, sample};

/// Windows that the statistics of a picture painted in tiles are taken over, a square number.
const SAMPLES: usize = 9;

/// The longest side of such a window, in pixels: together they are to cost less than one tile.
const SAMPLE_SIDE: usize = 256;

/// A generator and a style to paint in.
pub(crate) struct Brush<'a> {
    pub(crate) generator: &'a Generator,
    pub(crate) device: &'a Device,
    /// `[1, stages, style_dim]`; one for each canvas where several are painted at once.
    pub(crate) style: Tensor<3>,
}

impl Brush<'_> {
    /// Paints one window: `[height, width, 3]`, normalised by its own statistics or by those that
    /// are given.
    pub(crate) fn paint(
        &self,
        canvas: &Canvas<'_>,
        window: Window,
        statistics: Option<&[ChannelStatistics]>,
    ) -> Vec<f32> {
        let mut norm = match statistics {
            None => Normaliser::each_picture(),
            Some(statistics) => Normaliser::given(statistics.to_vec()),
        };
        let painted = self.run(canvas, &[window], &mut norm);
        painted
            .into_data_as::<f32>()
            .try_into_vec()
            .expect("the data was read as f32")
    }

    /// The statistics of a canvas that is too large to be painted at once: those of windows
    /// spread over it, taken together. They hold no more pixels than a square of `side`.
    pub(crate) fn statistics(&self, canvas: &Canvas<'_>, side: usize) -> Vec<ChannelStatistics> {
        let root = SAMPLES.isqrt();
        let windows = sample(
            canvas.width(),
            canvas.height(),
            (side / root / 8 * 8).min(SAMPLE_SIDE),
            SAMPLES,
        );
        let mut norm = Normaliser::recording();
        self.run(canvas, &windows, &mut norm);
        norm.into_recorded()
    }

    /// Paints windows of one size: `[windows, height, width, 3]`.
    fn run(&self, canvas: &Canvas<'_>, windows: &[Window], norm: &mut Normaliser) -> Tensor<4> {
        let mut values = Vec::new();
        for &window in windows {
            canvas.read(window, &mut values);
        }
        let Window { width, height, .. } = windows[0];
        self.forward(values, [windows.len(), height, width, 3], norm)
    }

    /// Paints whole canvases of one size at once, each in its own style and normalised by its own
    /// statistics: `[canvases, height, width, 3]`.
    pub(crate) fn paint_whole(&self, canvases: &[Canvas<'_>], window: Window) -> Vec<f32> {
        let mut values = Vec::new();
        for canvas in canvases {
            canvas.read(window, &mut values);
        }
        let shape = [canvases.len(), window.height, window.width, 3];
        let painted = self.forward(values, shape, &mut Normaliser::each_picture());
        painted
            .into_data_as::<f32>()
            .try_into_vec()
            .expect("the data was read as f32")
    }

    fn forward(&self, values: Vec<f32>, shape: [usize; 4], norm: &mut Normaliser) -> Tensor<4> {
        let data = TensorData::new(values, shape);
        let pictures = Tensor::from_data(data, self.device);
        let content = self.generator.encoder.forward(pictures, norm);
        self.generator
            .decoder
            .forward(&content, self.style.clone(), norm)
    }
}

#[cfg(test)]
mod tests;
