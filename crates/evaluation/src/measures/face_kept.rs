//! Preservation of faces: how much of a content's face and figure is left in its painting.

use utsushi::anatomy::{Area, FacePoints, Landmark, Part, PartsMap};

use crate::samples::mean;

/// Confidence from which on a content's landmark has to be in its painting.
const SURE: f32 = 0.4;

/// Confidence below which a required landmark is missing in a painting.
const MISSING: f32 = 0.15;

/// Confidence, in both pictures, from which on the place of a landmark is compared.
const PLACED: f32 = 0.3;

/// Distance from its landmark within which an eye is looked for, in widths of the face.
const AROUND_EYE: f32 = 0.18;

/// Share of an eye below which it counts as missing.
const LEFT_OF_EYE: f64 = 0.3;

const EYES: [Landmark; 2] = [Landmark::LeftEye, Landmark::RightEye];

/// Landmarks that every face must have.
const NEEDED: [Landmark; 3] = [Landmark::LeftEye, Landmark::RightEye, Landmark::Mouth];

/// Areas of the picture that are compared.
const AREAS: [Area; 4] = [Area::Background, Area::Hair, Area::Face, Area::Body];

/// Share of both pictures below which an area is not compared.
const SMALL: f64 = 0.01;

/// Parts and landmarks of a picture with a face.
#[derive(Clone, Debug, PartialEq)]
pub struct Portrait {
    /// The part that each pixel belongs to.
    pub parts: PartsMap,
    /// The face with its landmarks.
    pub face: FacePoints,
}

impl Portrait {
    /// Whether eyes and mouth are found so surely that they can be missed in a painting.
    pub fn is_clear(&self) -> bool {
        let sure = |&landmark: &Landmark| self.face.point(landmark).confidence >= SURE;
        NEEDED.iter().all(sure) && EYES.iter().all(|&eye| self.eye_at(self.place(eye)) > 0)
    }

    /// Whether the face is impossible: an eye or the mouth is missing. Glasses, hair and profiles
    /// also hide eyes, so that this is meaningful only for pictures whose content shows both.
    pub fn is_impossible(&self) -> bool {
        let missing = |&landmark: &Landmark| self.face.point(landmark).confidence < MISSING;
        NEEDED.iter().any(missing) || EYES.iter().any(|&eye| self.eye_at(self.place(eye)) == 0)
    }

    /// Whether another picture of this face has almost nothing of an eye where this one has it.
    pub fn misses_eye(&self, other: &Self) -> bool {
        EYES.iter().any(|&eye| {
            let place = self.place(eye);
            (other.eye_at(place) as f64) < LEFT_OF_EYE * self.eye_at(place) as f64
        })
    }

    fn place(&self, landmark: Landmark) -> [f32; 2] {
        let point = self.face.point(landmark);
        [point.x, point.y]
    }

    /// Number of pixels of eyes around a place.
    fn eye_at(&self, [x, y]: [f32; 2]) -> usize {
        let reach = AROUND_EYE * self.face.bounds[2];
        let span = |at: f32, end: u32| {
            let [from, to] = [at - reach, at + reach].map(|it| it.clamp(0.0, end as f32) as u32);
            from..(to + 1).min(end)
        };
        let mut count = 0;
        for row in span(y, self.parts.height()) {
            for column in span(x, self.parts.width()) {
                let away = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                count += usize::from(away < reach && self.parts.at(column, row) == Part::Eyes);
            }
        }
        count
    }

    /// Mean distance between the landmarks of this picture and those of another, in widths of this
    /// one's face, over those that both show clearly; `None` if there are none.
    pub fn landmark_distance(&self, other: &Self) -> Option<f64> {
        let pairs = self.face.points.iter().zip(&other.face.points);
        let clear = pairs.filter(|(a, b)| a.confidence >= PLACED && b.confidence >= PLACED);
        let distances: Vec<f64> = clear
            .map(|(a, b)| f64::from((a.x - b.x).hypot(a.y - b.y) / self.face.bounds[2]))
            .collect();
        mean(&distances)
    }

    /// Agreement of background, hair, face and body between this picture and another of its size:
    /// the mean intersection over union, 0…1, of those that are at least a hundredth of either
    /// picture; `None` if the sizes differ.
    pub fn part_agreement(&self, other: &Self) -> Option<f64> {
        let (own, others) = (&self.parts, &other.parts);
        if (own.width(), own.height()) != (others.width(), others.height()) {
            return None;
        }
        let mut shares = Vec::new();
        for area in AREAS {
            let within = Part::ALL.map(|part| area.holds(part));
            let holds = |part: u8| within[usize::from(part)];
            let (mut both, mut either) = (0u64, 0u64);
            for (&a, &b) in own.parts().iter().zip(others.parts()) {
                both += u64::from(holds(a) && holds(b));
                either += u64::from(holds(a) || holds(b));
            }
            if either as f64 >= SMALL * own.parts().len() as f64 && either > 0 {
                shares.push(both as f64 / either as f64);
            }
        }
        mean(&shares)
    }
}

#[cfg(test)]
mod tests {
    use utsushi::anatomy::PointFound;

    use super::*;

