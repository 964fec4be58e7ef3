//! Drawings, before they become SVG or pixels.

/// The colour of texts.
pub(super) const INK: [u8; 3] = [64; 3];

/// The point of a text that is placed at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A shape of a drawing; positions are from its corner, across and down.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Line {
        points: Vec<[f32; 2]>,
        colour: [u8; 3],
        width: f32,
    },
    /// A text, whose position is on the baseline.
    Text {
        place: [f32; 2],
        text: String,
        anchor: Anchor,
        colour: [u8; 3],
    },
}

/// A drawing: shapes on white paper, later ones on top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawing {
    pub width: f32,
    pub height: f32,
    pub shapes: Vec<Shape>,
}

impl Drawing {
    pub fn new(width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            shapes: Vec::new(),
        }
    }

    pub fn line(&mut self, points: Vec<[f32; 2]>, colour: [u8; 3], width: f32) {
        self.shapes.push(Shape::Line {
            points,
            colour,
            width,
        });
    }

    pub fn text(&mut self, place: [f32; 2], text: &str, anchor: Anchor, colour: [u8; 3]) {
        self.shapes.push(Shape::Text {
            place,
            text: text.to_owned(),
            anchor,
            colour,
        });
    }
}

/// Approximate width of a text.
pub(super) fn text_width(text: &str) -> f32 {
    text.chars().count() as f32 * 6.5
}
