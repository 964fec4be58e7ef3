//! The fine texture of skin: brushwork, grain and strokes, beside what is drawn on purpose.

use utsushi_imaging::guided_filter::{box_mean, guided_by_luma};

/// Number of pixels on each side of a pixel that its texture is finer than.
const REACH: usize = 4;
/// Variance of luma, −1…1, around a pixel above which the guide has an edge there.
const EDGE: f32 = 0.008;
/// Smallest share of skin among the 9×9 pixels around a pixel that lies inside of skin.
const INSIDE: f32 = 0.999;
/// Smallest number of pixels inside of skin whose texture is measured.
const FEWEST: usize = 64;

/// The textures of planes in rows of `width`: what is finer than 9×9 pixels and follows no edge of
/// the luma, −1…1, of a guide of their size.
pub(crate) fn textures<const N: usize>(
    planes: [Vec<f32>; N],
    luma: &[f32],
    width: usize,
) -> [Vec<f32>; N] {
    let mut smooth = planes.clone();
    guided_by_luma(&mut smooth, luma, width, REACH, EDGE);
    let mut textures = planes;
    for (texture, smooth) in textures.iter_mut().zip(smooth) {
        for (value, smooth) in texture.iter_mut().zip(smooth) {
            *value -= smooth;
        }
    }
    textures
}

/// The mean size of a texture inside of skin, away from its border, in the texture's unit. `skin` is 1 in
/// pixels of skin and 0 elsewhere, in rows of `width`. `None` if there is too little skin.
pub(crate) fn strength(texture: &[f32], skin: &[f32], width: usize) -> Option<f32> {
    let shares = box_mean(skin, width);
    let inside = texture
        .iter()
        .zip(shares)
        .filter(|(_, share)| *share > INSIDE);
    let (sum, count) = inside.fold((0.0f64, 0), |(sum, count), (value, _)| {
        (sum + f64::from(value.abs()), count + 1)
    });
    (count >= FEWEST).then(|| (sum / count as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 40;

    fn of(value: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        let at = |at: usize| value(at % WIDTH, at / WIDTH);
        (0..WIDTH * WIDTH).map(at).collect()
    }

    #[test]
    fn edges_of_the_guide_and_slow_shades_are_no_texture() {
        let guide = of(|x, _| if x < 20 { -0.6 } else { 0.6 });
        let shaded = of(|x, y| if x < 20 { 0.5 } else { -0.3 } + 0.004 * y as f32);
        let [texture] = textures([shaded], &guide, WIDTH);
        let most = texture
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(most < 0.04, "{most}");
        let strokes = of(|x, y| 0.1 * if (x + y) % 2 == 0 { 1.0 } else { -1.0 });
        let [texture] = textures([strokes], &guide, WIDTH);
        let all = vec![1.0; texture.len()];
        let found = strength(&texture, &all, WIDTH).unwrap();
        assert!((found - 0.1).abs() < 0.01, "{found}");
    }

    #[test]
    fn a_little_skin_tells_nothing() {
        let texture = vec![0.1; WIDTH * WIDTH];
        let small = of(|x, y| if x < 10 && y < 10 { 1.0 } else { 0.0 });
        assert_eq!(strength(&texture, &small, WIDTH), None);
        let large = of(|x, _| if x < 30 { 1.0 } else { 0.0 });
        assert_eq!(strength(&texture, &large, WIDTH), Some(0.1));
    }
}
