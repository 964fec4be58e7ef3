//! The adversarial losses of discriminators and generator.

use burn::tensor::{Tensor, activation::softplus};
use serde::{Deserialize, Serialize};

/// The loss of the adversarial game. `D(x)` is a logit throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdversarialLoss {
    /// The value function of the first GAN, min over G and max over D of
    /// `E[log σ(D(x))] + E[log(1 − σ(D(G)))]` (Goodfellow et al. 2014, equation 1).
    Minimax,
    /// The discriminator's loss as in [`Self::Minimax`]; the generator maximises `E[log σ(D(G))]`
    /// instead, which does not vanish while the discriminator wins (Goodfellow et al. 2014, section
    /// 3). Binary cross-entropy.
    #[default]
    NonSaturating,
    /// The hinge loss: the discriminator minimises `E[max(0, 1 − D(x))] + E[max(0, 1 + D(G))]`, and
    /// the generator `−E[D(G)]` (Lim and Ye 2017).
    Hinge,
    /// The relativistic loss, for which each fake is judged beside a real picture: the
    /// discriminator minimises `E[softplus(D(G) − D(x))]`, and the generator the reverse
    /// (Jolicoeur-Martineau 2018; Huang et al. 2024, equation 3).
    Relativistic,
}

impl AdversarialLoss {
    /// The loss that the discriminator minimises.
    ///
    /// # Shapes
    /// - `real`, `fake`: logits `[batch, positions]`, paired by row
    /// - output: `[1]`
    pub fn discriminator(self, real: Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
        match self {
            // −log σ(l) = softplus(−l) and −log(1 − σ(l)) = softplus(l).
            Self::Minimax | Self::NonSaturating => {
                softplus(real.neg(), 1.0).mean() + softplus(fake, 1.0).mean()
            }
            Self::Hinge => {
                (real.neg() + 1.0).clamp_min(0.0).mean() + (fake + 1.0).clamp_min(0.0).mean()
            }
            Self::Relativistic => softplus(fake - real, 1.0).mean(),
        }
    }

    /// The loss that the generator minimises. `real` is called by [`AdversarialLoss::Relativistic`]
    /// alone.
    ///
    /// # Shapes
    /// As [`AdversarialLoss::discriminator`].
    pub fn generator(self, real: impl FnOnce() -> Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
        match self {
            Self::Minimax => softplus(fake, 1.0).mean().neg(),
            Self::NonSaturating => softplus(fake.neg(), 1.0).mean(),
            Self::Hinge => fake.mean().neg(),
            Self::Relativistic => softplus(real() - fake, 1.0).mean(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn values(loss: AdversarialLoss, real: f32, fake: f32) -> (f32, f32) {
        let logit = |value: f32| Tensor::<2>::from_floats([[value], [value]], &Device::flex());
        let discriminator = loss.discriminator(logit(real), logit(fake));
        let generator = loss.generator(|| logit(real), logit(fake));
        (
            discriminator.into_scalar::<f32>(),
            generator.into_scalar::<f32>(),
        )
    }

    #[track_caller]
    fn assert_close(found: (f32, f32), discriminator: f64, generator: f64) {
        assert!(
            (found.0 as f64 - discriminator).abs() < 1e-6,
            "discriminator {}",
            found.0
        );
        assert!(
            (found.1 as f64 - generator).abs() < 1e-6,
            "generator {}",
            found.1
        );
    }

    #[test]
    fn an_undecided_discriminator_costs_two_ln_2() {
        let ln2 = std::f64::consts::LN_2;
        assert_close(values(AdversarialLoss::Minimax, 0.0, 0.0), 2.0 * ln2, -ln2);
        assert_close(
            values(AdversarialLoss::NonSaturating, 0.0, 0.0),
            2.0 * ln2,
            ln2,
        );
        assert_close(values(AdversarialLoss::Hinge, 0.0, 0.0), 2.0, 0.0);
        assert_close(values(AdversarialLoss::Relativistic, 0.0, 0.0), ln2, ln2);
    }

    #[test]
    fn minimax_is_the_value_function_of_the_first_gan() {
        // V = log σ(1.5) + log(1 − σ(−0.5)), computed with logarithms instead of softplus.
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let value = sigmoid(1.5).ln() + (1.0 - sigmoid(-0.5)).ln();
        let generator = (1.0 - sigmoid(-0.5)).ln();
        assert_close(
            values(AdversarialLoss::Minimax, 1.5, -0.5),
            -value,
            generator,
        );
        let generator = -sigmoid(-0.5).ln();
        assert_close(
            values(AdversarialLoss::NonSaturating, 1.5, -0.5),
            -value,
            generator,
        );
    }

    #[test]
    fn hinge_stops_at_the_margin_and_relativistic_looks_at_the_difference() {
        assert_close(values(AdversarialLoss::Hinge, 1.5, -0.25), 0.75, 0.25);
        // softplus(−2) and softplus(2).
        let soft = |x: f64| x.exp().ln_1p();
        assert_close(
            values(AdversarialLoss::Relativistic, 1.5, -0.5),
            soft(-2.0),
            soft(2.0),
        );
    }
}
