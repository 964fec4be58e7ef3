//! Arithmetic on the values of a part of a picture, row by row.

use std::collections::VecDeque;

/// The value at a share of all, in order; 0 of none.
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

/// The pixels of each piece that hangs together.
pub(crate) fn pieces(inside: &[bool], width: usize) -> Vec<Vec<usize>> {
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
            let column = at % width;
            let neighbours = [
                (column > 0).then(|| at - 1),
                (column + 1 < width).then(|| at + 1),
                at.checked_sub(width),
                Some(at + width).filter(|&below| below < inside.len()),
            ];
            for beside in neighbours.into_iter().flatten() {
                if inside[beside] && !seen[beside] {
                    seen[beside] = true;
                    piece.push(beside);
                }
            }
        }
        all.push(piece);
    }
    all
}

/// Values blurred about as by a Gaussian of that deviation in pixels: three means of boxes. Beyond the
/// border there is nothing.
pub(super) fn blurred(values: &[f32], width: usize, sigma: f32) -> Vec<f32> {
    let radius = ((sigma * sigma * 4.0 + 1.0).sqrt() / 2.0).round().max(1.0) as usize;
    let height = values.len() / width.max(1);
    let mut blurred = values.to_vec();
    let mut line = Vec::new();
    for _ in 0..3 {
        for row in blurred.chunks_exact_mut(width) {
            line.clear();
            line.extend_from_slice(row);
            means(&line, radius, |at, mean| row[at] = mean);
        }
        for column in 0..width {
            line.clear();
            line.extend((0..height).map(|row| blurred[row * width + column]));
            means(&line, radius, |at, mean| {
                blurred[at * width + column] = mean
            });
        }
    }
    blurred
}

/// The mean of so many values on either side of each.
fn means(line: &[f32], radius: usize, mut put: impl FnMut(usize, f32)) {
    let side = (2 * radius + 1) as f64;
    let mut sum: f64 = line
        .iter()
        .take(radius)
        .map(|&value| f64::from(value))
        .sum();
    for at in 0..line.len() {
        if let Some(&value) = line.get(at + radius) {
            sum += f64::from(value);
        }
        put(at, (sum / side) as f32);
        if let Some(first) = at.checked_sub(radius) {
            sum -= f64::from(line[first]);
        }
    }
}

/// Between the four nearest values of a smaller copy.
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

/// The largest value within so many rows and columns of each.
pub(crate) fn largest_around(values: &[f32], width: usize, reach: usize) -> Vec<f32> {
    let mut largest = values.to_vec();
    for row in largest.chunks_exact_mut(width.max(1)) {
        let line = row.to_vec();
        maxima(&line, reach, |at, most| row[at] = most);
    }
    let height = values.len() / width.max(1);
    for column in 0..width {
        let line: Vec<f32> = (0..height)
            .map(|row| largest[row * width + column])
            .collect();
        maxima(&line, reach, |at, most| largest[at * width + column] = most);
    }
    largest
}

/// The largest of so many values on either side of each: candidates are kept in falling order.
fn maxima(line: &[f32], reach: usize, mut put: impl FnMut(usize, f32)) {
    let mut candidates = VecDeque::new();
    for at in 0..line.len() + reach {
        if let Some(value) = line.get(at) {
            while candidates
                .back()
                .is_some_and(|&last: &usize| line[last] <= *value)
            {
                candidates.pop_back();
            }
            candidates.push_back(at);
        }
        let Some(middle) = at.checked_sub(reach) else {
            continue;
        };
        while candidates
            .front()
            .is_some_and(|&first| first + reach < middle)
        {
            candidates.pop_front();
        }
        put(middle, candidates.front().map_or(0.0, |&first| line[first]));
    }
}
