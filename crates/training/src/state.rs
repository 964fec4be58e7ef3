//! The state of a trainer as named tensors, which a checkpoint holds.

use burn::module::Module;
use burn::tensor::Device;
use utsushi_weights::{MismatchError, NamedTensors, apply, collect};

use utsushi_model::{ContentPrior, ModelConfig, PainterNetworks};

use crate::optimizer::Adam;
use crate::prior::{PriorGame, Sketching};
use crate::trainer::Trainer;

const PAINTER: &str = "painter";
pub(crate) const AVERAGE: &str = "average";
pub(crate) const DISCRIMINATORS: &str = "discriminators";
pub(crate) const PAINTER_OPTIMIZER: &str = "optimizer-painter";
pub(crate) const DISCRIMINATORS_OPTIMIZER: &str = "optimizer-discriminators";
const PRIOR_DISCRIMINATORS: &str = "prior-discriminators";
const PRIOR_ENCODER: &str = "prior-encoder";
const PRIOR_OPTIMIZER: &str = "optimizer-prior";
const PRIOR_DISCRIMINATORS_OPTIMIZER: &str = "optimizer-prior-discriminators";

impl Trainer {
    /// Collects everything that training has changed as named tensors. The step number is kept
    /// beside them.
    pub fn to_named(&self) -> NamedTensors {
        let mut state = NamedTensors::new();
        state.extend_under(PAINTER, collect(&self.painter.valid()));
        state.extend_under(AVERAGE, collect(&self.average));
        state.extend_under(DISCRIMINATORS, collect(&self.discriminators.valid()));
        state.extend_under(PAINTER_OPTIMIZER, self.painter_optimizer.to_named());
        state.extend_under(
            DISCRIMINATORS_OPTIMIZER,
            self.discriminators_optimizer.to_named(),
        );
        if let Some(game) = &self.prior_game {
            state.extend_under(PRIOR_DISCRIMINATORS, collect(&game.discriminators.valid()));
            state.extend_under(PRIOR_ENCODER, collect(&game.encoder.valid()));
            state.extend_under(PRIOR_OPTIMIZER, game.prior_optimizer.to_named());
            state.extend_under(
                PRIOR_DISCRIMINATORS_OPTIMIZER,
                game.discriminators_optimizer.to_named(),
            );
        }
        state
    }
}

/// The error that a checkpoint's tensors do not fit the networks and optimizers of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The weights do not fit a network.
    #[error(transparent)]
    Network(#[from] MismatchError),
    /// A tensor of an optimizer is missing.
    #[error("`{name}` is missing")]
    Missing {
        /// The tensor's name.
        name: String,
    },
    /// A tensor of an optimizer has more or fewer values than its parameter.
    #[error("`{name}` does not have {expected} values")]
    Length {
        /// The tensor's name.
        name: String,
        /// The number of values that the parameter has.
        expected: usize,
    },
    /// A parameter has only one of Adam's two moments.
    #[error("`{name}` has one of its two moments")]
    OneMoment {
        /// The parameter's name.
        name: String,
    },
    /// A tensor of an optimizer belongs to no parameter.
    #[error("`{name}` is no parameter of the network")]
    Unknown {
        /// The tensor's name.
        name: String,
    },
}

/// Puts a checkpoint's tensors into a fresh trainer of the same configuration.
///
/// # Errors
/// Names the first network or optimizer that does not fit; the trainer is then lost, since it may
/// be half changed.
pub fn restore(
    trainer: Trainer,
    mut state: NamedTensors,
    step: u64,
) -> Result<Trainer, StateError> {
    let painter = apply(trainer.painter, &state.take_under(PAINTER), "")?;
    let average = apply(trainer.average, &state.take_under(AVERAGE), "")?;
    let discriminators = apply(
        trainer.discriminators,
        &state.take_under(DISCRIMINATORS),
        "",
    )?;
    let painter_optimizer = Adam::from_named(state.take_under(PAINTER_OPTIMIZER), &painter)?;
    let discriminators_optimizer =
        Adam::from_named(state.take_under(DISCRIMINATORS_OPTIMIZER), &discriminators)?;
    let prior_game = match (trainer.prior_game, &painter.content_prior) {
        (Some(game), Some(prior)) => Some(restore_game(game, prior, &mut state)?),
        (game, _) => game,
    };
    Ok(Trainer {
        prior_game,
        painter,
        average,
        discriminators,
        painter_optimizer,
        discriminators_optimizer,
        step,
        ..trainer
    })
}

fn restore_game(
    game: PriorGame,
    prior: &ContentPrior,
    state: &mut NamedTensors,
) -> Result<PriorGame, StateError> {
    let discriminators = apply(
        game.discriminators,
        &state.take_under(PRIOR_DISCRIMINATORS),
        "",
    )?;
    let learning = Sketching {
        prior: prior.clone(),
        encoder: apply(game.encoder, &state.take_under(PRIOR_ENCODER), "")?,
    };
    Ok(PriorGame {
        prior_optimizer: Adam::from_named(state.take_under(PRIOR_OPTIMIZER), &learning)?,
        discriminators_optimizer: Adam::from_named(
            state.take_under(PRIOR_DISCRIMINATORS_OPTIMIZER),
            &discriminators,
        )?,
        encoder: learning.encoder,
        discriminators,
    })
}

/// Builds the averaged networks of a checkpoint, for export.
///
/// # Errors
/// Names every tensor that does not fit.
pub fn average_of_checkpoint(
    mut state: NamedTensors,
    config: &ModelConfig,
    device: &Device,
) -> Result<PainterNetworks, MismatchError> {
    let fresh = PainterNetworks::blank(config, device);
    apply(fresh, &state.take_under(AVERAGE), "")
}
