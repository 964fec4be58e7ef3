//! What is painted of a request so far.

use super::Depth;
use super::layer::{Kind, Layer};

/// Layers that are laid over each other.
pub(super) struct Canvas<P: Depth> {
    painted: Option<P>,
    /// What the content has more than its painting in its own style, `[height, width, 3]`.
    rest: Option<Vec<P::Difference>>,
}

impl<P: Depth> Default for Canvas<P> {
    /// Nothing is painted yet.
    fn default() -> Self {
        Self {
            painted: None,
            rest: None,
        }
    }
}

impl<P: Depth> Canvas<P> {
    /// Takes the next layer of the request, the painting of its own style before all others.
    pub(super) fn add(&mut self, layer: &Layer<'_, P>, mut painted: P) {
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
    pub(super) fn into_painting(self) -> Option<P> {
        self.painted
    }
}

/// What the content has more than the painting at each sample; hidden colours do not count.
fn difference<P: Depth>(content: &P, painted: &P) -> Vec<P::Difference> {
    let content = content.opaque();
    let pairs = content.rgb().iter().zip(painted.rgb());
    pairs
        .map(|(&content, &painted)| P::difference(content, painted))
        .collect()
}

/// Adds a part of a difference.
fn add_part<P: Depth>(painted: &mut P, difference: &[P::Difference], part: f32) {
    for (sample, &difference) in painted.rgb_mut().iter_mut().zip(difference) {
        *sample = P::sample(P::number(*sample) + part * P::step(difference));
    }
}

/// Lays a picture over another through a mask.
fn lay_over<P: Depth>(below: &mut P, above: &P, mask: &[f32]) {
    let below = below.rgb_mut().as_chunks_mut::<3>().0;
    let above = above.rgb().as_chunks::<3>().0;
    for ((below, above), &share) in below.iter_mut().zip(above).zip(mask) {
        for (below, &above) in below.iter_mut().zip(above) {
            let mixed = P::number(*below) * (1.0 - share) + P::number(above) * share;
            *below = P::sample(mixed);
        }
    }
}
