//! Arguments of `utsushi direction` and `utsushi edit`.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use utsushi::creative::FaceShape;

use super::style::strength;
use super::{PaintArguments, WritingArguments};

/// Make directions in which `utsushi edit` moves a picture
#[derive(Debug, Subcommand)]
pub enum DirectionCommand {
    Learn(LearnArguments),
    Find(FindArguments),
}

/// Learn a direction from two small folders of examples
///
/// The direction leads from the mean style of the one folder to that of the other, and from the mean
/// shape of its faces to theirs: how eyes, brows, nose, mouth and chin lie. Everything in which the folders
/// differ is learned, so that they should differ in one thing. Pictures without a face count for the style
/// alone.
///
///   utsushi direction learn --from young/ --to old/ -o older.safetensors
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LearnArguments {
    /// A folder of pictures without what the direction brings
    #[arg(long, value_name = "FOLDER")]
    pub from: PathBuf,

    /// A folder of pictures with it
    #[arg(long, value_name = "FOLDER")]
    pub to: PathBuf,

    /// The direction to write
    #[arg(short, long, value_name = "OUT.safetensors")]
    pub output: PathBuf,

    #[command(flatten)]
    pub paint: PaintArguments,
}

/// Find the directions that change a painting most, without examples
///
/// They follow from the weights of the decoder's style layers (SeFa, Shen and Zhou 2021). Each is
/// written as a direction and as a sheet that shows a picture moved along it.
///
///   utsushi direction find --on me.png -o directions/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct FindArguments {
    /// The picture that the sheets show
    #[arg(long, value_name = "PICTURE")]
    pub on: PathBuf,

    /// The folder to write directions and sheets into
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,

    /// How many directions
    #[arg(long, value_name = "1..64", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub count: u8,

    /// How far the sheets go to either side, in standard deviations of the model's own styles
    #[arg(long, value_name = "0.1..10", default_value_t = 4.0, value_parser = reach)]
    pub reach: f32,

    #[command(flatten)]
    pub paint: PaintArguments,
}

/// Move a picture along directions or to a label, or change the shape of its faces
///
/// What a direction changes is added to the picture, so that the rest of it stays unchanged.
/// Amounts may be negative, and several directions are added up. A model that was trained with
/// labels leads to any of them; `utsushi model` lists what it knows. Directions and labels move
/// colour, line and shade; `--warp-face` moves eyes, mouth and chin, whatever the model knows, and so do
/// directions that were learned from folders whose faces differ in shape.
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
    #[arg(long = "set", value_name = "LABEL=VALUE[:AMOUNT]", value_parser = ToLabel::parse)]
    pub labels: Vec<ToLabel>,

    /// A change of the faces' shape and how far to go (1 by default); again for more: age, eyes, face
    /// and smile from -1 to 1, mouth (open), blink and chibi from 0 to 1
    #[arg(long = "warp-face", value_name = "SHAPE[=AMOUNT]", value_parser = ShapeChange::parse)]
    pub shapes: Vec<ShapeChange>,

    /// The picture to write; a name that ends in .psd or .ora gets the picture and the edit as layers
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

/// A direction and an amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    /// The file of the direction.
    pub path: PathBuf,
    /// How far to go; negative leads back.
    pub amount: f32,
}

impl Along {
    /// Reads `older.safetensors=0.8`; the amount is 1 if none is given.
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

/// A change of a face's shape.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapeChange {
    name: String,
    amount: f32,
}

impl ShapeChange {
    /// Reads `eyes=0.5` or `mouth=open`; the amount is 1 if none is given.
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

    /// The shape of all changes, the last of each name.
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

/// What to say of `--warp-face` to whoever asks for a label: that it does what is asked for, if it is the
/// name of a shape, or what it does.
pub fn warps(label: &str) -> String {
    let name = label.split('=').next().unwrap_or_default().trim();
    if FaceShape::NAMES.iter().any(|(shape, _)| *shape == name) {
        format!("`--warp-face {name}` changes the shape of a face so")
    } else {
        "`--warp-face` changes the shape of a face".to_owned()
    }
}

/// A label's value and an amount.
#[derive(Clone, Debug, PartialEq)]
pub struct ToLabel {
    /// The label's name.
    pub name: String,
    /// The value, and the amount behind a colon if there is any.
    value: String,
}

impl ToLabel {
    /// Reads `role=knight:0.8`.
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

    /// The value and how far to go to it; the amount is 1 if none is given. A value of the model
    /// may hold a colon, so that it must be known which there are.
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

fn reach(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(reach) if (0.1..=10.0).contains(&reach) => Ok(reach),
        _ => Err("expected a number from 0.1 to 10".to_owned()),
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
            let label = ToLabel::parse(text)?;
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
        assert!(reach("11").is_err() && reach("nan").is_err() && reach("3") == Ok(3.0));
    }
}
