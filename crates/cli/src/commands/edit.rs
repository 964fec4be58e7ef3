//! `utsushi edit`

use anyhow::{Context, anyhow, bail};
use serde_json::json;
use utsushi::creative::{Direction, EditMode, edit_any, reshaped, reshaped_along};
use utsushi::{OutputOptions, PaintError, PaintOptions, StyleError, Watch, content_and_painting};
use utsushi_imaging::{DecodeLimits, check_target, read_any};

use crate::args::{EditArguments, ShapeChange, warps};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::{Finish, note_idle_quality};
use crate::model_source::load_repainter;
use crate::progress::Live;
use crate::{interrupt, output};

pub fn run(arguments: &EditArguments) -> anyhow::Result<ExitCode> {
    output::make_way_for(&arguments.output);
    let finish = Finish::new(&arguments.output, &arguments.paint);
    // At strength 0 the picture is what it was.
    let strength = strength(arguments)?;
    let finish = if strength == 0.0 {
        finish.unmarked()
    } else {
        finish
    };
    let format = check_target(&arguments.output, arguments.paint.force)?;
    note_idle_quality(&arguments.writing.file, [arguments.output.as_path()]);
    let written = OutputOptions::from(&arguments.writing);
    let target = arguments.output.display();
    let content = read_any(&arguments.picture, &DecodeLimits::default())?;
    let content = written
        .prepared(content, format)
        .with_context(|| target.to_string())?;
    let device = arguments.paint.compute.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    let before = content.picture.clone();
    let mut content = content;
    let shape = ShapeChange::shape(&arguments.shapes);
    if !shape.is_none() {
        let name = arguments.picture.display();
        let anatomy = painter.anatomy(&content.picture.eight());
        let Some(anatomy) = anatomy else {
            bail!("no face is found in {name}, whose shape --warp-face could change");
        };
        let Some(reshaped) = reshaped(&content.picture, &anatomy.faces, &shape) else {
            bail!(
                "eyes, mouth and chin of the face in {name} are not found clearly enough to move them"
            );
        };
        content.picture = reshaped;
    }
    let mut directions = Vec::new();
    for along in &arguments.directions {
        directions.push((Direction::read(&along.path, &painter)?, along.amount));
    }
    let mut has_shape = directions.iter();
    if has_shape.any(|(direction, amount)| !direction.shape.is_none() && *amount != 0.0) {
        let anatomy = painter.anatomy(&content.picture.eight());
        let faces = anatomy.map_or_else(Vec::new, |anatomy| anatomy.faces);
        match reshaped_along(&content.picture, &faces, &directions) {
            Some(reshaped) => content.picture = reshaped,
            None => output::remark(format!(
                "note: eyes and mouth of no face are found in {}, so that the direction moves its style \
                 alone, and no shape",
                arguments.picture.display()
            )),
        }
    }
    if !arguments.labels.is_empty() {
        let own = painter.style_of(&content.picture.eight())?;
        for label in &arguments.labels {
            let mut known = painter.conditions().iter();
            let known = known.find(|condition| condition.name == label.name);
            let values = known.map_or(&[][..], |condition| &condition.values);
            let value = label.value(|value| values.iter().any(|own| own == value));
            let (value, amount) = value.map_err(UsageError::new)?;
            let direction = Direction::to_label(&painter, &own, &label.name, value);
            let direction = direction.map_err(|error| unknown_label(error, &label.name))?;
            directions.push((direction, amount));
        }
    }
    let mode = if arguments.redraw {
        EditMode::Redraw
    } else {
        EditMode::Change
    };
    let options = PaintOptions {
        strength,
        tile: arguments.paint.tile,
        octaves: arguments.paint.octaves(),
        ..PaintOptions::default()
    };
    let stop = interrupt::stop_flag("stopping; no picture is written")?;
    let name = arguments.picture.display().to_string();
    let mut live = Live::new(1);
    let progress = |progress: utsushi::Progress| {
        live.update(progress.done as u64, progress.total as u64, name.clone());
    };
    let edited = match edit_any(
        &painter,
        &content.picture,
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
    let file = match format.document() {
        Some(format) => {
            let layers = content_and_painting(before, edited);
            written.encode_layers(layers, &content, format, finish.mark())
        }
        None => written.encode(edited, &content, format, finish.mark()),
    };
    finish.write_file(&file.with_context(|| target.to_string())?)?;
    finish.say(json!({"content": name}), |time| time)?;
    Ok(ExitCode::Done)
}

/// How far a picture goes that is painted anew.
///
/// # Errors
/// A strength where what changes is added to the picture, which has no use for one.
fn strength(arguments: &EditArguments) -> Result<f32, UsageError> {
    match arguments.strength {
        Some(_) if !arguments.redraw => Err(UsageError::new(
            "--strength says how far a picture goes that is painted anew, and this edit adds what \
             changes to the picture",
        )
        .hint(
            "give amounts for less or more of it, as in --direction FILE=0.5, --set LABEL=VALUE:0.5 \
             and --warp-face SHAPE=0.5; or add --redraw",
        )),
        strength => Ok(strength.unwrap_or(PaintOptions::default().strength)),
    }
}

/// A label that the model does not know may be meant as a change of a face's shape.
fn unknown_label(error: StyleError, label: &str) -> anyhow::Error {
    match error {
        StyleError::NoConditions
        | StyleError::UnknownCondition { .. }
        | StyleError::UnknownValue { .. } => anyhow!("{error}; {}", warps(label)),
        error => error.into(),
    }
}
