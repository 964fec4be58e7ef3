use utsushi_imaging::Picture;

use super::palette::{Palette, colours};
use super::{from_lab, to_lab};

/// Gives the content the reference's palette: each axis of L*a*b* is shifted and stretched to the
/// reference's mean and deviation (Reinhard et al. 2001, in L*a*b* instead of lαβ). On an axis
/// where the content does not vary, only the mean is changed.
///
/// It changes colour and nothing else, and so shows how far colour alone leads.
pub fn reinhard(content: &Picture, reference: &Picture) -> Picture {
    let target = Palette::of(reference);
    let own = Palette::of_colours(&colours(content));
    let gain = |axis: usize| {
        // Less than a fiftieth of what can be seen is rounding.
        if own.deviation[axis] > 0.05 {
            target.deviation[axis] / own.deviation[axis]
        } else {
            0.0
        }
    };
    let gain = [0, 1, 2].map(gain);
    let mut moved = content.clone();
    let (pixels, _) = moved.rgb_mut().as_chunks_mut::<3>();
    for pixel in pixels {
        let colour = to_lab(*pixel);
        let axis = |axis: usize| (colour[axis] - own.mean[axis]) * gain[axis] + target.mean[axis];
        *pixel = from_lab([0, 1, 2].map(axis));
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test picture in muted colours, so that nothing is clamped.
    fn picture(low: [u8; 3], high: [u8; 3]) -> Picture {
        let (mut rgb, side) = (Vec::new(), 16u32);
        for index in 0..side * side {
            let share = f64::from(index) / f64::from(side * side - 1);
            let wave = (share * 40.0).sin() * 6.0;
            for channel in 0..3 {
                let (low, high) = (f64::from(low[channel]), f64::from(high[channel]));
                let level = low + (high - low) * share + wave * (channel as f64 - 1.0);
                rgb.push(level.round() as u8);
            }
        }
        Picture::new(side, side, rgb).unwrap()
    }

    #[test]
    fn the_statistics_become_those_of_the_reference() {
        let content = picture([90, 80, 100], [150, 140, 120]);
        let reference = picture([70, 110, 90], [130, 190, 170]);
        let (before, target) = (Palette::of(&content), Palette::of(&reference));
        let after = Palette::of(&reinhard(&content, &reference));
        assert!(before.distance(&target) > 10.0);
        // What rounding to bytes leaves.
        assert!(after.distance(&target) < 0.2, "{after:?} {target:?}");
    }

    #[test]
    fn its_own_palette_changes_nothing_and_flat_pictures_take_the_mean() {
        let content = picture([90, 80, 100], [150, 140, 120]);
        assert_eq!(reinhard(&content, &content), content);
        let flat = Picture::filled(4, 4, [10, 200, 30]);
        let moved = reinhard(&flat, &content);
        assert!(
            moved
                .rgb()
                .chunks(3)
                .all(|pixel| pixel == &moved.rgb()[..3])
        );
        let apart = (Palette::of(&moved).mean[0] - Palette::of(&content).mean[0]).abs();
        assert!(apart < 0.5, "{apart}");
    }
}
