//! Disturbed contents, whose lines and shading are changed, so that the decoder cannot copy these
//! from them and has to take both from the style code.

use rand_chacha::ChaCha8Rng;
use utsushi_dataset::Pictures;
use utsushi_model::noise_at;

use super::each_picture;
use super::plane::Plane;
use crate::random::{integer, uniform};

/// A kind of change of a picture's brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blurred,
    VeryBlurred,
    Sharpened,
    Thickened,
    VeryThick,
    Thinned,
    Flattened,
    Stepped,
    SteppedWithLines,
    ThickLinesAlone,
    LinesAlone,
    Coarse,
}

const KINDS: [Kind; 12] = [
    Kind::Blurred,
    Kind::VeryBlurred,
    Kind::Sharpened,
    Kind::Thickened,
    Kind::VeryThick,
    Kind::Thinned,
    Kind::Flattened,
    Kind::Stepped,
    Kind::SteppedWithLines,
    Kind::ThickLinesAlone,
    Kind::LinesAlone,
    Kind::Coarse,
];

struct Settings {
    kind: Kind,
    /// Strength of the change, 0…1.
    amount: f32,
    /// Curvature of the tone curve, −0.5…0.5.
    bend: f32,
    grain: f32,
    /// Offset into the noise that makes the grain.
    offset: usize,
}

fn draw(random: &mut ChaCha8Rng, share: f32) -> Option<Settings> {
    if uniform(random) >= share {
        return None;
    }
    Some(Settings {
        kind: KINDS[integer(random, 0, KINDS.len() as i64 - 1) as usize],
        amount: 0.4 + 0.6 * uniform(random),
        bend: uniform(random) - 0.5,
        grain: if uniform(random) < 0.3 {
            0.15 * uniform(random)
        } else {
            0.0
        },
        offset: integer(random, 0, 16_383) as usize,
    })
}

/// The pictures as the content encoder is shown them: a share of them disturbed, and those turned
/// grey, since the encoder looks at brightness alone.
pub fn disturbed(pictures: &Pictures, random: &mut ChaCha8Rng, share: f32) -> Pictures {
    each_picture(pictures, random, |random| draw(random, share), disturb)
}

fn disturb(pixels: &mut [f32], size: usize, settings: &Settings) {
    let light = Plane::luminance(pixels, size);
    let changed = changed(&light, settings.kind);
    let mut mixed = light.zip(&changed, |own, other| own + (other - own) * settings.amount);
    for (index, value) in mixed.values.iter_mut().enumerate() {
        let at = index + settings.offset;
        *value += settings.grain * noise_at(at / size, at % size);
        *value = (*value + (1.0 - *value * *value) * settings.bend).clamp(-1.0, 1.0);
    }
    for (pixel, value) in pixels.chunks_exact_mut(3).zip(&mixed.values) {
        pixel.fill(*value);
    }
}

fn changed(light: &Plane, kind: Kind) -> Plane {
    let add = |one: f32, other: f32| one + other;
    let less = |one: f32, other: f32| one - other;
    let flat = || light.highest().lowest().smooth(2);
    let contrast = || light.zip(&light.smooth(2), less);
    let steps = |plane: Plane, count: f32| plane.map(|value| (value * count).round() / count);
    match kind {
        Kind::Blurred => light.smooth(2),
        Kind::VeryBlurred => light.smooth(2).smooth(2).smooth(2),
        Kind::Sharpened => light.zip(&contrast(), |own, line| own + 1.5 * line),
        Kind::Thickened => light.lowest(),
        Kind::VeryThick => light.lowest().lowest(),
        Kind::Thinned => light.highest(),
        Kind::Flattened => flat(),
        Kind::Stepped => steps(light.smooth(2), 2.0),
        Kind::SteppedWithLines => steps(flat(), 1.5).zip(&contrast(), add),
        Kind::ThickLinesAlone => {
            let far = light.smooth(2).smooth(2).smooth(2);
            light.zip(&far, |own, far| (own - far).min(0.05) * 5.0 + 0.9)
        }
        Kind::LinesAlone => contrast().map(|line| line.min(0.03) * 8.0 + 0.9),
        Kind::Coarse => light.cells(2).smooth(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, stream};

    fn pictures() -> Pictures {
        let pixels = (0..4 * 16 * 16 * 3).map(|i| (i as f32 * 0.37).sin() * 0.9);
        Pictures {
            size: 16,
            pixels: pixels.collect(),
            styles: vec![0; 4],
            labels: vec![Default::default(); 4],
        }
    }

    #[test]
    fn a_share_of_0_changes_nothing_and_of_1_every_picture_within_range() {
        let own = pictures();
        let random = || stream(3, Stream::Disturbance, 8);
        assert_eq!(disturbed(&own, &mut random(), 0.0), own);
        let changed = disturbed(&own, &mut random(), 1.0);
        assert_eq!(changed, disturbed(&own, &mut random(), 1.0));
        let changed = changed.pixels;
        for (changed, own) in changed.chunks(768).zip(own.pixels.chunks(768)) {
            let light = Plane::luminance(own, 16);
            let apart = changed.chunks(3).zip(&light.values);
            let apart: f32 = apart.map(|(pixel, own)| (pixel[0] - own).abs()).sum();
            assert!(apart > 1.0, "{apart}");
        }
        let grey = changed
            .chunks(3)
            .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
        assert!(grey && changed.iter().all(|value| value.abs() <= 1.0));
    }

    #[test]
    fn a_dark_line_grows_vanishes_or_stays_alone_as_its_kind_says() {
        // A line two pixels wide on an even ground.
        let values = (0..400).map(|i| {
            if [9, 10].contains(&(i % 20)) {
                -0.8
            } else {
                0.4
            }
        });
        let light = Plane::new(20, values.collect());
        let dark = |kind| {
            let row = &changed(&light, kind).values[200..220];
            row.iter().filter(|value| **value < -0.2).count()
        };
        assert_eq!(dark(Kind::Thickened), 4);
        assert_eq!(dark(Kind::VeryThick), 6);
        assert_eq!(dark(Kind::Thinned), 0);
        assert_eq!(dark(Kind::Flattened), 0);
        assert_eq!(dark(Kind::LinesAlone), 2);
        assert!(changed(&light, Kind::LinesAlone).values[200] > 0.8);
    }
}
