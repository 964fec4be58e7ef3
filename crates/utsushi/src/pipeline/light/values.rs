//! Arithmetic on the values of a part of a picture: quantiles, pieces, blurring, interpolation.

use crate::faces::skin::{Tone, tone};
use crate::pipeline::Depth;

/// Quantile of a face's skin in order of brightness that is lit and not a highlight.
pub(super) const LIT: f32 = 0.65;

/// Quantile of values at a share, 0…1; 0 if there are none.
pub(super) fn at_share(values: &mut [f32], share: f32) -> f32 {
    let at = (values.len() as f32 * share) as usize;
    match values.len() {
        0 => 0.0,
        count => {
            *values
                .select_nth_unstable_by(at.min(count - 1), f32::total_cmp)
                .1
        }
    }
}

/// Position of a value between two bounds, clamped to 0…1.
pub(super) fn share(value: f32, [first, last]: [f32; 2]) -> f32 {
    ((value - first) / (last - first)).clamp(0.0, 1.0)
}

/// The tones of a picture's pixels.
pub(super) fn tones<P: Depth>(picture: &P) -> Vec<Tone> {
    let pixels = picture.rgb().as_chunks::<3>().0.iter();
    pixels.map(|pixel| tone(pixel.map(P::seen))).collect()
}

/// The tone of skin, from its pixels: luma is that of most pixels outside of the shade, chroma the
/// median.
pub(super) fn skin_tone(skin: impl Iterator<Item = Tone>) -> Tone {
    let skin: Vec<Tone> = skin.collect();
    [(0, LIT), (1, 0.5), (2, 0.5)].map(|(index, share)| {
        let mut values: Vec<f32> = skin.iter().map(|tone| tone[index]).collect();
        at_share(&mut values, share)
    })
}

/// Finds the connected pieces of the pixels that are `inside`, each as a list of pixels.
pub(crate) fn pieces(inside: &[bool], width: usize) -> Vec<Vec<usize>> {
    pieces_joined(inside, width, |_, _| true)
}

/// Finds connected pieces as [`pieces`] does, with neighbours connected only if `joined` says so.
pub(crate) fn pieces_joined(
    inside: &[bool],
    width: usize,
    joined: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut seen = vec![false; inside.len()];
    let mut all = Vec::new();
    for start in 0..inside.len() {
        if !inside[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut piece = vec![start];
        let mut next = 0;
        while let Some(&at) = piece.get(next) {
            next += 1;
            for beside in neighbours(at, width, inside.len()).into_iter().flatten() {
                if inside[beside] && !seen[beside] && joined(at, beside) {
                    seen[beside] = true;
                    piece.push(beside);
                }
            }
        }
        all.push(piece);
    }
    all
}

/// Indices of the pixels to the left and right of one, above and below it, in a picture with rows
/// of `width` and `pixels` pixels in all; none beyond the border.
pub(crate) fn neighbours(at: usize, width: usize, pixels: usize) -> [Option<usize>; 4] {
    let column = at % width;
    [
        (column > 0).then(|| at - 1),
        (column + 1 < width).then(|| at + 1),
        at.checked_sub(width),
        Some(at + width).filter(|&below| below < pixels),
    ]
}

/// Blurs values approximately as a Gaussian with that standard deviation in pixels, by three box
/// filters. Values beyond the border do not count.
pub(super) fn blurred(values: &[f32], width: usize, sigma: f32) -> Vec<f32> {
    let radius = ((sigma * sigma * 4.0 + 1.0).sqrt() / 2.0).round().max(1.0) as usize;
    let mut blurred = values.to_vec();
    let mut source = values.to_vec();
    for _ in 0..3 {
        let rows = blurred.chunks_exact_mut(width);
        for (row, line) in rows.zip(source.chunks_exact(width)) {
            row_means(line, radius, row);
        }
        std::mem::swap(&mut source, &mut blurred);
        column_means(&source, width, radius, &mut blurred);
        source.copy_from_slice(&blurred);
    }
    blurred
}

/// Box filter of a row: means over `radius` values on either side of each.
fn row_means(line: &[f32], radius: usize, means: &mut [f32]) {
    let side = (2 * radius + 1) as f64;
    let first = line.iter().take(radius);
    let mut sum: f64 = first.map(|&value| f64::from(value)).sum();
    for (at, mean) in means.iter_mut().enumerate() {
        if let Some(&value) = line.get(at + radius) {
            sum += f64::from(value);
        }
        *mean = (sum / side) as f32;
        if let Some(first) = at.checked_sub(radius) {
            sum -= f64::from(line[first]);
        }
    }
}

/// Box filter of all columns, as [`row_means`], computed row by row, since columns are far apart in
/// memory.
fn column_means(values: &[f32], width: usize, radius: usize, means: &mut [f32]) {
    let side = (2 * radius + 1) as f64;
    let row = |at: usize| values.chunks_exact(width).nth(at);
    let mut sums = vec![0.0f64; width];
    for row in (0..radius).map_while(row) {
        add(&mut sums, row, 1.0);
    }
    for (at, means) in means.chunks_exact_mut(width).enumerate() {
        if let Some(row) = row(at + radius) {
            add(&mut sums, row, 1.0);
        }
        for (mean, sum) in means.iter_mut().zip(&sums) {
            *mean = (sum / side) as f32;
        }
        if let Some(row) = at.checked_sub(radius).and_then(row) {
            add(&mut sums, row, -1.0);
        }
    }
}

fn add(sums: &mut [f64], values: &[f32], sign: f64) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += sign * f64::from(*value);
    }
}

