//! Sketches: what new paintings show.

use burn::tensor::{Int, Tensor, TensorData};
use utsushi_imaging::Picture;
use utsushi_model::ContentPrior;

use super::Painter;
use crate::StyleError;
use crate::noise::Noise;

/// Number of sketches whose mean code is the centre of truncation.
const DRAWN: usize = 256;

impl Painter {
    /// Whether the model can draw sketches for new paintings.
    pub fn makes_sketches(&self) -> bool {
        self.model.networks.content_prior.is_some()
    }

    /// Draws a sketch from a seed: a grey picture of what a painting of that style may show.
    /// Painted in any style, it becomes a new painting.
    ///
    /// The result depends on the seed alone. `truncation` is the share of the distance from the
    /// mean that is kept: 1 is full variety, and less gives plainer faces that are more often
    /// whole. The sketch is square and small; it is to be enlarged to the model's own size or more
    /// before it is painted.
    ///
    /// # Errors
    /// [`StyleError::NoPrior`] for a model that only repaints, [`StyleError::NotFinite`] if the
    /// model's weights are damaged; or the model does not know the name, or never learned to paint
    /// it.
    pub fn sketch(&self, name: &str, seed: u64, truncation: f32) -> Result<Picture, StyleError> {
        let prior = self.model.networks.content_prior.as_ref();
        let (Some(prior), Some(sizes)) = (prior, &self.model.config.prior) else {
            return Err(StyleError::NoPrior);
        };
        let (label, _) = self.target(name)?;
        let mut code = self.prior_code(prior, &mut Noise::of_sketch(seed), label, 1);
        if truncation < 1.0 {
            let mean = self.prior_code(prior, &mut Noise::of_sketch(0), label, DRAWN);
            let mean = mean.mean_dim(0);
            code = mean.clone() + (code - mean) * truncation;
        }
        let side = sizes.size as u32;
        let data = prior.draw(code).into_data_as::<f32>();
        let values: Vec<f32> = data.try_into_vec().expect("the data was read as f32");
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(StyleError::NotFinite { index });
        }
        Ok(Picture::from_floats(side, side, &values).expect("finite, and of the sketch's size"))
    }

    fn prior_code(
        &self,
        prior: &ContentPrior,
        noise: &mut Noise,
        label: usize,
        count: usize,
    ) -> Tensor<2> {
        let dim = self
            .model
            .config
            .prior
            .as_ref()
            .map_or(0, |prior| prior.latent_dim);
        let noise = TensorData::new(noise.normal(count * dim), [count, dim]);
        let labels = TensorData::new(vec![label as i64; count], [count]);
        prior.code(
            Tensor::from_data(noise, &self.device),
            Tensor::<1, Int>::from_data(labels, &self.device),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{painter, painter_with_prior};

    #[test]
    fn the_seed_and_the_style_decide_and_truncation_leads_to_one_picture() {
        let painter = painter_with_prior();
        let sketch = |name, seed, truncation| painter.sketch(name, seed, truncation).unwrap();
        let one = sketch("oil", 7, 1.0);
        assert_eq!((one.width(), one.height()), (32, 32));
        assert!(
            one.rgb()
                .chunks(3)
                .all(|rgb| rgb[0] == rgb[1] && rgb[1] == rgb[2])
        );
        assert_eq!(one, sketch("oil", 7, 1.0));
        assert_ne!(one, sketch("oil", 8, 1.0));
        assert_ne!(one, sketch("cel", 7, 1.0));
        assert_eq!(sketch("oil", 7, 0.0), sketch("oil", 8, 0.0));
        assert_ne!(sketch("oil", 7, 0.5), one);
    }

    #[test]
    fn models_that_only_repaint_and_names_they_do_not_know_say_so() {
        let only = painter().sketch("oil", 1, 1.0).unwrap_err();
        assert!(only.to_string().contains("no content prior"), "{only}");
        let unknown = painter_with_prior().sketch("oils", 1, 1.0).unwrap_err();
        assert!(unknown.to_string().contains("`oil`"), "{unknown}");
    }
}
