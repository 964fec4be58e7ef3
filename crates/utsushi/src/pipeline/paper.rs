//! Paper: pages in ink and line art in painterly styles get light paper, with the lines of the
//! content on it.
//!
//! Networks take white paper for a lit surface and lines for shades: they paint a page as dark as a
//! room, with smudges in place of its lines. So the painting is lightened until paper is as light
//! as primed canvas, and the ink of the content is laid over it as a glaze.

use rayon::prelude::*;
use utsushi_imaging::Picture;
use utsushi_model::Surface;

use super::{Depth, two_tones};
use crate::blotches::{is_inked, is_line_art};
use crate::faces::skin::{colour, tone};

/// Smallest lightness of light paper, 0…1.
const LIGHT: f32 = 0.86;
/// Amount by which paper must be painted darker than [`LIGHT`] for the correction to be full; with
/// less it is weaker.
const DARKER: f32 = 0.2;
/// Lightness of the content from which on it is paper, 0…1.
const PAPER: f32 = 0.87;
/// Shares of a painting's lightness and of its chroma that stay under black ink.
const UNDER_INK: [f32; 2] = [0.15, 0.3];
/// Share of its chroma that light paper keeps.
const CHROMA: f32 = 0.8;
/// Approximate number of pixels by which the lightness of the painted paper is measured.
const LOOKED_AT: usize = 16_384;

/// Whether a style of that surface consists of tones that are laid over paper and lines alike.
/// Cels, flat colours, dots and squares leave both alone.
pub(crate) fn is_painterly(surface: &Surface) -> bool {
    let is_plain = !surface.screen && !surface.flat && surface.grid.is_none();
    *surface != Surface::default() && is_plain && two_tones(surface) == 0.0
}

/// Whether a picture is drawn in ink on paper.
pub(super) fn is_on_paper(content: &Picture) -> bool {
    is_line_art(content) || is_inked(content)
}

/// Gives a painting of a content on paper light paper and the content's ink.
pub(super) fn on_paper<P: Depth>(mut painting: P, content: &P) -> P {
    let content = content.opaque();
    let own = content.rgb().as_chunks::<3>().0;
    let lightness = |pixel: &[P::Sample; 3]| (tone(pixel.map(P::seen))[0] + 1.0) / 2.0;
    let paper = {
        let painted = painting.rgb().as_chunks::<3>().0.iter();
        let step = (own.len() / LOOKED_AT).max(1) | 1;
        let (sum, count) = painted
            .zip(own)
            .step_by(step)
            .filter(|(_, own)| lightness(own) > PAPER)
            .fold((0.0, 0.0), |(sum, count), (painted, _)| {
                (sum + lightness(painted), count + 1.0)
            });
        if count == 0.0 { LIGHT } else { sum / count }
    };
    let amount = ((LIGHT - paper) / DARKER).clamp(0.0, 1.0);
    if amount == 0.0 {
        return painting;
    }
    let darkness = (1.0 - LIGHT) / (1.0 - paper);
    let pixels = painting.rgb_mut().as_chunks_mut::<3>().0;
    pixels.par_iter_mut().zip(own).for_each(|(pixel, own)| {
        let [luma, red, blue] = tone(pixel.map(P::seen));
        let ink = amount * (1.0 - lightness(own));
        let [light, chroma] = UNDER_INK.map(|share| 1.0 - ink * (1.0 - share));
        let luma = (1.0 - darkness * (1.0 - luma) / 2.0) * light;
        let chroma = (1.0 - amount * (1.0 - CHROMA)) * chroma;
        *pixel = colour([2.0 * luma - 1.0, red * chroma, blue * chroma]).map(P::stored);
    });
    painting
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::PLAIN;
    use utsushi_imaging::{Picture, luma};

    /// A test page: paper with a black line in every eighth column.
    fn page() -> Picture {
        let mut page = Picture::filled(64, 48, [255; 3]);
        let pixels = page.rgb_mut().as_chunks_mut::<3>().0;
        pixels.iter_mut().step_by(8).for_each(|it| *it = [0; 3]);
        page
    }

    #[test]
    fn paper_is_light_and_lines_are_dark_whatever_the_painting() {
        assert!(is_on_paper(&page()));
        for dark in [[180, 100, 50], [60, 50, 40], [90, 140, 190]] {
            let painted = on_paper(Picture::filled(64, 48, dark), &page());
            let pixels = painted.rgb().as_chunks::<3>().0;
            let [line, paper] = [pixels[0], pixels[4]].map(|it| luma(it.map(f32::from)));
            assert!((line..60.0).contains(&line) && paper > 210.0, "{dark:?}");
            // In the colour of the style.
            let hue = |pixel: [u8; 3]| i32::from(pixel[0]) - i32::from(pixel[2]);
            assert_eq!(hue(pixels[4]).signum(), hue(dark).signum(), "{dark:?}");
        }
        let light = Picture::filled(64, 48, [240, 230, 220]);
        assert_eq!(on_paper(light.clone(), &page()), light);
    }

    #[test]
    fn without_paper_nothing_is_lightened() {
        let dark = Picture::filled(64, 48, [40; 3]);
        assert!(!is_on_paper(&dark));
        assert_eq!(on_paper(dark.clone(), &dark), dark);
    }

    #[test]
    fn brushwork_is_painterly_and_cels_dots_and_squares_are_not() {
        let smooth = |smoothness| Surface {
            smoothness,
            ..PLAIN
        };
        assert!(is_painterly(&smooth(0.1)) && is_painterly(&smooth(0.4)));
        assert!(!is_painterly(&smooth(0.9)) && !is_painterly(&PLAIN));
        let rough = smooth(0.1);
        for other in [
            Surface {
                screen: true,
                ..rough
            },
            Surface {
                flat: true,
                ..rough
            },
            Surface {
                grid: Some(40),
                ..rough
            },
        ] {
            assert!(!is_painterly(&other));
        }
    }
}
