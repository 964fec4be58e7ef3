//! Series: a number of a run over its steps.

use serde_json::Value;

/// A named number over the steps of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name of the number, as in `stats.jsonl` (`pixel/r1`), or `measures/` and the name in
    /// `measures.jsonl`.
    pub name: String,
    /// Steps and finite values, in the order in which they were written.
    pub points: Vec<(u64, f64)>,
}

impl Series {
    /// The last value.
    pub fn last(&self) -> Option<f64> {
        self.points.last().map(|point| point.1)
    }

    /// Smooths the series by an exponential moving average with weight `keep` (0…1, 0 changes
    /// nothing) on earlier values, divided by the total weight so far, so that it does not start at
    /// 0.
    pub fn smoothed(&self, keep: f64) -> Self {
        let (mut sum, mut weight) = (0.0, 0.0);
        let smooth = |&(step, value): &(u64, f64)| {
            sum = keep * sum + (1.0 - keep) * value;
            weight = keep * weight + (1.0 - keep);
            (step, sum / weight)
        };
        Self {
            name: self.name.clone(),
            points: self.points.iter().map(smooth).collect(),
        }
    }
}

/// Makes series of all numbers in some lines, in alphabetical order of names. Objects in a line are
/// searched, too, and those named `values` do not add their name. Nulls and texts are skipped.
pub(crate) fn series_of(lines: &[Value], prefix: &str) -> Vec<Series> {
    let mut all = std::collections::BTreeMap::<String, Vec<(u64, f64)>>::new();
    for line in lines {
        let (Some(step), Some(fields)) = (line["step"].as_u64(), line.as_object()) else {
            continue;
        };
        for (name, value) in fields {
            match value {
                _ if name == "step" => {}
                Value::Object(inner) => {
                    let under = match name.as_str() {
                        "values" => String::new(),
                        name => format!("{name}/"),
                    };
                    for (inner, value) in inner {
                        if let Some(value) = value.as_f64() {
                            let name = format!("{prefix}{under}{inner}");
                            all.entry(name).or_default().push((step, value));
                        }
                    }
                }
                value => {
                    if let Some(value) = value.as_f64() {
                        let name = format!("{prefix}{name}");
                        all.entry(name).or_default().push((step, value));
                    }
                }
            }
        }
    }
    all.into_iter()
        .map(|(name, points)| Series { name, points })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        let lines = [
            json!({"step": 10, "pictures": 160, "memory": null, "values": {"pixel/r1": 0.5}}),
            json!({"pictures": 1}),
            json!({"step": 20, "values": {"pixel/r1": 0.25, "content": null}, "note": "x"}),
        ];
        let series = series_of(&lines, "");
        let names: Vec<_> = series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["pictures", "pixel/r1"]);
        assert_eq!(series[1].points, [(10, 0.5), (20, 0.25)]);
        assert_eq!(series[1].last(), Some(0.25));
        let measures = series_of(&[json!({"step": 5, "drift": 1.0})], "measures/");
        assert_eq!(measures[0].name, "measures/drift");
    }

    #[test]
    fn smoothing_starts_at_the_first_value_and_keeps_constants() {
        let points = vec![(1, 4.0), (2, 4.0), (3, 0.0)];
        let name = "a".to_owned();
        let series = Series { name, points };
        let smooth = series.smoothed(0.5);
        assert_eq!(smooth.points[..2], series.points[..2]);
        // Weights 1/8, 1/4, 1/2 of seven eighths.
        assert!((smooth.points[2].1 - 1.5 / 0.875).abs() < 1e-12);
        assert_eq!(series.smoothed(0.0), series);
    }
}
