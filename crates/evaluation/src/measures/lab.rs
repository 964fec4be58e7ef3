//! The colour space CIE L*a*b* under D65, converted from and to sRGB.

const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

const DELTA: f64 = 6.0 / 29.0;

/// Converts a colour in bytes to L* (0…100), a* and b* (about −128…128).
pub(crate) fn to_lab(colour: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = colour.map(|byte| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    let xyz = [
        0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b,
        0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b,
        0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b,
    ];
    let f = |value: f64| {
        if value > DELTA.powi(3) {
            value.cbrt()
        } else {
            value / (3.0 * DELTA * DELTA) + 4.0 / 29.0
        }
    };
    let [x, y, z] = [0, 1, 2].map(|axis| f(xyz[axis] / WHITE[axis]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Converts L*a*b* to the nearest colour in bytes; values outside of sRGB are clamped.
pub(crate) fn from_lab([lightness, a, b]: [f64; 3]) -> [u8; 3] {
    let y = (lightness + 16.0) / 116.0;
    let f = |value: f64| {
        if value > DELTA {
            value.powi(3)
        } else {
            3.0 * DELTA * DELTA * (value - 4.0 / 29.0)
        }
    };
    let x = WHITE[0] * f(y + a / 500.0);
    let z = WHITE[2] * f(y - b / 200.0);
    let y = WHITE[1] * f(y);
    let linear = [
        3.240_454_2 * x - 1.537_138_5 * y - 0.498_531_4 * z,
        -0.969_266_0 * x + 1.876_010_8 * y + 0.041_556_0 * z,
        0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z,
    ];
    linear.map(|value| {
        let value = if value <= 0.003_130_8 {
            12.92 * value
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        // The cast saturates, which is the clamp.
        (value * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours() {
        let close = |colour, expected: [f64; 3]| {
            let found = to_lab(colour);
            for axis in 0..3 {
                assert!((found[axis] - expected[axis]).abs() < 0.02, "{found:?}");
            }
        };
        close([255; 3], [100.0, 0.0, 0.0]);
        close([0; 3], [0.0, 0.0, 0.0]);
        close([255, 0, 0], [53.24, 80.09, 67.20]);
        close([0, 0, 255], [32.30, 79.19, -107.86]);
    }

    #[test]
    fn every_byte_comes_back() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(17) {
                    let colour = [red, green, blue];
                    assert_eq!(from_lab(to_lab(colour)), colour);
                }
            }
        }
        assert_eq!(from_lab([150.0, 0.0, 0.0]), [255; 3]);
        assert_eq!(from_lab([-10.0, 0.0, 0.0]), [0; 3]);
    }
}
