//! Pictures turned into each other.

use std::sync::mpsc::channel;
use std::time::Duration;

use utsushi::Note;
use utsushi::creative::{Keyframe, fit_to_frame, frame_size};
use utsushi_imaging::{AnimationWriter, Frame};

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker, noted};
use crate::{Morph, Painted, PaintedFormat, WorkError};

impl Worker<'_> {
    pub(super) fn morph(&self, morph: &Morph) -> Result<Painted, WorkError> {
        let mut style_reader = StyleReader::new(self, &morph.references, morph.framing);
        let keyframes = self.keyframes(morph, &mut style_reader)?;
        let first = &keyframes.first().ok_or(WorkError::Fault)?.picture;
        let (width, height) = (first.width(), first.height());
        let options = morph.options;
        let (without_face, told) = channel();
        let frames = self.submit(PaintTask::Morph {
            keyframes,
            options,
            without_face,
        })?;
        let mut writer = AnimationWriter::new(morph.format, 0);
        let delay = Duration::from_secs(1) / morph.rate.max(1);
        let mut encoded = 0;
        // Each frame is encoded while the next ones are painted.
        for frame in frames {
            let picture = frame?.into_eight();
            self.check()?;
            writer.push(&Frame { picture, delay })?;
            encoded += 1;
        }
        if encoded != morph.options.frames {
            return Err(WorkError::Fault);
        }
        let painted = Painted {
            bytes: writer.finish()?.into(),
            format: PaintedFormat::Animation(morph.format),
            width,
            height,
            frames: encoded as u32,
            notes: Vec::new(),
        };
        let mut notes = style_reader.notes();
        let mut pictures = Vec::new();
        for keyframe in told.try_recv().unwrap_or_default() {
            let index = morph.keyframes[keyframe].picture;
            if !pictures.contains(&index) {
                pictures.push(index);
                let picture = Subject::Picture(index).to_string();
                notes.push(Note::NoFaceToMorph { picture });
            }
        }
        Ok(noted(painted, &notes))
    }

    /// The keyframes with their styles, read from the whole pictures, of which no more is kept than
    /// what is seen in a frame.
    fn keyframes(
        &self,
        morph: &Morph,
        style_reader: &mut StyleReader<'_>,
    ) -> Result<Vec<Keyframe>, WorkError> {
        let mut keyframes: Vec<Keyframe> = Vec::new();
        for keyframe in &morph.keyframes {
            let bytes = morph.pictures.get(keyframe.picture);
            let subject = Subject::Picture(keyframe.picture);
            let picture = self.read(bytes.ok_or(WorkError::Fault)?, subject)?;
            let content = || Some(picture.clone());
            let own = || Ok(self.shared.painter()?.style_of(&picture)?);
            let path = morph.options.path;
            let style = style_reader.mix(&keyframe.styles, path, &content, &own)?;
            let (width, height) = match keyframes.first() {
                Some(first) => (first.picture.width(), first.picture.height()),
                None => frame_size((picture.width(), picture.height()), morph.options.longest),
            };
            let picture = fit_to_frame(&picture, width, height);
            keyframes.push(Keyframe { picture, style });
        }
        Ok(keyframes)
    }
}
