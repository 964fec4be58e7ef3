//! Content codes: what a picture shows, as the decoder takes it.

use std::sync::Arc;

use burn::tensor::Tensor;
use utsushi_imaging::Picture;
use utsushi_model::ContentFeatures;

use crate::pipeline::{LitContent, PaintedPicture, SkinMask, Window};

/// The content of a picture, without its style: read once by
/// [`Painter::content_of`](crate::Painter::content_of), painted in any number of styles, and mixed
/// with contents of the same size.
#[derive(Clone, Debug)]
pub struct ContentCode {
    /// The content at the picture's own size, then at each octave.
    pub(crate) sizes: Vec<SizedContent>,
    /// Mask of the picture's skin, if there is any.
    pub(crate) skin: Option<SkinMask>,
    /// Pictures whose eyes are kept in paintings, each with its share.
    pub(crate) lit: Vec<(Arc<LitContent<Picture>>, f32)>,
}

/// The content of a picture at one size.
#[derive(Clone, Debug)]
pub(crate) struct SizedContent {
    pub(crate) content: ContentFeatures,
    /// An empty picture of the content's size, for the painting.
    pub(crate) output: PaintedPicture,
    /// The picture with its frame, as the networks see it.
    pub(crate) window: Window,
}

/// The error that contents cannot be mixed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// There is nothing to mix.
    #[error("no content was given to mix")]
    Nothing,
    /// The pictures have different sizes.
    #[error("contents of different sizes cannot be mixed: {}×{} and {}×{}", first[0], first[1], other[0], other[1])]
    Size {
        /// Width and height of the first content in pixels.
        first: [usize; 2],
        /// Width and height in pixels of the content that differs.
        other: [usize; 2],
    },
    /// The contents were read with different numbers of octaves.
    #[error("contents read with different numbers of octaves cannot be mixed")]
    Octaves,
    /// The weights give no mean.
    #[error("the weights of contents must be finite and not below 0, and one must be above")]
    Weight,
}

impl ContentCode {
    /// Computes the weighted mean of several contents of one size. Only the ratios of the weights
    /// count.
    ///
    /// Each channel of the mean is brought to the mean of the parts' standard deviations: where
    /// pictures differ, averaging takes contrast away, and a painting half way between them would
    /// be pale and blurred.
    ///
    /// # Errors
    /// There is nothing to mix, contents have different sizes, or the weights give no mean.
    pub fn blend(contents: &[(Self, f32)]) -> Result<Self, ContentError> {
        let (first, _) = contents.first().ok_or(ContentError::Nothing)?;
        let size = |content: &Self| {
            [
                content.sizes[0].window.width,
                content.sizes[0].window.height,
            ]
        };
        for (content, weight) in contents {
            if size(content) != size(first) {
                let (first, other) = (size(first), size(content));
                return Err(ContentError::Size { first, other });
            }
            if content.sizes.len() != first.sizes.len() {
                return Err(ContentError::Octaves);
            }
            if !weight.is_finite() || *weight < 0.0 {
                return Err(ContentError::Weight);
            }
        }
        let sum: f32 = contents.iter().map(|(_, weight)| weight).sum();
        let counting: Vec<_> = contents.iter().filter(|(_, w)| *w > 0.0).collect();
        match counting[..] {
            [] => return Err(ContentError::Weight),
            [(only, _)] => return Ok(only.clone()),
            _ => {}
        }
        let blended = first.sizes.iter().enumerate().map(|(index, of_first)| {
            let parts = counting
                .iter()
                .map(|(code, weight)| (&code.sizes[index].content, weight / sum));
            SizedContent {
                content: mean(&parts.collect::<Vec<_>>()),
                ..of_first.clone()
            }
        });
        let masks = counting
            .iter()
            .map(|(code, weight)| (code.skin.as_ref(), weight / sum));
        let eyes = counting.iter().flat_map(|(code, weight)| {
            let weight = weight / sum;
            code.lit
                .iter()
                .map(move |(lit, share)| (lit.clone(), share * weight))
        });
        Ok(Self {
            sizes: blended.collect(),
            skin: SkinMask::blend(&masks.collect::<Vec<_>>()),
            lit: eyes.collect(),
        })
    }
}

