//! Values between pixels.

/// What lies between four pixels of `[high, wide, N]`, at a place where 0 is the middle of the first.
pub fn between<const N: usize>(
    values: &[u8],
    wide: usize,
    high: usize,
    across: f32,
    down: f32,
) -> [f32; N] {
    let (across, down) = (
        across.clamp(0.0, (wide - 1) as f32),
        down.clamp(0.0, (high - 1) as f32),
    );
    let (left, top) = (across as usize, down as usize);
    let (right, bottom) = ((left + 1).min(wide - 1), (top + 1).min(high - 1));
    let (x, y) = (across - left as f32, down - top as f32);
    let at = |row: usize, column: usize, channel: usize| {
        f32::from(values[(row * wide + column) * N + channel])
    };
    std::array::from_fn(|channel| {
        let above = at(top, left, channel) * (1.0 - x) + at(top, right, channel) * x;
        let below = at(bottom, left, channel) * (1.0 - x) + at(bottom, right, channel) * x;
        above * (1.0 - y) + below * y
    })
}
