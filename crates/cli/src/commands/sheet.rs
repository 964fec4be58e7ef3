//! Painting a sheet and saying so.

use std::path::Path;
use std::time::Instant;

use serde_json::json;
use utsushi::creative::{Grid, GridOptions};
use utsushi::{PaintError, Painter, Watch};
use utsushi_imaging::{Picture, WriteOptions, write};

use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Paints one picture, given with its name, in all styles of a grid, and writes the sheet.
/// `force` replaces a file, `json` prints an object with the styles of each row.
pub fn paint_sheet(
    painter: &Painter,
    grid: &Grid,
    (name, content): (&str, &Picture),
    options: &GridOptions,
    target: &Path,
    (force, json): (bool, bool),
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let stop = interrupt::stop_flag("stopping; no sheet is written")?;
    let mut live = Live::new(grid.len() as u64);
    let progress = |progress: utsushi::Progress| {
        live.update(progress.done as u64, progress.total as u64, name.to_owned());
    };
    let painted = match grid.paint(painter, content, options, &mut Watch::new(&stop, progress)) {
        Ok(painted) => painted,
        Err(PaintError::Stopped) => return Ok(ExitCode::Interrupted),
        Err(error) => return Err(anyhow::Error::new(error).context(name.to_owned())),
    };
    live.finish();
    let settings = WriteOptions {
        force,
        ..WriteOptions::default()
    };
    write(target, &grid.sheet(&painted), &settings)?;
    let seconds = started.elapsed().as_secs_f64();
    if json {
        let rows: Vec<Vec<&str>> = grid
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.caption.as_str()).collect())
            .collect();
        let object = json!({
            "status": "painted",
            "content": name,
            "output": target.display().to_string(),
            "styles": rows,
            "seconds": (seconds * 1000.0).round() / 1000.0,
        });
        output::line(object.to_string())?;
    } else {
        output::line(format!(
            "{} ({}, {})",
            target.display(),
            text::counted(grid.len(), "picture"),
            text::duration(seconds)
        ))?;
    }
    Ok(ExitCode::Done)
}
