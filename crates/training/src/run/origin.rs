//! The origin of a run: the exported model that it starts from.

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_runs::RunDirectory;
use utsushi_weights::{
    ExportedModel, ExportedStyle, MismatchError, NamedTensor, NamedTensors, apply, collect,
};

use utsushi_dataset::Pictures;
use utsushi_model::{ModelConfig, PainterNetworks, SurfaceRegression};

use super::conditions::carry_over;
use super::{StyleLabels, carried};
use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::keep::{KeptStyle, Memory};
use crate::trainer::Trainer;

/// Networks in which each style has a row of numbers of its own.
const LABELLED: [&str; 2] = ["mapping_network", "content_prior"];

/// Name prefixes of layers that start at zero or only feed such layers, so that adding them to a
/// model does not change its paintings.
const ADDED: [&str; 5] = [
    "generator.decoder.line_style.",
    "generator.decoder.noise_gain.",
    "generator.decoder.slots.",
    "style_encoder.slots.",
    "mapping_network.slot_head.",
];

/// Name, within each network of [`LABELLED`], of the table with a row for each style.
const ROWS: &str = "labels.weight";

/// A model that a new run starts from.
#[derive(Debug, Clone)]
pub struct InitialModel {
    /// The exported model.
    pub model: ExportedModel,
    /// The model's file, or what stands for it in messages.
    pub path: PathBuf,
}

/// A model on a device, whose networks a run continues to train.
pub(super) struct Origin {
    path: PathBuf,
    model: ExportedModel,
    config: ModelConfig,
    networks: PainterNetworks,
    /// Discriminators and moments that lay beside the model's file.
    carried: Option<NamedTensors>,
}

impl Origin {
    /// Builds a model's networks on `device`.
    pub fn of(initial: &InitialModel, device: &Device) -> Result<Self, TrainError> {
        let path = initial.path.clone();
        // The model stays whole, to be kept in the run folder.
        let (config, networks) = initial
            .model
            .clone()
            .take_networks(device, &path)
            .map_err(|error| misfit(&path, error))?;
        Ok(Self {
            model: initial.model.clone(),
            carried: carried::read(&path)?,
            path,
            config,
            networks,
        })
    }

    /// Reads the model that is kept in a run folder, if the run started from one.
    pub fn kept(run: &RunDirectory, device: &Device) -> Result<Option<Self>, TrainError> {
        let path = run.origin_model_path();
        if !path.exists() {
            return Ok(None);
        }
        let model = ExportedModel::read(&path).map_err(|error| misfit(&path, error))?;
        Self::of(&InitialModel { model, path }, device).map(Some)
    }

    /// Keeps the model and its card in a run folder, and returns it as read from there, so that a
    /// resumed run starts from exactly the same.
    pub fn keep(self, run: &RunDirectory, device: &Device) -> Result<Self, TrainError> {
        run.keep_origin(&self.model.card)?;
        let path = run.origin_model_path();
        self.model.write(&path, true)?;
        let beside = carried::discriminators_beside(&self.path);
        if self.carried.is_some() {
            let kept = carried::discriminators_beside(&path);
            std::fs::copy(&beside, &kept).map_err(|error| TrainError::Checkpoint {
                path: kept.clone(),
                reason: format!("cannot be copied from `{}`: {error}", beside.display()),
            })?;
        }
        Ok(Self::kept(run, device)?.unwrap_or(self))
    }

    /// The styles of the model.
    pub fn styles(&self) -> &[ExportedStyle] {
        &self.model.styles
    }

    /// The mean code of one of the model's styles, flattened.
    pub fn style_mean(&self, label: usize) -> Option<&[f32]> {
        self.model.style_mean(label)
    }

    /// The model's regression from style codes to surfaces, if it has one.
    pub fn surface(&self) -> Option<SurfaceRegression> {
        let length = self.style_mean(0)?.len();
        self.model.surface(length)
    }

