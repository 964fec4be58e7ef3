//! Octaves: one painting from paintings at several sizes.
//!
//! A network knows faces of the size that it was trained on. Where they are several times larger it
//! still draws crisp lines, but tones come out wrong: the network takes lips and shadows for large
//! areas. Painted smaller, the tones are right and the lines are soft. So lines are taken from the
//! painting at the picture's own size and tones from one at half of it, whose tones come from one
//! at a quarter, and so on: the bands of a Laplacian pyramid (Burt and Adelson 1983), each painted
//! at the size that it is made for.

use std::borrow::Cow;

use utsushi_imaging::{Filter, Picture};
use utsushi_model::Surface;

use super::Depth;
use super::light::two_tones;
use super::surface::is_brushwork;
use crate::blotches::is_line_art;
use crate::faces::Face;

/// Largest number of octaves that can be asked for.
pub(crate) const MOST: u32 = 5;

/// Shortest side in pixels below which pictures are not halved.
const SHORTEST: u32 = 64;

/// Shorter side in pixels at which line art in styles of brushwork is still clean; painted smaller,
/// its lines smudge.
const CLEAN_LINES: u32 = 512;

/// Number of halvings by which octaves start earlier for cels: styles of cels crack faces that are
/// larger than in training and paint smaller ones cleanly, since eyes and the shades of skin come
/// from the content.
const CELS_EARLIER: f64 = 0.7;
/// Number of halvings by which octaves start later for brushwork, which makes black holes of the
/// eyes of small faces, and has no red rims in larger ones.
const BRUSHWORK_LATER: f64 = 0.75;

/// Size of faces, in halvings from that in training (negative if smaller), below which a picture is
/// painted at twice its size; in brushwork, all smaller faces are.
const TOO_SMALL: f64 = -0.26;
const TOO_SMALL_IN_BRUSHWORK: f64 = 0.0;

/// Size of the area of a face, as a multiple of its box.
const FACE: f32 = 1.2;
/// Share of the area of a face over which it fades out.
const SOFT: f32 = 0.25;

/// Largest number of pixels of a picture that may be painted at twice its size, which takes four
/// times as long.
const MOST_ENLARGED: u64 = 512 * 512;

/// The sizes at which a picture is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizing {
    /// The picture's own size, and so many halvings of it.
    Octaves(u32),
    /// Twice the picture's size, and so many halvings of that, with the painting halved in the end:
    /// the picture's face is too small for the networks.
    Enlarged(u32),
}

impl Sizing {
    /// Chooses the best sizes for a picture in a style of that surface. `halvings` says how much
    /// larger its main face is than in training, if it shows one; only `is_large` pictures may have
    /// octaves. In brushwork, line art is brought to the size at which its lines stay clean.
    pub(crate) fn in_style(
        halvings: Option<f64>,
        is_large: bool,
        surface: &Surface,
        picture: &Picture,
    ) -> Self {
        let brushwork = is_brushwork(surface);
        let asked = halvings.filter(|asked| is_large && *asked >= 0.5);
        let asked = asked.map_or(0.0, |asked| match brushwork {
            true => asked - BRUSHWORK_LATER,
            false if two_tones(surface) > 0.0 => asked + CELS_EARLIER,
            false => asked,
        });
        let octaves = (asked.round().max(0.0) as u32).min(MOST);
        let shorter = picture.width().min(picture.height());
        let small_lines = brushwork && shorter < CLEAN_LINES && is_line_art(picture);
        let limit = if brushwork {
            TOO_SMALL_IN_BRUSHWORK
        } else {
            TOO_SMALL
        };
        let small_face = halvings.is_some_and(|halvings| halvings < limit);
        // Dots and squares have the size of pixels.
        let is_fine = surface.screen || surface.grid.is_some();
        if (small_face || small_lines) && picture.pixels() <= MOST_ENLARGED && !is_fine {
            // Of all but the face, cels have better tones at its own size: large dark areas come
            // out light.
            Self::Enlarged(u32::from(!brushwork))
        } else if octaves > 0 && brushwork && is_line_art(picture) {
            Self::Octaves(octaves.min((shorter / CLEAN_LINES).max(1).ilog2()))
        } else {
            Self::Octaves(octaves)
        }
    }

