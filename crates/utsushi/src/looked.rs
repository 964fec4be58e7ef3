//! Facts about a picture before it is painted, for notes on its painting.

use utsushi_imaging::{Alpha, Picture, resize};

use crate::blotches::{is_even, is_inked, is_line_art, reduced};
use crate::pipeline::octaves::{Sizing, sizes};
use crate::pipeline::{is_brushwork, is_cel, is_painterly};
use crate::{Model, Note, PaintOptions, Style, Surface, blotched};

/// Smallest size of a head in a drawing, as a share of its shorter side.
const HEAD: f64 = 0.4;

/// Shorter side in pixels below which line art smudges in styles of brushwork.
const SMALL_LINES: u32 = 256;

/// Facts about a picture that are kept while it is painted, for notes on the painting afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    small: Picture,
    size: [u32; 2],
    /// Number of octaves that was asked for, if any.
    asked: Option<u32>,
    /// Sizes at which the picture is best painted, if none were asked for.
    sizing: Sizing,
    /// Whether the picture shows no face.
    faceless: bool,
    networks_alone: bool,
    /// Whether the picture is entirely transparent.
    transparent: bool,
}

impl Looked {
    /// Looks at a picture that the model is to paint in a style with these options; `in_parts` says
    /// whether parts of it are kept or painted in other styles.
    pub fn at(
        content: &Picture,
        model: &Model,
        style: &Style,
        (options, in_parts): (&PaintOptions, bool),
    ) -> Self {
        let octaves = options.octaves;
        // Of octaves that were asked for, faces decide nothing.
        let faces = model
            .steered()
            .filter(|_| octaves.is_none())
            .map(|painter| (painter, painter.faces(content)));
        let automatic = || match &faces {
            Some((painter, faces)) => painter.sizing(content, faces, &surface_of(model, style)),
            None => Sizing::Octaves(0),
        };
        let size = [content.width(), content.height()];
        let (width, height) = reduced(content);
        let sizing = octaves.map_or_else(automatic, Sizing::Octaves);
        let sizing = sizing.of_whole(!in_parts && !options.networks_alone);
        Self {
            small: resize(content, width, height),
            size,
            asked: octaves,
            sizing,
            faceless: faces.is_some_and(|(_, faces)| faces.is_empty()),
            networks_alone: options.networks_alone,
            transparent: content.alpha().is_some_and(Alpha::is_transparent),
        }
    }

    /// Number of octaves that the picture is painted with.
    pub fn octaves(&self) -> u32 {
        let [width, height] = self.size;
        (sizes(width, height, self.sizing.octaves()).len() - 1) as u32
    }

    fn is_enlarged(&self) -> bool {
        matches!(self.sizing, Sizing::Enlarged(_))
    }

    /// Notes on the finished painting of the picture.
    pub fn notes(&self, model: &Model, style: &Style, painting: &Picture) -> Vec<Note> {
        if self.transparent {
            return vec![Note::Transparent];
        }
        let taken = self.octaves();
        let mut notes = Vec::new();
        let steered = model.steered();
        let surface = surface_of(model, style);
        match self.asked {
            // Networks of one style are not steered, and have no octaves.
            _ if steered.is_none() => {}
            Some(asked) if asked > taken => notes.push(Note::FewerOctaves { asked, taken }),
            None if self.is_enlarged() => notes.push(Note::Enlarged),
            None if taken > 0 => notes.push(Note::Octaves { taken }),
            _ => {}
        }
        if blotched(&self.small, painting) {
            notes.push(Note::Blotches {
                octaves: taken,
                brushwork: is_brushwork(&surface),
            });
            return notes;
        }
        let Some(painter) = steered else {
            return notes;
        };
        let shorter = self.size[0].min(self.size[1]);
        let lines = is_line_art(&self.small);
        if is_painterly(&surface) && (lines || is_inked(&self.small)) {
            notes.push(match self.networks_alone {
                true if lines && shorter < SMALL_LINES => Note::SmallLines,
                true => Note::Inked,
                false => Note::OnPaper,
            });
            return notes;
        }
        if is_cel(&surface) && !lines && is_inked(&self.small) {
            notes.push(Note::InkedCel);
            return notes;
        }
        if self.faceless && taken == 0 && is_brushwork(&surface) && is_even(&self.small) {
            let head = f64::from(shorter) * HEAD;
            let octaves = crate::faces::octaves(head, painter.config().native_size);
            // Smaller drawings are clean as they are, and an octave makes them milky.
            if octaves > 1 {
                notes.push(Note::Rims { octaves });
            }
        }
        notes
    }
}

/// The surface of a style in a model.
fn surface_of(model: &Model, style: &Style) -> Surface {
    match (model.steered(), style) {
        (Some(painter), Style::Code(code)) => painter.surface(code),
        _ => Surface::default(),
    }
}
