//! Observation of faces in contents and in their paintings.

use std::collections::HashMap;

use burn::tensor::Device;
use utsushi::anatomy::{AnatomyFinder, AnatomyReaderError, FacePoints, PartsMap};
use utsushi::faces::{Face, FaceFinder};
use utsushi_imaging::{Picture, Rectangle, resize};

use crate::measures::Portrait;

/// Parts of a picture that are enlarged to its size, as left, top and side in shares of the
/// picture. They show how consistent the finder is with itself.
const COPIES: [[f32; 3]; 2] = [[0.01, 0.03, 0.96], [0.06, 0.01, 0.92]];

/// Finds the faces of contents, and looks at the same places in their paintings.
pub(crate) struct FaceObserver {
    faces: FaceFinder,
    anatomy: AnatomyFinder,
    /// Parts and landmarks found in each content, by its index.
    contents: HashMap<usize, Option<Portrait>>,
}

impl FaceObserver {
    /// An observer that has not seen any content yet.
    ///
    /// # Errors
    /// The library's networks were replaced by invalid ones.
    pub(crate) fn new(device: &Device) -> Result<Self, AnatomyReaderError> {
        Ok(Self {
            faces: FaceFinder::builtin(device)?,
            anatomy: AnatomyFinder::builtin(device)?,
            contents: HashMap::new(),
        })
    }

    /// Finds parts and landmarks of the surest face of a picture.
    pub(crate) fn portrait(&self, picture: &Picture) -> Option<Portrait> {
        let faces = self.faces.find(picture);
        self.again(picture, faces.first().map(Face::bounds)?)
    }

    /// Finds parts and landmarks of a content, given with its index, if its face shows eyes and
    /// mouth so clearly that they can be missed in a painting.
    pub(crate) fn content(&mut self, entry: usize, picture: &Picture) -> Option<Portrait> {
        if let Some(known) = self.contents.get(&entry) {
            return known.clone();
        }
        let seen = self.portrait(picture);
        let seen = seen.filter(Portrait::is_clear);
        self.contents.insert(entry, seen.clone());
        seen
    }

    /// Finds parts and landmarks of a picture whose face is known to be in a box.
    pub(crate) fn again(&self, picture: &Picture, bounds: [f32; 4]) -> Option<Portrait> {
        let anatomy = self.anatomy.find(picture, &[bounds]);
        Some(Portrait {
            parts: anatomy.parts,
            face: anatomy.faces.into_iter().next()?,
        })
    }

    /// Finds parts and landmarks in copies of a content that are slightly enlarged and moved. Each
    /// comes after what it would show if the finder were perfectly consistent.
    pub(crate) fn copies(&self, seen: &Portrait, picture: &Picture) -> Vec<[Portrait; 2]> {
        let copies = COPIES.iter().filter_map(|share| {
            let copy = Copy::of(picture, share);
            let after = self.again(&copy.picture, seen.face.bounds)?;
            Some([copy.of_portrait(seen)?, after])
        });
        copies.collect()
    }
}

/// A copy of a picture's part, enlarged to the picture's size.
struct Copy {
    picture: Picture,
    /// Left and top of the part, in the picture's pixels.
    origin: [f32; 2],
    /// Width and height of the copy's pixels, in the picture's pixels.
    step: [f32; 2],
}

impl Copy {
    fn of(picture: &Picture, &[left, top, share]: &[f32; 3]) -> Self {
        let [width, height] = [picture.width(), picture.height()];
        let part = |side: u32, share: f32| ((side as f32 * share).round() as u32).min(side);
        let [wide, high] = [width, height].map(|side| part(side, share).max(1));
        let rectangle = Rectangle {
            left: part(width, left).min(width - wide),
            top: part(height, top).min(height - high),
            width: wide,
            height: high,
        };
        Self {
            picture: resize(&picture.crop(rectangle), width, height),
            origin: [rectangle.left as f32, rectangle.top as f32],
            step: [wide as f32 / width as f32, high as f32 / height as f32],
        }
    }

