//! The anatomy of a picture of a character: its parts, and the landmarks of its faces.
//!
//! An [`AnatomyReader`] looks for faces ([`faces`](crate::faces)) and then for parts and landmarks,
//! with networks that are part of the library. It describes a picture by an [`Anatomy`].

mod area;

use burn::tensor::Device;
use utsushi_imaging::{EncodeError, Picture, encode_indexed, over_white};

pub use area::{Area, Region};
pub use utsushi_anatomy::{
    Anatomy, AnatomyError, AnatomyFinder, FacePoints, Landmark, Part, PartsMap, PointFound,
};

use crate::faces::{Face, FaceFinder, FaceFinderError};
use crate::pipeline::pieces;

/// Colours of the parts in maps, sRGB, by the parts' indices: the palette of Okabe and Ito (2008),
/// which is also distinguishable with colour blindness.
pub const PART_COLOURS: [[u8; 3]; Part::COUNT] = [
    [0, 0, 0],
    [0, 114, 178],
    [240, 228, 66],
    [86, 180, 233],
    [213, 94, 0],
    [204, 121, 167],
    [0, 158, 115],
];

/// Smallest share of its piece of skin that a face's box takes: neck and ears belong to that piece,
/// too.
const LEAST_OF_PIECE: f32 = 0.3;

