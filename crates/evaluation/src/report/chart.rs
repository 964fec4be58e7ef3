use std::fmt::Write;

use super::{Field, Report};
use crate::Rendition;
use crate::report::html::escaped;

/// Width in pixels of the area for bars.
const ACROSS: f64 = 520.0;
/// Width in pixels of the area for the names of styles, at the left of the bars.
const NAMES: f64 = 170.0;

/// Draws a bar for each method, for every style and the mean: the share of the way to real
/// paintings, from −1 to 1. Longer bars are cut off, and their number says how far they reach.
pub(super) fn way_chart(report: &Report, field: Field, rendition: Rendition) -> String {
    let mut groups: Vec<(&str, &[super::MethodReport])> = vec![("mean", &report.mean)];
    let unseen = report.mean_unseen.as_ref();
    groups.extend(unseen.map(|mean| ("mean, unseen", mean.methods.as_slice())));
    let styles = report.styles.iter();
    groups.extend(styles.map(|style| (style.name.as_str(), style.methods.as_slice())));
    let (bar, gap) = (14.0, 12.0);
    // The unchanged content is at 0 by definition.
    let shown = |methods: &[super::MethodReport]| methods.len().saturating_sub(1);
    let height: f64 = groups
        .iter()
        .map(|(_, m)| shown(m) as f64 * bar + gap)
        .sum();
    let place = |value: f64| NAMES + (value.clamp(-1.0, 1.0) + 1.0) / 2.0 * ACROSS;
    let mut svg = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        "<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\"><title>{}</title>",
        NAMES + ACROSS + 60.0,
        height + 20.0,
        NAMES + ACROSS + 60.0,
        field.title_in(rendition)
    );
    for tick in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        let x = place(tick);
        let _ = write!(
            svg,
            "<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{height}\"/>\
             <text class=\"small\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{tick}</text>",
            height + 14.0
        );
    }
    let mut top = gap / 2.0;
    for (name, methods) in groups {
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{}\">{}</text>",
            top + 11.0,
            escaped(name)
        );
        for (index, method) in methods.iter().enumerate().skip(1) {
            if let Some(value) = method.of(rendition).get(field) {
                let (left, right) = (place(value.min(0.0)), place(value.max(0.0)));
                let _ = write!(
                    svg,
                    "<rect class=\"m{}\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\">\
                     <title>{}: {value:.3}</title></rect>\
                     <text class=\"small\" x=\"{}\" y=\"{}\">{value:.2}</text>",
                    index % 6,
                    (right - left).max(0.5),
                    bar - 2.0,
                    escaped(&method.name),
                    NAMES + ACROSS + 8.0,
                    top + 10.0
                );
            }
            top += bar;
        }
        top += gap;
    }
    svg.push_str("</svg>");
    svg
}
