//! Histograms of numbers.

use super::message::Message;

/// Number of bars of a histogram, all of the same width.
const BARS: usize = 32;

/// A histogram of the distribution of some numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    least: f64,
    most: f64,
    count: f64,
    sum: f64,
    sum_of_squares: f64,
    /// Upper ends of the bars, in rising order.
    ends: Vec<f64>,
    heights: Vec<f64>,
}

impl Histogram {
    /// Counts numbers; those that are not finite are left out. `None` if none is left.
    pub fn of(values: impl IntoIterator<Item = f32>) -> Option<Self> {
        let values = values.into_iter().map(f64::from);
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let least = values.iter().copied().reduce(f64::min)?;
        let most = values.iter().copied().fold(least, f64::max);
        let bars = if most > least { BARS } else { 1 };
        let width = (most - least) / bars as f64;
        let mut heights = vec![0.0; bars];
        for value in &values {
            let bar = ((value - least) / width) as usize;
            heights[bar.min(bars - 1)] += 1.0;
        }
        let mut ends: Vec<f64> = (1..=bars).map(|bar| least + width * bar as f64).collect();
        ends[bars - 1] = most;
        Some(Self {
            least,
            most,
            count: values.len() as f64,
            sum: values.iter().sum(),
            sum_of_squares: values.iter().map(|value| value * value).sum(),
            ends,
            heights,
        })
    }

    /// Encodes the histogram as a `HistogramProto`.
    pub(super) fn message(&self) -> Message {
        Message::new()
            .double(1, self.least)
            .double(2, self.most)
            .double(3, self.count)
            .double(4, self.sum)
            .double(5, self.sum_of_squares)
            .doubles(6, &self.ends)
            .doubles(7, &self.heights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_counted_in_one_bar() {
        let values = (0..=64).map(|value| value as f32 / 64.0);
        let histogram = Histogram::of(values).unwrap();
        assert_eq!((histogram.least, histogram.most), (0.0, 1.0));
        assert_eq!(histogram.heights[..31], [2.0; 31]);
        assert_eq!(histogram.heights[31], 3.0);
        assert_eq!(histogram.ends[0], 1.0 / 32.0);
        assert_eq!((histogram.count, histogram.sum), (65.0, 32.5));
    }

    #[test]
    fn one_value_and_none() {
        let one = Histogram::of([2.0, f32::NAN, 2.0]).unwrap();
        assert_eq!((one.ends, one.heights), (vec![2.0], vec![2.0]));
        assert_eq!(one.sum_of_squares, 8.0);
        assert_eq!(Histogram::of([f32::NAN]), None);
    }
}
