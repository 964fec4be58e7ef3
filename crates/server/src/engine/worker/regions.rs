//! Regions of a picture, as a worker makes them: their places and styles.

use utsushi::anatomy::{Anatomy, Area};
use utsushi::{Mask, RegionStyle, StyleCode, StyleRegion};
use utsushi_imaging::Picture;

use super::Worker;
use crate::{PartSource, PictureRegion, RegionPlace, RegionRole, Subject, WorkError};

impl Worker<'_> {
    /// Finds the regions in a content, and the areas of which it has nothing. The region of such an
    /// area is left out; if it alone was to be painted, nothing is. `style` reads a style.
    pub(in crate::engine) fn regions(
        &self,
        regions: &[PictureRegion],
        content: &Picture,
        style: &mut dyn FnMut(&PartSource) -> Result<StyleCode, WorkError>,
    ) -> Result<(Vec<StyleRegion>, Vec<Area>), WorkError> {
        let mut absent = Vec::new();
        let mut found = Vec::new();
        for region in regions {
            self.check()?;
            let outside = region.role == RegionRole::Only;
            let mask = match &region.place {
                RegionPlace::Mask { bytes, subject } => {
                    Some(self.mask(bytes, *subject, region.feather)?)
                }
                RegionPlace::Area(area) => {
                    let anatomy = self.shared.anatomy.find(content)?;
                    let mask = area.mask(&anatomy, region.feather);
                    if mask.is_none() && !absent.contains(area) {
                        absent.push(*area);
                    }
                    mask.or_else(|| outside.then(|| nothing(&anatomy)))
                }
            };
            let Some(mask) = mask else {
                continue;
            };
            let style = match &region.role {
                RegionRole::Style(source) => style(source)?.into(),
                RegionRole::Keep | RegionRole::Only => RegionStyle::Keep,
            };
            let mask = if outside { mask.inverted() } else { mask };
            found.push(StyleRegion { mask, style });
        }
        Ok((found, absent))
    }

    /// Decodes the mask that was sent.
    fn mask(
        &self,
        bytes: &[u8],
        subject: Subject,
        feather: Option<f32>,
    ) -> Result<Mask, WorkError> {
        let picture = self.read(bytes, subject)?;
        let mask = Mask::new(picture, feather).named(subject.to_string());
        if mask.shows_anything() {
            Ok(mask)
        } else {
            Err(WorkError::EmptyMask { subject })
        }
    }
}

/// A mask without any white, for a picture with this anatomy.
fn nothing(anatomy: &Anatomy) -> Mask {
    let (width, height) = (anatomy.parts.width(), anatomy.parts.height());
    Mask::new(Picture::filled(width, height, [0; 3]), Some(0.0))
}

/// The note that a content has nothing of an area.
pub(in crate::engine) fn not_found(area: Area) -> String {
    format!(
        "nothing was found in the picture for the part `{}`",
        area.name()
    )
}
