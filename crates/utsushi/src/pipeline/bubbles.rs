//! Speech bubbles of pages in ink, which stay paper in the painting.

use std::borrow::Cow;

use rayon::prelude::*;
use utsushi_imaging::{Filter, fit_within, luma};

use super::light::sampled;
use super::{Depth, two_tones};
use crate::blotches::is_inked;
use crate::bubbles::speech_bubbles;
use crate::faces::Face;
use utsushi_model::Surface;

/// Largest longer side, in pixels, of the copy in which bubbles are looked for.
const LOOKED_AT: u32 = 640;

/// The speech bubbles of a page, in a copy of it.
#[derive(Clone, Debug)]
pub(crate) struct Bubbles {
    size: [usize; 2],
    /// Degree to which each pixel belongs to a bubble, 0…1.
    shares: Vec<[f32; 1]>,
}

/// Whether bubbles stay paper in a style of that surface: smooth styles would fill them with their
/// colours.
pub(super) fn keeps_bubbles(surface: &Surface) -> bool {
    two_tones(surface) > 0.0
}

impl Bubbles {
    /// Finds the bubbles of a content with these faces; `None` if it is not a page in ink or shows
    /// no bubble.
    pub(super) fn of<P: Depth>(content: &P, faces: &[Face]) -> Option<Self> {
        if !is_inked(&content.eight()) {
            return None;
        }
        let full = [content.width(), content.height()];
        let opaque = content.opaque();
        let (small, [width, height]) = match full[0].max(full[1]) {
            ..=LOOKED_AT => (opaque, full),
            _ => {
                let (width, height) = fit_within((full[0], full[1]), LOOKED_AT, LOOKED_AT);
                let small = opaque.resized(width, height, Filter::Box);
                (Cow::Owned(small), [width, height])
            }
        };
        let light: Vec<f32> = small
            .rgb()
            .as_chunks::<3>()
            .0
            .iter()
            .map(|pixel| (luma(pixel.map(P::seen)) + 1.0) / 2.0)
            .collect();
        let scale = [
            full[0] as f32 / width as f32,
            full[1] as f32 / height as f32,
        ];
        let size = [width as usize, height as usize];
        let is_face = |at: usize| {
            let place = [at % size[0], at / size[0]];
            let place = [0, 1].map(|axis| (place[axis] as f32 + 0.5) * scale[axis]);
            faces.iter().any(|face| face.holds(place))
        };
        let bubbles = speech_bubbles(&light, size[0], is_face);
        bubbles.iter().any(|is| *is).then(|| Self {
            size,
            shares: bubbles
                .into_iter()
                .map(|is| [f32::from(u8::from(is))])
                .collect(),
        })
    }

    /// Replaces the bubbles in a painting by those of the content.
    pub(super) fn kept<P: Depth>(&self, mut painting: P, content: &P) -> P {
        let full = [content.width(), content.height()].map(|side| side as usize);
        let content = content.opaque();
        let rows = painting.rgb_mut().par_chunks_exact_mut(full[0] * 3);
        let own = content.rgb().par_chunks_exact(full[0] * 3);
        rows.zip(own).enumerate().for_each(|(y, (row, own))| {
            let pixels = row.as_chunks_mut::<3>().0.iter_mut();
            for (x, (pixel, own)) in pixels.zip(own.as_chunks::<3>().0).enumerate() {
                let [share] = sampled(&self.shares, self.size, [x, y], full);
                if share > 0.0 {
                    *pixel = [0, 1, 2].map(|channel| {
                        let [painted, own] = [pixel[channel], own[channel]].map(P::number);
                        P::sample(painted + share * (own - painted))
                    });
                }
            }
        });
        painting
    }
}
