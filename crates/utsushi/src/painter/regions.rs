//! Several styles on one picture.

use std::sync::atomic::AtomicBool;

use utsushi_imaging::Picture;

use super::Painter;
use crate::{Mask, PaintError, PaintOptions, Progress, StyleCode};

/// A style for a part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleRegion {
    /// Which part.
    pub mask: Mask,
    /// Its style.
    pub style: StyleCode,
}

impl Painter {
    /// Repaints a picture in one style, and parts of it in others: each region's painting is laid
    /// over what came before it, through its mask. Without regions this is [`Painter::paint`].
    ///
    /// The whole picture is painted once for each style, so that a part is normalised by the
    /// picture that it belongs to and its edge fits what lies around it. `progress` counts the
    /// strips of all paintings.
    ///
    /// # Errors
    /// As [`Painter::paint`], or a mask whose shape is not that of the picture.
    pub fn paint_regions(
        &self,
        content: &Picture,
        style: &StyleCode,
        regions: &[StyleRegion],
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        let masks = regions
            .iter()
            .map(|region| region.mask.at(content.width(), content.height()))
            .collect::<Result<Vec<_>, _>>()?;
        if regions.is_empty() {
            return self.paint(content, style, options, progress, stop);
        }
        // The face is looked for once, not for each layer.
        let options = &PaintOptions {
            octaves: options.octaves.or_else(|| Some(self.octaves(content))),
            ..*options
        };
        let layers = regions.len() + 1;
        let mut of_all = |layer: usize, one: Progress| {
            progress(Progress {
                done: layer * one.total + one.done,
                total: layers * one.total,
            });
        };
        let mut first = |one| of_all(0, one);
        let mut painted = self.paint(content, style, options, &mut first, stop)?;
        for (index, (region, mask)) in regions.iter().zip(masks).enumerate() {
            let mut next = |one| of_all(index + 1, one);
            let over = self.paint(content, &region.style, options, &mut next, stop)?;
            lay_over(&mut painted, &over, &mask);
        }
        Ok(painted)
    }
}

/// Lays the colours of one picture over another of the same size where the mask says so.
fn lay_over(picture: &mut Picture, over: &Picture, mask: &[f32]) {
    let below = picture.rgb_mut().as_chunks_mut::<3>().0;
    let above = over.rgb().as_chunks::<3>().0;
    for ((below, above), &share) in below.iter_mut().zip(above).zip(mask) {
        for (below, &above) in below.iter_mut().zip(above) {
            let mixed = f32::from(*below) * (1.0 - share) + f32::from(above) * share;
            *below = mixed.round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{drawing, paint, painter};

    #[test]
    fn each_side_of_a_mask_is_the_pure_style() {
        let painter = painter();
        let picture = drawing(48, 40);
        let styles = ["oil", "cel"].map(|name| painter.named_style(name).unwrap());
        let [oil, cel] = styles
            .each_ref()
            .map(|style| paint(&painter, &picture, style, 1.0).unwrap());
        let white_left =
            (0..40).flat_map(|_| (0..48).flat_map(|c| [if c < 24 { 255 } else { 0 }; 3]));
        let mask = Picture::new(48, 40, white_left.collect()).unwrap();
        let region = StyleRegion {
            mask: Mask::new(mask, Some(0.0)),
            style: styles[1].clone(),
        };
        let mut seen = Vec::new();
        let options = PaintOptions::default();
        let stop = AtomicBool::new(false);
        let both = painter
            .paint_regions(
                &picture,
                &styles[0],
                &[region],
                &options,
                &mut |p| seen.push(p),
                &stop,
            )
            .unwrap();
        for (index, colour) in both.rgb().as_chunks::<3>().0.iter().enumerate() {
            let pure = if index % 48 < 24 { &cel } else { &oil };
            assert_eq!(
                colour,
                &pure.rgb().as_chunks::<3>().0[index],
                "pixel {index}"
            );
        }
        assert_ne!(oil, cel);
        assert_eq!(seen.last(), Some(&Progress { done: 2, total: 2 }));
    }
}