    /// This sizing, but without enlargement unless the whole picture is painted with all
    /// corrections: parts that are kept must keep their bits, and the networks alone paint what
    /// they are given.
    pub(crate) fn of_whole(self, whole: bool) -> Self {
        match self {
            Self::Enlarged(_) if !whole => Self::Octaves(0),
            sizing => sizing,
        }
    }

    /// Number of octaves of the picture as it is painted.
    pub(crate) fn octaves(self) -> u32 {
        match self {
            Self::Octaves(octaves) | Self::Enlarged(octaves) => octaves,
        }
    }
}

/// Enlarges a picture to twice its size.
pub(crate) fn enlarged<P: Depth>(picture: &P) -> P {
    let [width, height] = [picture.width(), picture.height()].map(|side| 2 * side);
    picture.resized(width, height, Filter::CatmullRom)
}

/// Width and height of the picture and of its halvings, as many as asked for and possible.
pub(crate) fn sizes(width: u32, height: u32, octaves: u32) -> Vec<[u32; 2]> {
    let mut sizes = vec![[width, height]];
    for octave in 1..=octaves.min(MOST) {
        let size = [width, height].map(|side| side.div_ceil(1 << octave));
        if size[0].min(size[1]) < SHORTEST {
            break;
        }
        sizes.push(size);
    }
    sizes
}

