//! Luma, the lightness of colours, with the weights of ITU-R BT.601.

use crate::Picture;

/// Luma (lightness) of a colour, in the range of its values.
pub fn luma([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// Difference of green from luma, for a colour whose red and blue differ from it by these numbers.
pub fn green_above([red, blue]: [f32; 2]) -> f32 {
    -(0.299 * red + 0.114 * blue) / 0.587
}

/// Luma of each pixel, 0 to 255, regardless of alpha.
pub fn lightness(picture: &Picture) -> Vec<f32> {
    let colours = picture.rgb().as_chunks::<3>().0.iter();
    colours.map(|colour| luma(colour.map(f32::from))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn green_counts_most_and_follows_from_the_others() {
        assert!((luma([255.0, 0.0, 0.0]) - 76.245).abs() < 1e-3);
        assert!((luma([0.0, 255.0, 0.0]) - 149.685).abs() < 1e-3);
        assert!((luma([0.5; 3]) - 0.5).abs() < 1e-6);
        let colour = [0.9, 0.2, 0.4];
        let light = luma(colour);
        let green = green_above([colour[0] - light, colour[2] - light]);
        assert!((light + green - colour[1]).abs() < 1e-6);
        let picture = Picture::new(2, 1, vec![0, 0, 0, 255, 0, 0]).unwrap();
        assert_eq!(lightness(&picture), [0.0, luma([255.0, 0.0, 0.0])]);
    }
}
