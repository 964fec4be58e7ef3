//! Reading and mixing of styles for a task.

use std::path::PathBuf;

use bytes::Bytes;
use utsushi::jobs::StyleNotes;
use utsushi::{BlendPath, Framing, Note, SavedStyle, StyleCode};
use utsushi_imaging::{Alpha, Picture};

use super::{Subject, Worker};
use crate::engine::task::parts_of;
use crate::{PartSource, StylePart, WorkError};

/// A reader of the styles of a task's references, each read when it is first needed.
pub(in crate::engine) struct StyleReader<'a> {
    worker: &'a Worker<'a>,
    references: &'a [Bytes],
    framing: Framing,
    read: Vec<Option<StyleCode>>,
    notes: StyleNotes,
}

impl<'a> StyleReader<'a> {
    pub(in crate::engine) fn new(
        worker: &'a Worker<'a>,
        references: &'a [Bytes],
        framing: Framing,
    ) -> Self {
        let read = vec![None; references.len()];
        Self {
            worker,
            references,
            framing,
            read,
            notes: StyleNotes::default(),
        }
    }

    /// Notes on the styles that were read.
    pub(in crate::engine) fn notes(&self) -> Vec<Note> {
        self.notes.notes()
    }

    /// Mixes the style asked for. A single part is taken unchanged, so that the result has the same
    /// bits as that of the command line. `content` returns the picture to be painted, if there is
    /// one, on which drawn styles are tried; `own` reads the picture's own style.
    pub(in crate::engine) fn mix(
        &mut self,
        parts: &[StylePart],
        path: BlendPath,
        content: &dyn Fn() -> Option<Picture>,
        own: &dyn Fn() -> Result<StyleCode, WorkError>,
    ) -> Result<StyleCode, WorkError> {
        let painter = self.worker.shared.painter()?;
        let mut codes = Vec::new();
        for part in &*parts_of(parts, painter) {
            self.worker.check()?;
            let code = match &part.source {
                PartSource::Reference(index) => self.reference(*index)?,
                PartSource::Named(name) => painter.named_style(name)?,
                PartSource::Sampled { name, seed } => {
                    let content = content();
                    let name = name.as_deref();
                    let made_up = painter.made_up_style_for(content.as_ref(), name, *seed)?;
                    self.notes.made_up(&made_up);
                    made_up.code
                }
                PartSource::Own => own()?,
            };
            codes.push((code, part.weights));
        }
        let even = |weights: &[f32; StyleCode::STAGES]| weights.iter().all(|w| *w == weights[0]);
        if codes.iter().all(|(_, weights)| even(weights)) {
            // As `--style a.png=0.7` does it.
            let codes: Vec<_> = codes.into_iter().map(|(code, w)| (code, w[0])).collect();
            return Ok(painter.blend(&codes, path)?);
        }
        Ok(painter.blend_stages(&codes, path)?)
    }

    fn reference(&mut self, index: usize) -> Result<StyleCode, WorkError> {
        let read = self.read.get_mut(index).ok_or(WorkError::Fault)?;
        if let Some(code) = read {
            return Ok(code.clone());
        }
        let painter = self.worker.shared.painter()?;
        let (bytes, subject) = (&self.references[index], Subject::Reference(index));
        if SavedStyle::is_one(bytes) {
            let origin = PathBuf::from(subject.to_string());
            let style = SavedStyle::from_bytes(bytes, &origin);
            let code = style.and_then(|style| style.code(painter, &origin));
            let code = code.map_err(|error| WorkError::SavedStyle(error.to_string()))?;
            return Ok(read.insert(code).clone());
        }
        let reference = self.worker.read(bytes, subject)?;
        if reference.alpha().is_some_and(Alpha::is_transparent) {
            return Err(WorkError::Transparent { index });
        }
        let (code, part) = painter.style_and_part(&reference, self.framing)?;
        let name = subject.to_string().into();
        self.notes.reference(name, &reference, part);
        Ok(read.insert(code).clone())
    }
}
