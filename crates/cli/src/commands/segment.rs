//! `utsushi segment`

use std::path::Path;

use serde_json::json;
use utsushi::anatomy::{Anatomy, AnatomyReader, Part, encode_parts, with_parts};
use utsushi::jobs::{Existing, Job, Plan, PlanOptions, plan_pictures};
use utsushi_imaging::{Decoded, OutputFormat, WriteOptions, is_standard, write, write_whole};

use super::look;
use crate::args::SegmentArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &SegmentArguments) -> anyhow::Result<ExitCode> {
    output::make_way_for(&arguments.output);
    let options = PlanOptions {
        existing: if arguments.force {
            Existing::Replace
        } else {
            Existing::Refuse
        },
        format: (!arguments.overlay).then_some(OutputFormat::Png),
    };
    let plan = plan_pictures(&arguments.pictures, &arguments.output, &options)?;
    if !arguments.overlay {
        check_format(&plan)?;
    }
    look::at_each(
        &plan,
        &arguments.look,
        AnatomyReader::read,
        |job, decoded, anatomy| put(arguments, &plan, job, (decoded, anatomy)),
    )
}

/// A map has a palette, which other formats would not keep.
fn check_format(plan: &Plan) -> Result<(), UsageError> {
    let fits = |path: &Path| {
        is_standard(path) || OutputFormat::from_extension(path) == Some(OutputFormat::Png)
    };
    match plan.jobs.iter().find(|job| !fits(&job.output)) {
        None => Ok(()),
        Some(job) => {
            let message = format!("{}: a map of parts is a PNG", job.output.display());
            let hint = "give a name that ends in .png, or --overlay for a picture to look at";
            Err(UsageError::new(message).hint(hint))
        }
    }
}

/// Writes what was asked for, and says so.
fn put(
    arguments: &SegmentArguments,
    plan: &Plan,
    job: &Job,
    (decoded, anatomy): (&Decoded, &Anatomy),
) -> anyhow::Result<String> {
    plan.make_folder(job)?;
    let force = arguments.force;
    if arguments.overlay {
        let options = WriteOptions {
            force,
            ..WriteOptions::default()
        };
        let shown = with_parts(&decoded.picture, &anatomy.parts);
        write(&job.output, &shown, &options)?;
    } else {
        write_whole(&job.output, &encode_parts(&anatomy.parts)?, force)?;
    }
    let target = job.output.display();
    if arguments.look.json {
        let share = |part: Part| f64::from((anatomy.parts.share(part) * 1e5).round()) / 1e5;
        let shares = Part::ALL.map(|part| (part.name().to_owned(), json!(share(part))));
        let object = json!({
            "status": "written",
            "file": job.content.display().to_string(),
            "output": target.to_string(),
            "faces": anatomy.faces.len(),
            "parts": serde_json::Value::Object(shares.into_iter().collect()),
        });
        return Ok(object.to_string());
    }
    let faces = match anatomy.faces.len() {
        0 => "no face found".to_owned(),
        faces => text::counted(faces, "face"),
    };
    let shares = Part::ALL.map(|part| (part, (anatomy.parts.share(part) * 100.0).round()));
    let shares = shares.into_iter().filter(|(_, share)| *share > 0.0);
    let shares: Vec<String> = shares
        .map(|(part, share)| format!("{} {share} %", part.name()))
        .collect();
    Ok(format!("{target} ({faces}; {})", shares.join(", ")))
}
