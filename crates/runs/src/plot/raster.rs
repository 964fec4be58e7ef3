//! Rasterising of drawings.

use utsushi_imaging::{Canvas, Picture};

use super::drawing::{Anchor, Drawing, Shape};

/// Number of pixels for a unit of the drawing.
const SCALE: usize = 2;

/// Rasterises a drawing, at two pixels a unit.
pub(super) fn picture(drawing: &Drawing) -> Picture {
    let pixels = |length: f32| (length * SCALE as f32).ceil() as usize;
    let mut canvas = Canvas::new(pixels(drawing.width), pixels(drawing.height), [255; 3]);
    for shape in &drawing.shapes {
        match shape {
            Shape::Line {
                points,
                colour,
                width,
            } => {
                let scaled = |place: [f32; 2]| place.map(|along| along * SCALE as f32);
                for pair in points.windows(2) {
                    let width = width * SCALE as f32;
                    canvas.line(scaled(pair[0]), scaled(pair[1]), *colour, width);
                }
            }
            Shape::Text {
                place: [x, y],
                text,
                anchor,
                colour,
            } => {
                let wide = Canvas::text_width(text, SCALE);
                let left = match anchor {
                    Anchor::Start => 0,
                    Anchor::Middle => wide / 2,
                    Anchor::End => wide,
                };
                // Letters are seven dots high and stand on the line.
                let top = pixels(*y).saturating_sub(7 * SCALE);
                canvas.text(pixels(*x).saturating_sub(left), top, text, *colour, SCALE);
            }
        }
    }
    canvas.into_picture()
}