/// Mean of contents of one size, with weights that sum to 1.
fn mean(contents: &[(&ContentFeatures, f32)]) -> ContentFeatures {
    let part = |part: &dyn Fn(&ContentFeatures) -> Option<Tensor<4>>| {
        let parts = contents
            .iter()
            .map(|&(content, weight)| Some((part(content)?, weight)))
            .collect::<Option<Vec<_>>>()?;
        Some(normalised_mean(parts))
    };
    ContentFeatures {
        features: part(&|content| Some(content.features.clone()))
            .expect("every content has features"),
        lines: part(&|content| content.lines.clone()),
    }
}

/// Mean of tensors `[1, height, width, channels]` with weights that sum to 1; each channel is
/// scaled to the mean of the parts' standard deviations.
fn normalised_mean(parts: Vec<(Tensor<4>, f32)>) -> Tensor<4> {
    let spatial = |x: Tensor<4>| x.mean_dim(1).mean_dim(2);
    let deviation = |x: &Tensor<4>, mean: &Tensor<4>| {
        (spatial((x.clone() - mean.clone()).powi_scalar(2)) + 1e-8).sqrt()
    };
    let mut total: Option<(Tensor<4>, Tensor<4>)> = None;
    for (part, weight) in parts {
        let own = deviation(&part, &spatial(part.clone())) * weight;
        let part = part * weight;
        total = Some(match total {
            None => (part, own),
            Some((sum, wanted)) => (sum + part, wanted + own),
        });
    }
    let (sum, wanted) = total.expect("the caller gave at least two");
    let mean = spatial(sum.clone());
    let found = deviation(&sum, &mean);
    (sum - mean.clone()) * (wanted / found) + mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{drawing, painter};

    #[test]
    fn the_mean_keeps_its_contrast_and_ends_are_exact() {
        let painter = painter();
        let (a, b) = (drawing(40, 32), drawing(40, 32).flip_horizontal());
        let style = painter.named_style("cel").unwrap();
        let (a, b) = [a, b].map(|it| painter.content_of(&it, &style, 0)).into();
        let values = |code: &ContentCode| {
            let features = code.sizes[0].content.features.clone();
            features.into_data().try_to_vec::<f32>().unwrap()
        };
        let of = |left, right| {
            ContentCode::blend(&[(a.clone(), left), (b.clone(), right)]).map(|code| values(&code))
        };
        assert_eq!(of(2.0, 0.0).unwrap(), values(&a));
        assert_eq!(of(0.0, 0.1).unwrap(), values(&b));
        let half = of(1.0, 1.0).unwrap();
        // Mirrored pictures have one deviation a channel, which must be that of their mean.
        let deviation = |values: &[f32], channel: usize| {
            let channels = *a.sizes[0].content.features.dims().last().unwrap();
            let own: Vec<f32> = values
                .iter()
                .skip(channel)
                .step_by(channels)
                .copied()
                .collect();
            let mean = own.iter().sum::<f32>() / own.len() as f32;
            (own.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / own.len() as f32).sqrt()
        };
        let (a, b) = (values(&a), values(&b));
        for channel in 0..4 {
            let expected = (deviation(&a, channel) + deviation(&b, channel)) / 2.0;
            let found = deviation(&half, channel);
            assert!(
                (found - expected).abs() < 1e-3 * (1.0 + expected),
                "{found} {expected}"
            );
        }
        assert_eq!(of(0.0, 0.0), Err(ContentError::Weight));
        assert_eq!(of(-1.0, 2.0), Err(ContentError::Weight));
    }

    #[test]
    fn contents_of_different_sizes_are_refused() {
        let painter = painter();
        let style = painter.named_style("cel").unwrap();
        let content = |side| painter.content_of(&drawing(side, 32), &style, 0);
        let codes = [40, 48].map(|side| (content(side), 1.0));
        let error = ContentCode::blend(&codes).unwrap_err().to_string();
        assert!(error.contains("40×32 and 48×32"), "{error}");
        assert_eq!(ContentCode::blend(&[]).unwrap_err(), ContentError::Nothing);
    }
}
