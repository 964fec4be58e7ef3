//! The painter as the pipeline's backend: networks that are steered by style codes.

use burn::tensor::{Tensor, TensorData};
use utsushi_anatomy::Anatomy;
use utsushi_imaging::Picture;
use utsushi_model::{ChannelStatistics, ModelConfig, Normaliser, Passage, Strips, Surface};

use super::Painter;
use crate::backend::{Backend, BackendError, Capabilities, Extent, Pixels, Steering, StripPainter};
use crate::faces::Face;
use crate::pipeline::octaves::Sizing;
use crate::{Framing, Style, StyleCode, StyleError};

/// Smallest side in pixels that the networks are given: four values at an eighth, so that there is
/// something to take the variance of.
const SHORTEST: usize = 32;

impl Backend for Painter {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            alignment: ModelConfig::ALIGNMENT,
            shortest: SHORTEST,
            size: [None; 2],
        }
    }

    /// Repaints pictures together, each normalised by its own statistics.
    fn forward(&self, pictures: Pixels<'_>, styles: &[Style]) -> Result<Vec<f32>, BackendError> {
        let code = |style: &Style| match style {
            Style::Code(code) => Ok(self.conditioning(code)),
            Style::Only => Err(BackendError::new(StyleError::NotOneStyle)),
        };
        let codes = styles.iter().map(code).collect::<Result<Vec<_>, _>>()?;
        let codes = Tensor::cat(codes, 0);
        Ok(self.run(pictures, codes, &mut Normaliser::painting()))
    }

    fn steering(&self) -> Option<&dyn Steering> {
        Some(self)
    }
}

impl Steering for Painter {
    fn code_length(&self) -> usize {
        self.style_length()
    }

    fn style_of_content(&self, content: &Picture) -> Result<StyleCode, StyleError> {
        self.code_of(content, Framing::Whole)
    }

    fn faces(&self, content: &Picture) -> Vec<Face> {
        Painter::faces(self, content)
    }

    fn anatomy(&self, content: &Picture, faces: &[Face], extent: Extent) -> Option<Anatomy> {
        self.anatomy_with(content, faces, extent)
    }

    fn may_have_octaves(&self, content: &Picture) -> bool {
        Painter::may_have_octaves(self, content)
    }

    fn sizing(&self, content: &Picture, faces: &[Face], surface: &Surface) -> Sizing {
        Painter::sizing(self, content, faces, surface)
    }

    fn surface(&self, style: &StyleCode) -> Surface {
        Painter::surface(self, style)
    }

    /// Begins a picture in strips, which all share the statistics of the reduced picture.
    fn begin_strips<'a>(
        &'a self,
        reduced: Pixels<'_>,
        style: &StyleCode,
    ) -> Box<dyn StripPainter + 'a> {
        Box::new(SteeredStrips::new(
            self,
            style,
            self.statistics(reduced, style),
        ))
    }
}

impl Painter {
    /// Measures the statistics by which a picture is normalised.
    fn statistics(&self, picture: Pixels<'_>, style: &StyleCode) -> Vec<ChannelStatistics> {
        let mut passage = Normaliser::recording();
        self.run(picture, self.conditioning(style), &mut passage);
        passage.into_recorded()
    }

    /// Runs the generator. `styles` are `[pictures, stages, code_length]`.
    fn run(&self, pictures: Pixels<'_>, styles: Tensor<3>, passage: &mut impl Passage) -> Vec<f32> {
        let shape = [pictures.count(), pictures.height, pictures.width, 3];
        let data = TensorData::new(pictures.values.to_vec(), shape);
        let pictures = Tensor::from_data(data, &self.device);
        let content = self.generator().encoder.forward(pictures, passage);
        let painted = self.generator().decoder.forward(&content, styles, passage);
        let data = painted.into_data_as::<f32>();
        data.try_into_vec().expect("the data was read as f32")
    }
}

/// Painting in strips that are all normalised by the same statistics.
struct SteeredStrips<'a> {
    painter: &'a Painter,
    style: Tensor<3>,
    strips: Strips,
}

impl<'a> SteeredStrips<'a> {
    fn new(painter: &'a Painter, style: &StyleCode, statistics: Vec<ChannelStatistics>) -> Self {
        Self {
            painter,
            style: painter.conditioning(style),
            strips: Strips::new(statistics),
        }
    }
}

impl StripPainter for SteeredStrips<'_> {
    fn paint(&mut self, rows: Pixels<'_>, last: bool) -> Vec<f32> {
        self.strips.begin(last);
        self.painter.run(rows, self.style.clone(), &mut self.strips)
    }
}

#[cfg(test)]
mod tests;
