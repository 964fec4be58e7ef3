//! What is painted of a request so far.

use utsushi_imaging::Picture;

use super::layer::{Kind, Layer};
use super::opaque;

/// Layers that are laid over each other.
#[derive(Clone, Default)]
pub(super) struct Canvas {
    painted: Option<Picture>,
    /// What the content has more than its painting in its own style, `[height, width, 3]`.
    rest: Option<Vec<i16>>,
}

impl Canvas {
    /// Takes the next layer of the request, the painting of its own style before all others.
    pub(super) fn add(&mut self, layer: &Layer<'_>, mut painted: Picture) {
        match layer.kind {
            Kind::Own(_) => {
                self.rest = Some(difference(layer.content, &painted));
                return;
            }
            Kind::Style(_) => {
                if let Some(rest) = &self.rest {
                    add_part(&mut painted, rest, layer.rest);
                }
            }
            Kind::Content => {}
        }
        match (&mut self.painted, layer.mask) {
            (Some(below), Some(mask)) => lay_over(below, &painted, mask),
            (below, _) => *below = Some(painted),
        }
    }

    /// The painting; `None` if there was no layer.
    pub(super) fn into_painting(self) -> Option<Picture> {
        self.painted
    }
}

/// What the content has more than the painting at each byte; hidden colours do not count.
fn difference(content: &Picture, painted: &Picture) -> Vec<i16> {
    let content = opaque(content);
    let pairs = content.rgb().iter().zip(painted.rgb());
    pairs
        .map(|(&content, &painted)| i16::from(content) - i16::from(painted))
        .collect()
}

/// Adds a part of a difference.
fn add_part(painted: &mut Picture, difference: &[i16], part: f32) {
    for (byte, &difference) in painted.rgb_mut().iter_mut().zip(difference) {
        let sum = f32::from(*byte) + part * f32::from(difference);
        // Clamped to a byte.
        *byte = sum.round() as u8;
    }
}

/// Lays a picture over another through a mask.
fn lay_over(below: &mut Picture, above: &Picture, mask: &[f32]) {
    let below = below.rgb_mut().as_chunks_mut::<3>().0;
    let above = above.rgb().as_chunks::<3>().0;
    for ((below, above), &share) in below.iter_mut().zip(above).zip(mask) {
        for (below, &above) in below.iter_mut().zip(above) {
            let mixed = f32::from(*below) * (1.0 - share) + f32::from(above) * share;
            *below = mixed.round() as u8;
        }
    }
}