/// Value at a place of the full picture, interpolated between the four nearest values of a smaller
/// copy.
pub(crate) fn sampled<const COUNT: usize>(
    values: &[[f32; COUNT]],
    size: [usize; 2],
    place: [usize; 2],
    full: [usize; 2],
) -> [f32; COUNT] {
    let axis = |axis: usize| {
        let at = (place[axis] as f32 + 0.5) * size[axis] as f32 / full[axis] as f32 - 0.5;
        let at = at.clamp(0.0, (size[axis] - 1) as f32);
        let first = at as usize;
        (first, (first + 1).min(size[axis] - 1), at - first as f32)
    };
    let ((left, right, across), (top, bottom, down)) = (axis(0), axis(1));
    let value = |x: usize, y: usize| &values[y * size[0] + x];
    let (above, below) = (
        [value(left, top), value(right, top)],
        [value(left, bottom), value(right, bottom)],
    );
    std::array::from_fn(|index| {
        let upper = above[0][index] + across * (above[1][index] - above[0][index]);
        let lower = below[0][index] + across * (below[1][index] - below[0][index]);
        upper + down * (lower - upper)
    })
}

/// Maximum filter over `reach` rows and columns on either side of each value.
pub(crate) fn largest_around(values: &[f32], width: usize, reach: usize) -> Vec<f32> {
    let width = width.max(1);
    // Beside the rows, and above and below the columns, lies nothing.
    let beside = vec![f32::NEG_INFINITY; reach * width];
    let mut across = beside.clone();
    for row in values.chunks_exact(width) {
        let row = [&beside[..reach], row, &beside[..reach]].concat();
        across.extend(largest_of_following(row, 1, reach));
    }
    across.extend(beside);
    largest_of_following(across, width, reach)
}

/// Running maximum over lines: for each value, the largest among it and those up to twice `reach`
/// lines after it; only for values with as many lines after them. Each step doubles the span, and
/// the last two spans overlap.
fn largest_of_following(values: Vec<f32>, line: usize, reach: usize) -> Vec<f32> {
    let span = 2 * reach + 1;
    let (mut largest, mut seen) = (values, 1);
    while seen < span {
        let further = seen.min(span - seen);
        let pairs = largest.iter().zip(&largest[further * line..]);
        largest = pairs.map(|(one, other)| one.max(*other)).collect();
        seen += further;
    }
    largest
}
