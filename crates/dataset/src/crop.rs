//! Crops: the part of a picture that is used.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utsushi_imaging::Rectangle;

/// The part of a picture that becomes the (square) training picture.
///
/// In a sets file: `crop = "none"`, `"centre"`, `"top"`, `"face"`, `"figure"`, or `{ box = [left,
/// top, right, bottom] }` in fractions of the width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Crop {
    /// The whole picture: one that is not square is extended to a square by its edge pixels.
    None,
    /// The largest square in the centre.
    #[default]
    Centre,
    /// The largest square at the top, in the middle of the width: for standing figures.
    Top,
    /// The square around the face, so that all faces have the same place and size; see
    /// [`prepare_finding`](crate::prepare_finding). If none is found, the square of [`Crop::Top`].
    Face,
    /// The square that a figure on an empty ground fills with its upper part, by
    /// [`figure_square`](utsushi_imaging::figure_square), so that the ground is no part of the
    /// style. If a picture has no such ground, the square of [`Crop::Centre`].
    Figure,
    /// A box `[left, top, right, bottom]` in fractions 0…1 of the picture's sides; if it is not
    /// square, its longer sides are cut evenly.
    Box([f32; 4]),
}

/// A square of whole pixels, which may reach beyond the picture; there it is filled with the edge
/// pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelBox {
    /// First column of the square.
    pub left: i64,
    /// First row of the square.
    pub top: i64,
    /// Side of the square in pixels.
    pub side: u32,
}

impl From<Rectangle> for PixelBox {
    /// Converts a rectangle, which must be a square.
    fn from(square: Rectangle) -> Self {
        Self {
            left: square.left.into(),
            top: square.top.into(),
            side: square.width,
        }
    }
}

