//! The balance: restores the mean colour of a content in its painting.

use utsushi_imaging::green_above;

use super::luma;

/// Largest bend of the lightness curve, as an odds ratio: a middle grey of 128 becomes 186.
const BEND: f32 = 2.7;
/// Share to which white may be dimmed, where the curve is not enough.
const WHITE: f32 = 0.3;
/// Share to which black may be raised, where the curve is not enough.
const BLACK: f32 = 0.4;
/// Largest factor of chroma, to make up for lights and darks that cannot have it.
const GAIN: f32 = 1.5;
/// Largest number added to chroma, to make up for lights and darks that cannot have it.
const OFFSET: f32 = 0.05;
/// Largest error of the mean chroma, 0…1. With a larger one, contrast is lowered in steps, since
/// black and white can have no chroma.
const NEAR: f32 = 2.0 / 255.0;
const STEP: f32 = 0.1;
/// Lowest factor of contrast.
const LEAST: f32 = 0.4;
/// Number of rounds in which gain and offset of chroma are improved.
const ROUNDS: usize = 6;
/// Number of halvings of an interval in the search for a number.
const HALVINGS: usize = 20;

/// Chroma of a pixel: the differences of red and blue from luma.
type Chroma = [f32; 2];

/// A pixel of a painting and the content's chroma there; all from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pixel {
    /// Lightness of the painting.
    light: f32,
    /// Chroma of the content's area.
    chroma: Chroma,
}

impl Pixel {
    /// A pixel of this lightness, in an area of the content of that colour.
    pub(super) fn new(light: f32, area: [f32; 3]) -> Self {
        let own = luma(area);
        Self {
            light,
            chroma: [area[0] - own, area[2] - own],
        }
    }
}

/// Bends a lightness by multiplying its odds; black and white stay.
fn bent(light: f32, odds: f32) -> f32 {
    light * odds / (1.0 + light * (odds - 1.0))
}

/// Changes of lightness and chroma that give the painting the content's mean colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Balance {
    /// Odds ratio by which the lightness of all pixels is bent.
    odds: f32,
    /// Lightness that black and white get.
    ends: [f32; 2],
    /// Lightness that stays when contrast is lowered, and the factor of all distances from it.
    middle: f32,
    contrast: f32,
    gain: f32,
    offset: Chroma,
}

impl Balance {
    /// Computes the balance of pixels with weights, for the `wanted` mean colour.
    pub(super) fn of(pixels: &[(Pixel, f32)], wanted: [f32; 3]) -> Self {
        let light = luma(wanted);
        let mut balance = Self {
            odds: 1.0,
            ends: [0.0, 1.0],
            middle: light,
            contrast: 1.0,
            gain: 1.0,
            offset: [0.0; 2],
        };
        let off = |balance: &Self| mean(pixels, |pixel| balance.light(pixel)) - light;
        let dim = off(&balance) > 0.0;
        // Each step goes as far as it may, or until the mean is right.
        let mut step = |change: &dyn Fn(&mut Self, f32)| {
            let [mut near, mut far] = [0.0, 1.0];
            for _ in 0..HALVINGS {
                let middle = (near + far) / 2.0;
                let mut tried = balance;
                change(&mut tried, middle);
                if (off(&tried) > 0.0) == dim {
                    near = middle;
                } else {
                    far = middle;
                }
            }
            change(&mut balance, near);
        };
        let most = if dim { 1.0 / BEND } else { BEND };
        step(&|balance, share| balance.odds = most.powf(share));
        step(&|balance, share| {
            if dim {
                balance.ends[1] = 1.0 - share * (1.0 - WHITE);
            } else {
                balance.ends[0] = share * BLACK;
            }
        });
        let wanted = [wanted[0] - light, wanted[2] - light];
        let mut found = balance.with_chroma(pixels, wanted);
        let far = |found: &Self| {
            found
                .lacking(pixels, wanted)
                .iter()
                .any(|off| off.abs() > NEAR)
        };
        while balance.contrast > LEAST && far(&found) {
            balance.contrast -= STEP;
            found = balance.with_chroma(pixels, wanted);
        }
        found
    }

    /// Difference of the wanted mean chroma from that of the pixels.
    fn lacking(&self, pixels: &[(Pixel, f32)], wanted: Chroma) -> Chroma {
        let chroma = |pixel: &Pixel| self.chroma(pixel, self.light(pixel));
        [0, 1].map(|index| wanted[index] - mean(pixels, |pixel| chroma(pixel)[index]))
    }

    /// This balance with the gain and offset that give the pixels the wanted mean chroma.
    fn with_chroma(mut self, pixels: &[(Pixel, f32)], wanted: Chroma) -> Self {
        let length = wanted[0] * wanted[0] + wanted[1] * wanted[1];
        for _ in 0..ROUNDS {
            // Greys stay grey under a gain.
            if length > 1e-6 {
                let lacking = self.lacking(pixels, wanted);
                let along = lacking[0] * wanted[0] + lacking[1] * wanted[1];
                self.gain = (self.gain * (1.0 + along / length)).clamp(1.0, GAIN);
            }
            let lacking = self.lacking(pixels, wanted);
            for (offset, lacking) in self.offset.iter_mut().zip(lacking) {
                *offset = (*offset + lacking).clamp(-OFFSET, OFFSET);
            }
        }
        self
    }

    fn light(&self, pixel: &Pixel) -> f32 {
        let light = bent(pixel.light, self.odds);
        let [black, white] = self.ends;
        let light = black + light * (white - black);
        self.middle + (light - self.middle) * self.contrast
    }

    /// Chroma of a pixel, as far as there is a colour of that lightness with it.
    fn chroma(&self, pixel: &Pixel, light: f32) -> Chroma {
        let chroma = [0, 1].map(|index| self.gain * pixel.chroma[index] + self.offset[index]);
        let [red, blue] = chroma;
        let mut share = 1.0f32;
        for above in [red, green_above(chroma), blue] {
            if above > 0.0 {
                share = share.min((1.0 - light) / above);
            } else if above < 0.0 {
                share = share.min(light / -above);
            }
        }
        chroma.map(|value| value * share.max(0.0))
    }

    /// The colour that a pixel gets.
    pub(super) fn colour(&self, pixel: &Pixel) -> [f32; 3] {
        let light = self.light(pixel);
        let chroma = self.chroma(pixel, light);
        [chroma[0], green_above(chroma), chroma[1]].map(|above| light + above)
    }
}

fn mean(pixels: &[(Pixel, f32)], value: impl Fn(&Pixel) -> f32) -> f32 {
    let (mut sum, mut weights) = (0.0f64, 0.0f64);
    for (pixel, weight) in pixels {
        sum += f64::from(weight * value(pixel));
        weights += f64::from(*weight);
    }
    (sum / weights) as f32
}
