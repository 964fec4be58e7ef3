//! Panels: the curves of one number between two axes.

use super::axis::Axis;
use super::drawing::{Anchor, Drawing, INK};

/// Width of a panel, including its margins.
pub(super) const WIDTH: f32 = 360.0;
/// Height of a panel, including its margins.
pub(super) const HEIGHT: f32 = 210.0;
/// Margin for the numbers of the axis.
pub(super) const MARGIN: f32 = 52.0;
const TOP: f32 = 26.0;
const RIGHT: f32 = 22.0;
const BOTTOM: f32 = 30.0;

const GRID: [u8; 3] = [225; 3];

/// A curve as its points: step and value.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub points: Vec<(f64, f64)>,
    pub colour: [u8; 3],
    pub width: f32,
}

/// A panel with one number of all runs.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    pub title: String,
    pub curves: Vec<Curve>,
}

impl Panel {
    /// Draws the panel with its upper left corner at the given position.
    pub fn draw(&self, drawing: &mut Drawing, [left, top]: [f32; 2]) {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let least = points().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let most = points()
            .map(|point| point.1)
            .fold(f64::NEG_INFINITY, f64::max);
        let last = points().map(|point| point.0).fold(1.0, f64::max);
        if least > most {
            return;
        }
        let steps = Axis::around(0.0, last, 4);
        let values = Axis::around(least, most, 4);
        let (wide, high) = (WIDTH - MARGIN - RIGHT, HEIGHT - TOP - BOTTOM);
        // Steps end where the curves do, not at the next round number.
        let across = |step: f64| left + MARGIN + (step / last) as f32 * wide;
        let down = |value: f64| top + TOP + (1.0 - values.share(value)) * high;
        let (start, end) = (across(0.0), across(last));
        drawing.text(
            [start, top + TOP - 10.0],
            &self.title,
            Anchor::Start,
            [0; 3],
        );
        for &tick in &values.ticks {
            let place = down(tick);
            drawing.line(vec![[start, place], [end, place]], GRID, 1.0);
            let at = [start - 6.0, place + 4.0];
            drawing.text(at, &values.label(tick), Anchor::End, INK);
        }
        let foot = top + TOP + high;
        for &tick in steps.ticks.iter().filter(|tick| **tick <= last) {
            let place = across(tick);
            drawing.line(vec![[place, foot], [place, foot + 4.0]], GRID, 1.0);
            let at = [place, foot + 16.0];
            drawing.text(at, &steps.label(tick), Anchor::Middle, INK);
        }
        for curve in &self.curves {
            let place = |&(step, value): &(f64, f64)| [across(step), down(value)];
            let mut line: Vec<[f32; 2]> = curve.points.iter().map(place).collect();
            if let [only] = line[..] {
                // One point shows as a dot's worth of line.
                line = vec![[only[0] - 2.0, only[1]], [only[0] + 2.0, only[1]]];
            }
            drawing.line(line, curve.colour, curve.width);
        }
    }
}