    /// Fills in what a configuration leaves open: the sizes of the networks, if they are not given,
    /// so that the model's weights fit; the sizes of the content prior, so that a model that makes
    /// new paintings still can; and the labels that the model knows. The largest pictures that the
    /// model has seen are recorded in any case.
    pub fn complete(&self, config: &mut TrainingConfig) {
        let own = &config.model;
        let says_nothing = ModelConfig {
            native_size: own.native_size,
            largest_seen: own.largest_seen,
            styles: own.styles,
            prior: own.prior.clone(),
            conditions: own.conditions.clone(),
            ..ModelConfig::default()
        };
        if *own == says_nothing {
            config.model = ModelConfig {
                native_size: own.native_size,
                styles: own.styles,
                prior: own.prior.clone(),
                conditions: own.conditions.clone(),
                ..self.config.clone()
            };
        }
        let seen = self.config.largest_seen.max(config.model.largest_seen);
        config.model.largest_seen = seen;
        if config.model.prior.is_none() {
            config.model.prior.clone_from(&self.config.prior);
        }
        if config.model.conditions.is_empty() {
            config.model.conditions.clone_from(&self.config.conditions);
        }
    }

    /// Gives the networks that paint the model's weights. `paintings` are some of each style, in
    /// the order of the labels, if there are any. A new style starts as the model's style that its
    /// paintings resemble most. A content prior or a condition that the model lacks starts afresh.
    pub fn start(
        &self,
        mut trainer: Trainer,
        labels: &StyleLabels,
        paintings: &[Option<Pictures>],
        messages: &mut Vec<String>,
    ) -> Result<Trainer, TrainError> {
        let new = &trainer.config.model;
        let keeps = labels.iter().any(|style| style.number.is_none());
        if keeps && self.config.code_length() != new.code_length() {
            let reason = "styles without pictures are kept by their codes: leave style_slots and \
                slot_dim out of [model], or give every style of the model pictures";
            return Err(misfit(&self.path, reason));
        }
        let rows = self.rows(labels, paintings, messages);
        let mut weights = collect(&self.networks);
        for network in LABELLED {
            arrange(&mut weights, &format!("{network}.{ROWS}"), &rows);
        }
        let other = trainer.config.prior.train && self.config.prior != trainer.config.model.prior;
        if other && weights.take_under("content_prior").number_count() > 0 {
            messages.push(
                "the content prior has other sizes than the model's; it starts afresh".to_owned(),
            );
        }
        if (other || self.networks.content_prior.is_none())
            && let Some(prior) = &trainer.painter.content_prior
        {
            weights.extend_under("content_prior", collect(&prior.valid()));
        }
        let fresh = collect(&trainer.painter.valid());
        for (name, tensor) in fresh.iter() {
            // Layers that start at zero may be added to a model that lacks them.
            if ADDED.iter().any(|layer| name.starts_with(layer)) && weights.get(name).is_none() {
                weights.insert(name, tensor.shape.clone(), tensor.values.clone());
            }
        }
        let (from, to) = (&self.config.conditions, &trainer.config.model.conditions);
        carry_over(&mut weights, &trainer.painter.valid(), from, to);
        let fits = |error: MismatchError| {
            let hint = "a configuration that leaves the sizes in [model] out takes the model's";
            misfit(&self.path, format!("{error}; {hint}"))
        };
        trainer.painter = apply(trainer.painter, &weights, "").map_err(fits)?;
        trainer.average = apply(trainer.average, &weights, "").map_err(fits)?;
        if let Some(carried) = &self.carried {
            trainer = carried::take_over(trainer, carried.clone(), &rows, messages);
        }
        Ok(trainer)
    }

    /// Turns the former networks into a memory of the styles without pictures that must not be
    /// forgotten.
    pub fn memory(self, labels: &StyleLabels) -> Option<Memory> {
        let kept = labels.iter().enumerate();
        let kept = kept.filter(|(_, style)| style.number.is_none());
        let kept = kept.filter_map(|(label, style)| {
            let known = style.known?;
            Some(KeptStyle {
                before: known as i64,
                now: label as i64,
                mean: self.style_mean(known).map(<[f32]>::to_vec),
            })
        });
        let kept = kept.collect();
        Memory::new(self.networks, kept)
    }