    /// Moves what was found in the picture to where it is in the copy.
    fn of_portrait(&self, seen: &Portrait) -> Option<Portrait> {
        let (width, height) = (seen.parts.width(), seen.parts.height());
        let source = |at: u32, axis: usize, end: u32| {
            let at = self.origin[axis] + (at as f32 + 0.5) * self.step[axis];
            (at as u32).min(end - 1)
        };
        let parts = (0..height).flat_map(|y| {
            let row = source(y, 1, height);
            (0..width).map(move |x| seen.parts.at(source(x, 0, width), row).index() as u8)
        });
        let place = |at: f32, axis: usize| (at - self.origin[axis]) / self.step[axis];
        let mut points = seen.face.points;
        for point in &mut points {
            (point.x, point.y) = (place(point.x, 0), place(point.y, 1));
        }
        let [x, y, wide, high] = seen.face.bounds;
        let bounds = [
            place(x, 0),
            place(y, 1),
            wide / self.step[0],
            high / self.step[1],
        ];
        Some(Portrait {
            parts: PartsMap::new(width, height, parts.collect())?,
            face: FacePoints { bounds, points },
        })
    }
}

#[cfg(test)]
mod tests {
    use utsushi::anatomy::Landmark;
    use utsushi_imaging::decode;

    use super::*;

    fn sitter() -> Picture {
        let bytes = utsushi::faces::SAMPLE_PORTRAIT;
        decode(bytes, &Default::default()).unwrap().picture
    }

    #[test]
    fn a_face_is_found_again_in_copies_of_its_picture() {
        let mut observer = FaceObserver::new(&Device::flex()).unwrap();
        let picture = sitter();
        let seen = observer.content(0, &picture).unwrap();
        // Remembered by its number, whatever comes with it.
        let grey = Picture::filled(64, 64, [90; 3]);
        assert_eq!(observer.content(0, &grey), Some(seen.clone()));
        assert_eq!(observer.content(1, &grey), None);
        let same = observer.again(&picture, seen.face.bounds).unwrap();
        assert_eq!(seen.landmark_distance(&same), Some(0.0));
        assert_eq!(seen.part_agreement(&same), Some(1.0));
        let copies = observer.copies(&seen, &picture);
        assert_eq!(copies.len(), 2);
        for [before, after] in copies {
            let distance = before.landmark_distance(&after).unwrap();
            assert!((0.0001..0.06).contains(&distance), "{distance}");
            assert!(before.part_agreement(&after).unwrap() > 0.7);
            assert!(!after.is_impossible() && !before.misses_eye(&after));
        }
    }

    #[test]
    fn a_face_that_was_painted_over_is_missed() {
        let mut observer = FaceObserver::new(&Device::flex()).unwrap();
        let seen = observer.content(0, &sitter()).unwrap();
        let blank = Picture::filled(128, 128, [200, 180, 160]);
        let after = observer.again(&blank, seen.face.bounds).unwrap();
        assert!(after.is_impossible());
    }

    #[test]
    fn a_copy_shows_what_its_part_of_the_picture_does() {
        let rgb = (0..100 * 100).flat_map(|at| [(at % 100) as u8, (at / 100) as u8, 0]);
        let picture = Picture::new(100, 100, rgb.collect()).unwrap();
        let copy = Copy::of(&picture, &[0.1, 0.2, 0.5]);
        assert_eq!((copy.picture.width(), copy.picture.height()), (100, 100));
        let middle = (50 * 100 + 50) * 3;
        let colour = &copy.picture.rgb()[middle..middle + 2];
        assert!(
            colour[0].abs_diff(35) <= 1 && colour[1].abs_diff(45) <= 1,
            "{colour:?}"
        );
        let mut points = [Default::default(); Landmark::COUNT];
        points[0] = utsushi::anatomy::PointFound {
            x: 35.0,
            y: 45.0,
            confidence: 0.5,
        };
        let parts = (0..100 * 100).map(|at| u8::from(at % 100 >= 35));
        let seen = Portrait {
            parts: PartsMap::new(100, 100, parts.collect()).unwrap(),
            face: FacePoints {
                bounds: [10.0, 20.0, 25.0, 25.0],
                points,
            },
        };
        let moved = copy.of_portrait(&seen).unwrap();
        assert_eq!(moved.face.bounds, [0.0, 0.0, 50.0, 50.0]);
        assert_eq!([moved.face.points[0].x, moved.face.points[0].y], [50.0; 2]);
        assert_eq!(moved.parts.at(49, 3).index(), 0);
        assert_eq!(moved.parts.at(50, 3).index(), 1);
    }
}
