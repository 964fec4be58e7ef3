//! What may happen to a picture without changing what it shows.

use utsushi_anatomy::PointTarget;
use utsushi_imaging::{
    DecodeLimits, EncodeOptions, Filter, OutputFormat, Picture, decode, encode, resize_with,
};

use crate::dice::Dice;
use crate::drawing::Drawing;
use crate::sample::UNKNOWN;
use crate::view::SIDE;

/// Other colours, another sharpness, grain, compression, and something in front.
pub fn disturb(drawing: &mut Drawing, dice: &mut Dice) {
    recolour(&mut drawing.values, dice);
    if dice.chance(0.3) {
        let amount = dice.between(-1.0, 0.9);
        drawing.values = sharpened(&drawing.values, amount);
    }
    if dice.chance(0.3) {
        for _ in 0..=dice.below(3) {
            cover(drawing, dice);
        }
    }
    if dice.chance(0.15) {
        let side = (SIDE as f32 / dice.between(1.2, 2.2)) as u32;
        let small = resize_with(&drawing.picture(), side, side, Filter::Bilinear);
        let side = SIDE as u32;
        take(
            drawing,
            &resize_with(&small, side, side, Filter::CatmullRom),
        );
    }
    if dice.chance(0.25) {
        let grain = dice.between(2.0, 16.0);
        for value in &mut drawing.values {
            let even = dice.between(-grain, grain);
            *value = value.map(|value| value + even + dice.between(-grain, grain) / 2.0);
        }
    }
    if dice.chance(0.3) {
        let options = EncodeOptions {
            quality: dice.between(20.0, 85.0) as u8,
        };
        let bytes = encode(&drawing.picture(), OutputFormat::Jpeg, options);
        let decoded = bytes
            .ok()
            .and_then(|it| decode(&it, &DecodeLimits::default()).ok());
        if let Some(decoded) = decoded {
            take(drawing, &decoded.picture);
        }
    }
}

fn take(drawing: &mut Drawing, picture: &Picture) {
    let colours = picture.rgb().as_chunks::<3>().0;
    for (value, colour) in drawing.values.iter_mut().zip(colours) {
        *value = colour.map(f32::from);
    }
}

/// Other light, other tints, other hues, greys.
fn recolour(values: &mut [[f32; 3]], dice: &mut Dice) {
    let contrast = dice.size(0.65, 1.35);
    let lift = dice.between(-35.0, 35.0);
    let gamma = dice.size(0.7, 1.4);
    let tint = if dice.chance(0.6) {
        [0; 3].map(|_| dice.between(0.88, 1.12))
    } else {
        [1.0; 3]
    };
    let curves = tint.map(|tint| {
        let curve = (0..256).map(|value| {
            let value = (value as f32 / 255.0).powf(gamma) * 255.0;
            (value - 128.0) * contrast * tint + 128.0 + lift
        });
        curve.collect::<Vec<f32>>()
    });
    let saturation = if dice.chance(0.15) {
        0.0
    } else {
        dice.size(0.55, 1.6)
    };
    let turn = dice.between(-0.35, 0.35);
    let (sine, cosine) = turn.sin_cos();
    for value in values {
        let curved: [f32; 3] =
            std::array::from_fn(|it| curves[it][value[it].round().clamp(0.0, 255.0) as usize]);
        // Hues turn and fade in YIQ, where grey is one axis.
        let [red, green, blue] = curved;
        let light = 0.299 * red + 0.587 * green + 0.114 * blue;
        let first = 0.596 * red - 0.274 * green - 0.322 * blue;
        let second = 0.211 * red - 0.523 * green + 0.312 * blue;
        let turned = [
            (first * cosine - second * sine) * saturation,
            (first * sine + second * cosine) * saturation,
        ];
        *value = [
            light + 0.956 * turned[0] + 0.621 * turned[1],
            light - 0.272 * turned[0] - 0.647 * turned[1],
            light - 1.106 * turned[0] + 1.703 * turned[1],
        ]
        .map(|value| value.clamp(0.0, 255.0));
    }
}

/// Away from the mean of the 3×3 square around, or (below 0) towards it.
fn sharpened(values: &[[f32; 3]], amount: f32) -> Vec<[f32; 3]> {
    let near = |at: usize| at.saturating_sub(1)..(at + 2).min(SIDE);
    let sharpen = |(at, value): (usize, &[f32; 3])| {
        let mut sum = [0.0; 3];
        let mut count = 0.0;
        for row in near(at / SIDE) {
            for column in near(at % SIDE) {
                for (sum, value) in sum.iter_mut().zip(values[row * SIDE + column]) {
                    *sum += value;
                }
                count += 1.0;
            }
        }
        std::array::from_fn(|it| value[it] + (value[it] - sum[it] / count) * amount)
    };
    values.iter().enumerate().map(sharpen).collect()
}

/// A rectangle in front of the picture: of one colour or of noise. Of what is behind nothing is
/// known.
fn cover(drawing: &mut Drawing, dice: &mut Dice) {
    let mut range = || {
        let length = dice.size(6.0, 56.0);
        let start = dice.between(-length / 2.0, SIDE as f32 - length / 2.0);
        start.max(0.0) as usize..((start + length) as usize).min(SIDE)
    };
    let (rows, columns) = (range(), range());
    let colour = dice.colour();
    let noise = if dice.chance(0.4) {
        dice.between(20.0, 120.0)
    } else {
        0.0
    };
    for row in rows.clone() {
        for column in columns.clone() {
            let at = row * SIDE + column;
            drawing.values[at] = if noise > 0.0 {
                colour.map(|value| (value + dice.between(-noise, noise)).clamp(0.0, 255.0))
            } else {
                colour
            };
            drawing.classes[at] = UNKNOWN;
        }
    }
    for point in &mut drawing.points {
        if let PointTarget::At([x, y]) = *point
            && (columns.start as f32..columns.end as f32).contains(&x)
            && (rows.start as f32..rows.end as f32).contains(&y)
        {
            *point = PointTarget::Unknown;
        }
    }
}
