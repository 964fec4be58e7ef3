//! Emphasis: styles that live by their strokes are painted with more of what distinguishes them.

use burn::tensor::{Tensor, TensorData};
use utsushi_model::{ModelConfig, SLOT_COLOURS, Surface};

use super::Painter;
use crate::StyleCode;

/// Extrapolation for such styles: the share of a code's distance from the mean of all styles by
/// which the code used for painting is farther away.
const FARTHER: f32 = 0.3;
/// Bounds of a style's smoothness for emphasis: full below the first, none from the second on.
const SMOOTH: [f32; 2] = [0.2, 0.35];

impl Painter {
    /// Computes the code that a style is painted with, `[1, stages, code_length]`.
    ///
    /// Brushwork, pixel art and drawings with screentone come out half way between the style and
    /// all others: a network that was trained on many styles at once paints what is likely in all
    /// of them. A code that is extrapolated away from the mean is painted nearer to the style; this
    /// is the inverse of truncation (Karras, Laine and Aila 2019, appendix B). Smooth styles are
    /// painted with their own code, beyond which they become harsh; the colours of parts are never
    /// moved.
    pub(super) fn conditioning(&self, style: &StyleCode) -> Tensor<3> {
        let farther = match self.model.surface {
            Some(_) => FARTHER * share_of(&self.surface(style)),
            None => 0.0,
        };
        if farther == 0.0 {
            return style.to_tensor(&self.device);
        }
        let config = self.config();
        let length = config.code_length();
        let is_colour = |index: usize| {
            let place = (index % length).checked_sub(config.style_dim);
            place.is_some_and(|place| place % config.slot_dim < SLOT_COLOURS)
        };
        let means = self
            .styles()
            .iter()
            .filter_map(|style| style.mean.as_deref());
        let means: Vec<&[f32]> = means.collect();
        let values = style.values().iter().enumerate().map(|(index, &own)| {
            if means.is_empty() || is_colour(index) {
                return own;
            }
            let sum: f32 = means.iter().map(|mean| mean[index]).sum();
            own + farther * (own - sum / means.len() as f32)
        });
        let values = TensorData::new(values.collect::<Vec<_>>(), [1, ModelConfig::STAGES, length]);
        Tensor::from_data(values, &self.device)
    }
}

/// Degree of emphasis for a style of this surface, 0…1.
fn share_of(surface: &Surface) -> f32 {
    if surface.screen {
        return 1.0;
    }
    ((SMOOTH[1] - surface.smoothness) / (SMOOTH[1] - SMOOTH[0])).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{painter, painter_with_surface};

    fn values(painter: &Painter, style: &StyleCode) -> Vec<f32> {
        painter
            .conditioning(style)
            .into_data()
            .try_to_vec()
            .unwrap()
    }

    #[test]
    fn rough_styles_and_screens_are_painted_beyond_their_own_code() {
        let style = painter().named_style("cel").unwrap();
        let own = style.values();
        assert_eq!(values(&painter(), &style), own, "a model without surfaces");
        let with = |smoothness, screen| {
            let surface = Surface {
                smoothness,
                screen,
                ..Surface::default()
            };
            painter_with_surface(&surface)
        };
        for (smoothness, screen, farther) in [
            (0.0, false, 0.3),
            (0.2, false, 0.3),
            (0.275, false, 0.15),
            (0.35, false, 0.0),
            (1.0, false, 0.0),
            (1.0, true, 0.3),
        ] {
            let painter = with(smoothness, screen);
            let means = painter
                .styles()
                .iter()
                .map(|style| style.mean.clone().unwrap());
            let means: Vec<Vec<f32>> = means.collect();
            assert!(means.len() > 1);
            let found = values(&painter, &style);
            for (index, (&found, &own)) in found.iter().zip(own).enumerate() {
                let sum: f32 = means.iter().map(|mean| mean[index]).sum();
                let wanted = own + farther * (own - sum / means.len() as f32);
                assert!(
                    (found - wanted).abs() < 1e-4,
                    "{smoothness} {screen}: {found} {wanted}"
                );
            }
        }
    }
}
