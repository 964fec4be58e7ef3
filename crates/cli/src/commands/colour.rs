//! The command `utsushi colour`.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::Args;
use serde_json::json;
use utsushi::anatomy::{Anatomy, AnatomyReader};
use utsushi::creative::colour_lines;
use utsushi::jobs::{Existing, Job, Plan, PlanOptions, plan_pictures};
use utsushi::{PartColours, SavedStyle};
use utsushi_imaging::{Decoded, WriteOptions, read, write};

use super::{Run, look};
use crate::args::LookArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::output;

/// Colour line drawings after a painting
///
/// Takes drawings or folders. What lies between lines that meet is one area; each takes the colour
/// that the same part, hair, skin, eyes, mouth, clothes or ground, has in the painting, and lines
/// stay as they are. The painting must show a face; parts that it does not show stay paper, and
/// transparent paper is white.
///
///   utsushi colour lines.png --style painting.png -o coloured.png
///   utsushi colour drawings/ --style painting.png -o coloured/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ColourArguments {
    /// Line drawings, or folders of them
    #[arg(value_name = "DRAWING", required = true)]
    pub drawings: Vec<PathBuf>,

    /// The painting whose colours they take, or a style that `--save-style` has read in one
    #[arg(long, value_name = "PAINTING")]
    pub style: PathBuf,

    /// The file to write for one drawing, the folder for several
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub look: LookArguments,
}

impl Run for ColourArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        output::make_way_for(&self.output);
        let options = PlanOptions {
            existing: Existing::replaced_if(self.force),
            format: None,
        };
        let plan = plan_pictures(&self.drawings, &self.output, &options)?;
        let colours = colours_of(&self.style, &self)?;
        look::at_each(
            &plan,
            &self.look,
            AnatomyReader::read_lines,
            |job, decoded, anatomy| put(&self, &plan, job, (decoded, anatomy, &colours)),
        )
    }
}

/// The colours of the painting's parts, or those in a saved style.
fn colours_of(painting: &Path, arguments: &ColourArguments) -> anyhow::Result<PartColours> {
    if SavedStyle::is_file(painting) {
        let colours = SavedStyle::read(painting)?.part_colours().cloned();
        return colours.ok_or_else(|| {
            let message = format!(
                "{}: this saved style holds no colours of hair and skin, since no painting of a figure is in it",
                painting.display()
            );
            let hint = "give a painting that shows a face, or a style that was read in one";
            UsageError::new(message).hint(hint).into()
        });
    }
    let shown = read(painting, &arguments.look.limits())?.picture;
    let anatomy = AnatomyReader::builtin(&Device::flex())?.read(&shown);
    PartColours::of(&shown, &anatomy).ok_or_else(|| {
        let message = format!("{}: no face with hair is found in it", painting.display());
        let hint =
            "give a painting that shows a face, whose hair, skin and clothes the drawing can take";
        UsageError::new(message).hint(hint).into()
    })
}

/// Writes a coloured drawing, and reports it.
fn put(
    arguments: &ColourArguments,
    plan: &Plan,
    job: &Job,
    (decoded, anatomy, colours): (&Decoded, &Anatomy, &PartColours),
) -> anyhow::Result<String> {
    let drawing = job.content.display().to_string();
    let coloured = colour_lines(&decoded.picture, anatomy, colours)
        .map_err(|reason| anyhow::anyhow!("{drawing}: {reason}"))?;
    plan.make_folder(job)?;
    let options = WriteOptions {
        force: arguments.force,
        ..WriteOptions::default()
    };
    write(&job.output, &coloured, &options)?;
    let target = job.output.display().to_string();
    if arguments.look.json {
        let object = json!({"status": "written", "file": drawing, "output": target});
        return Ok(object.to_string());
    }
    Ok(target)
}
