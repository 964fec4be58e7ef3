//! The command `utsushi generate`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use utsushi::creative::{
    GenerateError, GenerateOptions, Generated, fit_to_sheet, generate, sheet_of_paintings,
};
use utsushi::jobs::{StyleSource, WeightedReference};
use utsushi::{PaintError, PaintOptions, Painter, StyleError};
use utsushi_imaging::{Mark, OutputFormat, Picture, check_target};

use super::{Run, style};
use crate::args::{Align, PaintArguments, painting, seed, share};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::Finish;
use crate::model_source::load_painter;
use crate::progress::Live;
use crate::{interrupt, text};

/// Paint new pictures from nothing but a number
///
/// Each seed makes up a sketch of what is shown and draws a style to paint it in; the same seed
/// and model always give the same painting. Seeds count up from `--seed`.
///
/// The output is a folder of PNGs named after style and seed, one picture for `-n 1` and a name
/// with a picture's ending, or with `--grid` one sheet of all of them.
///
///   utsushi generate -n 16 --style-name game-cel --seed 7 -o out/
///   utsushi generate -n 64 --grid -o sheet.png
///   utsushi generate --seed 12 --style mine.png --size 512 -o new.png
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GenerateArguments {
    /// How many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: u32,

    /// Seed of the first painting; the others count up from it
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = seed)]
    pub seed: u64,

    /// Make paintings of this style; `utsushi model` lists them [default: each seed picks one]
    #[arg(long, value_name = "NAME")]
    pub style_name: Option<String>,

    /// Paint in the style of this painting instead of a drawn one; again, with weights, to mix
    #[arg(short, long = "style", value_name = "REF.png[=WEIGHT]",
          value_parser = painting)]
    pub styles: Vec<WeightedReference>,

    /// The part of such a painting that its style is read in
    #[arg(long, value_enum, default_value_t = Align::Auto)]
    pub align: Align,

    /// How much of the distance from the mean to keep, from 0 (all alike) to 1 (all variety)
    #[arg(long, value_name = "0..1", default_value_t = 0.7, allow_negative_numbers = true, value_parser = share)]
    pub truncation: f32,

    /// Side of the paintings in pixels [default: what the model was trained at]
    #[arg(long, value_name = "32..4096", value_parser = clap::value_parser!(u32).range(32..=4096))]
    pub size: Option<u32>,

    /// Write one sheet with all paintings
    #[arg(long)]
    pub grid: bool,

    /// Write the sketches instead of the paintings, to be painted by another command
    #[arg(long)]
    pub sketches: bool,

    /// The folder, or the picture for `--grid` and for a single painting
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    #[command(flatten)]
    pub paint: PaintArguments,
}

/// Largest number of paintings on a sheet, since memory grows with them.
const MOST_ON_A_SHEET: u32 = 1024;

impl Run for GenerateArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let finish = Finish::new(&self.output, &self.paint).marked(Mark::Generated);
        let target = Target::of(&self)?;
        let device = self.paint.compute.device.open()?;
        let painter = load_painter(self.paint.model.as_deref(), device)?;
        let options = options(&self, &painter)?;
        target.check_folder(&self, &options, &painter)?;
        let stop = interrupt::stop_flag("stopping; paintings that are written stay")?;
        let mut live = Live::new(u64::from(self.count));
        let mut written = Vec::new();
        let mut kept = Vec::new();
        for (index, seed) in seeds(&self).enumerate() {
            let made = match generate(&painter, seed, &options, &mut &*stop) {
                Ok(made) => made,
                Err(GenerateError::Paint(PaintError::Stopped)) => return Ok(ExitCode::Interrupted),
                Err(error) => return Err(error.into()),
            };
            live.update(index as u64 + 1, u64::from(self.count), made.name.clone());
            let name = made.name.clone();
            let picture = shown(&self, made);
            if let Target::Sheet(_) = target {
                let picture = fit_to_sheet(picture, self.count as usize);
                // In a style that was asked for, the one that the seed draws says nothing.
                let caption = match &self.styles[..] {
                    [] => format!("{name} {seed}"),
                    _ => seed.to_string(),
                };
                kept.push((caption, picture));
                continue;
            }
            let path = target.path(&name, seed);
            finish.write_to(&path, &picture)?;
            written.push((path, name, seed));
        }
        live.finish();
        if let Target::Sheet(path) = &target {
            finish.write_to(path, &sheet_of_paintings(&kept))?;
        }
        tell(&self, &written, &finish)?;
        Ok(ExitCode::Done)
    }
}

/// The seeds asked for, whose upper end was checked.
fn seeds(arguments: &GenerateArguments) -> std::ops::Range<u64> {
    arguments.seed..arguments.seed + u64::from(arguments.count)
}

