//! The decoder: from content and style codes to a picture.

use burn::module::Module;
use burn::tensor::Tensor;
use utsushi_kernels::{gate, leaky_relu, tanh};

use crate::blocks::DecoderBlock;
use crate::slots::SlotPainter;
use crate::{ContentFeatures, Conv, Dense, Initialiser, ModelConfig, Passage, depth_to_space};

/// The network from content and style codes to a picture: four stages, each steered by a code of
/// its own, so that coarse stages can take shape from one painting and fine ones line and colour
/// from another.
#[derive(Module, Debug)]
pub struct Decoder {
    blocks: Vec<DecoderBlock>,
    line_gate: Option<Conv>,
    /// The layer from the last stage's style code to what is added to the line gate's logits.
    line_style: Option<Dense>,
    /// The layer from the last stage's style code to the gain of the noise in each channel.
    noise_gain: Option<Dense>,
    slots: Option<SlotPainter>,
    #[module(skip)]
    style_dim: usize,
    output: Conv,
}

impl Decoder {
    /// A decoder with fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let [fine, middle, coarse] = config.trunk_channels;
        let style_dim = config.style_dim;
        let mut output = Conv::new(init, 3, fine, 12);
        // A small last layer starts near mid-grey, where tanh is not saturated.
        output.weight = init.he([3, 3, fine, 12], 9 * fine, 0.3);
        let mut from_code = || Dense::zero(init, config.style_dim, fine);
        let line_style = (config.line_skip && config.line_style).then(&mut from_code);
        let noise_gain = config.noise.then(&mut from_code);
        Self {
            blocks: vec![
                DecoderBlock::new(init, style_dim, [coarse, coarse], false),
                DecoderBlock::new(init, style_dim, [coarse, middle], true),
                DecoderBlock::new(init, style_dim, [middle, fine], true),
                DecoderBlock::new(init, style_dim, [fine, fine], false),
            ],
            line_gate: config.line_skip.then(|| Conv::new(init, 1, fine, fine)),
            line_style,
            noise_gain,
            slots: SlotPainter::new(config, init),
            style_dim: config.style_dim,
            output,
        }
    }

    /// The weights from each stage's style code to its gains and biases,
    /// `[style_dim, outputs]`.
    pub fn style_layers(&self) -> Vec<Tensor<2>> {
        self.blocks.iter().map(DecoderBlock::style_layer).collect()
    }

    /// Paints the content with the style codes.
    ///
    /// # Shapes
    /// - `style`: `[batch, stages, code_length]`, or `[1, stages, code_length]` for one style on
    ///   all
    /// - output: `[batch, height, width, 3]`, −1…1
    pub fn forward(
        &self,
        content: &ContentFeatures,
        style: Tensor<3>,
        norm: &mut impl Passage,
    ) -> Tensor<4> {
        let [rows, _, length] = style.dims();
        let dim = self.style_dim;
        let [batch, _, _, _] = content.features.dims();
        let mut x = content.features.clone();
        let slots = self
            .slots
            .as_ref()
            .map(|slots| (slots, slots.shares(x.clone())));
        for (stage, block) in self.blocks.iter().enumerate() {
            let mut code = style
                .clone()
                .slice([0..rows, stage..stage + 1, 0..length])
                .reshape([rows, length]);
            if rows < batch {
                code = code.expand([batch, length]);
            }
            if let Some((slots, shares)) = &slots {
                let codes = code.clone().narrow(1, dim, length - dim);
                x = slots.paint(shares, codes, stage, x, norm);
                code = code.narrow(1, 0, dim);
            }
            if stage + 1 == self.blocks.len() {
                if let (Some(conv), Some(lines)) = (&self.line_gate, &content.lines) {
                    // Only the part of a line that stands out of its surroundings passes: the
                    // gate is learned from the line features themselves, and from the style.
                    let mut logits = conv.forward(lines.clone());
                    if let Some(style) = &self.line_style {
                        logits = logits + channels(style.forward(code.clone()));
                    }
                    let passed = gate(logits, lines.clone());
                    x = norm.join(passed, x, std::f32::consts::FRAC_1_SQRT_2);
                }
                if let Some(gain) = &self.noise_gain {
                    let noise = norm.noise(&x);
                    x = x + channels(gain.forward(code.clone())) * noise;
                }
            }
            x = block.forward(x, code, norm);
        }
        let x = leaky_relu(x, 0.2);
        tanh(depth_to_space(norm.convolve(&self.output, x)))
    }
}

/// Reshapes `[batch, channels]` to `[batch, 1, 1, channels]`, which is repeated at every pixel.
fn channels(rows: Tensor<2>) -> Tensor<4> {
    let [batch, channels] = rows.dims();
    rows.reshape([batch, 1, 1, channels])
}
