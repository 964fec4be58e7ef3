//! Painting of a large picture in strips, from top to bottom.

use burn::tensor::Tensor;
use utsushi_kernels::{
    Padding, average_pool2, average_pool2_below, last_rows, scaled_sum, scaled_sum_below,
};

use crate::luminance::{SURROUNDINGS, contrast_within};
use crate::noise::position_noise;
use crate::passage::Passage;
use crate::{ChannelStatistics, Conv, Normaliser};

/// The passage of one picture through the generator in strips, each painted as if the whole were
/// seen.
///
/// Every operation that looks beyond a pixel keeps the last rows of its input for the next strip,
/// and makes only those rows of its output whose surroundings it has seen. So what comes out lags
/// behind what goes in, by [`Strips::LAG`] rows of pixels; the last strip brings the rest. Nothing
/// is computed twice, and memory grows with the strip and not with the picture.
///
/// Normalisation needs statistics of the whole picture beforehand.
#[derive(Debug)]
pub struct Strips {
    norm: Normaliser,
    /// Rows that each operation has kept from the last strip, in the order in which operations are
    /// called.
    kept: Vec<Option<Tensor<4>>>,
    next: usize,
    is_last: bool,
    /// Number of rows of features to which noise was added already.
    rows_with_noise: usize,
}

impl Strips {
    /// Number of rows of pixels by which the output lags behind the input.
    ///
    /// At half of the picture's sides the first convolution holds one row back and the next block's
    /// first one more: 2, pooled to 1 at a quarter, where two more convolutions make it 3, pooled
    /// to 2 at an eighth. There follow five convolutions: 7. Twice as many at a quarter, plus two:
    /// 16; twice at half, plus two, two and the last one: 37, which is 74 pixels.
    pub const LAG: usize = 74;

    /// Smallest number of rows of pixels in the first strip, unless it is the last.
    pub const FIRST: usize = 80;

    /// Starts a picture whose statistics were recorded beforehand, before its first strip.
    pub fn new(statistics: Vec<ChannelStatistics>) -> Self {
        Self {
            norm: Normaliser::given(statistics),
            kept: Vec::new(),
            next: 0,
            is_last: false,
            rows_with_noise: 0,
        }
    }

    /// Announces the next strip; must be called before every one. All but the last have a number of
    /// rows that is a multiple of 16, the first one at least [`Strips::FIRST`]; there is one
    /// picture in a batch.
    pub fn begin(&mut self, is_last: bool) {
        self.norm.start_again();
        self.next = 0;
        self.is_last = is_last;
    }

    /// Takes the rows that the next operation has kept from the strip before, and its place in the
    /// list of kept rows.
    fn turn(&mut self) -> (Option<Tensor<4>>, usize) {
        let place = self.next;
        self.next += 1;
        if place == self.kept.len() {
            self.kept.push(None);
        }
        (self.kept[place].take(), place)
    }

    /// Keeps for the next strip the last `rows` rows of this strip and of what lay above it.
    fn keep(&mut self, place: usize, above: Option<&Tensor<4>>, x: &Tensor<4>, rows: usize) {
        if self.is_last || rows == 0 {
            return;
        }
        let kept = match above {
            Some(above) if x.dims()[1] < rows => {
                last_rows(Tensor::cat(vec![above.clone(), x.clone()], 1), rows)
            }
            _ => last_rows(x.clone(), rows),
        };
        self.kept[place] = Some(kept);
    }

    /// Number of rows below the strip: `rows` for the last strip, and 0 for all others.
    fn rows_below(&self, rows: usize) -> usize {
        if self.is_last { rows } else { 0 }
    }
}