    /// Chooses for each label the row of the model that it starts as; none for the mean of all
    /// rows.
    fn rows(
        &self,
        labels: &StyleLabels,
        paintings: &[Option<Pictures>],
        messages: &mut Vec<String>,
    ) -> Vec<Option<usize>> {
        let row = |(style, paintings): (&super::labels::LabelledStyle, &Option<Pictures>)| {
            if style.known.is_some() {
                return style.known;
            }
            let nearest = paintings.as_ref().and_then(|shown| self.nearest(shown));
            messages.push(match nearest {
                Some(nearest) => format!(
                    "`{}` is new; it starts as `{}`, which it resembles most",
                    style.name, self.model.styles[nearest].name
                ),
                None => format!(
                    "`{}` is new; it starts as the mean of all styles",
                    style.name
                ),
            });
            nearest
        };
        labels.iter().zip(paintings).map(row).collect()
    }

    /// Finds the model's style whose mean code is nearest to that of some paintings.
    fn nearest(&self, paintings: &Pictures) -> Option<usize> {
        let mean = mean_code(&self.networks, paintings);
        let apart = |label: usize| {
            let known = self.model.style_mean(label)?;
            let squares = mean.iter().zip(known).map(|(a, b)| (a - b) * (a - b));
            Some((label, squares.sum::<f32>()))
        };
        let all = (0..self.model.styles.len()).filter_map(apart);
        let nearest = all.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(nearest.0)
    }
}

/// The mean of the codes that the style encoder reads in paintings, flattened.
fn mean_code(networks: &PainterNetworks, paintings: &Pictures) -> Vec<f32> {
    let shape = [paintings.len(), paintings.size, paintings.size, 3];
    let data = TensorData::new(paintings.pixels.clone(), shape);
    let device = networks.devices().first().cloned().unwrap_or_default();
    let codes = networks
        .style_encoder
        .forward(Tensor::<4>::from_data(data, &device));
    let mean = codes.mean_dim(0).into_data();
    mean.try_to_vec::<f32>().expect("codes are f32")
}

/// Rearranges the rows of a tensor, `[styles, length]`; `None` gives the mean of all rows.
pub(super) fn arrange(weights: &mut NamedTensors, name: &str, rows: &[Option<usize>]) {
    let Some(old) = weights.remove(name) else {
        return;
    };
    let length = old.shape.get(1).copied().unwrap_or(1).max(1);
    let values = rows.iter().flat_map(|row| match row {
        Some(row) => old.values[row * length..][..length].to_vec(),
        None => mean_row(&old, length),
    });
    let values: Vec<f32> = values.collect();
    weights.insert(name, [rows.len(), length], values);
}

fn mean_row(tensor: &NamedTensor, length: usize) -> Vec<f32> {
    let rows = tensor.values.chunks_exact(length);
    let count = rows.len().max(1) as f32;
    let mut mean = vec![0.0; length];
    for row in rows {
        for (mean, value) in mean.iter_mut().zip(row) {
            *mean += value / count;
        }
    }
    mean
}

fn misfit(path: &Path, error: impl ToString) -> TrainError {
    TrainError::Checkpoint {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_put_in_order_and_a_mean_stands_in() {
        let mut weights = NamedTensors::new();
        weights.insert("a", [2, 2], vec![1.0, 2.0, 3.0, 6.0]);
        arrange(&mut weights, "a", &[Some(1), None, Some(0), Some(1)]);
        let found = weights.get("a").unwrap();
        assert_eq!(found.shape, [4, 2]);
        assert_eq!(found.values, [3.0, 6.0, 2.0, 4.0, 1.0, 2.0, 3.0, 6.0]);
        arrange(&mut weights, "absent", &[None]);
        assert_eq!(weights.len(), 1);
    }
}
