//! Tasks of editing: a picture moved along directions, to labels, or to another shape of its faces.

use bytes::Bytes;
use utsushi::creative::{Direction, EditMode, FaceShape, reshaped};
use utsushi::{OutputOptions, StyleCode, content_and_painting};
use utsushi_imaging::{Mark, OutputFormat};

use super::look::look;
use super::paint::{check_options, check_output};
use super::{DIRECTIONS, Kind, Size};
use crate::engine::Shared;
use crate::engine::painting_thread::PaintTask;
use crate::engine::worker::{Worker, written};
use crate::{Painted, Subject, WorkError};

/// Farthest that a picture may be moved along a direction, in either sense.
const FARTHEST: f32 = 10.0;

/// A label towards which a picture is moved.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelTarget {
    /// Name of the label: one of the model's conditions.
    pub label: String,
    /// The value that the picture is to have, one of the label's.
    pub value: String,
    /// The amount, −10…10; 1 leads to the value.
    pub amount: f32,
}

/// A task: to move a picture along directions found in the model
/// ([`Engine::directions`](crate::Engine::directions)), to labels that it was trained with, and to
/// another shape of its faces; at least one of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// Directions, by index and each once, with the amounts, −10…10. An amount of 1 is the standard
    /// deviation of styles that the model draws.
    pub amounts: Vec<(usize, f32)>,
    /// Labels towards which the picture is moved.
    pub labels: Vec<LabelTarget>,
    /// Changes of the shape of faces by the names of [`FaceShape::NAMES`], each once, with their
    /// amounts.
    pub shapes: Vec<(String, f32)>,
    /// The way in which the change is applied.
    pub mode: EditMode,
    /// The strength, from 0 (unchanged) to 1.
    pub strength: f32,
    /// Number of octaves, as [`PaintOptions::octaves`](utsushi::PaintOptions::octaves).
    pub octaves: Option<u32>,
    /// Format of the result. One with layers gets two: the content, and the edit above it.
    pub format: OutputFormat,
    /// Depth, quality, colours and metadata of the result.
    pub output: OutputOptions,
}

impl Edit {
    /// The shape that the faces are to have.
    pub(in crate::engine) fn shape(&self) -> Result<FaceShape, WorkError> {
        let mut shape = FaceShape::default();
        for (place, (name, amount)) in self.shapes.iter().enumerate() {
            shape.set(name, *amount)?;
            if self.shapes[..place].iter().any(|(other, _)| other == name) {
                return Err(WorkError::ShapeTwice { name: name.clone() });
            }
        }
        Ok(shape)
    }
}

impl Kind for Edit {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let painter = shared.painter()?;
        check_options(self.strength, self.octaves, shared)?;
        if self.amounts.is_empty() && self.labels.is_empty() && self.shapes.is_empty() {
            return Err(WorkError::NoDirection);
        }
        let found = DIRECTIONS.min(StyleCode::STAGES * painter.config().style_dim);
        for (place, &(index, _)) in self.amounts.iter().enumerate() {
            if index >= found {
                return Err(WorkError::NoSuchDirection { index, found });
            }
            if self.amounts[..place]
                .iter()
                .any(|(other, _)| *other == index)
            {
                return Err(WorkError::DirectionTwice { index });
            }
        }
        let amounts = self.amounts.iter().map(|(_, amount)| *amount);
        let labels = self.labels.iter().map(|label| label.amount);
        for amount in amounts.chain(labels) {
            if amount.is_nan() || amount.abs() > FARTHEST {
                let limit = FARTHEST;
                return Err(WorkError::Amount { amount, limit });
            }
        }
        self.shape()?;
        for label in &self.labels {
            painter.check_condition(&label.label, &label.value)?;
        }
        let limit = shared.options.limits.pixels;
        check_output(self.format, &self.output)?;
        let content = look(&self.content, Subject::Content, limit)?;
        // Two paintings stand beside the picture.
        Ok(Size {
            painted: content.pixels(),
            held: content.bytes.saturating_mul(3),
        })
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.edit(self)
    }
}

impl Worker<'_> {
    fn edit(&self, edit: &Edit) -> Result<Painted, WorkError> {
        let decoded = self.read_any(&edit.content, Subject::Content)?;
        let (content, file) = edit.output.prepared(decoded, edit.format)?.split();
        let before = edit
            .format
            .document()
            .map(|format| (format, content.clone()));
        let shape = edit.shape()?;
        let content = if shape.is_none() {
            content
        } else {
            let anatomy = self.shared.anatomy.find(&content.eight())?;
            reshaped(&content, &anatomy.faces, &shape).ok_or(WorkError::NoFace)?
        };
        let mut directions = Vec::new();
        if !edit.amounts.is_empty() {
            let known = self.shared.directions()?;
            for &(index, amount) in &edit.amounts {
                let found = known.get(index).ok_or(WorkError::Fault)?;
                directions.push((found.direction.clone(), amount));
            }
        }
        if !edit.labels.is_empty() {
            let painter = self.shared.painter()?;
            let own = painter.style_of(&content.eight())?;
            for label in &edit.labels {
                let way = Direction::to_label(painter, &own, &label.label, &label.value)?;
                directions.push((way, label.amount));
            }
        }
        let size = content.size();
        let edited = self.painted(PaintTask::Edit {
            content,
            directions,
            mode: edit.mode,
            strength: edit.strength,
            octaves: edit.octaves,
        })?;
        let mark = self.mark(Mark::Repainted, edit.strength);
        let encoded = match before {
            Some((format, content)) => {
                let layers = content_and_painting(content, edited);
                edit.output.encode_layers(layers, &file, format, mark)
            }
            None => edit.output.encode(edited, &file, edit.format, mark),
        };
        Ok(written(encoded?.bytes, edit.format, size))
    }
}
