use utsushi_imaging::Picture;

use super::to_lab;

/// A picture's palette: mean and standard deviation of its colours on each axis of L*a*b*.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Means of L*, a* and b* over the pixels.
    pub mean: [f64; 3],
    /// Standard deviations of L*, a* and b* over the pixels.
    pub deviation: [f64; 3],
}

impl Palette {
    /// Computes the palette of a picture from all pixels, regardless of alpha.
    pub fn of(picture: &Picture) -> Self {
        Self::of_colours(&colours(picture))
    }

    pub(super) fn of_colours(colours: &[[f64; 3]]) -> Self {
        let count = colours.len() as f64;
        let axis_mean = |axis: usize| colours.iter().map(|c| c[axis]).sum::<f64>() / count;
        let mean = [0, 1, 2].map(axis_mean);
        let deviation = [0, 1, 2].map(|axis| {
            let squares = colours.iter().map(|c| (c[axis] - mean[axis]).powi(2));
            (squares.sum::<f64>() / count).sqrt()
        });
        Self { mean, deviation }
    }

    /// Euclidean distance of the two palettes' six numbers, in units of L*a*b*; a difference in
    /// mean of about 2.3 is just noticeable.
    pub fn distance(&self, other: &Self) -> f64 {
        let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
        let means = self.mean.iter().zip(&other.mean).map(square).sum::<f64>();
        let deviations = self.deviation.iter().zip(&other.deviation).map(square);
        (means + deviations.sum::<f64>()).sqrt()
    }
}

/// Converts a picture's colours to L*a*b*.
pub(super) fn colours(picture: &Picture) -> Vec<[f64; 3]> {
    let (pixels, _) = picture.rgb().as_chunks::<3>();
    pixels.iter().map(|&colour| to_lab(colour)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white() {
        let picture = Picture::new(2, 1, vec![0, 0, 0, 255, 255, 255]).unwrap();
        let palette = Palette::of(&picture);
        assert!((palette.mean[0] - 50.0).abs() < 0.01);
        assert!((palette.deviation[0] - 50.0).abs() < 0.01);
        assert!(palette.deviation[1] < 0.01);
        let white = Palette::of(&Picture::filled(3, 3, [255; 3]));
        // 50 in mean and 50 in deviation.
        assert!((palette.distance(&white) - 5000f64.sqrt()).abs() < 0.02);
        assert_eq!(palette.distance(&palette), 0.0);
    }
}
