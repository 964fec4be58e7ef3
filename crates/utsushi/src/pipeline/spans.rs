//! Spans: overlapping parts of a side that are faded into each other.

/// A part of a side, with the weights of its pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) length: usize,
    /// Weight of each pixel. Over all spans, the weights of one place sum to 1.
    pub(super) weights: Vec<f32>,
}

impl Span {
    pub(super) fn end(&self) -> usize {
        self.start + self.length
    }
}

/// Divides a side into spans of the same length, at most `longest` pixels: exactly `longest`, or,
/// if an `alignment` is given, a multiple of it, as `length` must be, too.
pub(super) fn spans(
    length: usize,
    longest: usize,
    overlap: usize,
    alignment: Option<usize>,
) -> Vec<Span> {
    let (count, span) = if length <= longest {
        (1, length)
    } else {
        let count = (length - overlap).div_ceil(longest - overlap);
        let even = (length + (count - 1) * overlap).div_ceil(count);
        (
            count,
            alignment.map_or(longest, |step| even.next_multiple_of(step)),
        )
    };
    let start = |index: usize| match index {
        0 => 0,
        _ => index * (length - span) / (count - 1),
    };
    let mut spans: Vec<Span> = (0..count)
        .map(|index| Span {
            start: start(index),
            length: span,
            weights: vec![1.0; span],
        })
        .collect();
    if count > 1 {
        fade(&mut spans, length, overlap);
    }
    spans
}

/// Lowers a span's weights near an end that lies inside of the side: networks do not see beyond it.
/// In the outermost quarter of the overlap they are almost 0.
fn fade(spans: &mut [Span], length: usize, overlap: usize) {
    let quarter = (overlap / 4) as f32;
    let mut sums = vec![0.0f32; length];
    for span in &mut *spans {
        let (start, end) = (span.start, span.end());
        for (place, weight) in span.weights.iter_mut().enumerate() {
            let mut inside = f32::INFINITY;
            if start > 0 {
                inside = inside.min(place as f32 + 0.5);
            }
            if end < length {
                inside = inside.min((end - start - place) as f32 - 0.5);
            }
            *weight = ((inside - quarter) / (2.0 * quarter).max(1.0)).clamp(1e-4, 1.0);
            sums[start + place] += *weight;
        }
    }
    for span in spans {
        for (weight, sum) in span.weights.iter_mut().zip(&sums[span.start..]) {
            *weight /= sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_covered_and_weights_sum_to_one() {
        for (length, longest, overlap, alignment) in [
            (1280, 1280, 128, Some(32)),
            (1312, 1280, 128, Some(32)),
            (5024, 1280, 128, Some(32)),
            (4099, 512, 128, None),
            (450, 256, 64, None),
            (256, 256, 64, None),
            (8, 1280, 128, Some(8)),
        ] {
            let spans = spans(length, longest, overlap, alignment);
            let mut sums = vec![0.0f32; length];
            for span in &spans {
                assert!(span.length <= longest && span.end() <= length);
                match alignment {
                    Some(step) => assert!(span.length.is_multiple_of(step), "{span:?}"),
                    None => assert_eq!(span.length, longest),
                }
                for (sum, weight) in sums[span.start..].iter_mut().zip(&span.weights) {
                    *sum += weight;
                }
            }
            assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{length}");
            for pair in spans.windows(2) {
                assert!(pair[0].end() >= pair[1].start + overlap.min(length));
                assert!(pair[1].weights[0] < 1e-3, "an end hardly counts");
            }
        }
    }
}
