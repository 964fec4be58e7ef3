//! Methods of repainting: the model, and those it is compared with.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use utsushi::{PaintError, PaintRequest, Painter, StyleCode};
use utsushi_imaging::{DecodeLimits, Picture, ReadError, read, resize};

use crate::face_observer::FaceObserver;
use crate::plan::{PlannedJob, StylePlan};
use crate::{EvaluateError, EvaluationData, reinhard};

/// A method of repainting.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Method {
    /// The unchanged content.
    Unchanged,
    /// Transfer of colour alone, after Reinhard.
    Reinhard,
    /// Another program, whose outputs are in a folder.
    Outputs(PathBuf),
    /// The model that is being measured.
    Model,
}

impl Method {
    /// Name of the method in the report.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Unchanged => "unchanged".to_owned(),
            Self::Reinhard => "reinhard".to_owned(),
            Self::Outputs(folder) => {
                let name = folder.file_name().unwrap_or(folder.as_os_str());
                let name = name.to_string_lossy().into_owned();
                // The names of the other methods are taken.
                match name.as_str() {
                    "unchanged" | "reinhard" | "model" => format!("{name} (outputs)"),
                    _ => name,
                }
            }
            Self::Model => "model".to_owned(),
        }
    }
}

/// The pictures of the data at one size, the model, and the styles that it reads in the pictures.
pub(crate) struct EvaluationContext<'a> {
    pub(crate) data: &'a EvaluationData<'a>,
    pub(crate) painter: &'a Painter,
    pub(crate) size: u32,
    pub(crate) stop: &'a AtomicBool,
    /// Finder of faces, if they are to be measured.
    pub(crate) observer: Option<FaceObserver>,
    styles: HashMap<usize, StyleCode>,
}

impl<'a> EvaluationContext<'a> {
    pub(crate) fn new(
        data: &'a EvaluationData<'a>,
        painter: &'a Painter,
        size: u32,
        stop: &'a AtomicBool,
    ) -> Self {
        let styles = HashMap::new();
        Self {
            data,
            painter,
            size,
            stop,
            observer: None,
            styles,
        }
    }

    /// Adds an observer, so that faces are measured, too.
    pub(crate) fn with_observer(self) -> Result<Self, EvaluateError> {
        let observer = Some(FaceObserver::new(self.painter.device())?);
        Ok(Self { observer, ..self })
    }

    /// Name of a picture, for messages and for the report.
    pub(crate) fn name(&self, entry: usize) -> String {
        let path = self.data.entry(entry).relative_path();
        path.display().to_string()
    }

    /// Reads a picture at the size of the evaluation, without alpha.
    pub(crate) fn picture(&self, entry: usize) -> Result<Picture, EvaluateError> {
        let picture = self.data.picture(entry)?;
        Ok(resize(&picture.without_alpha(), self.size, self.size))
    }

    /// The style that the model reads in a painting of the data.
    pub(crate) fn style(&mut self, entry: usize) -> Result<StyleCode, EvaluateError> {
        if let Some(style) = self.styles.get(&entry) {
            return Ok(style.clone());
        }
        let style = self.style_of(&self.picture(entry)?, || self.name(entry))?;
        self.styles.insert(entry, style.clone());
        Ok(style)
    }

    /// The style that the model reads in a picture.
    pub(crate) fn style_of(
        &self,
        picture: &Picture,
        name: impl Fn() -> String,
    ) -> Result<StyleCode, EvaluateError> {
        self.painter
            .style_of(picture)
            .map_err(|reason| EvaluateError::Style {
                picture: name(),
                reason,
            })
    }

    /// Repaints one picture with a method. `place` is the index of the job among those of its
    /// style.
    pub(crate) fn repaint(
        &mut self,
        method: &Method,
        style: &StylePlan,
        place: usize,
        job: &PlannedJob,
    ) -> Result<Picture, EvaluateError> {
        match method {
            Method::Unchanged => self.picture(job.content),
            Method::Reinhard => Ok(reinhard(
                &self.picture(job.content)?,
                &self.picture(job.reference)?,
            )),
            Method::Outputs(folder) => {
                let path = folder.join(style.output(self.data, place, job));
                let output = match read(&path, &DecodeLimits::default()) {
                    Err(ReadError::NotFound { path }) => {
                        return Err(EvaluateError::MissingOutput { path });
                    }
                    read => read?.picture,
                };
                Ok(resize(&output.without_alpha(), self.size, self.size))
            }
            Method::Model => {
                let code = self.style(job.reference)?;
                self.paint(job.content, &code, || self.name(job.reference))
            }
        }
    }

    /// Repaints a picture of the data with the model.
    pub(crate) fn paint(
        &self,
        content: usize,
        code: &StyleCode,
        reference: impl Fn() -> String,
    ) -> Result<Picture, EvaluateError> {
        let picture = self.picture(content)?;
        let request = PaintRequest::new(&picture, code);
        let painted = self.painter.paint_one(&request, &mut &*self.stop);
        painted.map_err(|reason| match reason {
            PaintError::Stopped => EvaluateError::Stopped,
            reason => EvaluateError::Paint {
                content: self.name(content),
                reference: reference(),
                reason,
            },
        })
    }
}
