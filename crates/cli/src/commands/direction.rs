//! The command group `utsushi direction`.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use utsushi::creative::{Cell, EditMode, Grid, Learned, edits, find, learn, moved};
use utsushi::{PaintOptions, Painter};
use utsushi_imaging::{DecodeLimits, Format, Picture, fit_within, read, resize};

use crate::args::PaintArguments;
use crate::commands::Run;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, output, text};

commands! {
    /// Make directions in which `utsushi edit` moves a picture
    DirectionCommand {
        Learn(LearnArguments),
        Find(FindArguments),
    }
}

/// Learn a direction from two small folders of examples
///
/// The direction leads from the mean style of the one folder to that of the other, and from the
/// mean shape of its faces to theirs: how eyes, brows, nose, mouth and chin lie. Everything in
/// which the folders differ is learned, so that they should differ in one thing. Pictures without a
/// face count for the style alone.
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

/// Amounts of the pictures on a sheet, as shares of the reach: two to either side of the unchanged
/// picture.
const COLUMNS: [f32; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];

/// Longest side of a picture on a sheet, in pixels.
const CELL: u32 = 256;

impl Run for LearnArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let force = self.paint.force;
        if !force && self.output.symlink_metadata().is_ok() {
            anyhow::bail!(
                "{}: exists already; choose another name, or --force to replace it",
                self.output.display()
            );
        }
        let from = pictures(&self.from)?;
        let to = pictures(&self.to)?;
        let device = self.paint.compute.device.open()?;
        let painter = load_painter(self.paint.model.as_deref(), device)?;
        let note = format!(
            "from {} of {} to {} of {}",
            text::counted(from.len(), "picture"),
            self.from.display(),
            text::counted(to.len(), "picture"),
            self.to.display()
        );
        let learned = learn(&painter, &from, &to, note.clone())?;
        learned.direction.write(&self.output, force)?;
        let target = self.output.display().to_string();
        if self.paint.json {
            let faces = learned.faces;
            let farthest = learned.direction.shape.farthest();
            let shape = farthest.map(|(landmark, by)| {
                let by = (f64::from(by) * 1e4).round() / 1e4;
                json!({"farthest": landmark.name(), "by": by})
            });
            let object = json!({
                "status": "learned",
                "output": target,
                "from": from.len(),
                "to": to.len(),
                "told_apart": (learned.told_apart * 1e4).round() / 1e4,
                "faces": {"from": faces.from, "to": faces.to, "without": faces.without},
                "shape": shape,
            });
            output::line(object.to_string())?;
        } else {
            output::line(format!(
                "{target} ({note}; {:.0} % of them lie on their own side; {})",
                learned.told_apart * 100.0,
                shape_of(&learned)
            ))?;
        }
        Ok(ExitCode::Done)
    }
}

/// Describes what a direction learned of the shape of faces.
fn shape_of(learned: &Learned) -> String {
    let faces = learned.faces;
    let shape = match learned.direction.shape.farthest() {
        Some((landmark, by)) => format!(
            "{} moves farthest, by {:.1} % of a face's width",
            landmark.name(),
            by * 100.0
        ),
        None => "no shape".to_owned(),
    };
    let without = match faces.without {
        0 => String::new(),
        some => format!(", {} without one", text::counted(some, "picture")),
    };
    format!(
        "{shape}, from {} to {}{without}",
        text::counted(faces.from, "face"),
        text::counted(faces.to, "face")
    )
}

/// Reads the pictures of a folder in the order of their names, without subfolders.
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

impl Run for FindArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let content = shown(read(&self.on, &DecodeLimits::default())?.picture);
        let device = self.paint.compute.device.open()?;
        let painter = load_painter(self.paint.model.as_deref(), device)?;
        let found = find(&painter, self.count.into())?;
        std::fs::create_dir_all(&self.output)
            .with_context(|| format!("{}: cannot be made", self.output.display()))?;
        let stop = interrupt::stop_flag("stopping; sheets that are painted stay")?;
        let mut live = Live::new(found.len() as u64);
        let mut rows = vec![["direction", "stage", "effect"].map(str::to_owned).to_vec()];
        let force = self.paint.force;
        let finish = Finish::new(&self.output, &self.paint);
        for (index, found) in found.iter().enumerate() {
            let name = format!("direction-{:02}", index + 1);
            live.update(index as u64, u64::from(self.count), name.clone());
            let file = self.output.join(&name).with_extension("safetensors");
            found.direction.write(&file, force)?;
            let (grid, pictures) = match sheet(&painter, &content, &self, found, &stop) {
                Err(_) if stop.load(Ordering::Relaxed) => return Ok(ExitCode::Interrupted),
                painted => painted?,
            };
            finish.write_to(&file.with_extension("png"), &grid.sheet(&pictures))?;
            if self.paint.json {
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
        if !self.paint.json {
            output::line(text::table(&rows, &[1, 2]))?;
        }
        Ok(ExitCode::Done)
    }
}

/// Makes a sheet of a picture moved along a direction to both sides, as `utsushi edit` moves it,
/// with the unchanged picture in the middle.
fn sheet(
    painter: &Painter,
    content: &Picture,
    arguments: &FindArguments,
    found: &utsushi::creative::Found,
    stop: &std::sync::atomic::AtomicBool,
) -> anyhow::Result<(Grid, Vec<Vec<Picture>>)> {
    let own = painter.style_of(content)?;
    let amounts = COLUMNS.map(|column| [(found.direction.clone(), column * arguments.reach)]);
    let mut row = Vec::new();
    for along in &amounts {
        row.push(Cell {
            style: moved(&own, along)?,
            caption: format!("{:+.1}", along[0].1),
        });
    }
    let options = PaintOptions {
        tile: arguments.paint.tile,
        octaves: arguments.paint.octaves(),
        ..PaintOptions::default()
    };
    let amounts = amounts.each_ref().map(|along| &along[..]);
    let change = EditMode::Change;
    let edited = edits(painter, content, &amounts, change, &options, &mut &*stop)?;
    Ok((Grid { rows: vec![row] }, vec![edited]))
}

/// Reduces a picture to the size of a cell.
fn shown(picture: Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) <= CELL {
        return picture;
    }
    let (width, height) = fit_within((width, height), CELL, CELL);
    resize(&picture, width, height)
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
    fn a_reach_lies_between_its_bounds() {
        assert!(reach("11").is_err() && reach("nan").is_err() && reach("3") == Ok(3.0));
    }
}
