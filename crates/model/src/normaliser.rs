//! Where the mean and the variance of a normalisation come from.

use burn::tensor::Tensor;
use utsushi_kernels::{Activation, Border, affine, channel_statistics, leaky_relu, style_norm};

use crate::passage::BORDER;

/// Added to every variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// Mean and variance of each channel of one normalisation.
#[derive(Debug, Clone)]
pub struct ChannelStatistics {
    /// `[1, 1, 1, channels]`.
    pub mean: Tensor<4>,
    /// `[1, 1, 1, channels]`, biased.
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

impl Normaliser {
    /// Every picture is normalised by its own statistics, and zeros lie beyond its border: training.
    pub fn each_picture() -> Self {
        Self::default()
    }

    /// The same for pictures that are painted whole: what lies beyond the border is as what lies before it.
    pub fn painting() -> Self {
        Self {
            source: Source::EachPicture,
            border: BORDER,
        }
    }

    /// The whole batch is painted, normalised together, and what was used is kept.
    pub fn recording() -> Self {
        Self {
            source: Source::Record(Vec::new()),
            border: BORDER,
        }
    }

    /// Paints with what another normaliser recorded, in the same order of layers.
    pub fn given(statistics: Vec<ChannelStatistics>) -> Self {
        Self {
            source: Source::Given {
                statistics,
                next: 0,
            },
            border: BORDER,
        }
    }

    /// What convolutions see beyond the border.
    pub(crate) fn border(&self) -> Border {
        self.border
    }

    /// The recorded statistics; empty unless made by [`Normaliser::recording`].
    pub fn into_recorded(self) -> Vec<ChannelStatistics> {
        match self.source {
            Source::Record(statistics) => statistics,
            _ => Vec::new(),
        }
    }

    /// The first layer comes next again.
    pub(crate) fn start_again(&mut self) {
        if let Source::Given { next, .. } = &mut self.source {
            *next = 0;
        }
    }

    /// See [`Passage::normalise`](crate::Passage::normalise).
    ///
    /// # Panics
    /// When given statistics come from a network with fewer normalisations: a programming error.
    pub(crate) fn run(
        &mut self,
        x: Tensor<4>,
        gain: Option<Tensor<2>>,
        bias: Option<Tensor<2>>,
    ) -> Tensor<4> {
        let statistics = match &mut self.source {
            Source::EachPicture => {
                return style_norm(x, gain, bias, Activation::LeakyRelu(0.2), EPSILON);
            }
            Source::Record(kept) => {
                let [mean, variance] = channel_statistics(x.clone());
                kept.push(ChannelStatistics { mean, variance });
                kept[kept.len() - 1].clone()
            }
            Source::Given { statistics, next } => {
                *next += 1;
                statistics[*next - 1].clone()
            }
        };
        apply(x, statistics, gain, bias)
    }
}

/// Folds statistics, gain and bias into one multiplication and one addition a value.
fn apply(
    x: Tensor<4>,
    statistics: ChannelStatistics,
    gain: Option<Tensor<2>>,
    bias: Option<Tensor<2>>,
) -> Tensor<4> {
    let [_, _, _, channels] = x.dims();
    let rows = |t: Tensor<2>| {
        let [batch, _] = t.dims();
        t.reshape([batch, 1, 1, channels])
    };
    let mut scale = (statistics.variance + EPSILON).sqrt().recip();
    if let Some(gain) = gain {
        scale = scale * rows(gain);
    }
    let mut shift = scale.clone() * statistics.mean.neg();
    if let Some(bias) = bias {
        shift = shift + rows(bias);
    }
    let activation = Activation::LeakyRelu(0.2);
    match scale.dims()[0] {
        // One scale for all pictures: a single pass.
        1 => affine(
            x,
            scale.reshape([channels]),
            shift.reshape([channels]),
            activation,
        ),
        _ => leaky_relu(x * scale + shift, 0.2),
    }
}
