//! `utsushi colour`

use std::path::Path;

use burn::tensor::Device;
use serde_json::json;
use utsushi::anatomy::{Anatomy, AnatomyReader};
use utsushi::creative::colour_lines;
use utsushi::jobs::{Existing, Job, Plan, PlanOptions, plan_pictures};
use utsushi::{PartColours, SavedStyle};
use utsushi_imaging::{Decoded, WriteOptions, read, write};

use super::look;
use crate::args::ColourArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::output;

pub fn run(arguments: &ColourArguments) -> anyhow::Result<ExitCode> {
    output::make_way_for(&arguments.output);
    let options = PlanOptions {
        existing: if arguments.force {
            Existing::Replace
        } else {
            Existing::Refuse
        },
        format: None,
    };
    let plan = plan_pictures(&arguments.drawings, &arguments.output, &options)?;
    let colours = colours_of(&arguments.style, arguments)?;
    look::at_each(
        &plan,
        &arguments.look,
        AnatomyReader::read_lines,
        |job, decoded, anatomy| put(arguments, &plan, job, (decoded, anatomy, &colours)),
    )
}

/// The colours of the painting's parts, or those that a saved style holds.
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

/// Writes a coloured drawing, and says so.
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
