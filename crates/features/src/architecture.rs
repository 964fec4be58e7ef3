//! EfficientNet-Lite0 as a table: which blocks follow each other, and how its authors name and
//! shape their parameters.

/// Channels after the first convolution.
pub(crate) const STEM_CHANNELS: usize = 32;

/// Added to the variance of a batch normalisation before its root is taken.
pub(crate) const NORM_EPSILON: f64 = 1e-3;

/// Indices of the blocks, counted from 0, after which features are tapped.
pub(crate) const TAP_BLOCKS: [usize; 4] = [2, 4, 10, 15];

/// Kernel side, stride of the first block, expansion, channels, blocks: the seven stages of the
/// published network (EfficientNet-B0 without squeeze-and-excitation).
const STAGES: [(usize, usize, usize, usize, usize); 7] = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
];

/// One inverted residual block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockPlan {
    /// Side of the depthwise kernel.
    pub(crate) kernel: usize,
    /// Stride of the depthwise convolution.
    pub(crate) stride: usize,
    /// Channels in.
    pub(crate) input: usize,
    /// Channels of the depthwise convolution; equal to `input` where nothing is expanded.
    pub(crate) hidden: usize,
    /// Channels out.
    pub(crate) output: usize,
}

impl BlockPlan {
    /// Whether a 1×1 convolution widens the input first.
    pub(crate) fn expands(&self) -> bool {
        self.hidden != self.input
    }

    /// Whether the input is added to the output.
    pub(crate) fn has_skip(&self) -> bool {
        self.stride == 1 && self.input == self.output
    }
}

/// The sixteen blocks in order.
pub(crate) fn blocks() -> Vec<BlockPlan> {
    let mut plans = Vec::new();
    let mut input = STEM_CHANNELS;
    for (kernel, first_stride, expansion, output, count) in STAGES {
        for index in 0..count {
            let stride = if index == 0 { first_stride } else { 1 };
            plans.push(BlockPlan {
                kernel,
                stride,
                input,
                hidden: input * expansion,
                output,
            });
            input = output;
        }
    }
    plans
}

/// A convolution and the batch normalisation after it, under their published names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayerNames {
    /// Name of the convolution's weight.
    pub(crate) weight: String,
    /// Shape of the weight: out, in per group, height, width.
    pub(crate) shape: [usize; 4],
    /// What the names of the normalisation's four vectors start with.
    pub(crate) norm: String,
}

/// The vectors of a batch normalisation, after its own name.
pub(crate) const NORM_PARTS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

/// The first convolution.
pub(crate) fn stem_names() -> LayerNames {
    LayerNames {
        weight: "_conv_stem.weight".to_owned(),
        shape: [STEM_CHANNELS, 3, 3, 3],
        norm: "_bn0".to_owned(),
    }
}

/// The convolutions of one block: expansion (where there is one), depthwise, projection.
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

/// Name and shape of every parameter that the taps need.
pub(crate) fn parameters() -> Vec<(String, Vec<usize>)> {
    let mut layers = vec![stem_names()];
    for (index, plan) in blocks().iter().enumerate() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_taps_and_parameters_add_up_to_the_published_network() {
        let plans = blocks();
        assert_eq!(plans.len(), 16);
        assert!(!plans[0].expands() && plans[1].expands());
        assert_eq!(TAP_BLOCKS.map(|index| plans[index].output), crate::CHANNELS);
        let strides = TAP_BLOCKS.map(|last| {
            2 * plans[..=last]
                .iter()
                .map(|plan| plan.stride)
                .product::<usize>()
        });
        assert_eq!(strides, [4, 8, 16, 32]);
        // 4,652,008 in the published network, less the head (320 × 1280 and its normalisation)
        // and the classifier (1280 × 1000 + 1000); running statistics are not counted there.
        let trained = parameters()
            .iter()
            .filter(|(name, _)| !name.contains("running"))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum::<usize>();
        assert_eq!(
            trained,
            4_652_008 - (320 * 1280 + 2 * 1280) - (1280 * 1000 + 1000)
        );
    }
}
