//! Schedules: weights and learning rates that change during a run, as pure functions of the step.

/// A linear rise from 0 at step `start` to 1 at `start + length`; 1 from `start` on if `length` is
/// 0.
pub fn ramp_up(step: u64, start: u64, length: u64) -> f32 {
    if step < start {
        return 0.0;
    }
    if length == 0 {
        return 1.0;
    }
    ((step - start) as f32 / length as f32).min(1.0)
}

/// A linear fall from 1 at step 0 to 0 at step `length`; always 1 if `length` is 0.
pub fn ramp_down(step: u64, length: u64) -> f32 {
    if length == 0 {
        return 1.0;
    }
    (1.0 - step as f32 / length as f32).max(0.0)
}

/// A cosine decay: 1 until `start`, then half a cosine down to `floor` at `end`, and `floor` from
/// there on.
pub fn cosine_decay(step: u64, start: u64, end: u64, floor: f32) -> f32 {
    if step <= start {
        return 1.0;
    }
    let fraction = (step - start) as f32 / end.saturating_sub(start).max(1) as f32;
    cosine(fraction.min(1.0), floor)
}

/// Half a cosine from 1 down to `floor`, as `share` goes from 0 to 1.
pub fn cosine(share: f32, floor: f32) -> f32 {
    floor + (1.0 - floor) * 0.5 * (1.0 + (share * std::f32::consts::PI).cos())
}

/// The moving average's decay for one step of `batch` pictures, such that a weight's share halves
/// after `half_life` pictures. Early on the half-life is at most a tenth of the pictures seen, so
/// that the first, random weights are soon forgotten.
pub fn ema_decay(batch: usize, half_life: f64, pictures_seen: u64) -> f32 {
    let half_life = half_life.min(pictures_seen as f64 * 0.1);
    if half_life <= 0.0 {
        return 0.0;
    }
    0.5f64.powf(batch as f64 / half_life) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_start_end_and_stay() {
        assert_eq!(
            [0, 99, 100, 150, 200, 900].map(|s| ramp_up(s, 100, 100)),
            [0.0, 0.0, 0.0, 0.5, 1.0, 1.0]
        );
        assert_eq!(
            [0, 50, 100, 101].map(|s| ramp_down(s, 100)),
            [1.0, 0.5, 0.0, 0.0]
        );
        assert_eq!(ramp_down(5, 0), 1.0);
    }

    #[test]
    fn the_cosine_goes_from_one_to_its_floor() {
        assert_eq!(cosine_decay(10, 10, 20, 0.2), 1.0);
        assert!((cosine_decay(15, 10, 20, 0.2) - 0.6).abs() < 1e-6);
        assert!((cosine_decay(25, 10, 20, 0.2) - 0.2).abs() < 1e-6);
    }

    #[test]
    fn a_half_life_of_pictures_halves_whatever_the_batch() {
        for batch in [1, 4, 10] {
            let steps = 1000 / batch as i32;
            let share = ema_decay(batch, 1000.0, 1_000_000).powi(steps);
            assert!((share - 0.5).abs() < 1e-4, "batch {batch}: {share}");
        }
        assert_eq!(ema_decay(16, 1000.0, 0), 0.0);
        assert!(ema_decay(16, 1000.0, 100) < ema_decay(16, 1000.0, 1000));
    }
}
