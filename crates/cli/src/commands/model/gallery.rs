//! The option `utsushi model --gallery`: every style in its typical codes, on one sheet.

use std::path::Path;

use utsushi::creative::{Cell, Grid, GridOptions};
use utsushi::{PaintError, Painter, StyleError};
use utsushi_imaging::{DecodeLimits, Picture, WriteOptions, check_target, read, write};

use super::ModelArguments;
use crate::commands::sheet::painted_sheet;
use crate::device::DeviceChoice;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::ModelSource;
use crate::{output, text};

/// Seed and truncation of the picture that a model makes up for its gallery.
const SKETCH: (u64, f32) = (7, 0.7);

/// Paints the gallery of a model, and writes it as a sheet.
pub fn paint(
    arguments: &ModelArguments,
    source: ModelSource,
    sheet: &Path,
) -> anyhow::Result<ExitCode> {
    check_target(sheet, arguments.force)?;
    let model = source.open(DeviceChoice::Cpu)?;
    let painter = model.steered().ok_or(StyleError::OneStyle)?;
    let content = content(arguments, painter)?;
    let grid = grid(painter)?;
    let options = GridOptions {
        cell: 192,
        ..GridOptions::default()
    };
    let painted = match painted_sheet(painter, &grid, ("", &content), &options)? {
        Ok(painted) => painted,
        Err(PaintError::Stopped) => return Ok(ExitCode::Interrupted),
        Err(error) => return Err(error.into()),
    };
    let options = WriteOptions {
        force: arguments.force,
        ..WriteOptions::default()
    };
    write(sheet, &painted, &options)?;
    let styles = text::counted(grid.rows.len(), "style");
    output::line(format!("{}: {styles}", sheet.display()))?;
    Ok(ExitCode::Done)
}

/// The picture that is painted: the one given, or a sketch by the model.
fn content(arguments: &ModelArguments, painter: &Painter) -> anyhow::Result<Picture> {
    if let Some(file) = &arguments.content {
        return Ok(read(file, &DecodeLimits::default())?.picture);
    }
    let first = painter.styles().iter().find(|style| !style.content_only);
    let first = first.ok_or(StyleError::NoStyles)?;
    let (seed, truncation) = SKETCH;
    painter
        .sketch(&first.name, seed, truncation)
        .map_err(|error| match error {
            StyleError::NoPrior => {
                let error = UsageError::new("the model cannot make up a picture to paint");
                error.hint("give one: --content PICTURE").into()
            }
            error => error.into(),
        })
}

/// The grid of styles, with one row for each: its typical codes, or the only code in models without
/// them.
fn grid(painter: &Painter) -> Result<Grid, StyleError> {
    let mut rows = Vec::new();
    for style in painter.styles().iter().filter(|style| !style.content_only) {
        let mut typical = painter.typical_styles(&style.name)?;
        if typical.is_empty() {
            typical.push((style.name.clone(), painter.named_style(&style.name)?));
        }
        let cells = typical.into_iter();
        rows.push(
            cells
                .map(|(caption, style)| Cell { style, caption })
                .collect(),
        );
    }
    Ok(Grid { rows })
}
