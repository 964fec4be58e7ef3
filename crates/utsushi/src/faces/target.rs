//! Targets of the face network: the maps that it should give for a picture whose faces are known.

use crate::faces::face::Face;
use crate::faces::network::STRIDE;

/// Face size in pixels whose logarithm is 0 in the network's output.
const UNIT: f32 = 32.0;

/// Sizes in pixels of the faces that are to be found in one level. The levels above and below find
/// other sizes; each face is within reach of two levels.
pub(crate) const SIZES: std::ops::RangeInclusive<f32> = 12.0..=64.0;

/// Size in pixels beyond which a face must not be found: similar smaller things in it (an eye, a
/// mouth) are not faces. Between the two limits the network is left free.
const ENLARGED: f32 = 112.0;

/// Standard deviation of the bell around a face's centre, as a share of the face's size.
const SPREAD: f32 = 0.12;

/// Smallest standard deviation of that bell around a face's centre, in cells.
const LEAST_SPREAD: f32 = 0.5;

/// Place and size of a face in one cell, as the network predicts them: distance of the face's
/// centre from the cell's, in cells across and down, and the natural logarithms of its width and
/// height in units of 32 pixels.
pub type Extent = [f32; 4];

/// Computes the extent of a face as seen from a cell.
pub(crate) fn extent(face: &Face, row: usize, column: usize) -> Extent {
    let [x, y] = face.centre();
    [
        x / STRIDE as f32 - (column as f32 + 0.5),
        y / STRIDE as f32 - (row as f32 + 0.5),
        (face.width / UNIT).ln(),
        (face.height / UNIT).ln(),
    ]
}

/// Converts an [`Extent`] back to a face; impossible values are brought within bounds.
pub(crate) fn face_of(extent: Extent, row: usize, column: usize, score: f32) -> Face {
    let [across, down, wide, high] = extent;
    let within = |value: f32, bound: f32| {
        if value.is_finite() {
            value.clamp(-bound, bound)
        } else {
            0.0
        }
    };
    let [width, height] = [wide, high].map(|length| within(length, 3.0).exp() * UNIT);
    let middle =
        |cell: usize, offset: f32| (cell as f32 + 0.5 + within(offset, 2.0)) * STRIDE as f32;
    Face {
        x: middle(column, across) - width / 2.0,
        y: middle(row, down) - height / 2.0,
        width,
        height,
        score,
    }
}

/// The maps that the network should give for one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceTargetMaps {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Heat map of faces: 1 at their centres, falling off around them as a bell (Zhou et al. 2019,
    /// section 3).
    pub(crate) heat: Vec<f32>,
    /// Cells with the centre of a face: 1 there, else 0.
    pub(crate) centres: Vec<f32>,
    /// Cells in which the network is left free: 1 there, else 0.
    pub(crate) ignored: Vec<f32>,
    pub(crate) extents: Vec<Extent>,
    /// Weight of the extent's loss in each cell.
    pub(crate) weights: Vec<f32>,
}

impl FaceTargetMaps {
    /// Targets for a picture of `width` × `height` pixels without faces.
    pub fn new(width: usize, height: usize) -> Self {
        let (columns, rows) = (width / STRIDE, height / STRIDE);
        let cells = rows * columns;
        Self {
            rows,
            columns,
            heat: vec![0.0; cells],
            centres: vec![0.0; cells],
            ignored: vec![0.0; cells],
            extents: vec![[0.0; 4]; cells],
            weights: vec![0.0; cells],
        }
    }

