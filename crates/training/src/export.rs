//! Export of a run's checkpoint as a model that can be published.

mod mean;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde::Deserialize;
use utsushi_runs::{RunDirectory, StatsLog, TrainingState};
use utsushi_weights::{
    ExportedModel, ExportedStyle, NamedTensors, STYLE_GALLERY, STYLE_MEANS, STYLE_SURFACE,
};

use self::mean::average_over_checkpoints;
use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::headings::lowered;
use crate::run::carried;
use crate::state::average_of_checkpoint;

/// Report of an export: what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Path of the exported file.
    pub path: PathBuf,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Number of steps that the networks were trained for.
    pub step: u64,
    /// Number of pictures seen in training.
    pub pictures: u64,
    /// Names of the model's styles.
    pub styles: Vec<String>,
}

/// A style as the checkpoint describes it: its name, terms and pictures.
#[derive(Debug, Deserialize)]
struct TrainedStyle {
    name: String,
    role: String,
    train: usize,
    validation: usize,
    #[serde(default)]
    licence: Option<String>,
}

/// Number of points of the loss curve that the model's card shows.
const CURVE_POINTS: usize = 12;

/// Choice of the checkpoint of a run that is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpoint {
    /// The newest whole checkpoint.
    Newest,
    /// The checkpoint that scored best in the evaluations during training.
    Best,
    /// The checkpoint of this step.
    Step(u64),
    /// The mean of all checkpoints that the run has kept.
    Mean,
}

/// Writes the averaged networks of a checkpoint of the run as one file, in f16, with the styles'
/// mean codes and a card. An existing file is replaced only if `force`.
///
/// # Errors
/// As [`export_model`], or a file that cannot be written.
pub fn export(
    run: &Path,
    checkpoint: Checkpoint,
    out: &Path,
    force: bool,
) -> Result<ExportReport, TrainError> {
    let (model, mut report) = export_model(run, checkpoint)?;
    model.write(out, force)?;
    report.path = out.to_owned();
    report.bytes = std::fs::metadata(out).map_or(0, |metadata| metadata.len());
    Ok(report)
}

/// Writes, beside an exported model, what a later run that starts from it can take over: the
/// discriminators of the same checkpoint and both optimizers' moments, in 32 bits. Returns the file
/// ([`discriminators_beside`](crate::discriminators_beside)).
///
/// # Errors
/// As [`export`].
pub fn export_discriminators(
    run: &Path,
    checkpoint: Checkpoint,
    model: &Path,
    force: bool,
) -> Result<PathBuf, TrainError> {
    let directory = RunDirectory::view(run)?;
    let mut state = chosen(&directory, checkpoint)?;
    carried::write(&mut state.tensors, model, force)
}

/// Exports a checkpoint as [`export`] does, in memory; the report has no path and no size.
///
/// # Errors
/// There is no such run or checkpoint, or the checkpoint is damaged.
pub fn export_model(
    run: &Path,
    checkpoint: Checkpoint,
) -> Result<(ExportedModel, ExportReport), TrainError> {
    let directory = RunDirectory::view(run)?;
    let config = TrainingConfig::read(&directory.config_path())?;
    let misfit = |reason: String| TrainError::Checkpoint {
        path: run.to_owned(),
        reason,
    };
    let mut state = chosen(&directory, checkpoint)?;
    let mut averaged = Vec::new();
    if checkpoint == Checkpoint::Mean {
        averaged = average_over_checkpoints(&directory, &mut state)?;
    }
    let styles = state
        .record
        .extra
        .get("styles")
        .cloned()
        .unwrap_or_default();
    let mut styles: Vec<TrainedStyle> = serde_json::from_value(styles)
        .map_err(|error| misfit(format!("its styles cannot be read: {error}")))?;
    for style in &mut styles {
        style.licence = style.licence.as_deref().map(once);
    }
    let means = state
        .tensors
        .remove(STYLE_MEANS)
        .ok_or_else(|| misfit("it has no mean codes of its styles".to_owned()))?;
    // Checkpoints of earlier versions have none of these.
    let others = [STYLE_GALLERY, STYLE_SURFACE].map(|name| (name, state.tensors.remove(name)));
    let tensors = std::mem::take(&mut state.tensors);
    let networks = average_of_checkpoint(tensors, &config.model, &Device::flex())
        .map_err(|error| misfit(error.to_string()))?;
    let curve = StatsLog::read(&directory.stats_path()).unwrap_or_default();
    let mut card = card(&config, &state, &styles, &curve);
    if averaged.len() > 1 {
        let steps: Vec<String> = averaged.iter().map(u64::to_string).collect();
        let _ = writeln!(
            card,
            "\n## Mean of several states\n\nThe weights are the means of those after steps {} \
             (stochastic weight averaging, Izmailov et al. 2018).",
            steps.join(", ")
        );
    }
    if let Some(origin) = directory.origin()? {
        card.push_str(&started_from(&origin));
    }
    let named = styles
        .iter()
        .filter(|style| style.role == "style")
        .map(|style| ExportedStyle {
            name: style.name.clone(),
            role: style.role.clone(),
            licence: style.licence.clone().unwrap_or_default(),
        });
    let mut model = ExportedModel::from_networks(&config.model, &networks, named.collect(), card);
    let mut extra = NamedTensors::new();
    extra.insert(STYLE_MEANS, means.shape, means.values);
    for (name, tensor) in others {
        if let Some(tensor) = tensor {
            extra.insert(name, tensor.shape, tensor.values);
        }
    }
    model.tensors.extend_under("", extra);
    let report = ExportReport {
        path: PathBuf::new(),
        bytes: 0,
        step: state.record.step,
        pictures: state.record.pictures_seen,
        styles: model
            .styles
            .iter()
            .map(|style| style.name.clone())
            .collect(),
    };
    Ok((model, report))
}

