//! Architectures of the EfficientNet-Lite networks as tables: which blocks follow each other, and
//! how their authors name and shape their parameters.

/// Channels after the first convolution.
pub(crate) const STEM_CHANNELS: usize = 32;

/// Small number added to the variance of a batch normalisation before its root is taken.
pub(crate) const NORM_EPSILON: f64 = 1e-3;

/// The seven stages of the networks, each as kernel side, stride of the first block, expansion,
/// channels and number of blocks: those of EfficientNet-B0 without squeeze-and-excitation. Larger
/// members multiply channels and blocks.
const STAGES: [(usize, usize, usize, usize, usize); 7] = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
];

/// Indices of the stages, counted from 0, after which features are tapped.
const TAP_STAGES: [usize; 4] = [1, 2, 4, 6];

/// A published network of the EfficientNet-Lite family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// The smallest network, through which training looks at pictures.
    Lite0,
    /// A network as wide as Lite0, and deeper.
    Lite1,
    /// A network as deep as Lite1, and a tenth wider.
    Lite2,
}

impl Architecture {
    /// All architectures that can be imported, from small to large.
    pub const ALL: [Self; 3] = [Self::Lite0, Self::Lite1, Self::Lite2];

    /// The architecture through which training looks at pictures, and which measures should
    /// therefore not use.
    pub const OF_TRAINING: Self = Self::Lite0;

    /// The architecture's name in files: `efficientnet-lite0`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lite0 => "efficientnet-lite0",
            Self::Lite1 => "efficientnet-lite1",
            Self::Lite2 => "efficientnet-lite2",
        }
    }

    /// The architecture's name in sentences: `EfficientNet-Lite0`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Lite0 => "EfficientNet-Lite0",
            Self::Lite1 => "EfficientNet-Lite1",
            Self::Lite2 => "EfficientNet-Lite2",
        }
    }

    /// Numbers of channels of the four taps, from fine to coarse.
    pub fn channels(self) -> [usize; 4] {
        TAP_STAGES.map(|stage| self.stage_channels(stage))
    }

    /// Tenths by which the published network is wider and deeper than Lite0.
    fn multipliers(self) -> (usize, usize) {
        match self {
            Self::Lite0 => (10, 10),
            Self::Lite1 => (10, 11),
            Self::Lite2 => (11, 12),
        }
    }

    /// Number of a stage's channels, rounded to the nearest multiple of 8. The paper's rule rounds
    /// up once more if this loses over a tenth, which does not occur in these networks.
    fn stage_channels(self, stage: usize) -> usize {
        let tenths = STAGES[stage].3 * self.multipliers().0;
        (tenths + 40) / 80 * 8
    }

    /// Number of a stage's blocks, rounded up, except that the lite networks leave the first and
    /// the last stage as they are.
    fn stage_blocks(self, stage: usize) -> usize {
        let count = STAGES[stage].4;
        if stage == 0 || stage == STAGES.len() - 1 {
            count
        } else {
            (count * self.multipliers().1).div_ceil(10)
        }
    }

    /// Indices of the blocks, counted from 0, after which features are tapped.
    pub(crate) fn tap_blocks(self) -> [usize; 4] {
        TAP_STAGES.map(|last| {
            (0..=last)
                .map(|stage| self.stage_blocks(stage))
                .sum::<usize>()
                - 1
        })
    }

    /// The blocks of the network, in order.
    pub(crate) fn blocks(self) -> Vec<BlockPlan> {
        let mut plans = Vec::new();
        let mut input = STEM_CHANNELS;
        for (stage, (kernel, first_stride, expansion, ..)) in STAGES.into_iter().enumerate() {
            let output = self.stage_channels(stage);
            for index in 0..self.stage_blocks(stage) {
                plans.push(BlockPlan {
                    kernel,
                    stride: if index == 0 { first_stride } else { 1 },
                    input,
                    hidden: input * expansion,
                    output,
                });
                input = output;
            }
        }
        plans
    }

    /// Names and shapes of all parameters that the taps need.
    pub(crate) fn parameters(self) -> Vec<(String, Vec<usize>)> {
        let mut layers = vec![stem_names()];
        for (index, plan) in self.blocks().iter().enumerate() {
            let (expansion, depthwise, projection) = block_names(index, plan);
            layers.extend(expansion);
            layers.extend([depthwise, projection]);
        }
        let mut parameters = Vec::new();
        for LayerNames {
            weight,
            shape,
            norm,
        } in layers
        {
            parameters.push((weight, shape.to_vec()));
            for part in NORM_PARTS {
                parameters.push((format!("{norm}.{part}"), vec![shape[0]]));
            }
        }
        parameters
    }
}

