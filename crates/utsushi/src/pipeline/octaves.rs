//! One painting from paintings at several sizes.
//!
//! A network knows faces of the size that it was trained on. Where they are several times larger it
//! still draws crisp lines, but tones come out wrong: lips and shadows are to it what large areas
//! are. Painted smaller, the tones are right and the lines are soft. So lines are taken from the
//! painting at the picture's own size and tones from one at half of it, whose tones come from one
//! at a quarter, and so on: the bands of a Laplacian pyramid (Burt and Adelson 1983), each painted
//! at the size that it is made for.

use std::borrow::Cow;

use utsushi_imaging::{Filter, Picture};
use utsushi_model::Surface;

use super::Depth;
use super::surface::is_brushwork;
use crate::blotches::is_line_art;

/// The most halvings that can be asked for.
pub(crate) const MOST: u32 = 5;

/// Pictures are not halved below this side.
const SHORTEST: u32 = 64;

/// Line art in styles of brushwork is clean down to this shorter side; painted smaller, lines smudge.
const CLEAN_LINES: u32 = 512;

/// As many of the octaves that a picture's face asks for as do it good in a style of that surface: in
/// brushwork, line art is not halved below the size at which its lines stay clean.
pub(crate) fn in_style(octaves: u32, surface: &Surface, picture: &Picture) -> u32 {
    if octaves > 0 && is_brushwork(surface) && is_line_art(picture) {
        let shorter = picture.width().min(picture.height());
        octaves.min((shorter / CLEAN_LINES).max(1).ilog2())
    } else {
        octaves
    }
}

/// Width and height of the picture and of so many halvings of it, as far as it can be halved.
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

/// One painting from those of [`halvings`], the largest first: each has the tones of the next.
pub(crate) fn joined<P: Depth>(paintings: Vec<P>) -> Option<P> {
    paintings
        .into_iter()
        .rev()
        .reduce(|small, large| toned(large, &small))
}

/// A painting with the tones of a smaller one.
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
        let of = |octaves, surface, picture| in_style(octaves, surface, picture);
        assert_eq!(of(2, &brushwork, &lines), 1);
        assert_eq!(of(0, &brushwork, &lines), 0);
        let small = resize_with(&lines, 500, 537, Filter::CatmullRom);
        assert_eq!(of(1, &brushwork, &small), 0);
        // Other styles and other pictures have as many as their faces ask for.
        assert_eq!(of(2, &PLAIN, &lines), 2);
        assert_eq!(of(2, &brushwork, &even(1024, 1024, [90; 3])), 2);
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
        assert_eq!(joined(parts.to_vec()), Some(even(128, 128, [32; 3])));
        assert_eq!(joined::<Picture>(Vec::new()), None);
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
