//! Sharpness: whether a picture has as much detail as its number of pixels allows.

use utsushi_imaging::{Filter, Picture, over_white, resize_with};

use crate::perceptual_hash::brightness;

/// The [`sharpness`] below which a picture looks blurred or enlarged. Originals have more than 0.2,
/// soft photographs a little less; pictures enlarged to twice their size have 0.10 to 0.16, with
/// any filter.
const SOFT: f64 = 0.16;

/// Shorter side in pixels below which sharpness cannot be judged.
const LEAST_SIDE: u32 = 16;

/// The length of the shorter side in pixels at which a soft picture would be sharp: it is halved as
/// long as the picture looks blurred or enlarged. `None` for a sharp one. Transparency is seen on
/// white.
pub(super) fn soft_side(picture: &Picture) -> Option<u32> {
    let (width, height) = (picture.width(), picture.height());
    let opaque = match picture.alpha() {
        Some(_) => Some(Picture::new(width, height, over_white(picture).into_owned()).ok()?),
        None => None,
    };
    let picture = opaque.as_ref().unwrap_or(picture);
    let mut side = width.min(height);
    let mut halved = None;
    loop {
        let now = halved.as_ref().unwrap_or(picture);
        let soft = side >= LEAST_SIDE && sharpness(now).is_some_and(|sharpness| sharpness < SOFT);
        if !soft {
            return halved.map(|_| side);
        }
        let (width, height) = (now.width() / 2, now.height() / 2);
        halved = Some(resize_with(now, width.max(1), height.max(1), Filter::Box));
        side = width.min(height);
    }
}

/// Energy of second differences of brightness between neighbouring pixels, divided by that between
/// every other pixel, across and down: 1/16 for a smooth curve, 1/2 for sharp edges, 1 for noise.
/// `None` if the latter is 0.
fn sharpness(picture: &Picture) -> Option<f64> {
    let columns = picture.width() as usize;
    let values: Vec<i64> = picture
        .rgb()
        .chunks_exact(3)
        .map(|pixel| i64::from(brightness(pixel)))
        .collect();
    let near = second_differences(&values, columns, 1)?;
    let far = second_differences(&values, columns, 2)?;
    (far > 0.0).then(|| near / far)
}

/// Mean square of `v[i - step] - 2 v[i] + v[i + step]` along rows, plus that along columns; `None`
/// if the picture is too small.
fn second_differences(values: &[i64], columns: usize, step: usize) -> Option<f64> {
    let rows = values.len() / columns;
    if columns.min(rows) <= 2 * step {
        return None;
    }
    let square = |before: i64, here: i64, after: i64| {
        let difference = (before - 2 * here + after) as f64;
        difference * difference
    };
    let mut across = 0.0;
    for row in values.chunks_exact(columns) {
        let shifted = row.iter().zip(&row[step..]).zip(&row[2 * step..]);
        across += shifted.map(|((a, b), c)| square(*a, *b, *c)).sum::<f64>();
    }
    let shifted = values.iter().zip(&values[step * columns..]);
    let shifted = shifted.zip(&values[2 * step * columns..]);
    let down = shifted.map(|((a, b), c)| square(*a, *b, *c)).sum::<f64>();
    let across_count = rows * (columns - 2 * step);
    let down_count = columns * (rows - 2 * step);
    Some(across / across_count as f64 + down / down_count as f64)
}

#[cfg(test)]
mod tests {
    use utsushi_imaging::Alpha;

    use super::*;

    fn picture(width: u32, height: u32, tone: impl Fn(u32, u32) -> u8) -> Picture {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let rgb = places.flat_map(|(x, y)| [tone(x, y); 3]).collect();
        Picture::new(width, height, rgb).unwrap()
    }

    /// A test picture of discs of several sizes and tones, with hard edges.
    fn discs(side: u32) -> Picture {
        picture(side, side, |x, y| {
            let inside = |cx: i64, cy: i64, radius: i64| {
                let (dx, dy) = (i64::from(x) - cx, i64::from(y) - cy);
                dx * dx + dy * dy < radius * radius
            };
            match (inside(30, 24, 17), inside(70, 60, 21), inside(24, 80, 11)) {
                (true, ..) => 30,
                (_, true, _) => 120,
                (.., true) => 80,
                _ => 220,
            }
        })
    }

    #[test]
    fn known_signals() {
        // One step: squares 1 + 1 at each of 28 places apart, 2 + 2 of 24 at every other.
        let step = picture(32, 32, |x, _| if x < 16 { 0 } else { 100 });
        let expected = (2.0 / 30.0) / (4.0 / 28.0);
        assert!((sharpness(&step).unwrap() - expected).abs() < 1e-12);
        // A parabola has one second difference, four times as large at twice the distance.
        let curve = picture(16, 16, |x, _| (x * x) as u8);
        assert!((sharpness(&curve).unwrap() - 1.0 / 16.0).abs() < 1e-12);
        let down = picture(16, 16, |_, y| (y * y) as u8);
        assert_eq!(sharpness(&down), sharpness(&curve));
        // What is transparent does not count: noise under white.
        let noise = picture(32, 32, |x, y| (x * 77 + y * 131) as u8 ^ (x * y) as u8);
        let hidden = noise.with_alpha(Alpha::Eight(vec![0; 32 * 32])).unwrap();
        assert_eq!(soft_side(&hidden), None);
        // Flat, a ramp, and nothing to speak of.
        assert_eq!(sharpness(&Picture::filled(32, 32, [9; 3])), None);
        assert_eq!(sharpness(&picture(32, 32, |x, _| x as u8)), None);
        assert_eq!(sharpness(&picture(4, 40, |x, y| (x * y) as u8)), None);
    }

    #[test]
    fn enlarged_pictures_are_found_with_their_own_size() {
        let original = discs(96);
        assert_eq!(soft_side(&original), None);
        for filter in [Filter::Bilinear, Filter::CatmullRom, Filter::Lanczos3] {
            let twice = resize_with(&original, 192, 192, filter);
            assert_eq!(soft_side(&twice), Some(96), "{filter:?}");
            let four_times = resize_with(&original, 384, 384, filter);
            assert_eq!(soft_side(&four_times), Some(96), "{filter:?}");
        }
        // Pixel art enlarged by whole pixels keeps its edges.
        let blocks = picture(192, 192, |x, y| {
            original.rgb()[((y / 2 * 96 + x / 2) * 3) as usize]
        });
        assert_eq!(soft_side(&blocks), None);
        assert_eq!(soft_side(&Picture::filled(64, 64, [7; 3])), None);
        assert_eq!(soft_side(&Picture::filled(1, 1, [7; 3])), None);
    }

    #[test]
    fn noise_is_no_blur_and_smooth_light_is() {
        let noise = picture(64, 64, |x, y| {
            (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503_919)).wrapping_mul(97) as u8
        });
        assert_eq!(soft_side(&noise), None);
        let light = picture(64, 64, |x, y| {
            let wave = (f64::from(x) / 9.0).sin() + (f64::from(y) / 7.0).cos();
            (127.5 + 60.0 * wave).round() as u8
        });
        assert!(soft_side(&light).is_some_and(|side| side <= 32));
    }
}
