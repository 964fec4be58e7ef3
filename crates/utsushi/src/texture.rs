//! The fine texture of skin: brushwork, grain and strokes, beside what is drawn on purpose.

use utsushi_imaging::guided_filter::box_mean;

/// Variance of luma, −1…1, around a pixel above which the guide has an edge there.
const EDGE: f32 = 0.008;
/// Smallest share of skin among the 9×9 pixels around a pixel that lies inside of skin.
const INSIDE: f32 = 0.999;
/// Smallest number of pixels inside of skin whose texture is measured.
const FEWEST: usize = 64;

/// A picture's luma as a guide: what follows its edges is no texture (He, Sun and Tang 2013, section 3.1).
pub(crate) struct Guide<'a> {
    luma: &'a [f32],
    width: usize,
    mean: Vec<f32>,
    variance: Vec<f32>,
}

impl<'a> Guide<'a> {
    /// The guide of a luma, −1…1, in rows of `width`.
    pub(crate) fn new(luma: &'a [f32], width: usize) -> Self {
        let squares: Vec<f32> = luma.iter().map(|value| value * value).collect();
        let mean = box_mean(luma, width);
        let squares = box_mean(&squares, width);
        let variance = squares.iter().zip(&mean);
        let variance = variance.map(|(square, mean)| (square - mean * mean).max(0.0));
        Self {
            luma,
            width,
            variance: variance.collect(),
            mean,
        }
    }

    /// The texture of a channel of the guide's size: what is finer than 9×9 pixels and follows no edge of
    /// the guide.
    pub(crate) fn texture_of(&self, channel: &[f32]) -> Vec<f32> {
        let products = channel.iter().zip(self.luma).map(|(own, luma)| own * luma);
        let products = box_mean(&products.collect::<Vec<f32>>(), self.width);
        let means = box_mean(channel, self.width);
        let slopes: Vec<f32> = (0..channel.len())
            .map(|at| {
                let common = products[at] - self.mean[at] * means[at];
                common / (self.variance[at] + EDGE)
            })
            .collect();
        let offsets = (0..channel.len()).map(|at| means[at] - slopes[at] * self.mean[at]);
        let offsets = box_mean(&offsets.collect::<Vec<f32>>(), self.width);
        let slopes = box_mean(&slopes, self.width);
        (0..channel.len())
            .map(|at| channel[at] - slopes[at] * self.luma[at] - offsets[at])
            .collect()
    }
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
        let guide = Guide::new(&guide, WIDTH);
        let shaded = of(|x, y| if x < 20 { 0.5 } else { -0.3 } + 0.004 * y as f32);
        let texture = guide.texture_of(&shaded);
        let most = texture
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(most < 0.04, "{most}");
        let strokes = of(|x, y| 0.1 * if (x + y) % 2 == 0 { 1.0 } else { -1.0 });
        let texture = guide.texture_of(&strokes);
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
