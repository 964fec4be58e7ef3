//! Axes: ranges with round numbers as ticks.

/// The range of an axis, and the round numbers in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    /// Ticks in rising order, from `low` to `high`.
    pub ticks: Vec<f64>,
    /// Number of decimals that distinguish the ticks.
    decimals: usize,
}

impl Axis {
    /// An axis that includes these values, with about `count` ticks. A single value gets room
    /// around it.
    pub fn around(least: f64, most: f64, count: usize) -> Self {
        // No wider than can be subtracted.
        let (least, most) = (least.max(-1e300), most.min(1e300));
        let room = if most > least {
            0.0
        } else {
            (least.abs() * 0.1).max(1e-6)
        };
        let (least, most) = (least - room, most + room);
        let step = round_step((most - least) / count.max(1) as f64);
        let (first, last) = ((least / step).floor(), (most / step).ceil());
        let ticks: Vec<f64> = (0..=(last - first) as usize)
            .map(|tick| (first + tick as f64) * step)
            .collect();
        Self {
            low: first * step,
            high: last * step,
            ticks,
            decimals: (-step.log10().floor()).clamp(0.0, 12.0) as usize,
        }
    }

    /// The position of a value, 0 at the low end, 1 at the high one.
    pub fn share(&self, value: f64) -> f32 {
        ((value - self.low) / (self.high - self.low)) as f32
    }

    /// Text of a tick.
    pub fn label(&self, tick: f64) -> String {
        let largest = self.low.abs().max(self.high.abs());
        if !(1e-4..1e12).contains(&largest) {
            return format!("{tick:.1e}");
        }
        let decimals = self.decimals;
        for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] {
            if largest >= 10.0 * size {
                let text = format!("{:.2}", tick / size);
                let text = text.trim_end_matches('0').trim_end_matches('.');
                return match text {
                    "0" | "-0" => "0".to_owned(),
                    text => format!("{text}{unit}"),
                };
            }
        }
        // What is left of rounding is no minus zero.
        format!("{:.decimals$}", if tick.abs() < 1e-12 { 0.0 } else { tick })
    }
}

/// The smallest number of the form 1, 2 or 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    let large = round
        .into_iter()
        .find(|round| *round >= step * (1.0 - 1e-9));
    large.unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        let axis = Axis::around(0.07, 0.93, 5);
        assert_eq!((axis.low, axis.high), (0.0, 1.0));
        let labels: Vec<String> = axis.ticks.iter().map(|tick| axis.label(*tick)).collect();
        assert_eq!(labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(axis.share(0.25), 0.25);
        let axis = Axis::around(0.0, 20_000.0, 4);
        assert_eq!(axis.label(axis.ticks[1]), "5k");
        assert_eq!(axis.label(0.0), "0");
        let axis = Axis::around(-0.3, 0.1, 4);
        assert_eq!(axis.label(axis.ticks[3]), "0.0");
    }

    #[test]
    fn odd_ranges_have_ends() {
        for (least, most) in [(3.0, 3.0), (0.0, 0.0), (-1e9, -1e9), (1e-30, 1e-30)] {
            let axis = Axis::around(least, most, 4);
            assert!(axis.low < least && axis.high > most, "{axis:?}");
            assert!((2..20).contains(&axis.ticks.len()), "{axis:?}");
            assert!((0.0..=1.0).contains(&axis.share(least)));
        }
        let axis = Axis::around(f64::MIN, f64::MAX, 4);
        assert!(
            axis.ticks.len() < 20 && axis.share(0.0).is_finite(),
            "{axis:?}"
        );
    }
}