/// The target to which paintings are written.
enum Target {
    Sheet(PathBuf),
    One(PathBuf),
    Folder(PathBuf),
}

impl Target {
    /// Chooses the target by name and count, and refuses what would fail after the work.
    fn of(arguments: &GenerateArguments) -> anyhow::Result<Self> {
        let path = &arguments.output;
        let is_picture = OutputFormat::from_extension(path).is_some();
        if arguments
            .seed
            .checked_add(u64::from(arguments.count))
            .is_none()
        {
            return Err(UsageError::new("the seeds go beyond 2⁶⁴").into());
        }
        let target = match (arguments.grid, is_picture) {
            (true, false) => {
                return Err(UsageError::new(format!(
                    "{}: a sheet is a picture; give it an ending such as .png",
                    path.display()
                ))
                .into());
            }
            (true, true) if arguments.count > MOST_ON_A_SHEET => {
                return Err(UsageError::new(format!(
                    "a sheet has room for {MOST_ON_A_SHEET} paintings, not {}",
                    arguments.count
                ))
                .hint("leave --grid out, or ask for fewer")
                .into());
            }
            (true, true) => Self::Sheet(path.clone()),
            (false, true) if arguments.count == 1 => Self::One(path.clone()),
            (false, true) => {
                return Err(UsageError::new(format!(
                    "{}: {} paintings do not fit into one picture",
                    path.display(),
                    arguments.count
                ))
                .hint("name a folder, or add --grid for a sheet")
                .into());
            }
            (false, false) => Self::Folder(path.clone()),
        };
        match &target {
            Self::Sheet(path) | Self::One(path) => {
                check_target(path, arguments.paint.force)?;
            }
            Self::Folder(folder) => std::fs::create_dir_all(folder)
                .with_context(|| format!("{}: cannot be made", folder.display()))?,
        }
        Ok(target)
    }

    /// Refuses all paintings if one of them would replace a file.
    fn check_folder(
        &self,
        arguments: &GenerateArguments,
        options: &GenerateOptions,
        painter: &Painter,
    ) -> anyhow::Result<()> {
        let Self::Folder(_) = self else { return Ok(()) };
        for seed in seeds(arguments) {
            let name = match &options.name {
                Some(name) => name,
                None => painter.drawn_name(seed)?,
            };
            check_target(&self.path(name, seed), arguments.paint.force)?;
        }
        Ok(())
    }

    fn path(&self, name: &str, seed: u64) -> PathBuf {
        match self {
            Self::Sheet(path) | Self::One(path) => path.clone(),
            Self::Folder(folder) => folder.join(file_name(name, seed)),
        }
    }
}

/// Makes a file name from style and seed, without characters that could leave the folder: style
/// names come from model files.
fn file_name(name: &str, seed: u64) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(safe).collect();
    format!("{name}-{seed:05}.png")
}

fn options(arguments: &GenerateArguments, painter: &Painter) -> anyhow::Result<GenerateOptions> {
    if !painter.makes_sketches() {
        return Err(StyleError::NoPrior.into());
    }
    let style = match &arguments.styles[..] {
        [] => None,
        references => Some(style::resolve(
            &StyleSource::References(references.to_vec()).framed(arguments.align.into()),
            painter,
        )?),
    };
    Ok(GenerateOptions {
        name: arguments.style_name.clone(),
        style,
        truncation: arguments.truncation,
        side: arguments.size,
        paint: PaintOptions {
            tile: arguments.paint.tile,
            octaves: arguments.paint.octaves(),
            ..PaintOptions::default()
        },
    })
}

fn shown(arguments: &GenerateArguments, made: Generated) -> Picture {
    if arguments.sketches {
        made.sketch
    } else {
        made.painting
    }
}

fn tell(
    arguments: &GenerateArguments,
    written: &[(PathBuf, String, u64)],
    finish: &Finish<'_>,
) -> anyhow::Result<()> {
    let paintings: Vec<_> = written
        .iter()
        .map(|(path, name, seed)| {
            json!({ "output": path.display().to_string(), "style": name, "seed": seed })
        })
        .collect();
    let fields = json!({
        "count": arguments.count,
        "first_seed": arguments.seed,
        "paintings": paintings,
    });
    let count = text::counted(arguments.count as usize, "painting");
    finish.say(fields, |time| format!("{count}, {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_model_file_does_not_leave_the_folder() {
        assert_eq!(file_name("game-cel", 7), "game-cel-00007.png");
        assert_eq!(file_name("../x/油", 123_456), "___x_油-123456.png");
    }
}