    /// A test portrait: a face of 40 pixels whose landmarks are in a row, with parts in two rows of
    /// ten pixels.
    fn portrait(parts: [u8; 20]) -> Portrait {
        let point = |index: usize| PointFound {
            x: index as f32 * 2.0,
            y: 10.0,
            confidence: 0.9,
        };
        Portrait {
            parts: PartsMap::new(10, 2, parts.to_vec()).unwrap(),
            face: FacePoints {
                bounds: [0.0, 0.0, 40.0, 44.0],
                points: std::array::from_fn(point),
            },
        }
    }

    fn with(change: impl Fn(&mut Portrait)) -> Portrait {
        let mut changed = portrait([0; 20]);
        change(&mut changed);
        changed
    }

    #[test]
    fn distances_are_in_widths_of_the_face() {
        let own = portrait([0; 20]);
        assert_eq!(own.landmark_distance(&own), Some(0.0));
        let moved = with(|it| {
            for point in &mut it.face.points {
                point.x += 1.2;
                point.y -= 1.6;
            }
        });
        // 2 pixels of 40.
        assert!((own.landmark_distance(&moved).unwrap() - 0.05).abs() < 1e-6);
        // Half of them twice as far; then only these are found.
        let moved = with(|it| {
            for point in &mut it.face.points[5..] {
                point.x += 4.0;
            }
        });
        let expected = 0.1 * 20.0 / 25.0;
        assert!((own.landmark_distance(&moved).unwrap() - expected).abs() < 1e-6);
        let mut unsure = moved;
        for point in &mut unsure.face.points[..5] {
            point.confidence = 0.2;
        }
        assert!((own.landmark_distance(&unsure).unwrap() - 0.1).abs() < 1e-6);
        let none = with(|it| it.face.points = [PointFound::default(); Landmark::COUNT]);
        assert_eq!(own.landmark_distance(&none), None);
    }

    #[test]
    fn parts_agree_by_what_they_share() {
        let row = [0, 0, 1, 1, 2, 2, 3, 5, 6, 6];
        let both: [u8; 20] = std::array::from_fn(|at| row[at % 10]);
        let own = portrait(both);
        assert_eq!(own.part_agreement(&own), Some(1.0));
        // Features count as face, so that an eye that became a mouth changes nothing.
        let other = portrait(both.map(|part| if part == 3 { 5 } else { part }));
        assert_eq!(own.part_agreement(&other), Some(1.0));
        // Half of the hair became background: 2/4 of hair, 4/6 of background.
        let mut less = both;
        (less[2], less[3]) = (0, 0);
        let agreement = own.part_agreement(&portrait(less)).unwrap();
        let expected = (4.0 / 6.0 + 2.0 / 4.0 + 1.0 + 1.0) / 4.0;
        assert!((agreement - expected).abs() < 1e-12, "{agreement}");
        let turned = Portrait {
            parts: PartsMap::new(2, 10, both.to_vec()).unwrap(),
            ..own.clone()
        };
        assert_eq!(own.part_agreement(&turned), None);
    }

    /// A test portrait: a face of 40 pixels with eyes of 9×5 pixels.
    fn with_eyes() -> Portrait {
        let mut seen = portrait([0; 20]);
        let mut parts = vec![2; 60 * 60];
        for (landmark, [x, y]) in [(EYES[0], [20, 25]), (EYES[1], [40, 25])] {
            let point = &mut seen.face.points[landmark.index()];
            (point.x, point.y) = (x as f32 + 0.5, y as f32 + 0.5);
            for row in y - 2..=y + 2 {
                parts[row * 60 + x - 4..=row * 60 + x + 4].fill(3);
            }
        }
        seen.parts = PartsMap::new(60, 60, parts).unwrap();
        seen
    }

    #[test]
    fn faces_without_an_eye_or_a_mouth_are_impossible() {
        let own = with_eyes();
        assert!(own.is_clear() && !own.is_impossible() && !own.misses_eye(&own));
        for landmark in NEEDED {
            let sure = |confidence| {
                let mut seen = with_eyes();
                seen.face.points[landmark.index()].confidence = confidence;
                seen
            };
            assert!(!sure(0.2).is_clear() && !sure(0.2).is_impossible());
            assert!(sure(0.05).is_impossible(), "{landmark:?}");
        }
        let mut nose = with_eyes();
        nose.face.points[Landmark::Nose.index()].confidence = 0.0;
        assert!(nose.is_clear() && !nose.is_impossible());
    }

    #[test]
    fn an_eye_of_which_little_is_left_is_missed() {
        let own = with_eyes();
        let rows_left = |rows: usize| {
            let mut seen = with_eyes();
            let parts = seen.parts.parts().iter().enumerate().map(|(at, &part)| {
                let gone = at % 60 > 30 && at / 60 >= 23 + rows;
                if gone { 2 } else { part }
            });
            seen.parts = PartsMap::new(60, 60, parts.collect()).unwrap();
            seen
        };
        // Two of five rows are more than three tenths, one is less.
        assert!(!own.misses_eye(&rows_left(2)) && own.misses_eye(&rows_left(1)));
        assert!(!rows_left(1).is_impossible());
        assert!(rows_left(0).is_impossible() && !rows_left(0).is_clear());
        // What becomes larger misses nothing.
        assert!(!rows_left(1).misses_eye(&own));
    }
}