/// The error that there is no anatomy reader.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnatomyReaderError {
    /// There is no network that finds faces.
    #[error(transparent)]
    Faces(#[from] FaceFinderError),
    /// There is no network for parts and landmarks.
    #[error(transparent)]
    Anatomy(#[from] AnatomyError),
}

/// Finds faces in pictures, and with their help parts and landmarks. A clone shares the networks,
/// and any number of threads may read at once.
#[derive(Clone, Debug)]
pub struct AnatomyReader {
    faces: FaceFinder,
    finder: AnatomyFinder,
}

impl AnatomyReader {
    /// A reader with the library's own networks, on a device without gradients.
    ///
    /// # Errors
    /// None with the library's own weights; see [`AnatomyFinder::builtin`].
    pub fn builtin(device: &Device) -> Result<Self, AnatomyReaderError> {
        let faces = FaceFinder::builtin(device)?;
        let finder = AnatomyFinder::builtin(device)?;
        Ok(Self { faces, finder })
    }

    /// A reader that uses these networks.
    pub fn new(faces: FaceFinder, finder: AnatomyFinder) -> Self {
        Self { faces, finder }
    }

    /// Finds the parts of a picture, and the landmarks of its faces, the surest face first; without
    /// a face, the parts alone. It takes about a second on one core, and more where there are many
    /// faces.
    pub fn read(&self, picture: &Picture) -> Anatomy {
        let faces = without_nested(self.faces.find_thoroughly(picture));
        let boxes: Vec<_> = faces.iter().map(Face::bounds).collect();
        self.finder.find(picture, &boxes)
    }

    /// Finds parts and landmarks in a line drawing, as [`read`](Self::read) does in a picture;
    /// transparent paper is white. The face finder takes eyes of line drawings for faces, so faces
    /// are left out that are much smaller than the face which the map of the whole drawing shows
    /// around them.
    pub fn read_lines(&self, picture: &Picture) -> Anatomy {
        let picture = &on_white_paper(picture);
        let whole = self.finder.find(picture, &[]);
        let faces = without_nested(self.faces.find(picture));
        let faces = of_size(faces, &whole.parts);
        if faces.is_empty() {
            return whole;
        }
        let boxes: Vec<_> = faces.iter().map(Face::bounds).collect();
        self.finder.find(picture, &boxes)
    }
}

/// Lays a drawing on white paper.
pub(crate) fn on_white_paper(drawing: &Picture) -> Picture {
    let colours = over_white(drawing).into_owned();
    let laid = Picture::new(drawing.width(), drawing.height(), colours);
    laid.expect("it has three bytes a pixel")
}

/// Keeps the faces that fill a large enough share of the piece of skin around their middle, in the
/// map of the picture's parts.
fn of_size(faces: Vec<Face>, parts: &PartsMap) -> Vec<Face> {
    let width = parts.width() as usize;
    let is_face = |part: &u8| {
        [Part::Face, Part::Eyes, Part::Brows, Part::Mouth]
            .iter()
            .any(|own| own.index() == usize::from(*part))
    };
    let inside: Vec<bool> = parts.parts().iter().map(is_face).collect();
    let pieces = pieces(&inside, width.max(1));
    let fills = |face: &Face| {
        let [x, y] = face.centre().map(|place| place.max(0.0) as usize);
        let middle = y * width + x;
        let around = pieces.iter().find(|piece| piece.contains(&middle));
        let [.., wide, high] = face.bounds();
        around.is_none_or(|piece| wide * high >= LEAST_OF_PIECE * piece.len() as f32)
    };
    faces.into_iter().filter(fills).collect()
}

/// Removes faces whose middle lies in a larger face: eyes of line drawings look like faces.
fn without_nested(faces: Vec<Face>) -> Vec<Face> {
    let is_nested = |face: &Face| {
        let size = face.size();
        let mut others = faces.iter();
        others.any(|other| other.size() > 1.5 * size && other.holds(face.centre()))
    };
    let kept = faces.iter().filter(|face| !is_nested(face)).copied();
    kept.collect()
}

/// Encodes a map of parts as a PNG with the palette [`PART_COLOURS`]; a pixel's value is the index
/// of its part.
///
/// # Errors
/// The map has no pixels, or the encoder fails.
pub fn encode_parts(parts: &PartsMap) -> Result<Vec<u8>, EncodeError> {
    encode_indexed(parts.width(), parts.height(), parts.parts(), &PART_COLOURS)
}

/// Lays the colours of its parts over a picture, half transparent; the background and alpha stay as
/// they are. If the map is of another size, the picture is returned unchanged.
pub fn with_parts(picture: &Picture, parts: &PartsMap) -> Picture {
    let mut shown = picture.clone();
    if (parts.width(), parts.height()) != (picture.width(), picture.height()) {
        return shown;
    }
    let pixels = shown.rgb_mut().as_chunks_mut::<3>().0;
    for (pixel, &part) in pixels.iter_mut().zip(parts.parts()) {
        if usize::from(part) == Part::Background.index() {
            continue;
        }
        for (value, colour) in pixel.iter_mut().zip(PART_COLOURS[usize::from(part)]) {
            *value = value.midpoint(colour);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_over_a_picture_half_transparent() {
        let picture = Picture::filled(2, 1, [100, 200, 50]);
        let parts = PartsMap::new(2, 1, vec![0, 1]).unwrap();
        let shown = with_parts(&picture, &parts);
        assert_eq!(shown.rgb(), [100, 200, 50, 50, 157, 114]);
        let other = PartsMap::new(1, 2, vec![1, 1]).unwrap();
        assert_eq!(with_parts(&picture, &other), picture);
    }

    #[test]
    fn eyes_in_a_drawn_face_are_no_faces() {
        // A face of 60 pixels side.
        let parts = (0..100 * 100).map(|at| {
            let inside = (20..80).contains(&(at % 100)) && (20..80).contains(&(at / 100));
            if inside { Part::Face.index() as u8 } else { 0 }
        });
        let parts = PartsMap::new(100, 100, parts.collect()).unwrap();
        let face = |x: f32, y: f32, side: f32| Face {
            x,
            y,
            width: side,
            height: side,
            score: 0.9,
        };
        let (eye, whole, elsewhere) = (
            face(30.0, 40.0, 16.0),
            face(22.0, 25.0, 50.0),
            face(84.0, 2.0, 9.0),
        );
        let beyond = face(-9.0, 200.0, 4.0);
        assert_eq!(
            of_size(vec![eye, whole, elsewhere, beyond], &parts),
            [whole, elsewhere, beyond]
        );
    }

    #[test]
    fn faces_within_faces_are_none() {
        let face = |x: f32, y: f32, side: f32| Face {
            x,
            y,
            width: side,
            height: side,
            score: 0.9,
        };
        let (head, eye, beside) = (
            face(10.0, 10.0, 80.0),
            face(20.0, 30.0, 20.0),
            face(95.0, 10.0, 30.0),
        );
        assert_eq!(without_nested(vec![eye, head, beside]), [head, beside]);
        // Two of one size overlap.
        let other = face(30.0, 10.0, 75.0);
        assert_eq!(without_nested(vec![head, other]), [head, other]);
    }

    #[test]
    fn a_portrait_has_a_map_and_a_face() {
        let bytes = crate::faces::SAMPLE_PORTRAIT;
        let portrait = utsushi_imaging::decode(bytes, &Default::default()).unwrap();
        let reader = AnatomyReader::builtin(&Device::flex()).unwrap();
        let anatomy = reader.read(&portrait.picture);
        assert_eq!((anatomy.parts.width(), anatomy.parts.height()), (128, 128));
        assert_eq!(anatomy.faces.len(), 1);
        assert!(
            encode_parts(&anatomy.parts)
                .unwrap()
                .starts_with(b"\x89PNG")
        );
        assert_eq!(reader.read(&Picture::filled(64, 64, [90; 3])).faces, []);
    }
}
