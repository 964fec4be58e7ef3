//! Normalisation of features, with statistics of each picture, of a batch, or recorded before.

use burn::tensor::Tensor;
use utsushi_kernels::{
    Activation, AffineMap, Border, channel_statistics, picture_statistics, style_norm,
};

use crate::passage::BORDER;

/// Activation that follows every normalisation.
const ACTIVATION: Activation = Activation::LeakyRelu(0.2);

/// Small number added to every variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// Mean and variance of each channel in one normalisation layer.
#[derive(Debug, Clone)]
pub struct ChannelStatistics {
    /// Means, `[1, 1, 1, channels]`, or `[batch, 1, 1, channels]` for each picture.
    pub mean: Tensor<4>,
    /// Biased variances, `[1, 1, 1, channels]`, or `[batch, 1, 1, channels]` for each picture.
    pub variance: Tensor<4>,
}

/// Normalises feature maps, and decides whose statistics are used.
///
/// Instance normalisation looks at the whole picture. When a large picture is painted in parts,
/// each part would be normalised differently and the borders would show; so the statistics are
/// recorded once over the whole at a smaller size, and every part is then normalised with those.
#[derive(Debug, Default)]
pub struct Normaliser {
    source: Source,
    border: Border,
}

#[derive(Debug, Default)]
enum Source {
    #[default]
    EachPicture,
    Record(Vec<ChannelStatistics>),
    Given {
        statistics: Vec<ChannelStatistics>,
        next: usize,
    },
}

impl ChannelStatistics {
    fn new([mean, variance]: [Tensor<4>; 2]) -> Self {
        Self { mean, variance }
    }
}

impl Normaliser {
    /// A normaliser for training: every picture is normalised by its own statistics, and zeros lie
    /// beyond its border.
    pub fn each_picture() -> Self {
        Self::default()
    }

    /// A normaliser for pictures that are painted whole: each is normalised by its own statistics,
    /// and the nearest pixels lie beyond its border.
    pub fn painting() -> Self {
        Self {
            source: Source::EachPicture,
            border: BORDER,
        }
    }

    /// A normaliser that records: the whole batch is normalised together, and the statistics of
    /// every layer are kept.
    pub fn recording() -> Self {
        Self {
            source: Source::Record(Vec::new()),
            border: BORDER,
        }
    }

    /// A normaliser that uses the statistics another one recorded, in the same order of layers.
    pub fn given(statistics: Vec<ChannelStatistics>) -> Self {
        Self {
            source: Source::Given {
                statistics,
                next: 0,
            },
            border: BORDER,
        }
    }

    /// The pixels that convolutions see beyond the border.
    pub(crate) fn border(&self) -> Border {
        self.border
    }

    /// Returns the recorded statistics of all layers; empty unless made by
    /// [`Normaliser::recording`].
    pub fn into_recorded(self) -> Vec<ChannelStatistics> {
        match self.source {
            Source::Record(statistics) => statistics,
            _ => Vec::new(),
        }
    }

    /// Goes back to the statistics of the first layer.
    pub(crate) fn start_again(&mut self) {
        if let Source::Given { next, .. } = &mut self.source {
            *next = 0;
        }
    }

    /// Normalises features as [`Passage::normalise`](crate::Passage::normalise) describes.
    ///
    /// # Panics
    /// When given statistics come from a network with fewer normalisations: a programming error.
    pub(crate) fn run(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> Tensor<4> {
        if let Source::EachPicture = self.source {
            return style_norm(x, gain, bias, ACTIVATION, EPSILON);
        }
        self.map_of(&x, gain, bias).apply(x)
    }

    /// Combines the next layer's statistics, gain and bias into one affine map per channel.
    ///
    /// # Panics
    /// As [`Normaliser::run`].
    pub(crate) fn map_of(
        &mut self,
        x: &Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> AffineMap {
        let statistics = match &mut self.source {
            Source::EachPicture => ChannelStatistics::new(picture_statistics(x.clone())),
            Source::Record(kept) => {
                kept.push(ChannelStatistics::new(channel_statistics(x.clone())));
                kept[kept.len() - 1].clone()
            }
            Source::Given { statistics, next } => {
                *next += 1;
                statistics[*next - 1].clone()
            }
        };
        let [_, _, _, channels] = x.dims();
        let rows = |t: Tensor<4>| {
            let [pictures, _, _, _] = t.dims();
            t.reshape([pictures, channels])
        };
        let mut scale = rows((statistics.variance + EPSILON).sqrt().recip());
        if let Some(gain) = gain {
            scale = scale * gain;
        }
        let mut shift = scale.clone() * rows(statistics.mean).neg();
        if let Some(bias) = bias {
            shift = shift + bias;
        }
        AffineMap {
            scale,
            shift,
            activation: ACTIVATION,
        }
    }
}
