use utsushi_imaging::Picture;

use super::to_lab;

/// Mean and deviation of a picture's colours, each axis of L*a*b* by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// L*, a*, b*.
    pub mean: [f64; 3],
    /// Their standard deviations over the pixels.
    pub deviation: [f64; 3],
}

impl Palette {
    /// Of all pixels, whatever their alpha.
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

    /// Root of the sum of the squared differences of all six numbers, in units of L*a*b*: 2.3 is
    /// about the least that is seen of a difference in mean.
    pub fn distance(&self, other: &Self) -> f64 {
        let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
        let means = self.mean.iter().zip(&other.mean).map(square).sum::<f64>();
        let deviations = self.deviation.iter().zip(&other.deviation).map(square);
        (means + deviations.sum::<f64>()).sqrt()
    }
}

/// The colours in L*a*b*.
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
