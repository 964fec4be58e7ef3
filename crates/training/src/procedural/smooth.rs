//! Smoothing of contents: removal of the texture that a target style lacks, as the pipeline does it
//! before its networks.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;
use utsushi_dataset::{Pictures, TrainingBatch};
use utsushi_imaging::guided_filter::guided_filtered;

use super::Plane;

/// Smooths the contents of a batch, each by the `smoothness` (0…1) of the style that it is painted
/// in, given by the style's number. Contents stay as they are for styles that are not in the map.
pub fn smooth_contents<'a>(
    batch: &'a TrainingBatch,
    smoothness: &BTreeMap<usize, f32>,
) -> Cow<'a, Pictures> {
    if smoothness.is_empty() {
        return Cow::Borrowed(&batch.content);
    }
    let amounts: Vec<f32> = smoothness_of(batch, smoothness).collect();
    Cow::Owned(smoothed(&batch.content, &amounts))
}

/// Smoothness (0…1) of the style that each content of a batch is painted in, given by the style's
/// number; 0 for styles that are not in the map.
pub fn smoothness_of<'a>(
    batch: &'a TrainingBatch,
    smoothness: &'a BTreeMap<usize, f32>,
) -> impl Iterator<Item = f32> + 'a {
    let styles = batch.reference.styles.iter();
    styles.map(|style| smoothness.get(style).copied().unwrap_or(0.0))
}

/// Removes texture from the pictures, each by its entry of `amounts`: 0 leaves it as it is, 1 makes
/// it as smooth as painting makes a content for a style of smoothness 1. Pictures beyond the end of
/// `amounts` stay.
fn smoothed(pictures: &Pictures, amounts: &[f32]) -> Pictures {
    let mut changed = pictures.clone();
    let size = pictures.size;
    let numbers = (size * size * 3).max(1);
    let work: Vec<_> = changed.pixels.chunks_mut(numbers).zip(amounts).collect();
    work.into_par_iter().for_each(|(pixels, &amount)| {
        if amount > 0.0 {
            smooth(pixels, size, amount);
        }
    });
    changed
}

fn smooth(pixels: &mut [f32], size: usize, amount: f32) {
    let planes = Plane::channels(pixels, size).map(|plane| plane.values);
    let [red, green, blue] = guided_filtered(&planes, size, amount);
    let smooth = red.into_iter().zip(green).zip(blue);
    let pixels = pixels.as_chunks_mut::<3>().0;
    for (pixel, ((red, green), blue)) in pixels.iter_mut().zip(smooth) {
        *pixel = [red, green, blue];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_is_smoothed_by_its_own_amount() {
        const SIZE: usize = 16;
        let checked = (0..3 * SIZE * SIZE).flat_map(|at| {
            let light = if (at + at / SIZE).is_multiple_of(2) {
                0.1
            } else {
                -0.1
            };
            [light, light + 0.2, light - 0.2]
        });
        let own = Pictures {
            size: SIZE,
            pixels: checked.collect(),
            styles: vec![0; 3],
            labels: vec![Default::default(); 3],
        };
        let changed = smoothed(&own, &[0.0, 1.0, 0.5]);
        let picture = |pictures: &Pictures, number: usize| {
            let numbers = SIZE * SIZE * 3;
            pictures.pixels[number * numbers..(number + 1) * numbers].to_vec()
        };
        assert_eq!(picture(&changed, 0), picture(&own, 0));
        // The three pictures are the same, so the half-smoothed one lies half way.
        let (rough, smooth) = (picture(&own, 1), picture(&changed, 1));
        let middle = (SIZE / 2 * SIZE + SIZE / 2) * 3;
        let step = |pixels: &[f32]| (pixels[middle] - pixels[middle + 3]).abs();
        assert!(step(&rough) > 0.19 && step(&smooth) < 0.1);
        for ((half, rough), smooth) in picture(&changed, 2).iter().zip(&rough).zip(&smooth) {
            assert!((half - (rough + smooth) / 2.0).abs() < 1e-6);
        }
        assert_eq!(smoothed(&own, &[]), own);
        // By the styles of the references: the second and the third are smooth, the first is not.
        let batch = TrainingBatch {
            step: 3,
            reference: Pictures {
                styles: vec![7, 2, 2],
                ..own.clone()
            },
            content: own.clone(),
            real: None,
        };
        let smooth = smooth_contents(&batch, &BTreeMap::from([(2, 1.0)]));
        assert_eq!(*smooth, smoothed(&own, &[0.0, 1.0, 1.0]));
        assert_eq!(*smooth_contents(&batch, &BTreeMap::new()), own);
    }
}
