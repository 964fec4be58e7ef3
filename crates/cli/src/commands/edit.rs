//! The command `utsushi edit`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{ArgGroup, Args};
use serde_json::json;
use utsushi::creative::{Direction, EditMode, FaceShape, edit_any, reshaped, reshaped_along};
use utsushi::{OutputOptions, PaintError, PaintOptions, StyleError, Watch, content_and_painting};
use utsushi_imaging::{DecodeLimits, check_target, read_any};

use super::Run;
use crate::args::{PaintArguments, WritingArguments, strength};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::{Finish, note_idle_quality};
use crate::model_source::load_repainter;
use crate::progress::Live;
use crate::{interrupt, output};

/// Move a picture along directions or to a label, or change the shape of its faces
///
/// What a direction changes is added to the picture, so that the rest of it stays unchanged.
/// Amounts may be negative, and several directions are added up. A model that was trained with
/// labels leads to any of them; `utsushi model` lists what it knows. Directions and labels move
/// colour, line and shade; `--warp-face` moves eyes, mouth and chin, whatever the model knows, and
/// so do directions that were learned from folders whose faces differ in shape.
///
///   utsushi edit me.png --direction older.safetensors=0.8 -o older.png
///   utsushi edit me.png --model mine.safetensors --set role=knight -o knight.png
///   utsushi edit me.png --warp-face smile --warp-face eyes=0.5 -o smiling.png
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    group = ArgGroup::new("change").required(true).multiple(true).args(["directions", "labels", "shapes"])
)]
pub struct EditArguments {
    /// The picture to move
    #[arg(value_name = "PICTURE")]
    pub picture: PathBuf,

    /// A direction and how far to go along it (1 by default); again for more
    #[arg(short, long = "direction", value_name = "FILE[=AMOUNT]", value_parser = Along::parse)]
    pub directions: Vec<Along>,

    /// A label that the picture is to have, and how far to go (1 by default); again for more
    #[arg(long = "set", value_name = "LABEL=VALUE[:AMOUNT]", value_parser = LabelChange::parse)]
    pub labels: Vec<LabelChange>,

    /// A change of the faces' shape and how far to go (1 by default); again for more: age, eyes,
    /// face and smile from -1 to 1, mouth (open), blink and chibi from 0 to 1
    #[arg(long = "warp-face", value_name = "SHAPE[=AMOUNT]", value_parser = ShapeChange::parse)]
    pub shapes: Vec<ShapeChange>,

    /// The picture to write; a name that ends in .psd or .ora gets the picture and the edit as
    /// layers
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Paint the picture anew in the moved style instead of adding what changes to it
    #[arg(long)]
    pub redraw: bool,

    /// With `--redraw`: how far to go from the picture as it is [default: 1]
    #[arg(long, value_name = "0..2", allow_negative_numbers = true, value_parser = strength)]
    pub strength: Option<f32>,

    #[command(flatten)]
    pub writing: WritingArguments,

    #[command(flatten)]
    pub paint: PaintArguments,
}

impl Run for EditArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        output::make_way_for(&self.output);
        let finish = Finish::new(&self.output, &self.paint);
        // At strength 0 the picture is what it was.
        let strength = chosen_strength(&self)?;
        let finish = if strength == 0.0 {
            finish.unmarked()
        } else {
            finish
        };
        let format = check_target(&self.output, self.paint.force)?;
        note_idle_quality(&self.writing.file, [self.output.as_path()]);
        let written = OutputOptions::from(&self.writing);
        let target = self.output.display();
        let content = read_any(&self.picture, &DecodeLimits::default())?;
        let content = written
            .prepared(content, format)
            .with_context(|| target.to_string())?;
        let device = self.paint.compute.device.open()?;
        let painter = load_repainter(self.paint.model.as_deref(), device)?;
        let before = content.picture.clone();
        let mut content = content;
        let shape = ShapeChange::shape(&self.shapes);
        if !shape.is_none() {
            let name = self.picture.display();
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
        for along in &self.directions {
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
                    self.picture.display()
                )),
            }
        }
        if !self.labels.is_empty() {
            let own = painter.style_of(&content.picture.eight())?;
            for label in &self.labels {
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
        let mode = if self.redraw {
            EditMode::Redraw
        } else {
            EditMode::Change
        };
        let options = PaintOptions {
            strength,
            tile: self.paint.tile,
            octaves: self.paint.octaves(),
            ..PaintOptions::default()
        };
        let stop = interrupt::stop_flag("stopping; no picture is written")?;
        let name = self.picture.display().to_string();
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
}

/// The strength for a picture that is painted anew.
///
/// # Errors
/// A strength is given although the change is added to the picture, for which it has no meaning.
fn chosen_strength(arguments: &EditArguments) -> Result<f32, UsageError> {
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

/// The error for a label that the model does not know, which may be meant as a change of a face's
/// shape.
fn unknown_label(error: StyleError, label: &str) -> anyhow::Error {
    match error {
        StyleError::NoConditions
        | StyleError::UnknownCondition { .. }
        | StyleError::UnknownValue { .. } => {
            UsageError::new(format!("{error}; {}", warps(label))).into()
        }
        error => error.into(),
    }
}

/// A direction's file and an amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    /// File of the direction.
    pub path: PathBuf,
    /// The amount; a negative one leads the opposite way.
    pub amount: f32,
}

impl Along {
    /// Parses `older.safetensors=0.8`; the amount is 1 if none is given.
    pub fn parse(text: &str) -> Result<Self, String> {
        let whole = || Self {
            path: text.into(),
            amount: 1.0,
        };
        match text.rsplit_once('=') {
            Some((path, number)) if !path.is_empty() && !Path::new(text).exists() => {
                match number.trim().parse::<f32>() {
                    Ok(amount) if amount.is_finite() && amount.abs() <= 100.0 => Ok(Self {
                        path: path.into(),
                        amount,
                    }),
                    _ => Err(format!(
                        "the amount `{number}` is not a number from -100 to 100"
                    )),
                }
            }
            _ => Ok(whole()),
        }
    }
}

/// A change of a face's shape, with its amount.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapeChange {
    name: String,
    amount: f32,
}

