//! The canvas: the painting of a request so far.

use super::Depth;
use super::layer::Layer;

/// A stack of layers that are laid over each other.
pub(super) struct Canvas<P: Depth> {
    painted: Option<P>,
}

impl<P: Depth> Default for Canvas<P> {
    /// A canvas on which nothing is painted yet.
    fn default() -> Self {
        Self { painted: None }
    }
}

impl<P: Depth> Canvas<P> {
    /// Adds the next layer of the request.
    pub(super) fn add(&mut self, layer: &Layer<'_, P>, mut painted: P) {
        if layer.style.is_some() && layer.share != 1.0 {
            mix_in(&mut painted, layer.content, 1.0 - layer.share);
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

/// Mixes a share of the content's colours into its painting; transparent pixels do not count.
fn mix_in<P: Depth>(painted: &mut P, content: &P, share: f32) {
    let content = content.opaque();
    for (new, &old) in painted.rgb_mut().iter_mut().zip(content.rgb()) {
        *new = P::sample(P::number(*new) * (1.0 - share) + P::number(old) * share);
    }
}

/// Lays a picture over another one through a mask.
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