impl Crop {
    /// The square of pixels this crop takes from a picture of `width`×`height` (both at least 1).
    /// The places of faces and figures cannot be known from the size: for [`Crop::Face`] this is
    /// the square of [`Crop::Top`], since heads are usually at the top, and for [`Crop::Figure`]
    /// that of [`Crop::Centre`].
    pub(crate) fn square(self, width: u32, height: u32) -> PixelBox {
        let (wide, high) = (i64::from(width), i64::from(height));
        let short = wide.min(high);
        match self {
            Self::None => {
                let side = wide.max(high);
                let (left, top) = ((wide - side) / 2, (high - side) / 2);
                PixelBox {
                    left,
                    top,
                    side: side as u32,
                }
            }
            Self::Centre | Self::Figure => {
                let (left, top) = ((wide - short) / 2, (high - short) / 2);
                PixelBox {
                    left,
                    top,
                    side: short as u32,
                }
            }
            Self::Top | Self::Face => PixelBox {
                left: (wide - short) / 2,
                top: 0,
                side: short as u32,
            },
            Self::Box([left, top, right, bottom]) => {
                let pixel = |fraction: f32, length: i64| {
                    ((f64::from(fraction) * length as f64).round() as i64).clamp(0, length)
                };
                let left = pixel(left, wide).min(wide - 1);
                let top = pixel(top, high).min(high - 1);
                let box_wide = (pixel(right, wide) - left).max(1);
                let box_high = (pixel(bottom, high) - top).max(1);
                let side = box_wide.min(box_high);
                PixelBox {
                    left: left + (box_wide - side) / 2,
                    top: top + (box_high - side) / 2,
                    side: side as u32,
                }
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Name(String),
    Table(toml::Table),
    Other(toml::Value),
}

impl<'de> Deserialize<'de> for Crop {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "write \"none\", \"centre\", \"top\", \"face\", \"figure\" or { box = [left, top, right, bottom] }";
        let table = match Written::deserialize(deserializer)? {
            Written::Name(name) => {
                return match name.as_str() {
                    "none" => Ok(Self::None),
                    "centre" => Ok(Self::Centre),
                    "top" => Ok(Self::Top),
                    "face" => Ok(Self::Face),
                    "figure" => Ok(Self::Figure),
                    _ => Err(D::Error::custom(format!(
                        "`crop = \"{name}\"` is unknown; {expected}"
                    ))),
                };
            }
            Written::Table(table) => table,
            Written::Other(value) => {
                return Err(D::Error::custom(format!(
                    "`crop = {value}` is unknown; {expected}"
                )));
            }
        };
        if let Some(key) = table.keys().find(|key| *key != "box") {
            return Err(D::Error::custom(format!(
                "`crop` has the unknown key `{key}`; {expected}"
            )));
        }
        let numbers: Vec<f64> = table
            .get("box")
            .and_then(toml::Value::as_array)
            .map(|values| {
                let number = |value: &toml::Value| {
                    value
                        .as_float()
                        .or_else(|| value.as_integer().map(|whole| whole as f64))
                };
                values.iter().map_while(number).collect()
            })
            .unwrap_or_default();
        let [left, top, right, bottom] = numbers[..] else {
            return Err(D::Error::custom(format!(
                "`crop` needs four numbers in `box`; {expected}"
            )));
        };
        let ordered = |low: f64, high: f64| 0.0 <= low && low < high && high <= 1.0;
        if !ordered(left, right) || !ordered(top, bottom) {
            return Err(D::Error::custom(format!(
                "`crop = {{ box = [{left}, {top}, {right}, {bottom}] }}` is not a box; the fractions \
                 must keep 0 ≤ left < right ≤ 1 and 0 ≤ top < bottom ≤ 1"
            )));
        }
        Ok(Self::Box(
            [left, top, right, bottom].map(|number| number as f32),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_are_the_squares_they_say() {
        let cases = [
            (Crop::Centre, 30, 10, (10, 0, 10)),
            (Crop::Centre, 10, 30, (0, 10, 10)),
            (Crop::Top, 10, 30, (0, 0, 10)),
            (Crop::Top, 30, 10, (10, 0, 10)),
            (Crop::Face, 10, 30, (0, 0, 10)),
            (Crop::Figure, 10, 30, (0, 10, 10)),
            (Crop::None, 30, 10, (0, -10, 30)),
            (Crop::None, 10, 30, (-10, 0, 30)),
            (Crop::Box([0.25, 0.5, 0.75, 1.0]), 100, 100, (25, 50, 50)),
            (Crop::Box([0.0, 0.0, 1.0, 0.5]), 100, 100, (25, 0, 50)),
            (Crop::Box([0.99, 0.99, 1.0, 1.0]), 1, 1, (0, 0, 1)),
        ];
        for (crop, width, height, (left, top, side)) in cases {
            assert_eq!(
                crop.square(width, height),
                PixelBox { left, top, side },
                "{crop:?}"
            );
        }
    }

    #[test]
    fn every_crop_is_read_as_it_is_written() {
        #[derive(Deserialize)]
        struct Line {
            crop: Crop,
        }
        for (text, expected) in [
            ("'none'", Crop::None),
            ("'centre'", Crop::Centre),
            ("'top'", Crop::Top),
            ("'face'", Crop::Face),
            ("'figure'", Crop::Figure),
            ("{ box = [0, 0.5, 1, 1] }", Crop::Box([0.0, 0.5, 1.0, 1.0])),
        ] {
            let line: Line = toml::from_str(&format!("crop = {text}")).unwrap();
            assert_eq!(line.crop, expected);
        }
        let wrong = toml::from_str::<Line>("crop = 'faces'").map(|line| line.crop);
        assert!(wrong.unwrap_err().to_string().contains("\"face\""));
    }

    #[test]
    fn no_box_leaves_its_picture() {
        for width in [1, 2, 3, 7, 64, 101] {
            for height in [1, 2, 5, 64, 99] {
                for crop in [Crop::Centre, Crop::Top, Crop::Box([0.1, 0.9, 0.95, 1.0])] {
                    let square = crop.square(width, height);
                    assert!(square.left >= 0 && square.top >= 0 && square.side >= 1);
                    assert!(square.left + i64::from(square.side) <= i64::from(width));
                    assert!(square.top + i64::from(square.side) <= i64::from(height));
                }
            }
        }
    }
}
