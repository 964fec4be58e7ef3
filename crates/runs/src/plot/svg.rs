//! Writing of drawings as SVG.

use std::fmt::Write;

use super::drawing::{Anchor, Drawing, Shape};

/// The text of an SVG file with the drawing.
pub(super) fn text(drawing: &Drawing) -> String {
    let (width, height) = (drawing.width, drawing.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for shape in &drawing.shapes {
        // Writing to a string does not fail.
        let _ = match shape {
            Shape::Line {
                points,
                colour,
                width,
            } => {
                let place = |[x, y]: &[f32; 2]| format!("{x:.1},{y:.1}");
                let points: Vec<String> = points.iter().map(place).collect();
                writeln!(
                    svg,
                    "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" \
                     stroke-width=\"{width}\" stroke-linejoin=\"round\"/>",
                    points.join(" "),
                    hex(*colour)
                )
            }
            Shape::Text {
                place: [x, y],
                text,
                anchor,
                colour,
            } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" \
                     fill=\"{}\">{}</text>",
                    hex(*colour),
                    escaped(text)
                )
            }
        };
    }
    svg.push_str("</svg>\n");
    svg
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Escapes text for XML; control characters, which XML does not allow, are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars().filter(|character| !character.is_control()) {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        assert_eq!(escaped("<a> & \u{7}b"), "&lt;a&gt; &amp; b");
        assert_eq!(hex([0, 128, 255]), "#0080ff");
    }
}
