//! The guided filter with a grey picture as the guide (He, Sun and Tang 2013, section 3), which
//! aligns planes with the edges of a picture.

/// Filters each plane in place: each value becomes its prediction from the luma around it, by a
/// linear regression over squares of `2 × radius + 1` pixels a side. Areas whose variance of luma
/// is below `even` count as even: their planes are smoothed. Planes and luma are stored row by row,
/// with `width` values in a row.
pub fn guided_by_luma<const N: usize>(
    planes: &mut [Vec<f32>; N],
    luma: &[f32],
    width: usize,
    radius: usize,
    even: f32,
) {
    let mean = |values: &[f32]| box_mean(values, width, radius);
    let product = |one: &[f32], other: &[f32]| -> Vec<f32> {
        one.iter()
            .zip(other)
            .map(|(one, other)| one * other)
            .collect()
    };
    let lumas = mean(luma);
    let squares = mean(&product(luma, luma));
    let spreads: Vec<f32> = squares
        .iter()
        .zip(&lumas)
        .map(|(square, mean)| (square - mean * mean).max(0.0) + even)
        .collect();
    for plane in planes {
        let own = mean(plane);
        let mut slopes = mean(&product(plane, luma));
        let mut offsets = own;
        for (at, slope) in slopes.iter_mut().enumerate() {
            *slope = (*slope - offsets[at] * lumas[at]) / spreads[at];
            offsets[at] -= *slope * lumas[at];
        }
        let (slopes, offsets) = (mean(&slopes), mean(&offsets));
        for (at, value) in plane.iter_mut().enumerate() {
            *value = slopes[at] * luma[at] + offsets[at];
        }
    }
}

/// Box filter: the mean of the square around each value. The outermost values are repeated beyond
/// the border.
fn box_mean(values: &[f32], width: usize, radius: usize) -> Vec<f32> {
    let height = values.len() / width.max(1);
    let mut rows = vec![0.0; values.len()];
    for (row, means) in values
        .chunks_exact(width.max(1))
        .zip(rows.chunks_exact_mut(width.max(1)))
    {
        running(
            radius,
            width,
            |at| f64::from(row[at]),
            |at, mean| means[at] = mean,
        );
    }
    let mut means = vec![0.0; values.len()];
    for column in 0..width {
        running(
            radius,
            height,
            |at| f64::from(rows[at * width + column]),
            |at, mean| means[at * width + column] = mean,
        );
    }
    means
}

/// Running mean of `2 × radius + 1` values around each of `length`.
fn running(
    radius: usize,
    length: usize,
    value: impl Fn(usize) -> f64,
    mut set: impl FnMut(usize, f32),
) {
    let Some(last) = length.checked_sub(1) else {
        return;
    };
    // Of the first one: its own, `radius` times the border's, and those after it.
    let mut sum = value(0) * (radius + 1) as f64;
    sum += (1..=radius).map(|at| value(at.min(last))).sum::<f64>();
    for at in 0..length {
        set(at, (sum / (2 * radius + 1) as f64) as f32);
        sum += value((at + radius + 1).min(last)) - value(at.saturating_sub(radius));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_squares() {
        let values: Vec<f32> = (0..7 * 5).map(|at| ((at * 5) % 9) as f32).collect();
        for radius in [1, 2, 6] {
            let means = box_mean(&values, 7, radius);
            for (at, mean) in means.iter().enumerate() {
                let (x, y) = ((at % 7) as i64, (at / 7) as i64);
                let reach = radius as i64;
                let square =
                    (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
                let sum: f32 = square
                    .map(|(dx, dy)| {
                        let (x, y) = ((x + dx).clamp(0, 6), (y + dy).clamp(0, 4));
                        values[(y * 7 + x) as usize]
                    })
                    .sum();
                let wanted = sum / ((2 * radius + 1) as f32).powi(2);
                assert!((mean - wanted).abs() < 1e-4, "at {at}");
            }
        }
    }

    #[test]
    fn a_soft_border_goes_to_the_edge() {
        // The picture steps at 20, the probability rises from 14 to 26.
        let luma: Vec<f32> = (0..40 * 8)
            .map(|at| if at % 40 < 20 { -0.5 } else { 0.5 })
            .collect();
        let soft = |at: usize| ((at % 40) as f32 - 13.5) / 12.0;
        let plane: Vec<f32> = (0..40 * 8).map(|at| soft(at).clamp(0.0, 1.0)).collect();
        let mut planes = [plane];
        guided_by_luma(&mut planes, &luma, 40, 5, 0.003);
        let row = &planes[0][4 * 40..5 * 40];
        assert!(row[20] - row[19] > 0.4, "{row:?}");
        assert!(
            row[5].abs() < 0.05 && (row[35] - 1.0).abs() < 0.05,
            "{row:?}"
        );
    }
}
