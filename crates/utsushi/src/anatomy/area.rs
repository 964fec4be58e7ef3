//! Areas: parts of each picture as regions with styles of their own.

use utsushi_imaging::Picture;

use super::{Anatomy, AnatomyReader, AnatomyReaderError, Part};
use crate::{Mask, RegionStyle, StyleRegion};

/// Smallest area that counts, as a share of the picture's largest face, or of the picture if it has
/// no face: a few scattered pixels are mistakes of the network.
const LEAST_SHARE: f32 = 0.001;

/// How far beyond the box of a face (from its forehead to its chin) its skin, ears and neck may
/// lie, in sides of the box: to the sides, above and below.
const AROUND_FACE: [f32; 3] = [0.6, 0.6, 1.0];

/// An area of a picture, such as hair or the whole figure, that can have a style of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Hair, and animal ears.
    Hair,
    /// The face with ears and neck, including eyes, brows and mouth.
    Face,
    /// The eyes.
    Eyes,
    /// The eyebrows.
    Brows,
    /// The mouth.
    Mouth,
    /// Body, clothes, hands, hats, glasses.
    Body,
    /// Background: everything that is not a figure.
    Background,
    /// The figure: everything but the background.
    Figure,
}

impl Area {
    /// All areas.
    pub const ALL: [Self; 8] = [
        Self::Hair,
        Self::Face,
        Self::Eyes,
        Self::Brows,
        Self::Mouth,
        Self::Body,
        Self::Background,
        Self::Figure,
    ];

    /// The area's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hair => "hair",
            Self::Face => "face",
            Self::Eyes => "eyes",
            Self::Brows => "brows",
            Self::Mouth => "mouth",
            Self::Body => "body",
            Self::Background => "background",
            Self::Figure => "figure",
        }
    }

    /// The area's name in Chinese.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::Hair => "头发",
            Self::Face => "脸",
            Self::Eyes => "眼睛",
            Self::Brows => "眉毛",
            Self::Mouth => "嘴",
            Self::Body => "身体和衣服",
            Self::Background => "背景",
            Self::Figure => "人物",
        }
    }

    /// The area with this [`name`](Self::name), if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }

    /// Whether a part belongs to this area.
    pub fn holds(self, part: Part) -> bool {
        match self {
            Self::Hair => part == Part::Hair,
            Self::Face => matches!(part, Part::Face | Part::Eyes | Part::Brows | Part::Mouth),
            Self::Eyes => part == Part::Eyes,
            Self::Brows => part == Part::Brows,
            Self::Mouth => part == Part::Mouth,
            Self::Body => part == Part::Body,
            Self::Background => part == Part::Background,
            Self::Figure => part != Part::Background,
        }
    }

    /// Whether the area lies only in and around faces that were found; something similar to skin on
    /// a suit or a cup is then left out.
    fn is_of_faces(self) -> bool {
        matches!(self, Self::Face | Self::Eyes | Self::Brows | Self::Mouth)
    }

    /// Marks the pixels of this area in a picture with the given anatomy.
    fn pixels(self, anatomy: &Anatomy) -> Vec<bool> {
        let width = anatomy.parts.width().max(1) as usize;
        let holds = Part::ALL.map(|part| self.holds(part));
        let is_near = |at: usize| {
            let [column, row] = [at % width, at / width].map(|place| place as f32 + 0.5);
            anatomy.faces.iter().any(|face| {
                let [x, y, width, height] = face.bounds;
                let [aside, above, below] = AROUND_FACE;
                (x - aside * width..x + (1.0 + aside) * width).contains(&column)
                    && (y - above * height..y + (1.0 + below) * height).contains(&row)
            })
        };
        let parts = anatomy.parts.parts().iter().enumerate();
        let is_inside = |(at, part): (usize, &u8)| {
            holds[usize::from(*part)] && (!self.is_of_faces() || is_near(at))
        };
        parts.map(is_inside).collect()
    }

    /// Makes the mask of this area in a picture with the given anatomy. Returns `None` if the
    /// picture has nothing of it, or less than a thousandth of its largest face (or of the picture,
    /// if it has no face). The face, and the areas in it, are taken only around faces that were
    /// found. `feather` is the width of the soft edge in pixels; by default a hundredth of the
    /// largest face (or of the picture's short side, if it has no face), and at least one pixel.
    pub fn mask(self, anatomy: &Anatomy, feather: Option<f32>) -> Option<Mask> {
        let parts = &anatomy.parts;
        let inside = self.pixels(anatomy);
        let sizes = anatomy.faces.iter().map(|face| &face.bounds[2..]);
        let sizes = sizes.map(|size| [size[0], size[1]]);
        let face = sizes.max_by(|one, other| (one[0] + one[1]).total_cmp(&(other[0] + other[1])));
        let [width, height] =
            face.unwrap_or([parts.width(), parts.height()].map(|side| side as f32));
        let found = inside.iter().filter(|inside| **inside).count();
        if found == 0 || (found as f32) < LEAST_SHARE * width * height {
            return None;
        }
        let size = match face {
            Some(_) => (width + height) / 2.0,
            None => width.min(height),
        };
        let feather = feather.unwrap_or((size / 100.0).max(1.0));
        let white = |inside: &bool| if *inside { [255; 3] } else { [0; 3] };
        let rgb: Vec<u8> = inside.iter().flat_map(white).collect();
        let picture = Picture::new(parts.width(), parts.height(), rgb).ok()?;
        Some(Mask::new(picture, Some(feather)).named(self.name()))
    }
}

