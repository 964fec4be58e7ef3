use utsushi_imaging::Picture;

/// Reduces a picture to its luminance (Rec. 601, of sRGB bytes) with an equalised histogram, on all
/// three channels: what is left without colour and without the curve of tones. Alpha is kept.
///
/// The darkest tone becomes 0, and each other the share of the remaining pixels that are not
/// brighter, times 255. A picture of one tone becomes middle grey, 128.
pub fn equalised(picture: &Picture) -> Picture {
    let mut grey = picture.clone();
    let (pixels, _) = grey.rgb_mut().as_chunks_mut::<3>();
    let luminance = |[red, green, blue]: [u8; 3]| {
        let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
        ((sum + 500) / 1000) as usize
    };
    let mut counts = [0u64; 256];
    for pixel in &*pixels {
        counts[luminance(*pixel)] += 1;
    }
    let darkest = counts.iter().copied().find(|&count| count > 0);
    let others = pixels.len() as u64 - darkest.unwrap_or(0);
    let mut not_brighter = 0;
    let tones = counts.map(|count| {
        not_brighter += count;
        let rank = not_brighter.saturating_sub(darkest.unwrap_or(0));
        // Rounded to the nearest tone.
        let tone = (2 * 255 * rank + others).checked_div(2 * others);
        tone.map_or(128, |tone| tone as u8)
    });
    for pixel in pixels {
        *pixel = [tones[luminance(*pixel)]; 3];
    }
    grey
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reinhard;

    fn of_pixels(pixels: &[[u8; 3]]) -> Picture {
        Picture::new(pixels.len() as u32, 1, pixels.concat()).unwrap()
    }

    #[test]
    fn ranks_become_tones() {
        // Two of four pixels have the darkest tone; the others lie at 1/2 and 2/2 of 255.
        let grey = equalised(&of_pixels(&[[10; 3], [10; 3], [20; 3], [30; 3]]));
        assert_eq!(grey.rgb(), [0, 0, 0, 0, 0, 0, 128, 128, 128, 255, 255, 255]);
        // Luminance: 76 of pure red, 150 of green, 29 of blue.
        let grey = equalised(&of_pixels(&[[255, 0, 0], [0, 255, 0], [0, 0, 255]]));
        assert_eq!(grey.rgb(), [128, 128, 128, 255, 255, 255, 0, 0, 0]);
    }

    #[test]
    fn one_tone_has_nothing_to_spread() {
        let white = Picture::filled(3, 2, [255; 3]);
        assert_eq!(equalised(&white), Picture::filled(3, 2, [128; 3]));
        assert_eq!(equalised(&Picture::filled(1, 1, [0; 3])).rgb(), [128; 3]);
    }

    #[test]
    fn neither_a_tone_curve_nor_a_transfer_of_colours_changes_it() {
        let ramp: Vec<[u8; 3]> = (60..180).step_by(4).map(|tone| [tone; 3]).collect();
        let picture = of_pixels(&ramp);
        let darker = |[tone, ..]: [u8; 3]| [(u16::from(tone) * u16::from(tone) / 255) as u8; 3];
        let curved: Vec<[u8; 3]> = ramp.iter().map(|&pixel| darker(pixel)).collect();
        assert_eq!(equalised(&of_pixels(&curved)), equalised(&picture));
        let red = of_pixels(&[[200, 90, 90], [160, 60, 50], [120, 40, 40]]);
        let moved = equalised(&reinhard(&picture, &red));
        let pairs = moved.rgb().iter().zip(equalised(&picture).rgb().to_vec());
        // Rounding joins or parts neighbouring tones of the ramp.
        for (&found, expected) in pairs {
            assert!(found.abs_diff(expected) <= 10, "{found} {expected}");
        }
    }
}
