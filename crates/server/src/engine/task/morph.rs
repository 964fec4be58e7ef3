//! Tasks of morphing: pictures turned into each other.

use bytes::Bytes;
use std::sync::mpsc::channel;
use std::time::Duration;
use utsushi::creative::{Keyframe, MorphOptions, fit_to_frame, frame_size};
use utsushi::{Framing, Note};
use utsushi_imaging::{AnimationFormat, AnimationWriter, Frame};

use super::look::{look, look_at_references, pixels};
use super::paint::{check_options, check_references, check_styles};
use super::{Kind, PIXEL_BYTES, Size};
use crate::engine::Shared;
use crate::engine::painting_thread::PaintTask;
use crate::engine::worker::style_reader::StyleReader;
use crate::engine::worker::{Worker, noted};
use crate::{Painted, PaintedFormat, StylePart, Subject, WorkError};

/// A task: to make an animation that goes from keyframe to keyframe.
#[derive(Clone, Debug, PartialEq)]
pub struct Morph {
    /// The bytes of picture files.
    pub pictures: Vec<Bytes>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The part of a reference in which its style is read.
    pub framing: Framing,
    /// The keyframes, at least two.
    pub keyframes: Vec<MorphKeyframe>,
    /// Frames, pace, size, and the path along which styles are mixed.
    pub options: MorphOptions,
    /// Frames per second, 1…100.
    pub rate: u32,
    /// The format of the result.
    pub format: AnimationFormat,
}

/// A keyframe of a morph.
#[derive(Clone, Debug, PartialEq)]
pub struct MorphKeyframe {
    /// Index into [`Morph::pictures`], from 0.
    pub picture: usize,
    /// The parts of the keyframe's style.
    pub styles: Vec<StylePart>,
}

impl Morph {
    fn check_pixels(&self, shared: &Shared) -> Result<Size, WorkError> {
        let limits = &shared.options.limits;
        let mut looks = Vec::new();
        for (index, picture) in self.pictures.iter().enumerate() {
            looks.push(look(picture, Subject::Picture(index), limits.pixels)?);
        }
        // A picture that lies on its side has the same number of pixels.
        let first = looks[self.keyframes[0].picture].size;
        let frame = pixels(frame_size(first, self.options.longest));
        let (found, limit) = (frame * self.options.frames as u64, limits.film_pixels);
        if found > limit {
            return Err(WorkError::FilmPixels { found, limit });
        }
        let references = self.references.iter().map(|bytes| &bytes[..]);
        let largest = looks.iter().map(|look| look.bytes).max();
        let largest = largest.unwrap_or_default();
        let largest = largest.max(look_at_references(references, limits.pixels)?);
        // One picture or reference at a time stands beside what is cut to a frame's size, and
        // beside the frames that wait to be encoded.
        let frames = self.keyframes.len() + super::super::painting_thread::AHEAD;
        Ok(Size {
            painted: found,
            held: largest.saturating_add(frame * PIXEL_BYTES * frames as u64),
        })
    }
}

impl Kind for Morph {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let painter = shared.painter()?;
        let limits = &shared.options.limits;
        let (found, limit) = (self.pictures.len(), limits.pictures);
        if found > limit {
            return Err(WorkError::Pictures { found, limit });
        }
        check_references(self.references.len(), limits.references)?;
        check_options(1.0, self.options.octaves, shared)?;
        let (frames, keyframes) = (self.options.frames, self.keyframes.len());
        if keyframes < 2 || frames < keyframes {
            return Err(WorkError::TooFewFrames { keyframes, frames });
        }
        if frames > limits.frames {
            let (found, limit) = (frames, limits.frames);
            return Err(WorkError::TooManyFrames { found, limit });
        }
        if !(1..=100).contains(&self.rate) || !(32..=1024).contains(&self.options.longest) {
            let (rate, longest) = (self.rate, self.options.longest);
            return Err(WorkError::Film { rate, longest });
        }
        for keyframe in &self.keyframes {
            let (index, found) = (keyframe.picture, self.pictures.len());
            if index >= found {
                return Err(WorkError::NoSuchPicture { index, found });
            }
            check_styles(&keyframe.styles, self.references.len(), painter)?;
        }
        self.check_pixels(shared)
    }

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.morph(self)
    }
}

impl Worker<'_> {
    fn morph(&self, morph: &Morph) -> Result<Painted, WorkError> {
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

    /// Makes the keyframes. Styles are read in whole pictures, of which only the part that is seen
    /// in a frame is kept.
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
