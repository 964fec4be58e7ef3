//! Grounds on which transparent pictures are laid.

use serde::{Deserialize, Serialize};
use utsushi_imaging::{Alpha, Picture};

use crate::ContentHash;

/// Seed that makes the choice of the ground independent of that of the split.
const GROUND_SEED: u64 = 0x6772_6f75_6e64;

/// The ground under transparent parts of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// White paper.
    #[default]
    White,
    /// An even colour or a gradient, different under each picture, drawn from a hash of its
    /// content. If all pictures of a style lay on white, a model would learn that the style is
    /// mostly white, and leave faces white, too.
    Varied,
}

impl Ground {
    /// Lays a picture on the ground. Colours under transparent pixels are not shown.
    pub(crate) fn below(self, mut picture: Picture, content: &ContentHash) -> Picture {
        let Some(alpha) = picture.alpha().map(Alpha::to_eight) else {
            return picture;
        };
        let [top, bottom] = match self {
            Self::White => [[255; 3]; 2],
            Self::Varied => varied(&picture, &alpha, content),
        };
        let (width, last) = (
            picture.width() as usize,
            picture.height().max(2) as usize - 1,
        );
        let pixels = picture.rgb_mut().chunks_exact_mut(3).zip(alpha);
        for (index, (pixel, alpha)) in pixels.enumerate() {
            let row = (index / width).min(last) as u32;
            for (value, (top, bottom)) in pixel.iter_mut().zip(top.iter().zip(bottom)) {
                let ground =
                    (u32::from(*top) * (last as u32 - row) + u32::from(bottom) * row) / last as u32;
                let above = u32::from(*value) * u32::from(alpha);
                let below = ground * u32::from(255 - alpha);
                *value = ((above + below + 127) / 255) as u8;
            }
        }
        picture.without_alpha()
    }
}

/// The ground's colours at the top and at the bottom. They are made from colours of the picture
/// itself, brighter or darker, so that a style of few colours keeps to them; every fifth ground is
/// white.
fn varied(picture: &Picture, alpha: &[u8], content: &ContentHash) -> [[u8; 3]; 2] {
    let opaque: Vec<usize> = (0..alpha.len())
        .filter(|index| alpha[*index] > 200)
        .collect();
    let bytes = content.keyed(GROUND_SEED);
    if bytes[0].is_multiple_of(5) || opaque.is_empty() {
        return [[255; 3]; 2];
    }
    let colour = |bytes: &[u8]| {
        let place = usize::from(u16::from_le_bytes([bytes[0], bytes[1]]));
        let index = 3 * opaque[(place * opaque.len()) >> 16];
        let toward = if bytes[2].is_multiple_of(4) {
            0
        } else {
            255u32
        };
        let share = u32::from(bytes[3]);
        [0, 1, 2].map(|channel| {
            let own = u32::from(picture.rgb()[index + channel]);
            ((own * (255 - share) + toward * share + 127) / 255) as u8
        })
    };
    let top = colour(&bytes[1..5]);
    match bytes[9] % 2 {
        0 => [top, top],
        _ => [top, colour(&bytes[5..9])],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(alpha: Vec<u8>) -> Picture {
        let colour = [40, 120, 200];
        let rgb = colour.repeat(alpha.len());
        let side = alpha.len().isqrt() as u32;
        let picture = Picture::new(side, side, rgb).unwrap();
        picture.with_alpha(Alpha::Eight(alpha)).unwrap()
    }

    #[test]
    fn half_transparent_black_over_white_is_grey() {
        let black = Picture::filled(2, 1, [0, 0, 0])
            .with_alpha(Alpha::Eight(vec![128, 0]))
            .unwrap();
        let flat = Ground::White.below(black, &ContentHash::of(b"any"));
        assert_eq!(flat.rgb(), [127, 127, 127, 255, 255, 255]);
        assert!(flat.alpha().is_none());
    }

    #[test]
    fn varied_grounds_differ_repeat_and_keep_to_the_colours_between_black_and_white() {
        let below = |name: u32| {
            let hash = ContentHash::of(&name.to_le_bytes());
            let alpha = (0..64).map(|i| if i < 32 { 0 } else { 255 }).collect();
            Ground::Varied.below(picture(alpha), &hash)
        };
        let grounds: Vec<[u8; 3]> = (0..40)
            .map(|name| {
                let flat = below(name);
                assert_eq!(flat.rgb(), below(name).rgb());
                assert_eq!(&flat.rgb()[96..99], [40, 120, 200], "what is opaque stays");
                [0, 1, 2].map(|channel: usize| flat.rgb()[channel])
            })
            .collect();
        let white = grounds.iter().filter(|colour| **colour == [255; 3]).count();
        assert!((2..20).contains(&white), "{white} of 40 are white");
        let mut distinct = grounds.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 15, "{}", distinct.len());
        for [red, green, blue] in grounds {
            assert!(red <= green && green <= blue, "the picture's own hue");
        }
    }

    #[test]
    fn a_picture_without_anything_opaque_lies_on_white() {
        let empty = Ground::Varied.below(picture(vec![0; 16]), &ContentHash::of(b"7"));
        assert!(empty.rgb().iter().all(|value| *value == 255));
    }
}