impl Passage for Strips {
    fn normalise(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> Tensor<4> {
        self.norm.normalise(x, gain, bias)
    }

    fn convolve(&mut self, conv: &Conv, x: Tensor<4>) -> Tensor<4> {
        let (above, place) = self.turn();
        self.keep(place, above.as_ref(), &x, 2);
        conv.forward_below(above, x, self.rows_below(1))
    }

    fn contrast(&mut self, brightness: Tensor<4>) -> Tensor<4> {
        let (above, place) = self.turn();
        let reach = SURROUNDINGS / 2;
        self.keep(place, above.as_ref(), &brightness, 2 * reach);
        let padding = Padding {
            top: if above.is_none() { reach } else { 0 },
            bottom: self.rows_below(reach),
            ..Padding::uniform(reach)
        };
        let all = match above {
            Some(above) => Tensor::cat(vec![above, brightness], 1),
            None => brightness,
        };
        contrast_within(all, padding)
    }

    fn halve(&mut self, x: Tensor<4>) -> Tensor<4> {
        let (above, place) = self.turn();
        let rows = x.dims()[1] + usize::from(above.is_some());
        self.keep(place, above.as_ref(), &x, rows % 2);
        match above {
            Some(above) => average_pool2_below(above, x),
            None => average_pool2(x),
        }
    }

    fn join(&mut self, ahead: Tensor<4>, behind: Tensor<4>, scale: f32) -> Tensor<4> {
        let (above, place) = self.turn();
        let rows = above.as_ref().map_or(0, |above| above.dims()[1]);
        let left = rows + ahead.dims()[1] - behind.dims()[1];
        self.keep(place, above.as_ref(), &ahead, left);
        match above {
            Some(above) => scaled_sum_below(above, ahead, behind, scale),
            None => {
                let rows = behind.dims()[1];
                scaled_sum(ahead.narrow(1, 0, rows), behind, scale)
            }
        }
    }

    fn noise(&mut self, x: &Tensor<4>) -> Tensor<4> {
        let first = self.rows_with_noise;
        self.rows_with_noise += x.dims()[1];
        position_noise(first, x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Generator, Initialiser, ModelConfig};
    use burn::module::{Module, ModuleMapper, Param};
    use burn::tensor::{Device, TensorData};

    fn picture(height: usize, width: usize) -> Tensor<4> {
        let numbers = (0..height * width * 3).map(|i| ((i * i) as f32 * 0.013).sin());
        let data = TensorData::new(numbers.collect::<Vec<f32>>(), [1, height, width, 3]);
        Tensor::from_data(data, &Device::flex())
    }

    #[test]
    fn strips_one_below_the_other_are_the_whole() {
        for line_skip in [true, false] {
            let config = ModelConfig {
                trunk_channels: [9, 12, 16],
                style_dim: 3,
                line_skip,
                line_style: true,
                noise: true,
                style_slots: 2,
                slot_dim: 5,
                ..ModelConfig::default()
            };
            let generator = Generator::new(&config, &mut Initialiser::new(4, &Device::flex()));
            let generator = generator.map(&mut NothingIsZero);
            let shape = [1, ModelConfig::STAGES, config.code_length()];
            let style = Tensor::<3>::ones(shape, &Device::flex()) * 0.3;
            let paint =
                |x: Tensor<4>, passage: &mut dyn Run| passage.run(&generator, x, style.clone());
            for (height, parts) in [
                (200, &[80, 32, 80, 8][..]),
                (152, &[144, 8]),
                (136, &[96, 16, 16, 8]),
                (240, &[160, 80]),
                (64, &[64]),
            ] {
                assert_eq!(parts.iter().sum::<usize>(), height);
                let whole = picture(height, 56);
                let mut recording = Normaliser::recording();
                let wanted = paint(whole.clone(), &mut recording);
                let mut strips = Strips::new(recording.into_recorded());
                let (mut top, mut painted) = (0, Vec::new());
                for (index, &rows) in parts.iter().enumerate() {
                    let is_last = index + 1 == parts.len();
                    strips.begin(is_last);
                    painted.push(paint(whole.clone().narrow(1, top, rows), &mut strips));
                    top += rows;
                    let so_far: usize = painted.iter().map(|part| part.dims()[1]).sum();
                    let lag = if is_last { 0 } else { Strips::LAG };
                    assert_eq!(so_far, top - lag);
                }
                let apart = (Tensor::cat(painted, 1) - wanted).abs().max();
                let apart = apart.into_scalar::<f32>();
                assert!(apart < 5e-5, "{height} rows in {parts:?}: {apart}");
            }
        }
    }

    /// Replaces weights of zero, since layers that start at zero would otherwise not be tested.
    struct NothingIsZero;

    impl ModuleMapper for NothingIsZero {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|tensor| {
                let zero = tensor.clone().abs().max().into_scalar::<f32>() == 0.0;
                if zero { tensor + 0.1 } else { tensor }
            })
        }
    }

    /// A way through a generator, whole or in strips, under test.
    trait Run {
        fn run(&mut self, generator: &Generator, x: Tensor<4>, style: Tensor<3>) -> Tensor<4>;
    }

    impl<P: Passage> Run for P {
        fn run(&mut self, generator: &Generator, x: Tensor<4>, style: Tensor<3>) -> Tensor<4> {
            let content = generator.encoder.forward(x, self);
            generator.decoder.forward(&content, style, self)
        }
    }
}