    /// Adds a face, which is to be found, to be ignored, or to be passed over, depending on its
    /// size.
    pub fn add(&mut self, face: &Face) {
        let size = face.size();
        if size >= ENLARGED {
            return;
        }
        let [x, y] = face.centre().map(|value| (value / STRIDE as f32).floor());
        let inside =
            (0.0..self.columns as f32).contains(&x) && (0.0..self.rows as f32).contains(&y);
        if !SIZES.contains(&size) || !inside {
            return self.ignore(face);
        }
        let (centre_row, centre_column) = (y as usize, x as usize);
        let spread = (SPREAD * size / STRIDE as f32).max(LEAST_SPREAD);
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (down, across) = (row.abs_diff(centre_row), column.abs_diff(centre_column));
                let distance = (down * down + across * across) as f32;
                let heat = (-distance / (2.0 * spread * spread)).exp();
                let cell = row * self.columns + column;
                if heat > self.heat[cell] {
                    self.heat[cell] = heat;
                }
                // Beside the middle too, since a peak may come out one cell off.
                if heat > 0.3 && heat > self.weights[cell] {
                    self.weights[cell] = heat;
                    self.extents[cell] = extent(face, row, column);
                }
            }
        }
        self.centres[centre_row * self.columns + centre_column] = 1.0;
    }

    /// Leaves the network free within this box: on half of a face, for instance.
    pub fn ignore(&mut self, part: &Face) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let middle = [column, row].map(|cell| (cell as f32 + 0.5) * STRIDE as f32);
                if part.holds(middle) {
                    self.ignored[row * self.columns + column] = 1.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f32, y: f32, side: f32) -> Face {
        Face {
            x: x - side / 2.0,
            y: y - side / 2.0,
            width: side,
            height: side,
            score: 1.0,
        }
    }

    #[test]
    fn a_face_is_a_bell_with_its_extent() {
        let mut maps = FaceTargetMaps::new(64, 48);
        maps.add(&square(21.0, 26.0, 50.0));
        // 21 / 8 = 2.625 and 26 / 8 = 3.25: row 3, column 2. The bell is 0.75 cells wide.
        let cell = |row: usize, column: usize| row * 8 + column;
        assert_eq!(maps.centres.iter().sum::<f32>(), 1.0);
        assert_eq!(maps.centres[cell(3, 2)], 1.0);
        assert_eq!(maps.heat[cell(3, 2)], 1.0);
        let beside = (-1.0_f32 / (2.0 * 0.75 * 0.75)).exp();
        for near in [cell(2, 2), cell(4, 2), cell(3, 1), cell(3, 3)] {
            assert!((maps.heat[near] - beside).abs() < 1e-6);
            assert_eq!(maps.weights[near], maps.heat[near]);
        }
        assert!((maps.heat[cell(4, 3)] - beside * beside).abs() < 1e-6);
        assert_eq!(maps.weights[cell(4, 3)], 0.0);
        let expected = [0.125, -0.25, (50.0_f32 / 32.0).ln(), (50.0_f32 / 32.0).ln()];
        for (value, expected) in maps.extents[cell(3, 2)].iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6);
        }
        assert_eq!(maps.ignored, vec![0.0; 48]);
    }

    #[test]
    fn extents_come_back_as_faces() {
        let face = Face {
            x: 30.0,
            y: -4.0,
            width: 20.0,
            height: 44.0,
            score: 0.7,
        };
        let again = face_of(extent(&face, 2, 5), 2, 5, 0.7);
        for (value, expected) in [
            (again.x, 30.0),
            (again.y, -4.0),
            (again.width, 20.0),
            (again.height, 44.0),
        ] {
            assert!((value - expected).abs() < 1e-4, "{again:?}");
        }
        let odd = face_of([f32::NAN, f32::INFINITY, 99.0, f32::NAN], 0, 0, 0.5);
        assert!(odd.width.is_finite() && odd.x.is_finite() && odd.height == UNIT);
    }

    #[test]
    fn size_decides_what_is_asked() {
        let asked = |side: f32| {
            let mut maps = FaceTargetMaps::new(128, 128);
            maps.add(&square(64.0, 64.0, side));
            let total = |values: &[f32]| values.iter().sum::<f32>();
            (total(&maps.centres), total(&maps.ignored))
        };
        assert_eq!(asked(30.0), (1.0, 0.0));
        // Boxes hold so many middles of cells.
        assert_eq!(asked(80.0), (0.0, 100.0));
        assert_eq!(asked(9.0), (0.0, 4.0));
        assert_eq!(asked(120.0), (0.0, 0.0));
    }

    #[test]
    fn a_face_whose_middle_is_outside_is_ignored() {
        let mut maps = FaceTargetMaps::new(64, 64);
        maps.add(&square(-4.0, 32.0, 32.0));
        assert_eq!(maps.centres.iter().sum::<f32>(), 0.0);
        assert!(maps.ignored.iter().sum::<f32>() > 0.0);
    }
}
