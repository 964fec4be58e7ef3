//! Pictures to be turned into each other.

use bytes::Bytes;
use utsushi::Framing;
use utsushi::creative::{MorphOptions, frame_size};
use utsushi_imaging::AnimationFormat;

use super::look::{look, look_at_references, pixels};
use super::work::{check_options, check_references, check_styles};
use super::{PIXEL_BYTES, Shared, Size, StylePart, Subject, WorkError};

/// An animation that goes from keyframe to keyframe.
#[derive(Clone, Debug, PartialEq)]
pub struct Morph {
    /// The bytes of picture files.
    pub pictures: Vec<Bytes>,
    /// The bytes of reference paintings.
    pub references: Vec<Bytes>,
    /// The part of a reference that its style is read in.
    pub framing: Framing,
    /// The keyframes, at least two.
    pub keyframes: Vec<MorphKeyframe>,
    /// Frames, pace, size, and along what styles are mixed.
    pub options: MorphOptions,
    /// Frames a second, 1…100.
    pub rate: u32,
    /// The format of the result.
    pub format: AnimationFormat,
}

/// A keyframe of a morph.
#[derive(Clone, Debug, PartialEq)]
pub struct MorphKeyframe {
    /// One of [`Morph::pictures`], counted from 0.
    pub picture: usize,
    /// The parts of its style.
    pub styles: Vec<StylePart>,
}

impl Morph {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
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
