//! The predictor of TIFF: each sample of a row is stored as the difference from the one before.

use super::Fault;
use super::layout::Layout;

/// Undoes the predictor in a row by adding up the differences.
pub(super) fn undo(row: &mut [u8], layout: &Layout, little: bool) -> Result<(), Fault> {
    let samples = layout.chunk_samples();
    match (layout.predictor, layout.bits) {
        (2, 8) => sum(row, samples),
        (2, 16) => sum_wide::<2>(row, samples, little),
        (2, 32) => sum_wide::<4>(row, samples, little),
        (2, 64) => sum_wide::<8>(row, samples, little),
        (3, bits) if layout.float => {
            sum(row, samples);
            // All highest bytes come first, then all second ones, and so on.
            let (size, planes) = (bits / 8, row.to_vec());
            let count = row.len() / size;
            for (index, value) in row.chunks_exact_mut(size).enumerate() {
                for (byte, target) in value.iter_mut().enumerate() {
                    let plane = if little { size - 1 - byte } else { byte };
                    *target = planes[plane * count + index];
                }
            }
        }
        (predictor, bits) => {
            let detail = format!("predictor {predictor} with {bits} bits a sample");
            return Err(Fault::not_supported(detail));
        }
    }
    Ok(())
}

fn sum(row: &mut [u8], samples: usize) {
    for place in samples..row.len() {
        row[place] = row[place].wrapping_add(row[place - samples]);
    }
}

fn sum_wide<const SIZE: usize>(row: &mut [u8], samples: usize, little: bool) {
    let values = row.as_chunks_mut::<SIZE>().0;
    for place in samples..values.len() {
        let mut carry = 0;
        let before = values[place - samples];
        for byte in 0..SIZE {
            let byte = if little { byte } else { SIZE - 1 - byte };
            let sum = u16::from(values[place][byte]) + u16::from(before[byte]) + carry;
            values[place][byte] = sum as u8;
            carry = sum >> 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_add_up_with_their_carry() {
        let mut row = [1, 2, 3, 255, 1, 1];
        sum(&mut row, 3);
        assert_eq!(row, [1, 2, 3, 0, 3, 4]);
        let mut row = [0xff, 0x00, 0x01, 0x00, 0xff, 0xff];
        sum_wide::<2>(&mut row, 1, true);
        assert_eq!(row, [0xff, 0x00, 0x00, 0x01, 0xff, 0x00]);
        let mut row = [0x00, 0xff, 0x00, 0x01];
        sum_wide::<2>(&mut row, 1, false);
        assert_eq!(row, [0x00, 0xff, 0x01, 0x00]);
    }
}
