//! The guided filter, smoothing that keeps edges (He, Sun and Tang 2013, section 3.2), with the
//! picture as its own guide and one coefficient for all channels. Each pixel becomes a mix of
//! itself and the mean around it, by the variance there.

mod by_luma;

pub use by_luma::guided_by_luma;

/// The channels of a picture, −1…1, row by row.
pub type Planes = [Vec<f32>; 3];

/// Radius in pixels of the square over which texture is measured.
const REACH: usize = 4;
/// Variance of colours (from −1 to 1) at which half of the texture is smoothed away: that of 14
/// levels of 255, above skin and cloth in photographs and below drawn lines.
const TEXTURE: f32 = 0.012;
/// Number of times that the smoothing is repeated; each time uses means of means.
const ROUNDS: usize = 2;

/// Number of rows above and below on which the result of a row depends.
pub const AROUND: usize = 2 * REACH * ROUNDS;

/// Removes texture from a picture, or from a band of one with [`AROUND`] more rows on either side,
/// and keeps edges. An `amount` of 0 changes nothing, 1 is the strongest.
///
/// # Panics
/// If `width` is 0.
pub fn guided_filtered(planes: &Planes, width: usize, amount: f32) -> Planes {
    let mut smooth = filtered_once(planes, width);
    for _ in 1..ROUNDS {
        smooth = filtered_once(&smooth, width);
    }
    for (smooth, own) in smooth.iter_mut().zip(planes) {
        for (smooth, own) in smooth.iter_mut().zip(own) {
            *smooth = own + amount * (*smooth - own);
        }
    }
    smooth
}

/// Smooths planes once. Beyond their ends, the border pixels are repeated.
fn filtered_once(planes: &Planes, width: usize) -> Planes {
    let means = planes.each_ref().map(|plane| box_mean(plane, width));
    let mut kept = vec![0.0; planes[0].len()];
    for (plane, mean) in planes.iter().zip(&means) {
        let squares: Vec<f32> = plane.iter().map(|value| value * value).collect();
        let squares = box_mean(&squares, width);
        for ((kept, square), mean) in kept.iter_mut().zip(squares).zip(mean) {
            *kept += (square - mean * mean).max(0.0) / 3.0;
        }
    }
    for kept in &mut kept {
        *kept /= *kept + TEXTURE;
    }
    let shares = box_mean(&kept, width);
    let mut smooth = means;
    for (mean, plane) in smooth.iter_mut().zip(planes) {
        for (mean, kept) in mean.iter_mut().zip(&kept) {
            *mean *= 1.0 - kept;
        }
        *mean = box_mean(mean, width);
        for ((value, own), share) in mean.iter_mut().zip(plane).zip(&shares) {
            *value += share * own;
        }
    }
    smooth
}

/// Box filter: the mean of the 9×9 square around each value, row by row; beyond the border the
/// outermost values are repeated. Sums are taken in a fixed order, so that the result does not
/// depend on where a band begins.
///
/// # Panics
/// If `width` is 0.
pub fn box_mean(values: &[f32], width: usize) -> Vec<f32> {
    const SIDE: usize = 2 * REACH + 1;
    let mut rows = Vec::with_capacity(values.len());
    let mut framed = Vec::with_capacity(width + 2 * REACH);
    for row in values.chunks_exact(width) {
        framed.clear();
        framed.extend([row[0]; REACH]);
        framed.extend_from_slice(row);
        framed.extend([row[width - 1]; REACH]);
        rows.extend(framed.windows(SIDE).map(|part| part.iter().sum::<f32>()));
    }
    let height = values.len() / width;
    let mut means = vec![0.0; values.len()];
    for (row, means) in means.chunks_exact_mut(width).enumerate() {
        for offset in 0..SIDE {
            let row = (row + offset).saturating_sub(REACH).min(height - 1);
            let sums = &rows[row * width..(row + 1) * width];
            for (mean, sum) in means.iter_mut().zip(sums) {
                *mean += sum;
            }
        }
        for mean in means {
            *mean /= (SIDE * SIDE) as f32;
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_squares_cut_at_the_border() {
        let values: Vec<f32> = (0..12 * 10).map(|at| ((at * 7) % 11) as f32).collect();
        let means = box_mean(&values, 12);
        for (at, mean) in means.iter().enumerate() {
            let (x, y) = ((at % 12) as i64, (at / 12) as i64);
            let square = (-4..=4).flat_map(|dy| (-4..=4).map(move |dx| (dx, dy)));
            let sum: f32 = square
                .map(|(dx, dy)| {
                    let (x, y) = ((x + dx).clamp(0, 11), (y + dy).clamp(0, 9));
                    values[(y * 12 + x) as usize]
                })
                .sum();
            assert!((mean - sum / 81.0).abs() < 1e-4, "at {at}");
        }
    }

    #[test]
    fn texture_goes_and_edges_stay() {
        let plane: Vec<f32> = (0..40 * 40)
            .map(|at| {
                let (x, y) = (at % 40, at / 40);
                let texture = if (x + y) % 2 == 0 { 0.05 } else { -0.05 };
                texture + if x < 20 { -0.8 } else { 0.8 }
            })
            .collect();
        let planes = [plane.clone(), plane.clone(), plane.clone()];
        assert_eq!(guided_filtered(&planes, 40, 0.0), planes);
        let smooth = guided_filtered(&planes, 40, 1.0);
        let row = |planes: &Planes| planes[1][20 * 40..21 * 40].to_vec();
        let (row, whole) = (row(&smooth), smooth[0].len());
        assert_eq!(whole, 1600);
        // Far from the edge next to nothing of the texture is left; over it the step is whole.
        assert!((row[5] - row[6]).abs() < 0.02, "{row:?}");
        assert!(row[20] - row[19] > 1.3, "{row:?}");
        let half = guided_filtered(&planes, 40, 0.5);
        let middle = (plane[20 * 40 + 5] + row[5]) / 2.0;
        assert!((half[1][20 * 40 + 5] - middle).abs() < 1e-6);
    }
}
