//! Filling of transparent pixels with colours of the visible ones.

mod pyramid;

use crate::{Alpha, DeepPicture, Picture};
use pyramid::Pyramid;

const FAINT: u16 = Alpha::FAINT;

/// Replaces the colours of transparent pixels by colours that flow in from the visible ones around
/// them, smoother the farther away; alpha and visible colours stay as they are.
///
/// Colours under transparency are arbitrary (often black, sometimes those that were erased), and a
/// network that looks at colours alone would take them for part of the painting. A picture without
/// transparent pixels, or without visible ones, is returned unchanged.
pub fn fill_transparent(picture: &Picture) -> Picture {
    let mut filled = picture.clone();
    let Some(alpha) = picture.alpha() else {
        return filled;
    };
    if (0..alpha.len()).all(|index| alpha.at(index) >= FAINT) {
        return filled;
    }
    let weight = |index: usize| match alpha.at(index) {
        faint if faint < FAINT => 0.0,
        visible => f32::from(visible) / 65535.0,
    };
    let size = [picture.width(), picture.height()];
    let colours = picture.rgb().as_chunks::<3>().0;
    let colour = |index: usize| colours[index].map(f32::from);
    let Some(pyramid) = Pyramid::above(size, colour, weight) else {
        return filled;
    };
    let columns = picture.width() as usize;
    for (index, colour) in filled
        .rgb_mut()
        .as_chunks_mut::<3>()
        .0
        .iter_mut()
        .enumerate()
    {
        if alpha.at(index) < FAINT {
            let flowed = pyramid.colour_at(index / columns, index % columns);
            *colour = flowed.map(|value| value.round() as u8);
        }
    }
    filled
}

/// Replaces the colours of transparent pixels as [`fill_transparent`] does, for 16 bits.
pub fn fill_transparent_deep(picture: &DeepPicture) -> DeepPicture {
    let mut filled = picture.clone();
    let Some(alpha) = picture.alpha() else {
        return filled;
    };
    if alpha.iter().all(|&alpha| alpha >= FAINT) {
        return filled;
    }
    let weight = |index: usize| match alpha[index] {
        faint if faint < FAINT => 0.0,
        visible => f32::from(visible) / 65535.0,
    };
    let size = [picture.width(), picture.height()];
    let colours = picture.rgb().as_chunks::<3>().0;
    let colour = |index: usize| colours[index].map(f32::from);
    let Some(pyramid) = Pyramid::above(size, colour, weight) else {
        return filled;
    };
    let columns = picture.width() as usize;
    let pixels = filled.rgb_mut().as_chunks_mut::<3>().0;
    for (index, colour) in pixels.iter_mut().enumerate() {
        if alpha[index] < FAINT {
            let flowed = pyramid.colour_at(index / columns, index % columns);
            *colour = flowed.map(|value| value.round() as u16);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    /// A test picture of one row, of pixels given as grey and alpha.
    fn row(pixels: &[(u8, u8)]) -> Picture {
        let rgb = pixels.iter().flat_map(|&(grey, _)| [grey; 3]).collect();
        let alpha = pixels.iter().map(|&(_, alpha)| alpha).collect();
        let picture = Picture::new(pixels.len() as u32, 1, rgb).unwrap();
        picture.with_alpha(Alpha::Eight(alpha)).unwrap()
    }

    fn greys(picture: &Picture) -> Vec<u8> {
        picture.rgb().iter().step_by(3).copied().collect()
    }

    #[test]
    fn one_colour_spreads_everywhere() {
        let mut pixels = vec![(0, 0); 37];
        pixels[30] = (200, 255);
        let filled = fill_transparent(&row(&pixels));
        assert_eq!(greys(&filled), vec![200; 37]);
        assert_eq!(filled.alpha(), row(&pixels).alpha());
    }

    #[test]
    fn the_nearer_colour_wins_and_hidden_ones_never_count() {
        let mut pixels = vec![(255, 15); 64];
        pixels[..8].fill((40, 255));
        pixels[56..].fill((80, 255));
        let filled = greys(&fill_transparent(&row(&pixels)));
        assert_eq!(filled[..8], [40; 8]);
        assert!(filled[8] < 45 && filled[55] > 75, "{filled:?}");
        assert!(filled.is_sorted(), "from one side to the other: {filled:?}");
    }

    #[test]
    fn faint_pixels_lend_little() {
        let filled = greys(&fill_transparent(&row(&[
            (100, 255),
            (200, 20),
            (0, 0),
            (0, 0),
        ])));
        assert_eq!(filled[..2], [100, 200]);
        assert!((100..115).contains(&filled[3]), "{filled:?}");
    }

    #[test]
    fn sixteen_bits_are_filled_alike() {
        let mut pixels = vec![(255, 15); 64];
        pixels[..8].fill((40, 255));
        pixels[56..].fill((80, 255));
        let picture = row(&pixels);
        let deep = fill_transparent_deep(&DeepPicture::from(&picture));
        assert_eq!(deep.to_picture().rgb(), fill_transparent(&picture).rgb());
        assert!(deep.rgb()[..24].iter().all(|&value| value == 40 * 257));
    }

    #[test]
    fn nothing_to_fill_or_to_fill_with() {
        let opaque = row(&[(1, 255), (2, 16), (3, 255)]);
        assert_eq!(fill_transparent(&opaque), opaque);
        let clear = row(&[(1, 0), (2, 3)]);
        assert_eq!(fill_transparent(&clear), clear);
        let plain = Picture::filled(3, 3, [9; 3]);
        assert_eq!(fill_transparent(&plain), plain);
    }
}
