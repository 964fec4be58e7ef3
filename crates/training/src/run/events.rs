//! Events of a run for TensorBoard.

use std::path::Path;

use utsushi_runs::{RunDirectory, RunError};

use utsushi_runs::{EventFile, Histogram, tag};

use super::StyleLabels;
use crate::error::TrainError;
use crate::stats::StatsLine;

/// Name of the folder for TensorBoard inside of the run folder.
const FOLDER: &str = "tensorboard";

/// An event file in the run folder; a run that is resumed starts another.
pub(super) struct Events {
    file: EventFile,
    /// Names of the styles, in the order of their labels.
    styles: Vec<String>,
}

impl Events {
    pub fn start(
        directory: &RunDirectory,
        step: u64,
        labels: &StyleLabels,
    ) -> Result<Self, TrainError> {
        Ok(Self {
            file: EventFile::start(&directory.path().join(FOLDER), step)?,
            styles: labels.iter().map(|style| style.name.clone()).collect(),
        })
    }

    /// Writes the numbers of a line of `stats.jsonl`.
    pub fn line(&mut self, step: u64, line: &StatsLine) -> Result<(), TrainError> {
        let own = [
            ("pictures", Some(line.pictures as f64)),
            ("seconds", Some(line.seconds)),
            ("pictures_per_second", Some(line.pictures_per_second)),
            ("memory", line.memory.map(|bytes| bytes as f64)),
        ];
        let own = own
            .into_iter()
            .filter_map(|(name, it)| Some((tag(name), it?)));
        let values = line.values.iter().map(|(name, value)| (tag(name), *value));
        let all: Vec<(String, f64)> = own.chain(values).collect();
        let all = all.iter().map(|(tag, value)| (tag.as_str(), *value));
        Ok(self.file.scalars(step, all)?)
    }

    /// Writes the numbers of a line of `measures.jsonl`.
    pub fn measures(&mut self, step: u64, measures: &serde_json::Value) -> Result<(), TrainError> {
        let fields = measures.as_object().into_iter().flatten();
        let number = |(name, value): (&String, &serde_json::Value)| {
            Some((format!("measures/{name}"), value.as_f64()?))
        };
        let all: Vec<(String, f64)> = fields.filter_map(number).collect();
        let all = all.iter().map(|(tag, value)| (tag.as_str(), *value));
        Ok(self.file.scalars(step, all)?)
    }

    /// Writes a sample sheet that has just been painted.
    pub fn sheet(&mut self, step: u64, path: &Path) -> Result<(), TrainError> {
        let png = std::fs::read(path).map_err(|source| RunError::Io {
            path: path.to_owned(),
            action: "read",
            source,
        })?;
        Ok(self.file.picture(step, "samples", &png)?)
    }

    /// Writes the style codes of a style's training paintings.
    pub fn codes(&mut self, step: u64, label: usize, codes: Vec<f32>) -> Result<(), TrainError> {
        let (Some(style), Some(histogram)) = (self.styles.get(label), Histogram::of(codes)) else {
            return Ok(());
        };
        let tag = format!("style_codes/{style}");
        Ok(self.file.histogram(step, &tag, &histogram)?)
    }
}
