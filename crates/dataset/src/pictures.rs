//! Batches of pictures as floats.

use std::collections::BTreeMap;

use utsushi_imaging::{DecodeLimits, Picture, decode, resize};

use crate::{DatasetError, Entry, PreparedSet};

/// Square pictures and the styles they belong to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pictures {
    /// Side of each picture, in pixels.
    pub size: usize,
    /// Colours, `[pictures, size, size, 3]` values in −1…1 (`byte / 127.5 − 1`).
    pub pixels: Vec<f32>,
    /// The style of each picture: an index into [`PreparedSet::styles`].
    pub styles: Vec<usize>,
    /// Labels of each picture, by column.
    pub labels: Vec<BTreeMap<String, String>>,
}

impl Pictures {
    /// An empty batch with room for `count` pictures.
    pub(crate) fn with_capacity(size: usize, count: usize) -> Self {
        let pixels = Vec::with_capacity(count * size * size * 3);
        Self {
            size,
            pixels,
            styles: Vec::with_capacity(count),
            labels: Vec::with_capacity(count),
        }
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.styles.len()
    }

    /// Whether there are no pictures.
    pub fn is_empty(&self) -> bool {
        self.styles.is_empty()
    }

    pub(crate) fn push(&mut self, picture: &Picture, style: usize, entry: &Entry) {
        self.pixels.extend(picture.to_floats());
        self.styles.push(style);
        self.labels.push(entry.labels.clone());
    }
}

impl PreparedSet {
    /// Reads pictures of the set in the order given, scaled to `size` pixels.
    ///
    /// # Errors
    /// An entry is of another set, or a picture file is missing or damaged.
    pub fn load(&self, entries: &[&Entry], size: usize) -> Result<Pictures, DatasetError> {
        let mut pictures = Pictures::with_capacity(size, entries.len());
        for entry in entries {
            let style =
                self.style_index(&entry.style)
                    .ok_or_else(|| DatasetError::PreparedSet {
                        path: self.folder().to_path_buf(),
                        message: format!(
                            "it has no style `{}`; the picture is another set's",
                            entry.style
                        ),
                    })?;
            pictures.push(&self.picture(entry, size)?, style, entry);
        }
        Ok(pictures)
    }

    /// Reads one picture of the set, scaled to `size` pixels.
    pub(crate) fn picture(&self, entry: &Entry, size: usize) -> Result<Picture, DatasetError> {
        let path = self.folder().join(entry.relative_path());
        let bytes = self.picture_file(entry)?;
        let limits = DecodeLimits {
            max_pixels: 1 << 22,
            max_bytes: 1 << 26,
        };
        let damaged = |message: String| DatasetError::PreparedSet {
            path: path.clone(),
            message,
        };
        let picture = decode(&bytes, &limits)
            .map_err(|error| damaged(format!("{error}; run `dataset prepare` again")))?
            .picture;
        let side = self.size();
        if (picture.width(), picture.height()) != (side, side) {
            return Err(damaged(format!(
                "it has {}×{} pixels instead of {side}×{side}; run `dataset prepare` again",
                picture.width(),
                picture.height()
            )));
        }
        let size = size as u32;
        Ok(if size == side {
            picture
        } else {
            resize(&picture, size, size)
        })
    }
}
