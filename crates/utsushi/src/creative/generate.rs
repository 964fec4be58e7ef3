//! Generation of new paintings from a seed.

mod pose;
mod sheet;

pub use sheet::{fit_to_sheet, sheet_of_paintings};

use pose::Pose;

use crate::{Monitor, PaintError, PaintOptions, PaintRequest, Painter, StyleCode, StyleError};
use utsushi_imaging::{Picture, resize};

/// Options for new paintings.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateOptions {
    /// Name of the style whose paintings the new ones resemble; without one, each seed picks a
    /// style.
    pub name: Option<String>,
    /// Style code to paint all of them in; without one, each seed draws a code of the named style.
    pub style: Option<StyleCode>,
    /// Truncation: the share, 0…1, of the distance from the mean that is kept, in sketches and in
    /// drawn styles alike: less gives up variety for faces that are more often whole.
    pub truncation: f32,
    /// Side of the paintings in pixels, 32…4096; by default the size that the model was trained at.
    pub side: Option<u32>,
    /// Options for painting the sketches.
    pub paint: PaintOptions,
}

impl Default for GenerateOptions {
    /// Options for paintings of all styles, at the model's own size, truncated to 0.7.
    fn default() -> Self {
        Self {
            name: None,
            style: None,
            truncation: 0.7,
            side: None,
            paint: PaintOptions::default(),
        }
    }
}

/// A new painting before it is painted: a sketch, and the style for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketched {
    /// Name of the style whose paintings it resembles.
    pub name: String,
    /// The sketch, in the size of the painting.
    pub sketch: Picture,
    /// The style to paint the sketch in.
    pub style: StyleCode,
}

/// A new painting, with the sketch that it was painted from.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// Name of the style whose paintings it resembles.
    pub name: String,
    /// The sketch that the painting was made from.
    pub sketch: Picture,
    /// The painting.
    pub painting: Picture,
}

/// The error that no new painting can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The model makes no new paintings, or does not know the style.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The sketch cannot be painted.
    #[error(transparent)]
    Paint(#[from] PaintError),
}

/// Draws a sketch and a style for it. The result depends on model, seed and options alone.
///
/// # Errors
/// The model has no content prior, or does not know the style.
pub fn sketched(
    painter: &Painter,
    seed: u64,
    options: &GenerateOptions,
) -> Result<Sketched, StyleError> {
    let name = match &options.name {
        Some(name) => name,
        None => painter.drawn_name(seed)?,
    };
    let sketch = painter.sketch(name, seed, options.truncation)?;
    let native = painter.config().native_size as u32;
    let side = options.side.unwrap_or(native).clamp(32, 4096);
    let sketch = resize(&sketch, side, side);
    let faces = painter.anatomy(&sketch).map(|anatomy| anatomy.faces);
    let sketch = Pose::drawn(seed, options.truncation).of(sketch, &faces.unwrap_or_default());
    let style = match &options.style {
        Some(style) => style.clone(),
        None => painter
            .made_up_style(Some(name), seed)?
            .code
            .truncated(&painter.mean_style(Some(name))?, options.truncation)?,
    };
    Ok(Sketched {
        name: name.to_owned(),
        sketch,
        style,
    })
}

/// Makes a new painting: draws a sketch with [`sketched`], and paints it.
///
/// # Errors
/// As [`sketched`], a style code is of another model, or [`PaintError::Stopped`] when `monitor`
/// wants to stop.
pub fn generate(
    painter: &Painter,
    seed: u64,
    options: &GenerateOptions,
    monitor: &mut dyn Monitor,
) -> Result<Generated, GenerateError> {
    let Sketched {
        name,
        sketch,
        style,
    } = sketched(painter, seed, options)?;
    let request = PaintRequest::new(&sketch, style).with_options(options.paint);
    let painting = painter.paint_one(&request, monitor)?;
    Ok(Generated {
        name,
        sketch,
        painting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::painter;

    fn made(seed: u64, options: &GenerateOptions) -> Generated {
        generate(&painter(), seed, options, &mut ()).unwrap()
    }

    #[test]
    fn the_seed_decides_and_the_painting_is_its_sketch_in_its_style() {
        let options = GenerateOptions {
            name: Some("oil".to_owned()),
            truncation: 1.0,
            ..GenerateOptions::default()
        };
        let one = made(3, &options);
        assert_eq!(one, made(3, &options));
        assert_ne!(one.painting, made(4, &options).painting);
        let painter = painter();
        let style = painter.made_up_style(Some("oil"), 3).unwrap().code;
        let again = painter.paint_one(&PaintRequest::new(&one.sketch, style), &mut ());
        assert_eq!(again.unwrap(), one.painting);
    }

    #[test]
    fn without_a_name_seeds_pick_all_styles_and_the_side_is_the_one_asked_for() {
        let options = GenerateOptions {
            side: Some(48),
            ..GenerateOptions::default()
        };
        let all: Vec<Generated> = (0..12).map(|seed| made(seed, &options)).collect();
        let count = |name| all.iter().filter(|one| one.name == name).count();
        assert!(count("oil") > 0 && count("cel") > 0);
        assert!(all.iter().all(|one| one.painting.width() == 48));
    }

    #[test]
    fn a_style_of_ones_own_is_painted_in_whatever_the_seed() {
        let style = painter().named_style("cel").unwrap();
        let options = GenerateOptions {
            name: Some("oil".to_owned()),
            truncation: 0.0,
            ..GenerateOptions::default()
        };
        let own = GenerateOptions {
            style: Some(style),
            ..options.clone()
        };
        // Truncated to nothing, all seeds give the mean.
        assert_eq!(made(1, &options), made(2, &options));
        assert_eq!(made(1, &own).sketch, made(1, &options).sketch);
        assert_ne!(made(1, &own).painting, made(1, &options).painting);
    }
}
