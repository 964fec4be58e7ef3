//! `utsushi transfer`

use std::path::Path;

use anyhow::Context;
use utsushi_imaging::{DecodeLimits, Format};
use utsushi_transfer::jobs::{self, Existing, Plan, PlanOptions, RunOptions, StyleSource};
use utsushi_transfer::{PaintOptions, Painter, StyleError};

use crate::args::TransferArguments;
use crate::built_in::load_painter;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::{interrupt, output};

mod report;

use report::Reporter;

pub fn run(arguments: TransferArguments) -> anyhow::Result<ExitCode> {
    let existing = if arguments.force {
        Existing::Replace
    } else {
        Existing::Refuse
    };
    // Everything that can be refused is refused before the model is loaded.
    let mut plan = match &arguments.list {
        Some(list) => plan_list(list, existing)?,
        None => plan_pictures(&arguments, existing)?,
    };
    let skipped = tell_what_is_no_picture(&plan);
    let device = arguments.device.device.open()?;
    let painter = load_painter(arguments.model.as_deref(), device)?;
    if arguments.list.is_none() {
        resolve_style(&mut plan, &painter)?;
    }
    let options = RunOptions {
        paint: PaintOptions {
            strength: arguments.strength,
            tile: arguments.tile,
        },
        ..RunOptions::default()
    };
    let stop = interrupt::stop_flag("stopping; pictures that are painted stay")?;
    let mut reporter = Reporter::new(plan.jobs.len(), arguments.json);
    let report = jobs::run(
        &painter,
        &plan,
        &options,
        &mut |event| reporter.observe(&event),
        &stop,
    );
    reporter.finish()?;
    Ok(if report.stopped {
        ExitCode::Interrupted
    } else if report.painted == 0 {
        ExitCode::Failed
    } else if skipped || !report.failed.is_empty() {
        ExitCode::SomeSkipped
    } else {
        ExitCode::Done
    })
}

fn plan_list(list: &Path, existing: Existing) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(list)
        .with_context(|| format!("{}: the list cannot be read", list.display()))?;
    let base = list.parent().unwrap_or(Path::new(""));
    let jobs = jobs::parse_list(&text, list, base)?;
    Ok(Plan::new(jobs, existing)?)
}

fn plan_pictures(arguments: &TransferArguments, existing: Existing) -> anyhow::Result<Plan> {
    let style = style_asked_for(arguments)?;
    let output = arguments
        .output
        .as_deref()
        .expect("an output is required unless there is a list");
    let options = PlanOptions {
        existing,
        format: None,
    };
    Ok(jobs::plan(&arguments.contents, &style, output, &options)?)
}

fn style_asked_for(arguments: &TransferArguments) -> Result<StyleSource, UsageError> {
    let name = arguments.style_name.clone();
    match (name, arguments.style_seed) {
        (name, Some(seed)) => Ok(StyleSource::Sampled { name, seed }),
        (Some(name), None) => Ok(StyleSource::Named(name)),
        (None, None) if arguments.styles.is_empty() => {
            Err(UsageError::new("no style to paint in was given").hint(
                "add --style REFERENCE.png, --style-name NAME (`utsushi model` lists them) or \
                 --style-seed N",
            ))
        }
        (None, None) => Ok(StyleSource::References(arguments.styles.clone())),
    }
}

/// Reads the one style of all jobs once, so that what is wrong with it is told once.
fn resolve_style(plan: &mut Plan, painter: &Painter) -> anyhow::Result<()> {
    let Some(job) = plan.jobs.first() else {
        return Ok(());
    };
    let code = match job.style.resolve(painter, &DecodeLimits::default()) {
        Ok(code) => code,
        Err(jobs::StyleSourceError::Style(
            error @ (StyleError::Unknown { .. } | StyleError::ContentOnly { .. }),
        )) => return Err(UsageError::new(error.to_string()).into()),
        Err(error) => return Err(error.into()),
    };
    for job in &mut plan.jobs {
        job.style = StyleSource::Code(code.clone());
    }
    Ok(())
}

/// Names the files of the given folders that call themselves pictures and are none, and counts
/// the others. True if there are some of the former.
fn tell_what_is_no_picture(plan: &Plan) -> bool {
    let (claimed, others): (Vec<_>, Vec<_>) = plan
        .not_pictures
        .iter()
        .partition(|path| Format::from_extension(path).is_some());
    for path in &claimed {
        output::remark(format!(
            "skipped: {}: not a picture by its content",
            path.display()
        ));
    }
    if !others.is_empty() {
        let count = others.len();
        output::remark(format!(
            "passed over: {}",
            crate::text::counted(count, "other file")
        ));
    }
    !claimed.is_empty()
}
