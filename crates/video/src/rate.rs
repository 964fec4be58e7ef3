//! Frame rates as exact ratios.

use std::fmt;
use std::time::Duration;

/// Largest frame rate that is written for a source without one.
const MOST: u64 = 60;

/// A frame rate. Television's 23.976 is 24000/1001, which is not a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    frames: u32,
    seconds: u32,
}

impl Rate {
    /// A rate of so many frames in so many seconds, from 1/100 to 1000 per second; `None` for other
    /// ratios.
    pub fn new(frames: u32, seconds: u32) -> Option<Self> {
        let (many, span) = (u64::from(frames), u64::from(seconds));
        let sound = span > 0 && many * 100 >= span && many <= span * 1000;
        sound.then_some(Self { frames, seconds })
    }

    /// Parses `24000/1001` or `25`.
    pub fn parse(text: &str) -> Option<Self> {
        let (frames, seconds) = text.split_once('/').unwrap_or((text, "1"));
        Self::new(frames.parse().ok()?, seconds.parse().ok()?)
    }

    /// The slowest rate, but at most 60 per second, at which each of these delays can be shown
    /// exactly.
    pub fn of_delays(delays: &[Duration]) -> Self {
        let millis = delays.iter().map(|delay| delay.as_millis() as u64);
        let step = millis.filter(|&millis| millis > 0).fold(0, common);
        let rate = match step {
            // Viewers show frames without a delay ten times a second.
            0 => Self::new(10, 1),
            step if step * MOST < 1000 => Self::new(MOST as u32, 1),
            step => Self::new(1000, step.min(100_000) as u32),
        };
        rate.expect("from 1/100 to 60 frames a second")
    }

    /// Frames per second, as a floating-point number.
    pub fn per_second(self) -> f64 {
        f64::from(self.frames) / f64::from(self.seconds)
    }

    /// The time for which `count` frames are shown.
    pub fn duration(self, count: u64) -> Duration {
        let nanos = u128::from(count) * u128::from(self.seconds) * 1_000_000_000;
        Duration::from_nanos((nanos / u128::from(self.frames)) as u64)
    }

    /// Number of frames that have been shown at that time, rounded to the nearest.
    pub fn frames_until(self, time: Duration) -> u64 {
        let parts = time.as_nanos() * u128::from(self.frames);
        let frame = 1_000_000_000 * u128::from(self.seconds);
        ((parts + frame / 2) / frame) as u64
    }

    /// This rate, or `limit` if this is faster.
    pub(crate) fn at_most(self, limit: Self) -> Self {
        if self.per_second() > limit.per_second() {
            limit
        } else {
            self
        }
    }
}

impl fmt::Display for Rate {
    /// Formats the rate as ffmpeg reads it: `24000/1001`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.frames, self.seconds)
    }
}

fn common(left: u64, right: u64) -> u64 {
    match right {
        0 => left,
        right => common(right, left % right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_exact_and_checked() {
        let film = Rate::parse("24000/1001").unwrap();
        assert_eq!(film.duration(24_000), Duration::from_secs(1001));
        assert_eq!(film.frames_until(Duration::from_secs(1001)), 24_000);
        assert_eq!(film.frames_until(film.duration(100_001)), 100_001);
        assert_eq!(film.to_string(), "24000/1001");
        assert_eq!(Rate::parse("25"), Rate::new(25, 1));
        for wrong in ["0/0", "0/1", "1/0", "x", "", "1/1000", "90000/1", "-1/1"] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn delays_share_a_rate() {
        let of = |millis: &[u64]| {
            let delays: Vec<_> = millis.iter().map(|&m| Duration::from_millis(m)).collect();
            Rate::of_delays(&delays).per_second()
        };
        assert_eq!(of(&[40, 40]), 25.0);
        assert_eq!(of(&[200, 100, 0]), 10.0);
        assert_eq!(of(&[30, 50, 70]), 60.0);
        assert_eq!(of(&[]), 10.0);
        assert_eq!(of(&[500_000]), 0.01);
    }
}
