//! Maps of the parts of a picture, pixel by pixel.

use crate::Part;

/// The part that each pixel of a picture belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct PartsMap {
    width: u32,
    height: u32,
    parts: Vec<u8>,
}

impl PartsMap {
    /// Makes a map from the indices of parts, `[height, width]`, row by row. Returns `None` if
    /// there are not `width × height`, or if one is not the index of a [`Part`].
    pub fn new(width: u32, height: u32, parts: Vec<u8>) -> Option<Self> {
        let fits = parts.len() as u64 == u64::from(width) * u64::from(height);
        let known = parts.iter().all(|&part| usize::from(part) < Part::COUNT);
        (fits && known).then_some(Self {
            width,
            height,
            parts,
        })
    }

    /// Width of the map in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of the map in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The indices of the parts ([`Part::index`]), `[height, width]`, row by row.
    pub fn parts(&self) -> &[u8] {
        &self.parts
    }

    /// The part at column `x` of row `y`; background outside of the picture.
    pub fn at(&self, x: u32, y: u32) -> Part {
        if x >= self.width || y >= self.height {
            return Part::Background;
        }
        let part = self.parts[y as usize * self.width as usize + x as usize];
        Part::ALL[usize::from(part)]
    }

    /// The share of the picture's pixels that belong to a part, 0…1.
    pub fn share(&self, part: Part) -> f32 {
        let own = part.index() as u8;
        let count = self.parts.iter().filter(|&&part| part == own).count();
        count as f32 / self.parts.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_knows_its_parts() {
        let map = PartsMap::new(3, 2, vec![0, 1, 1, 6, 2, 1]).unwrap();
        assert_eq!(map.at(1, 0), Part::Hair);
        assert_eq!(map.at(0, 1), Part::Body);
        assert_eq!(map.at(3, 0), Part::Background);
        assert_eq!(map.at(0, 2), Part::Background);
        assert_eq!(map.share(Part::Hair), 0.5);
        assert_eq!(map.share(Part::Mouth), 0.0);
    }

    #[test]
    fn what_is_no_map_is_refused() {
        assert_eq!(PartsMap::new(3, 2, vec![0; 5]), None);
        assert_eq!(PartsMap::new(2, 1, vec![0, 7]), None);
    }
}