/// One inverted residual block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockPlan {
    /// Side of the depthwise kernel.
    pub(crate) kernel: usize,
    /// Stride of the depthwise convolution.
    pub(crate) stride: usize,
    /// Number of input channels.
    pub(crate) input: usize,
    /// Channels of the depthwise convolution; equal to `input` if the block does not expand.
    pub(crate) hidden: usize,
    /// Number of output channels.
    pub(crate) output: usize,
}

impl BlockPlan {
    /// Whether the block begins with a 1×1 convolution to more channels.
    pub(crate) fn expands(&self) -> bool {
        self.hidden != self.input
    }

    /// Whether the block's input is added to its output.
    pub(crate) fn has_skip(&self) -> bool {
        self.stride == 1 && self.input == self.output
    }
}

/// Published names of a convolution and the batch normalisation after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayerNames {
    /// Name of the convolution's weight.
    pub(crate) weight: String,
    /// Shape of the weight: output channels, input channels per group, height, width.
    pub(crate) shape: [usize; 4],
    /// Prefix of the names of the normalisation's four vectors.
    pub(crate) norm: String,
}

/// Names of a batch normalisation's vectors, after its own name.
pub(crate) const NORM_PARTS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

/// Names of the first convolution.
pub(crate) fn stem_names() -> LayerNames {
    LayerNames {
        weight: "_conv_stem.weight".to_owned(),
        shape: [STEM_CHANNELS, 3, 3, 3],
        norm: "_bn0".to_owned(),
    }
}

/// Names of the convolutions of one block: expansion (if there is one), depthwise, projection.
pub(crate) fn block_names(
    index: usize,
    plan: &BlockPlan,
) -> (Option<LayerNames>, LayerNames, LayerNames) {
    let layer = |convolution: &str, norm: &str, shape| LayerNames {
        weight: format!("_blocks.{index}.{convolution}.weight"),
        shape,
        norm: format!("_blocks.{index}.{norm}"),
    };
    let BlockPlan {
        kernel,
        input,
        hidden,
        output,
        ..
    } = *plan;
    (
        plan.expands()
            .then(|| layer("_expand_conv", "_bn0", [hidden, input, 1, 1])),
        layer("_depthwise_conv", "_bn1", [hidden, 1, kernel, kernel]),
        layer("_project_conv", "_bn2", [output, hidden, 1, 1]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_taps_and_parameters_add_up_to_the_published_networks() {
        // Parameters of the published networks, without running statistics.
        let published = [4_652_008, 5_416_680, 6_092_072];
        for (architecture, published) in Architecture::ALL.into_iter().zip(published) {
            let plans = architecture.blocks();
            let taps = architecture.tap_blocks();
            assert!(!plans[0].expands() && plans[1].expands());
            assert_eq!(taps[3], plans.len() - 1);
            assert_eq!(
                taps.map(|index| plans[index].output),
                architecture.channels()
            );
            let strides = taps.map(|last| {
                let strides = plans[..=last].iter().map(|plan| plan.stride);
                2 * strides.product::<usize>()
            });
            assert_eq!(strides, [4, 8, 16, 32]);
            let parameters = architecture.parameters();
            let trained = parameters
                .iter()
                .filter(|(name, _)| !name.contains("running"))
                .map(|(_, shape)| shape.iter().product::<usize>());
            // Less the head (last channels × 1280, its normalisation) and the classifier.
            let head = architecture.channels()[3] * 1280 + 2 * 1280;
            assert_eq!(
                trained.sum::<usize>(),
                published - head - (1280 * 1000 + 1000)
            );
        }
        assert_eq!(Architecture::Lite0.channels(), crate::CHANNELS);
        assert_eq!(Architecture::Lite2.channels(), [24, 48, 120, 352]);
        assert_eq!(Architecture::Lite1.blocks().len(), 21);
    }
}
