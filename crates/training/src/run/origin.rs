//! The exported model that a new run starts from.

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use utsushi_checkpoint::{ExportedModel, MismatchError, RunDirectory, apply, collect};
use utsushi_model::{ModelConfig, PainterNetworks};

use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::trainer::Trainer;

/// A model whose networks a run goes on from.
pub(super) struct Origin {
    path: PathBuf,
    config: ModelConfig,
    networks: PainterNetworks,
    card: String,
}

impl Origin {
    /// Reads an exported model.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let misfit = |error: utsushi_checkpoint::ModelFileError| TrainError::Checkpoint {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let mut model = ExportedModel::read(path).map_err(misfit)?;
        let (config, networks) = model.take_networks(&Device::flex(), path).map_err(misfit)?;
        Ok(Self {
            path: path.to_owned(),
            config,
            networks,
            card: model.card,
        })
    }

    /// A model that can make new paintings keeps what it makes them with, though the run's
    /// configuration does not speak of it.
    pub fn complete(&self, config: &mut TrainingConfig) {
        if config.model.prior.is_none() {
            config.model.prior.clone_from(&self.config.prior);
        }
    }

    /// Gives the networks that paint the model's weights, and keeps its card in the run folder.
    /// A content prior that the model lacks starts afresh.
    pub fn start(self, mut trainer: Trainer, run: &RunDirectory) -> Result<Trainer, TrainError> {
        let mut weights = collect(&self.networks);
        if self.networks.content_prior.is_none()
            && let Some(prior) = &trainer.painter.content_prior
        {
            weights.extend_under("content_prior", collect(&prior.valid()));
        }
        let fits = |error: MismatchError| TrainError::Checkpoint {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        trainer.painter = apply(trainer.painter, &weights, "").map_err(fits)?;
        trainer.average = apply(trainer.average, &weights, "").map_err(fits)?;
        run.keep_origin(&self.card)?;
        Ok(trainer)
    }
}