/// The picture at each of its [`sizes`], the largest first.
pub(crate) fn halvings<P: Depth>(picture: Cow<'_, P>, octaves: u32) -> Vec<Cow<'_, P>> {
    let sizes = sizes(picture.width(), picture.height(), octaves);
    let mut pictures = vec![picture];
    for &[width, height] in &sizes[1..] {
        let last = &pictures[pictures.len() - 1];
        let half = last.resized(width, height, Filter::CatmullRom);
        pictures.push(Cow::Owned(half));
    }
    pictures
}

/// Joins the paintings of [`halvings`], the largest first, into one: each takes the tones of the
/// next. `own` is the degree, 0…1, to which each pixel of the largest keeps its own tones.
pub(crate) fn joined<P: Depth>(paintings: Vec<P>, own: Option<&[f32]>) -> Option<P> {
    let mut paintings = paintings.into_iter();
    let largest = paintings.next()?;
    let small = paintings.rev().reduce(|small, large| toned(large, &small));
    let Some(small) = small else {
        return Some(largest);
    };
    let Some(own) = own else {
        return Some(toned(largest, &small));
    };
    let mut joined = toned(largest.clone(), &small);
    let pixels = joined.rgb_mut().as_chunks_mut::<3>().0.iter_mut();
    let large = largest.rgb().as_chunks::<3>().0;
    for ((pixel, large), &share) in pixels
        .zip(large)
        .zip(own)
        .filter(|(_, share)| **share > 0.0)
    {
        *pixel = [0, 1, 2].map(|channel| {
            let [toned, large] = [pixel[channel], large[channel]].map(P::number);
            P::sample(toned + share * (large - toned))
        });
    }
    Some(joined)
}

/// Degree to which each pixel of a picture of the given size belongs to a face, `[height, width]`,
/// 0…1.
pub(crate) fn in_faces(faces: &[Face], [width, height]: [u32; 2]) -> Vec<f32> {
    let mut shares = vec![0.0f32; width as usize * height as usize];
    for face in faces {
        let radius = [face.width, face.height].map(|side| (side * FACE / 2.0).max(1.0));
        let middle = [face.x + face.width / 2.0, face.y + face.height / 2.0];
        let range = |axis: usize, length: u32| {
            let at = |place: f32| place.clamp(0.0, length as f32) as usize;
            at(middle[axis] - radius[axis])..at(middle[axis] + radius[axis] + 1.0)
        };
        for y in range(1, height) {
            for x in range(0, width) {
                let away = [x, y].map(|at| at as f32 + 0.5);
                let away = [0, 1].map(|axis| (away[axis] - middle[axis]) / radius[axis]);
                let share = ((1.0 - away[0].hypot(away[1])) / SOFT).clamp(0.0, 1.0);
                let own = &mut shares[y * width as usize + x];
                *own = own.max(share);
            }
        }
    }
    shares
}

/// Gives a painting the tones of a smaller one.
fn toned<P: Depth>(mut painting: P, small: &P) -> P {
    let (width, height) = (painting.width(), painting.height());
    let back = |picture: &P| picture.resized(width, height, Filter::CatmullRom);
    let own = painting.resized(small.width(), small.height(), Filter::CatmullRom);
    let (own, wanted) = (back(&own), back(small));
    let changes = wanted.rgb().iter().zip(own.rgb());
    for (value, (&wanted, &own)) in painting.rgb_mut().iter_mut().zip(changes) {
        *value = P::moved(*value, wanted, own);
    }
    painting
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::resize_with;

    use crate::testing::{PLAIN, drawing, paint_with, painter};
    use crate::{PaintOptions, PaintRequest, Watch};
    use std::sync::atomic::AtomicBool;

    fn even(width: u32, height: u32, colour: [u8; 3]) -> Picture {
        Picture::filled(width, height, colour)
    }

    #[test]
    fn halving_ends_before_nothing_is_left() {
        assert_eq!(sizes(512, 300, 0), [[512, 300]]);
        assert_eq!(sizes(513, 300, 9), [[513, 300], [257, 150], [129, 75]]);
        assert_eq!(sizes(1, 4000, 3), [[1, 4000]]);
        assert_eq!(sizes(4096, 4096, 99).len(), 1 + MOST as usize);
    }

    #[test]
    fn line_art_in_brushwork_stays_large_enough_for_its_lines() {
        let brushwork = Surface {
            smoothness: 0.1,
            ..PLAIN
        };
        let mut lines = even(1024, 1100, [255; 3]);
        lines.rgb_mut()[..90_000].fill(0);
        let of = |halvings: f64, surface, picture| {
            Sizing::in_style(Some(halvings), true, surface, picture)
        };
        assert_eq!(of(2.8, &brushwork, &lines), Sizing::Octaves(1));
        assert_eq!(of(0.2, &brushwork, &lines), Sizing::Octaves(0));
        let small = resize_with(&lines, 400, 430, Filter::CatmullRom);
        assert_eq!(of(1.3, &brushwork, &small), Sizing::Enlarged(0));
        let small = resize_with(&lines, 511, 550, Filter::CatmullRom);
        assert_eq!(
            of(1.3, &brushwork, &small),
            Sizing::Octaves(0),
            "too many pixels"
        );
        // Other styles and other pictures have as many as their faces ask for.
        assert_eq!(of(2.0, &PLAIN, &lines), Sizing::Octaves(2));
        assert_eq!(
            of(2.8, &brushwork, &even(1024, 1024, [90; 3])),
            Sizing::Octaves(2)
        );
    }

    #[test]
    fn small_faces_are_enlarged_and_styles_have_octaves_of_their_own() {
        let of = |smoothness, halvings: f64, side| {
            let surface = Surface {
                smoothness,
                skin: Some([0.5; 3]),
                ..PLAIN
            };
            Sizing::in_style(Some(halvings), true, &surface, &drawing(side, side))
        };
        let [brushwork, cels] = [0.1, 1.0];
        assert_eq!(of(brushwork, -0.1, 300), Sizing::Enlarged(0));
        assert_eq!(of(cels, -0.1, 300), Sizing::Octaves(0));
        // Of all but the face, tones are those at the picture's own size.
        assert_eq!(of(cels, -0.4, 512), Sizing::Enlarged(1));
        assert_eq!(of(cels, -0.4, 514), Sizing::Octaves(0), "too many pixels");
        let octaves = |smoothness| [0.4, 0.6, 1.2, 2.2, 9.0].map(|it| of(smoothness, it, 300));
        assert_eq!(octaves(0.4), [0, 1, 1, 2, MOST].map(Sizing::Octaves));
        assert_eq!(octaves(cels), [0, 1, 2, 3, MOST].map(Sizing::Octaves));
        assert_eq!(octaves(brushwork), [0, 0, 0, 1, MOST].map(Sizing::Octaves));
        // Squares and dots are as large as pixels, and what is kept is kept as it is.
        let dots = Surface {
            screen: true,
            ..PLAIN
        };
        let small = Sizing::in_style(Some(-1.0), false, &dots, &drawing(64, 64));
        assert_eq!(small, Sizing::Octaves(0));
        assert_eq!(Sizing::Enlarged(1).of_whole(false), Sizing::Octaves(0));
        let nobody = Sizing::in_style(None, true, &PLAIN, &drawing(64, 64));
        assert_eq!(nobody, Sizing::Octaves(0));
    }

    #[test]
    fn tones_are_those_of_the_small_one_and_lines_those_of_the_large_one() {
        // Stripes of one pixel vanish at half the size, so that only their mean is replaced.
        let stripes = (0..64 * 64).flat_map(|i| [if i % 2 == 0 { 90 } else { 130 }; 3]);
        let stripes = Picture::new(64, 64, stripes.collect()).unwrap();
        let painted = toned(stripes, &even(32, 32, [150, 60, 110]));
        for (index, colour) in painted.rgb().as_chunks::<3>().0.iter().enumerate() {
            let off = if index % 2 == 0 { -20 } else { 20 };
            for (value, tone) in colour.iter().zip([150, 60, 110]) {
                // The border has no neighbour to be averaged with.
                if !matches!(index % 64, 0..3 | 61..64) {
                    assert!(
                        (i16::from(*value) - tone - off).abs() <= 2,
                        "{index}: {colour:?}"
                    );
                }
            }
        }
        let same = drawing(80, 66);
        let half = resize_with(&same, 40, 33, Filter::CatmullRom);
        assert_eq!(toned(same.clone(), &half), same);
    }

    #[test]
    fn the_smallest_decides_the_tone_of_all() {
        let parts = [128, 64, 32].map(|side| even(side, side, [side as u8; 3]));
        assert_eq!(joined(parts.to_vec(), None), Some(even(128, 128, [32; 3])));
        assert_eq!(joined::<Picture>(Vec::new(), None), None);
        // But where the largest has its own.
        let face = Face {
            x: 44.0,
            y: 44.0,
            width: 40.0,
            height: 40.0,
            score: 1.0,
        };
        let own = in_faces(&[face], [128, 128]);
        let painted = joined(parts.to_vec(), Some(&own)).unwrap();
        let at = |x: usize, y: usize| painted.rgb()[3 * (128 * y + x)];
        assert_eq!(
            [at(64, 64), at(64, 80), at(64, 90), at(5, 5)],
            [128, 128, 32, 32]
        );
        assert!((33..128).contains(&at(64, 86)), "{}", at(64, 86));
    }

    #[test]
    fn every_way_of_painting_has_the_same_octaves() {
        let painter = painter();
        let style = painter.named_style("cel").unwrap();
        let picture = drawing(150, 140);
        let plain = PaintOptions {
            octaves: Some(0),
            ..PaintOptions::default()
        };
        let options = PaintOptions {
            octaves: Some(1),
            ..plain
        };
        let alone = paint_with(&painter, &picture, &style, options).unwrap();
        assert_ne!(
            alone,
            paint_with(&painter, &picture, &style, plain).unwrap()
        );
        // What it should be, put together by hand.
        let large = paint_with(&painter, &picture, &style, plain).unwrap();
        let half = resize_with(&picture, 75, 70, Filter::CatmullRom);
        let small = paint_with(&painter, &half, &style, plain).unwrap();
        assert_eq!(alone, toned(large, &small));

        let content = painter.content_of(&picture, &style, 1);
        assert_eq!(painter.paint_content(&content, &style).unwrap(), alone);
        let request = || PaintRequest::new(&picture, &style).with_options(options);
        for painted in painter.paint(&[request(), request()], &mut ()) {
            assert_eq!(painted.as_ref(), Ok(&alone));
        }
        // In strips the tones of the small painting hold as well.
        let mut counts = Vec::new();
        let strips = PaintOptions {
            tile: 256,
            ..options
        };
        let tall = drawing(160, 600);
        let request = PaintRequest::new(&tall, &style).with_options(strips);
        let stop = AtomicBool::new(false);
        let painted = painter
            .paint_one(&request, &mut Watch::new(&stop, |p| counts.push(p)))
            .unwrap();
        assert_eq!((painted.width(), painted.height()), (160, 600));
        let last = counts[counts.len() - 1];
        assert!(last.done == last.total && counts.iter().all(|p| p.total == last.total));
        assert_eq!(last.done + 1, counts.len());
    }
}