/// A region that has a style of its own, in every picture that is painted.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// A region at the same pixels in all pictures, by a mask.
    Masked(StyleRegion),
    /// An area, which is looked for in each picture.
    Area {
        /// The area that is looked for.
        area: Area,
        /// Whether the region is everything outside of the area.
        outside: bool,
        /// Width of the soft edge in pixels; see [`Area::mask`].
        feather: Option<f32>,
        /// The style of the region.
        style: RegionStyle,
    },
}

impl From<StyleRegion> for Region {
    fn from(region: StyleRegion) -> Self {
        Self::Masked(region)
    }
}

impl Region {
    /// The style of the region.
    pub fn style(&self) -> &RegionStyle {
        match self {
            Self::Masked(region) => &region.style,
            Self::Area { style, .. } => style,
        }
    }

    /// Finds the regions in one picture. Returns their masks, and the areas of which the picture
    /// has nothing: the region of such an area is left out, and the region outside of it is the
    /// whole picture.
    ///
    /// `reader` is called only if there are areas.
    ///
    /// # Errors
    /// Those of `reader`.
    pub fn within(
        regions: &[Self],
        picture: &Picture,
        reader: impl FnOnce() -> Result<AnatomyReader, AnatomyReaderError>,
    ) -> Result<(Vec<StyleRegion>, Vec<Area>), AnatomyReaderError> {
        let asks = regions.iter().any(|it| matches!(it, Self::Area { .. }));
        let anatomy = if asks {
            Some(reader()?.read(picture))
        } else {
            None
        };
        Ok(Self::by(regions, anatomy.as_ref()))
    }

