//! Painting of sheets, with progress and report.

use serde_json::json;
use utsushi::creative::{Cell, Grid, GridOptions};
use utsushi::{PaintError, Painter, Watch};
use utsushi_imaging::Picture;

use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::progress::Live;
use crate::{interrupt, text};

/// Paints one picture, given with its name, in all styles of a grid, writes the sheet and reports
/// it. JSON output lists the styles of each row.
pub fn paint_sheet(
    painter: &Painter,
    grid: &Grid,
    (name, content): (&str, &Picture),
    options: &GridOptions,
    finish: &Finish<'_>,
) -> anyhow::Result<ExitCode> {
    let sheet = match painted_sheet(painter, grid, (name, content), options)? {
        Ok(sheet) => sheet,
        Err(PaintError::Stopped) => return Ok(ExitCode::Interrupted),
        Err(error) => return Err(anyhow::Error::new(error).context(name.to_owned())),
    };
    finish.write(&sheet)?;
    let captions = |row: &Vec<Cell>| row.iter().map(|cell| cell.caption.clone()).collect();
    let rows: Vec<Vec<String>> = grid.rows.iter().map(captions).collect();
    let pictures = text::counted(grid.len(), "picture");
    let fields = json!({"content": name, "styles": rows});
    finish.say(fields, |time| format!("{pictures}, {time}"))?;
    Ok(ExitCode::Done)
}

/// Paints one picture in all styles of a grid; the progress bar shows its name.
///
/// # Errors
/// The stop flag cannot be set up; the inner result has the errors of [`Grid::paint`].
pub fn painted_sheet(
    painter: &Painter,
    grid: &Grid,
    (name, content): (&str, &Picture),
    options: &GridOptions,
) -> anyhow::Result<Result<Picture, PaintError>> {
    let stop = interrupt::stop_flag("stopping; no sheet is written")?;
    let mut live = Live::new(grid.len() as u64);
    let progress = |progress: utsushi::Progress| {
        live.update(progress.done as u64, progress.total as u64, name.to_owned());
    };
    let painted = grid.paint(painter, content, options, &mut Watch::new(&stop, progress));
    if painted.is_ok() {
        live.finish();
    }
    Ok(painted.map(|painted| grid.sheet(&painted)))
}
