//! How measures changed while a model was trained.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use utsushi_imaging::write_whole;

use super::Field;
use super::html::escaped;
use crate::{EvaluateError, Rendition};

/// What is drawn, and the range that is always shown.
const SHOWN: [(Field, Rendition, f64, f64); 9] = [
    (Field::FrechetShare, Rendition::Colour, 0.0, 1.0),
    (Field::FrechetShare, Rendition::Grey, 0.0, 1.0),
    (Field::KernelShare, Rendition::Colour, 0.0, 1.0),
    (Field::StyleAccuracy, Rendition::Colour, 0.0, 1.0),
    (Field::StyleAccuracy, Rendition::Grey, 0.0, 1.0),
    (Field::ReferenceNearer, Rendition::Colour, 0.0, 1.0),
    (Field::ReferenceNearer, Rendition::Grey, 0.0, 1.0),
    (Field::EdgeAgreement, Rendition::Colour, 0.0, 1.0),
    (Field::Diversity, Rendition::Colour, 0.0, 1.0),
];

const ACROSS: f64 = 640.0;
const DOWN: f64 = 160.0;
/// Room for numbers, left and below.
const ROOM: f64 = 44.0;

/// Writes a page with one curve a measure; a page that is there is replaced. Each of `lines` has
/// a `step` and measures by [`Field::key_in`]; what one lacks is left out.
///
/// # Errors
/// The system refuses to write the file.
pub fn write_curves(lines: &[Value], judge: &str, path: &Path) -> Result<(), EvaluateError> {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Measures while \
         training</title><style>body{{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;\
         max-width:48rem;padding:0 1rem;color:#222;background:#fff}}svg{{max-width:100%;\
         font-size:11px}}.tick{{stroke:#ddd}}polyline{{fill:none;stroke:#4477aa;\
         stroke-width:2}}circle{{fill:#4477aa}}text{{fill:#555}}</style></head><body><h1>Measures \
         while training</h1><p>Means over the styles on the held-out split, judged by {}.</p>",
        escaped(judge)
    );
    for (field, rendition, low, high) in SHOWN {
        let key = field.key_in(rendition);
        let points: Vec<(f64, f64)> = lines
            .iter()
            .filter_map(|line| Some((line["step"].as_f64()?, line[key.as_str()].as_f64()?)))
            .collect();
        if !points.is_empty() {
            // Writing to a string does not fail.
            let _ = write!(
                html,
                "<h2>{}</h2>{}",
                escaped(&field.title_in(rendition)),
                curve(&points, low, high)
            );
        }
    }
    html.push_str("</body></html>\n");
    Ok(write_whole(path, html.as_bytes(), true)?)
}

/// Points from left to right, at least one.
fn curve(points: &[(f64, f64)], low: f64, high: f64) -> String {
    let low = points.iter().fold(low, |low, point| low.min(point.1));
    let high = points.iter().fold(high, |high, point| high.max(point.1));
    let last = points.iter().fold(1.0f64, |last, point| last.max(point.0));
    let across = |step: f64| ROOM + step / last * ACROSS;
    let down = |value: f64| 8.0 + (high - value) / (high - low) * DOWN;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\">",
        ACROSS + ROOM + 60.0,
        DOWN + ROOM,
        ACROSS + ROOM + 60.0
    );
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let value = low + (high - low) * share;
        let y = down(value);
        let _ = write!(
            svg,
            "<line class=\"tick\" x1=\"{ROOM}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{value:.2}</text>",
            ROOM + ACROSS,
            ROOM - 6.0,
            y + 4.0
        );
    }
    let place = |point: &(f64, f64)| format!("{:.1},{:.1}", across(point.0), down(point.1));
    let places: Vec<String> = points.iter().map(place).collect();
    let _ = write!(svg, "<polyline points=\"{}\"/>", places.join(" "));
    for (step, value) in points {
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"><title>step {step}: {value:.3}</title>\
             </circle>",
            across(*step),
            down(*value)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{ROOM}\" y=\"{y}\">0</text><text x=\"{}\" y=\"{y}\" text-anchor=\"end\">step \
         {last}</text></svg>",
        ROOM + ACROSS,
        y = DOWN + 26.0
    );
    svg
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_curve_a_measure_through_all_of_its_points() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("measures.html");
        let lines = [
            json!({"step": 500, "frechet_share": 0.25, "grey_style_accuracy": 0.5}),
            json!({"step": 1000, "frechet_share": -1.0}),
        ];
        write_curves(&lines, "<judge>", &path).unwrap();
        let page = std::fs::read_to_string(&path).unwrap();
        assert_eq!(page.matches("<polyline").count(), 2);
        assert!(page.contains("taken for the style, in grey"));
        assert!(page.contains("&lt;judge&gt;") && page.contains("step 1000: -1.000"));
        // From −1 at the bottom to 1 at the top: 0.25 is five eighths up.
        assert!(page.contains("points=\"364.0,68.0 684.0,168.0\""), "{page}");
        write_curves(&lines[..1], "judge", &path).unwrap();
        assert!(
            !std::fs::read_to_string(&path)
                .unwrap()
                .contains("step 1000:")
        );
    }
}