    fn by(regions: &[Self], anatomy: Option<&Anatomy>) -> (Vec<StyleRegion>, Vec<Area>) {
        let mut found = Vec::new();
        let mut absent = Vec::new();
        for region in regions {
            let (area, outside, feather, style) = match region {
                Self::Masked(region) => {
                    found.push(region.clone());
                    continue;
                }
                Self::Area {
                    area,
                    outside,
                    feather,
                    style,
                } => (*area, *outside, *feather, style.clone()),
            };
            let Some(anatomy) = anatomy else {
                continue;
            };
            let mask = match area.mask(anatomy, feather) {
                Some(mask) if outside => mask.inverted(),
                Some(mask) => mask,
                None => {
                    absent.push(area);
                    if !outside {
                        continue;
                    }
                    let (width, height) = (anatomy.parts.width(), anatomy.parts.height());
                    Mask::new(Picture::filled(width, height, [255; 3]), feather)
                }
            };
            found.push(StyleRegion { mask, style });
        }
        (found, absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::{FacePoints, Landmark, PartsMap};

    fn anatomy() -> Anatomy {
        Anatomy {
            parts: PartsMap::new(3, 2, vec![0, 1, 2, 0, 3, 6]).unwrap(),
            faces: vec![face([0.0, 0.0, 3.0, 2.0])],
        }
    }

    fn face(bounds: [f32; 4]) -> FacePoints {
        FacePoints {
            bounds,
            points: [Default::default(); Landmark::COUNT],
        }
    }

    fn values(mask: &Mask) -> Vec<f32> {
        mask.at(3, 2).unwrap()
    }

    #[test]
    fn areas_are_made_of_parts() {
        for area in Area::ALL {
            assert_eq!(Area::named(area.name()), Some(area));
        }
        assert_eq!(Area::named("tail"), None);
        let mask = |area: Area| area.mask(&anatomy(), Some(0.0)).map(|mask| values(&mask));
        assert_eq!(mask(Area::Hair), Some(vec![0.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
        assert_eq!(mask(Area::Face), Some(vec![0.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
        assert_eq!(mask(Area::Figure), Some(vec![0.0, 1.0, 1.0, 0.0, 1.0, 1.0]));
        assert_eq!(
            mask(Area::Background),
            Some(vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
        );
        assert_eq!(mask(Area::Mouth), None);
    }

    #[test]
    fn a_few_stray_pixels_are_no_part() {
        let with_hair = |count: usize, faces: Vec<FacePoints>| {
            let mut parts = vec![0; 100 * 100];
            parts[..count].fill(1);
            let parts = PartsMap::new(100, 100, parts).unwrap();
            Area::Hair.mask(&Anatomy { parts, faces }, None)
        };
        // A thousandth of the picture, and of the larger one of two faces.
        assert!(with_hair(9, Vec::new()).is_none());
        assert!(with_hair(10, Vec::new()).is_some());
        let faces = [30.0, 60.0]
            .map(|side| face([0.0, 0.0, side, side]))
            .to_vec();
        assert!(with_hair(3, faces.clone()).is_none());
        assert!(with_hair(4, faces).is_some());
    }

    #[test]
    fn a_face_is_where_one_was_found() {
        // Skin everywhere; a face in the middle, with a neck below.
        let parts = || PartsMap::new(100, 100, vec![2; 100 * 100]).unwrap();
        let mask = |area: Area, faces| {
            area.mask(
                &Anatomy {
                    parts: parts(),
                    faces,
                },
                Some(0.0),
            )
        };
        assert_eq!(mask(Area::Face, Vec::new()), None);
        assert!(mask(Area::Figure, Vec::new()).is_some());
        let mask = mask(Area::Face, vec![face([40.0, 30.0, 20.0, 20.0])]).unwrap();
        let values = mask.at(100, 100).unwrap();
        let at = |x: usize, y: usize| values[y * 100 + x];
        assert_eq!(
            [at(50, 40), at(50, 60), at(30, 40)],
            [1.0; 3],
            "face, neck, ear"
        );
        assert_eq!([at(50, 75), at(10, 40), at(50, 5)], [0.0; 3], "elsewhere");
    }

    #[test]
    fn what_a_picture_has_not_is_told() {
        let region = |area, outside| Region::Area {
            area,
            outside,
            feather: Some(0.0),
            style: RegionStyle::Keep,
        };
        let masked = StyleRegion {
            mask: Mask::new(Picture::filled(3, 2, [255; 3]), Some(0.0)),
            style: RegionStyle::Keep,
        };
        let regions = [
            region(Area::Mouth, false),
            Region::from(masked.clone()),
            region(Area::Brows, true),
            region(Area::Hair, true),
        ];
        let (found, absent) = Region::by(&regions, Some(&anatomy()));
        assert_eq!(absent, [Area::Mouth, Area::Brows]);
        assert_eq!(found[0], masked);
        assert_eq!(values(&found[1].mask), [1.0; 6]);
        assert_eq!(values(&found[2].mask), [1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        // Nobody is asked where there are no areas.
        let none = || unreachable!("there is no area");
        let picture = Picture::filled(3, 2, [9; 3]);
        let (found, _) = Region::within(&regions[1..2], &picture, none).unwrap();
        assert_eq!(found, [masked]);
    }
}
