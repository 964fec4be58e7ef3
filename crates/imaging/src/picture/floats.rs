//! Conversion of pictures to the floats that networks use, and back.

use super::{Picture, ShapeError};

impl Picture {
    /// The colours as `[height, width, 3]` values in −1…1: `byte / 127.5 − 1`. Alpha is left out.
    pub fn to_floats(&self) -> Vec<f32> {
        self.rgb
            .iter()
            .map(|&byte| f32::from(byte) / 127.5 - 1.0)
            .collect()
    }

    /// Makes a picture from `[height, width, 3]` values in −1…1. Other values are clamped, and
    /// those between two bytes rounded to the nearest, so that [`Picture::to_floats`] is inverted
    /// exactly.
    ///
    /// # Errors
    /// A side is zero, there are not `3 × width × height` values, or a value is NaN.
    pub fn from_floats(width: u32, height: u32, values: &[f32]) -> Result<Self, ShapeError> {
        ShapeError::check("colour values", width, height, 3, values.len())?;
        if let Some(index) = values.iter().position(|value| value.is_nan()) {
            let pixel = index / 3;
            let columns = width as usize;
            return Err(ShapeError::NotANumber {
                row: pixel / columns,
                column: pixel % columns,
                channel: index % 3,
            });
        }
        // The cast saturates at 0 and 255, which is the clamp.
        let rgb = values
            .iter()
            .map(|value| (value * 127.5 + 127.5).round() as u8)
            .collect();
        Self::new(width, height, rgb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=254).collect();
        let picture = Picture::new(17, 5, bytes.clone()).unwrap();
        let floats = picture.to_floats();
        assert_eq!(floats[0], -1.0);
        assert!((floats[51] + 0.6).abs() < 1e-6);
        assert_eq!(Picture::from_floats(17, 5, &floats).unwrap(), picture);
        assert_eq!(Picture::filled(1, 1, [255; 3]).to_floats(), [1.0; 3]);
    }

    #[test]
    fn values_are_clamped_and_rounded() {
        // 0 lies half way between 127 and 128 and goes up; 0.0039 / 2 more or less decides.
        let picture = Picture::from_floats(2, 1, &[-7.0, 7.0, 0.0, -0.002, 0.01, f32::INFINITY]);
        assert_eq!(picture.unwrap().rgb(), [0, 255, 128, 127, 129, 255]);
    }

    #[test]
    fn not_a_number_is_named() {
        let mut values = vec![0.0; 2 * 3 * 3];
        values[13] = f32::NAN;
        let error = Picture::from_floats(2, 3, &values).unwrap_err();
        assert_eq!(
            error,
            ShapeError::NotANumber {
                row: 2,
                column: 0,
                channel: 1
            }
        );
        assert!(Picture::from_floats(2, 3, &values[1..]).is_err());
    }
}
