//! The command `utsushi segment`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use utsushi::anatomy::{Anatomy, AnatomyReader, Part, encode_parts, with_parts};
use utsushi::jobs::{Existing, Job, Plan, PlanOptions, plan_pictures};
use utsushi_imaging::{Decoded, OutputFormat, WriteOptions, is_standard, write, write_whole};

use super::{Run, look};
use crate::args::LookArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::{output, text};

/// Tell the parts of pictures: hair, face, eyes, brows, mouth, body
///
/// Takes pictures or folders, and writes a PNG of each picture's size with a palette. A pixel's
/// number says what is there: 0 background; 1 hair, with animal ears; 2 skin of face, ears and
/// neck; 3 eyes; 4 brows; 5 mouth; 6 body, with clothes, hands, hats and glasses. Parts are told
/// best where a face is found; what is transparent is background.
///
///   utsushi segment me.png -o parts.png
///   utsushi segment photos/ --overlay -o shown/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SegmentArguments {
    /// Pictures to look at, or folders of them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    /// The file to write for one picture, the folder for several
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Write the picture with its parts laid over it, half transparent, in place of the map; in any
    /// format
    #[arg(long)]
    pub overlay: bool,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub look: LookArguments,
}

impl Run for SegmentArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        output::make_way_for(&self.output);
        let options = PlanOptions {
            existing: Existing::replaced_if(self.force),
            format: (!self.overlay).then_some(OutputFormat::Png),
        };
        let plan = plan_pictures(&self.pictures, &self.output, &options)?;
        if !self.overlay {
            check_format(&plan)?;
        }
        look::at_each(
            &plan,
            &self.look,
            AnatomyReader::read,
            |job, decoded, anatomy| put(&self, &plan, job, (decoded, anatomy)),
        )
    }
}

/// Checks the formats of maps, which have a palette that only PNG keeps.
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

/// Writes the map or the overlay of a picture, and reports it.
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
