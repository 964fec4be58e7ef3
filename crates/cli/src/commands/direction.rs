//! `utsushi direction`

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Context;
use serde_json::json;
use utsushi::creative::{Cell, Grid, GridOptions, find, learn, moved};
use utsushi::{PaintOptions, Painter};
use utsushi_imaging::{DecodeLimits, Format, Picture, WriteOptions, read, write};

use crate::args::{DirectionCommand, FindArguments, LearnArguments};
use crate::exit_code::ExitCode;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Pictures on a sheet: two to either side of the picture as it is.
const COLUMNS: [f32; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];

pub fn run(command: &DirectionCommand) -> anyhow::Result<ExitCode> {
    match command {
        DirectionCommand::Learn(arguments) => run_learn(arguments),
        DirectionCommand::Find(arguments) => run_find(arguments),
    }
}

fn run_learn(arguments: &LearnArguments) -> anyhow::Result<ExitCode> {
    let force = arguments.paint.force;
    if !force && arguments.output.symlink_metadata().is_ok() {
        anyhow::bail!(
            "{}: exists already; choose another name, or --force to replace it",
            arguments.output.display()
        );
    }
    let from = pictures(&arguments.from)?;
    let to = pictures(&arguments.to)?;
    let device = arguments.paint.compute.device.open()?;
    let painter = load_painter(arguments.paint.model.as_deref(), device)?;
    let note = format!(
        "from {} of {} to {} of {}",
        text::counted(from.len(), "picture"),
        arguments.from.display(),
        text::counted(to.len(), "picture"),
        arguments.to.display()
    );
    let learned = learn(&painter, &from, &to, note.clone())?;
    learned.direction.write(&arguments.output, force)?;
    let target = arguments.output.display().to_string();
    if arguments.paint.json {
        let object = json!({
            "status": "learned",
            "output": target,
            "from": from.len(),
            "to": to.len(),
            "told_apart": (learned.told_apart * 1e4).round() / 1e4,
        });
        output::line(object.to_string())?;
    } else {
        output::line(format!(
            "{target} ({note}; {:.0} % of them lie on their own side)",
            learned.told_apart * 100.0
        ))?;
    }
    Ok(ExitCode::Done)
}

/// The pictures of a folder by name, those of folders below it not among them.
fn pictures(folder: &Path) -> anyhow::Result<Vec<Picture>> {
    let unlisted = || format!("{}: the folder cannot be listed", folder.display());
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(unlisted)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(unlisted)?;
    paths.retain(|path| path.is_file() && Format::from_extension(path).is_some());
    paths.sort();
    if paths.is_empty() {
        anyhow::bail!("{}: there is no picture in this folder", folder.display());
    }
    let limits = DecodeLimits::default();
    paths
        .iter()
        .map(|path| Ok(read(path, &limits)?.picture))
        .collect()
}

fn run_find(arguments: &FindArguments) -> anyhow::Result<ExitCode> {
    let content = read(&arguments.on, &DecodeLimits::default())?.picture;
    let device = arguments.paint.compute.device.open()?;
    let painter = load_painter(arguments.paint.model.as_deref(), device)?;
    let found = find(&painter, arguments.count.into())?;
    std::fs::create_dir_all(&arguments.output)
        .with_context(|| format!("{}: cannot be made", arguments.output.display()))?;
    let stop = interrupt::stop_flag("stopping; sheets that are painted stay")?;
    let mut live = Live::new(found.len() as u64);
    let mut rows = vec![["direction", "stage", "effect"].map(str::to_owned).to_vec()];
    let force = arguments.paint.force;
    for (index, found) in found.iter().enumerate() {
        let name = format!("direction-{:02}", index + 1);
        live.update(index as u64, u64::from(arguments.count), name.clone());
        let file = arguments.output.join(&name).with_extension("safetensors");
        found.direction.write(&file, force)?;
        let (grid, pictures) = match sheet(&painter, &content, arguments, found, &stop) {
            Err(_) if stop.load(Ordering::Relaxed) => return Ok(ExitCode::Interrupted),
            painted => painted?,
        };
        let options = WriteOptions {
            force,
            ..WriteOptions::default()
        };
        write(
            &file.with_extension("png"),
            &grid.sheet(&pictures),
            &options,
        )?;
        if arguments.paint.json {
            let object = json!({
                "status": "found",
                "output": file.display().to_string(),
                "stage": found.stage + 1,
                "effect": (found.effect * 1e5).round() / 1e5,
            });
            live.line(&object.to_string())?;
        }
        let effect = format!("{:.1} %", found.effect * 100.0);
        rows.push(vec![name, (found.stage + 1).to_string(), effect]);
    }
    live.finish();
    if !arguments.paint.json {
        output::line(text::table(&rows, &[1, 2]))?;
    }
    Ok(ExitCode::Done)
}

/// A picture moved along a direction to both sides.
fn sheet(
    painter: &Painter,
    content: &Picture,
    arguments: &FindArguments,
    found: &utsushi::creative::Found,
    stop: &std::sync::atomic::AtomicBool,
) -> anyhow::Result<(Grid, Vec<Vec<Picture>>)> {
    let own = painter.style_of(content)?;
    let mut row = Vec::new();
    for column in COLUMNS {
        let amount = column * arguments.reach;
        row.push(Cell {
            style: moved(&own, &[(found.direction.clone(), amount)])?,
            caption: format!("{amount:+.1}"),
        });
    }
    let grid = Grid { rows: vec![row] };
    let options = GridOptions {
        paint: PaintOptions {
            tile: arguments.paint.tile,
            octaves: arguments.paint.octaves.0,
            ..PaintOptions::default()
        },
        cell: 256,
        ..GridOptions::default()
    };
    let painted = grid.paint(painter, content, &options, &mut &*stop)?;
    Ok((grid, painted))
}
