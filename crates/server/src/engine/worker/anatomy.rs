//! Parts and landmarks of pictures.

use std::sync::Arc;

use utsushi::anatomy::{Anatomy, encode_parts, with_parts};
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, encode};

use super::{Subject, Worker, written};
use crate::engine::FacesFound;
use crate::{FindLandmarks, Painted, PaintedFormat, Segment, WorkError};

impl Worker<'_> {
    pub(super) fn segment(&self, segment: &Segment) -> Result<Painted, WorkError> {
        let (content, anatomy) = self.anatomy(&segment.content)?;
        self.check()?;
        let format = OutputFormat::Png;
        let bytes = if segment.overlay {
            let shown = with_parts(&content, &anatomy.parts);
            encode(&shown, format, EncodeOptions::default())?
        } else {
            encode_parts(&anatomy.parts)?
        };
        let painted = written(bytes, format, (content.width(), content.height()));
        let notes = without_faces(&anatomy);
        Ok(Painted { notes, ..painted })
    }

    pub(super) fn landmarks(&self, landmarks: &FindLandmarks) -> Result<Painted, WorkError> {
        let (content, anatomy) = self.anatomy(&landmarks.content)?;
        let found = FacesFound::from(&*anatomy);
        let bytes = serde_json::to_vec(&found).map_err(|_| WorkError::Fault)?;
        Ok(Painted {
            bytes: bytes.into(),
            format: PaintedFormat::Landmarks,
            width: content.width(),
            height: content.height(),
            frames: 0,
            notes: without_faces(&anatomy),
        })
    }

    fn anatomy(&self, content: &[u8]) -> Result<(Picture, Arc<Anatomy>), WorkError> {
        let content = self.read(content, Subject::Content)?;
        self.check()?;
        let anatomy = self.shared.anatomy.find(&content)?;
        Ok((content, anatomy))
    }
}

/// That there is no face, where there is none.
fn without_faces(anatomy: &Anatomy) -> Vec<String> {
    if anatomy.faces.is_empty() {
        vec!["no face was found".to_owned()]
    } else {
        Vec::new()
    }
}
