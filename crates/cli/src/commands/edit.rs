//! `utsushi edit`

use std::time::Instant;

use serde_json::json;
use utsushi::creative::{Direction, EditMode, edit};
use utsushi::{PaintError, PaintOptions, Watch};
use utsushi_imaging::{DecodeLimits, WriteOptions, check_target, read, write};

use crate::args::EditArguments;
use crate::built_in::load_repainter;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

pub fn run(arguments: &EditArguments) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let force = arguments.paint.force;
    output::make_way_for(&arguments.output);
    check_target(&arguments.output, force)?;
    let picture = read(&arguments.picture, &DecodeLimits::default())?.picture;
    let device = arguments.paint.device.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    let mut directions = Vec::new();
    for along in &arguments.directions {
        directions.push((Direction::read(&along.path, &painter)?, along.amount));
    }
    if !arguments.labels.is_empty() {
        let own = painter.style_of(&picture)?;
        for label in &arguments.labels {
            let mut known = painter.conditions().iter();
            let known = known.find(|condition| condition.name == label.name);
            let values = known.map_or(&[][..], |condition| &condition.values);
            let value = label.value(|value| values.iter().any(|own| own == value));
            let (value, amount) = value.map_err(UsageError::new)?;
            let direction = Direction::to_label(&painter, &own, &label.name, value)?;
            directions.push((direction, amount));
        }
    }
    let mode = match arguments.redraw {
        true => EditMode::Redraw,
        false => EditMode::Change,
    };
    let options = PaintOptions {
        strength: arguments.strength,
        tile: arguments.paint.tile,
        octaves: arguments.paint.octaves.0,
    };
    let stop = interrupt::stop_flag("stopping; no picture is written")?;
    let name = arguments.picture.display().to_string();
    let mut live = Live::new(1);
    let progress = |progress: utsushi::Progress| {
        live.update(progress.done as u64, progress.total as u64, name.clone());
    };
    let edited = match edit(
        &painter,
        &picture,
        &directions,
        mode,
        &options,
        &mut Watch::new(&stop, progress),
    ) {
        Ok(edited) => edited,
        Err(PaintError::Stopped) => return Ok(ExitCode::Interrupted),
        Err(error) => return Err(anyhow::Error::new(error).context(name)),
    };
    live.finish();
    let settings = WriteOptions {
        force,
        ..WriteOptions::default()
    };
    write(&arguments.output, &edited, &settings)?;
    let seconds = started.elapsed().as_secs_f64();
    let target = arguments.output.display().to_string();
    if arguments.paint.json {
        let object = json!({
            "status": "painted",
            "content": arguments.picture.display().to_string(),
            "output": target,
            "seconds": (seconds * 1000.0).round() / 1000.0,
        });
        output::line(object.to_string())?;
    } else {
        output::line(format!("{target} ({})", text::duration(seconds)))?;
    }
    Ok(ExitCode::Done)
}
