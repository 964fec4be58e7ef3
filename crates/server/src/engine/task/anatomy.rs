//! Tasks of finding parts and landmarks of pictures.

use bytes::Bytes;
use std::sync::Arc;
use utsushi::anatomy::{Anatomy, encode_parts, with_parts};
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, encode};

use super::look::look;
use super::{Kind, PIXEL_BYTES, Size};
use crate::engine::worker::{Worker, written};
use crate::engine::{FacesFound, Shared};
use crate::{Painted, PaintedFormat, Subject, WorkError};

/// A task: to find the part that each pixel of a picture belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// Whether the result is the picture with the colours of its parts laid over it, instead of the
    /// map itself.
    pub overlay: bool,
}

/// A task: to find the landmarks of the faces in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindLandmarks {
    /// The bytes of a picture file.
    pub content: Bytes,
}

fn check(content: &[u8], shared: &Shared) -> Result<Size, WorkError> {
    let content = look(content, Subject::Content, shared.options.limits.pixels)?;
    // The picture, the same in 8 bits, and the map of its parts with what it is made into.
    let maps = content.pixels().saturating_mul(2 * PIXEL_BYTES);
    Ok(Size {
        painted: content.pixels(),
        held: content.bytes.saturating_add(maps),
    })
}

impl Kind for Segment {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        check(&self.content, shared)
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.segment(self)
    }
}

impl Kind for FindLandmarks {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        check(&self.content, shared)
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.landmarks(self)
    }
}

impl Worker<'_> {
    fn segment(&self, segment: &Segment) -> Result<Painted, WorkError> {
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

    fn landmarks(&self, landmarks: &FindLandmarks) -> Result<Painted, WorkError> {
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

/// The note that there is no face, if none was found.
fn without_faces(anatomy: &Anatomy) -> Vec<String> {
    if anatomy.faces.is_empty() {
        vec!["no face was found".to_owned()]
    } else {
        Vec::new()
    }
}