/// Reads the checkpoint to export; for [`Checkpoint::Mean`] the newest one.
fn chosen(directory: &RunDirectory, checkpoint: Checkpoint) -> Result<TrainingState, TrainError> {
    let refuse = |reason: &str| {
        Err(TrainError::Checkpoint {
            path: directory.path().to_owned(),
            reason: reason.to_owned(),
        })
    };
    let state = match checkpoint {
        Checkpoint::Newest | Checkpoint::Mean => directory.latest()?.state,
        Checkpoint::Step(step) => Some(directory.load(step)?),
        Checkpoint::Best => match directory.best()? {
            Some(best) => Some(directory.load(best.step)?),
            None => {
                return refuse(
                    "none of its checkpoints was evaluated; set run.evaluate_steps, or export \
                     the newest",
                );
            }
        },
    };
    match state {
        Some(state) => Ok(state),
        None => refuse("it has no checkpoint yet"),
    }
}

/// The terms of a set of several sources, with each sentence said only once.
fn once(terms: &str) -> String {
    let sources: Vec<&str> = terms.split("; ").collect();
    let said = |place: usize, one: &str| {
        let behind_a_name = |other: &&str| {
            other
                .strip_suffix(one)
                .is_some_and(|name| name.ends_with(", "))
        };
        sources[..place].contains(&one) || sources.iter().any(behind_a_name)
    };
    let left = sources
        .iter()
        .enumerate()
        .filter(|&(place, one)| !said(place, one));
    left.map(|(_, one)| *one).collect::<Vec<_>>().join("; ")
}

/// Writes the model's card, in Markdown.
fn card(
    config: &TrainingConfig,
    state: &TrainingState,
    styles: &[TrainedStyle],
    curve: &[serde_json::Value],
) -> String {
    let mut text = String::from("# Model card\n\n");
    let record = &state.record;
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    line(format_args!(
        "Trained by utsushi {} at {} px: {} steps, {} pictures seen, seed {}.\n",
        env!("CARGO_PKG_VERSION"),
        config.run.size,
        record.step,
        record.pictures_seen,
        record.seed
    ));
    line(format_args!("## Sets\n"));
    line(format_args!(
        "| set | role | training pictures | held out | terms |"
    ));
    line(format_args!("|---|---|---|---|---|"));
    for style in styles {
        line(format_args!(
            "| {} | {} | {} | {} | {} |",
            style.name,
            style.role,
            style.train,
            style.validation,
            style.licence.as_deref().unwrap_or("not stated")
        ));
    }
    line(format_args!(
        "\nThe weights were learned from these pictures and are bound by the strictest of their \
         terms.\n"
    ));
    if !config.model.conditions.is_empty() {
        line(format_args!("## Labels\n"));
        line(format_args!("| label | values |"));
        line(format_args!("|---|---|"));
        for condition in &config.model.conditions {
            let (name, values) = (&condition.name, condition.values.join(", "));
            line(format_args!("| {name} | {values} |"));
        }
        line(format_args!(""));
    }
    line(format_args!("## Loss curve\n"));
    curve_table(curve, &mut line);
    line(format_args!(
        "\n## Settings\n\n```toml\n{}```",
        config.to_toml()
    ));
    text
}

/// The card of the model that the run started from, with its headings one level lower.
fn started_from(card: &str) -> String {
    let mut text = String::from(
        "\n## Started from\n\nThe run went on from another model, whose sets and terms count as \
         well. Its card:\n\n",
    );
    text.push_str(&lowered(card, 1));
    text
}

/// Writes a table of a dozen lines of the statistics, evenly spread over the run.
fn curve_table(curve: &[serde_json::Value], line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    const COLUMNS: [&str; 6] = [
        "projected/discriminator_loss",
        "projected/generator_loss",
        "pixel/discriminator_loss",
        "content",
        "style",
        "reconstruction/pixels",
    ];
    let playing: Vec<_> = curve
        .iter()
        .filter(|entry| {
            entry["values"].get("pixel/real_logit").is_some()
                || entry["values"].get("content").is_some()
        })
        .collect();
    line(format_args!("| step | {} |", COLUMNS.join(" | ")));
    line(format_args!("|---|{}", "---|".repeat(COLUMNS.len())));
    let points = playing.len().min(CURVE_POINTS);
    for point in 0..points {
        let entry = playing[(point + 1) * playing.len() / points - 1];
        let number = |name: &&str| {
            entry["values"][*name]
                .as_f64()
                .map_or("–".to_owned(), |value| format!("{value:.3}"))
        };
        let cells: Vec<String> = COLUMNS.iter().map(number).collect();
        line(format_args!(
            "| {} | {} |",
            entry["step"],
            cells.join(" | ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::once;

    #[test]
    fn terms_of_several_sources_are_said_once() {
        let same = "face2genshin, no licence stated; no licence stated";
        assert_eq!(once(same), "face2genshin, no licence stated");
        assert_eq!(once("CC0; CC BY 4.0; CC0"), "CC0; CC BY 4.0");
        let own = "several, not all stated; the Wesnoth part GPL-2+";
        assert_eq!(once(own), own);
        assert_eq!(once(""), "");
    }
}
