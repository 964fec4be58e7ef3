//! Results of an inspection.

use std::collections::BTreeMap;
use std::path::PathBuf;

use utsushi_imaging::{Format, Picture};

use crate::{DropReason, Notice};

/// Results of an inspection, style by style.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// The styles, in the order of the sources and, within one source, of their names.
    pub styles: Vec<StyleInspection>,
    /// Contact sheet with a row of pictures for each style.
    pub sheet: Picture,
}

/// Results of inspecting one style.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleInspection {
    /// Name of the folder or zip, without its suffix.
    pub name: String,
    /// Path of the folder or zip.
    pub path: PathBuf,
    /// Number of pictures that can be read.
    pub pictures: usize,
    /// Total size in bytes of these pictures' files.
    pub bytes: u64,
    /// Number of pictures in each format.
    pub formats: BTreeMap<Format, usize>,
    /// Number of pictures of each width and height in pixels.
    pub sizes: BTreeMap<(u32, u32), usize>,
    /// Pictures that look like an earlier one.
    pub near_duplicates: Vec<LookAlike>,
    /// Pictures that look blurred or enlarged.
    pub soft: Vec<SoftPicture>,
    /// Files that cannot be used, with the reasons.
    pub unreadable: Vec<(String, DropReason)>,
    /// Notices on the style's sources, such as folders that cannot be listed.
    pub notices: Vec<Notice>,
}

/// A picture that looks like an earlier one of its style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// The picture's name in the source.
    pub name: String,
    /// Name of the earlier picture.
    pub of: String,
    /// Number of differing bits of the two fingerprints, of 128.
    pub distance: u32,
}

/// A soft picture, with less detail than its pixels could show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftPicture {
    /// The picture's name in the source.
    pub name: String,
    /// Shorter side of the picture in pixels.
    pub side: u32,
    /// Shorter side in pixels at which the picture would be sharp: a half of its own, a quarter and
    /// so on.
    pub sharp_side: u32,
}

impl StyleInspection {
    pub(super) fn new(name: String, path: PathBuf) -> Self {
        Self {
            name,
            path,
            pictures: 0,
            bytes: 0,
            formats: BTreeMap::new(),
            sizes: BTreeMap::new(),
            near_duplicates: Vec::new(),
            soft: Vec::new(),
            unreadable: Vec::new(),
            notices: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, format: Format, width: u32, height: u32, bytes: u64) {
        self.pictures += 1;
        self.bytes += bytes;
        *self.formats.entry(format).or_insert(0) += 1;
        *self.sizes.entry((width, height)).or_insert(0) += 1;
    }

    /// Lengths of the pictures' shorter sides in pixels: smallest, median, largest. `None` without
    /// pictures.
    pub fn shorter_sides(&self) -> Option<(u32, u32, u32)> {
        let mut sides: Vec<(u32, usize)> = self
            .sizes
            .iter()
            .map(|(&(width, height), &count)| (width.min(height), count))
            .collect();
        sides.sort_unstable();
        let mut before = 0;
        let median = sides.iter().find(|(_, count)| {
            before += count;
            2 * before >= self.pictures
        });
        Some((sides.first()?.0, median?.0, sides.last()?.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_counts_pictures_not_sizes() {
        let mut style = StyleInspection::new("a".into(), PathBuf::new());
        assert_eq!(style.shorter_sides(), None);
        for (width, height) in [(10, 90), (20, 20), (50, 30), (50, 30), (50, 30), (99, 98)] {
            style.count(Format::Png, width, height, 1);
        }
        assert_eq!(style.shorter_sides(), Some((10, 30, 98)));
        assert_eq!((style.pictures, style.bytes), (6, 6));
    }
}