impl ShapeChange {
    /// Parses `eyes=0.5` or `mouth=open`; the amount is 1 if none is given.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, amount) = text.split_once('=').unwrap_or((text, "1"));
        let amount = match (name, amount.trim()) {
            ("mouth", "open") => 1.0,
            (_, number) => number
                .parse()
                .map_err(|_| format!("the amount `{number}` is not a number"))?,
        };
        let checked = FaceShape::default().set(name, amount);
        checked.map_err(|error| error.to_string())?;
        Ok(Self {
            name: name.to_owned(),
            amount,
        })
    }

    /// Combines all changes to one shape; of several with the same name, the last counts.
    pub fn shape(changes: &[Self]) -> FaceShape {
        let mut shape = FaceShape::default();
        for change in changes {
            shape
                .set(&change.name, change.amount)
                .expect("it was checked when it was parsed");
        }
        shape
    }
}

/// Suggests `--warp-face` to somebody who asks for an unknown label: either the change of that
/// name, or what the option can do.
pub fn warps(label: &str) -> String {
    let name = label.split('=').next().unwrap_or_default().trim();
    if FaceShape::NAMES.iter().any(|(shape, _)| *shape == name) {
        format!("`--warp-face {name}` changes the shape of a face so")
    } else {
        "`--warp-face` changes the shape of a face".to_owned()
    }
}

/// A value of a label, with an amount.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelChange {
    /// Name of the label.
    pub name: String,
    /// The value, followed by a colon and the amount, if one is given.
    value: String,
}

impl LabelChange {
    /// Parses `role=knight:0.8`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err(format!(
                "expected a label and its value, such as `role=knight`; {}",
                warps(text)
            )),
        }
    }

    /// Splits the value from its amount, which is 1 if none is given. A value of the model may
    /// contain a colon, so the known values are needed.
    pub fn value(&self, is_known: impl Fn(&str) -> bool) -> Result<(&str, f32), String> {
        let whole = (self.value.as_str(), 1.0);
        match self.value.rsplit_once(':') {
            Some((value, number)) if !is_known(&self.value) => match number.trim().parse::<f32>() {
                Ok(amount) if amount.is_finite() && amount.abs() <= 100.0 => Ok((value, amount)),
                _ if is_known(value) => Err(format!(
                    "--set {}={}: the amount `{number}` is not a number from -100 to 100",
                    self.name, self.value
                )),
                _ => Ok(whole),
            },
            _ => Ok(whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_stands_behind_the_last_equals_sign() {
        let of = |text: &str| Along::parse(text).map(|along| (along.path, along.amount));
        assert_eq!(of("a.safetensors"), Ok(("a.safetensors".into(), 1.0)));
        assert_eq!(of("a=b=-0.5"), Ok(("a=b".into(), -0.5)));
        let label = |text: &str| {
            let label = LabelChange::parse(text)?;
            let value = label.value(|value| matches!(value, "old" | "16:9"));
            value.map(|(value, amount)| (label.name.clone(), value.to_owned(), amount))
        };
        let is = |name: &str, value: &str, amount| Ok((name.to_owned(), value.to_owned(), amount));
        assert_eq!(label("age=old"), is("age", "old", 1.0));
        assert_eq!(label("age=old:-0.5"), is("age", "old", -0.5));
        assert_eq!(label("form=16:9"), is("form", "16:9", 1.0));
        assert_eq!(label("form=16:9:2"), is("form", "16:9", 2.0));
        assert_eq!(label("form=a:b"), is("form", "a:b", 1.0));
        for wrong in ["age", "=old", "age=", "age=old:x", "age=old:1e9"] {
            assert!(label(wrong).is_err(), "{wrong}");
        }
        for wrong in ["a=", "a=x", "a=inf", "a=1e9"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
