//! Arithmetic on the values of a part of a picture, row by row.

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
pub(super) fn pieces(inside: &[bool], width: usize) -> Vec<Vec<usize>> {
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
