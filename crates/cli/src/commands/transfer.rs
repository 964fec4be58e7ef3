//! `utsushi transfer`

use std::path::Path;

use anyhow::Context;
use utsushi::creative::{GridOptions, samples};
use utsushi::jobs::{self, Existing, Plan, PlanOptions, RunOptions, StyleSource};
use utsushi::{Model, PaintOptions, Painter, StyleCode};
use utsushi_imaging::{DecodeLimits, Format, OutputFormat, check_target, read};
use utsushi_video::VideoLimits;

use super::sheet::paint_sheet;
use super::style;

use crate::args::TransferArguments;
use crate::built_in::{load_repainter, load_student};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::{interrupt, network};

mod one_way;
mod preview;
mod report;

use report::Reporter;

pub fn run(arguments: TransferArguments) -> anyhow::Result<ExitCode> {
    let existing = match (arguments.paint.force, arguments.resume) {
        (true, _) => Existing::Replace,
        (false, true) => Existing::Skip,
        (false, false) => Existing::Refuse,
    };
    if let Some(target) = &arguments.output {
        crate::output::make_way_for(target);
    }
    let model = arguments.paint.model.as_deref();
    if let Some(file) = model.filter(|file| utsushi::onnx::is_network(file)) {
        return one_way::run_network(&arguments, file, existing);
    }
    network::refuse_form(arguments.network)?;
    if let Some(file) = arguments.paint.model.as_deref()
        && let Some(student) = load_student(file)
    {
        return one_way::run_student(&arguments, (file, student?), existing);
    }
    if let Some(number) = arguments.preview_frame {
        let ([content], [(_, source)]) = (
            &arguments.contents[..],
            &style::asked_for(&arguments.style)?[..],
        ) else {
            return Err(UsageError::new("--preview-frame takes one video and one style").into());
        };
        preview::check(&arguments)?;
        let device = arguments.paint.device.device.open()?;
        let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
        let style = style::resolve(source, &painter)?;
        let regions = style::regions(&arguments.style, &painter)?;
        let model = Model::from(painter);
        return preview::run(
            &arguments,
            (content, number),
            &model,
            &style.into(),
            &regions,
        );
    }
    if arguments.list.is_none()
        && let [content] = &arguments.contents[..]
        && !content.is_dir()
        && OutputFormat::from_extension(output(&arguments)).is_some()
    {
        let styles = style::asked_for(&arguments.style)?;
        if styles.len() > 1 {
            return paint_samples(&arguments, content, output(&arguments), styles);
        }
    }
    // Everything that can be refused is refused before the model is loaded.
    let mut plan = match &arguments.list {
        Some(list) => plan_list(list, &arguments, existing)?,
        None => plan_pictures(&arguments, existing)?,
    };
    let skipped = tell_what_is_left_out(&plan);
    if plan.jobs.is_empty() {
        return Ok(ExitCode::Done);
    }
    let device = arguments.paint.device.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    if arguments.list.is_none() {
        resolve_styles(&mut plan, &painter)?;
    }
    let options = RunOptions {
        regions: style::regions(&arguments.style, &painter)?,
        ..run_options(&arguments)
    };
    let model = Model::from(painter);
    paint(&model, &plan, &options, (arguments.paint.json, skipped))
}

/// Paints what is planned, and says how it went.
fn paint(
    model: &Model,
    plan: &Plan,
    options: &RunOptions,
    (json, skipped): (bool, bool),
) -> anyhow::Result<ExitCode> {
    let stop = interrupt::stop_flag("stopping; pictures that are painted stay")?;
    let mut reporter = Reporter::new(plan.jobs.len(), json);
    let report = jobs::run(
        model,
        plan,
        options,
        &mut |event| reporter.observe(&event),
        &stop,
    );
    reporter.finish()?;
    Ok(if report.stopped {
        ExitCode::Interrupted
    } else if report.painted == 0 && !plan.jobs.is_empty() {
        ExitCode::Failed
    } else if skipped || !report.failed.is_empty() || report.damaged > 0 {
        ExitCode::SomeSkipped
    } else {
        ExitCode::Done
    })
}

fn plan_list(
    list: &Path,
    arguments: &TransferArguments,
    existing: Existing,
) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(list)
        .with_context(|| format!("{}: the list cannot be read", list.display()))?;
    let base = list.parent().unwrap_or(Path::new(""));
    let mut jobs = jobs::parse_list(&text, list, base)?;
    for job in &mut jobs {
        job.style = job.style.clone().framed(arguments.style.align.into());
    }
    Ok(Plan::new(jobs, existing)?)
}

fn plan_pictures(arguments: &TransferArguments, existing: Existing) -> anyhow::Result<Plan> {
    let styles = style::asked_for(&arguments.style)?;
    let output = output(arguments);
    let options = PlanOptions {
        existing,
        format: None,
    };
    Ok(match &styles[..] {
        [(_, style)] => jobs::plan(&arguments.contents, style, output, &options)?,
        _ => jobs::plan_styles(&arguments.contents, &styles, output, &options)?,
    })
}

fn output(arguments: &TransferArguments) -> &Path {
    arguments
        .output
        .as_deref()
        .expect("an output is required unless there is a list")
}

/// Reads each style of the jobs once, so that what is wrong with it is told once.
fn resolve_styles(plan: &mut Plan, painter: &Painter) -> anyhow::Result<()> {
    let mut last: Option<(StyleSource, StyleCode)> = None;
    for job in &mut plan.jobs {
        let code = match &last {
            Some((source, code)) if *source == job.style => code.clone(),
            _ => style::resolve(&job.style, painter)?,
        };
        let source = std::mem::replace(&mut job.style, StyleSource::Code(code.clone()));
        last = Some((source, code));
    }
    Ok(())
}

/// One picture in several styles, on a sheet.
fn paint_samples(
    arguments: &TransferArguments,
    content: &Path,
    target: &Path,
    styles: Vec<(String, StyleSource)>,
) -> anyhow::Result<ExitCode> {
    check_target(target, arguments.paint.force)?;
    let picture = read(content, &DecodeLimits::default())?.picture;
    let device = arguments.paint.device.device.open()?;
    let painter = load_repainter(arguments.paint.model.as_deref(), device)?;
    let mut named = Vec::new();
    for (name, source) in styles {
        named.push((name, style::resolve(&source, &painter)?));
    }
    let options = GridOptions {
        paint: paint_options(arguments),
        regions: style::regions(&arguments.style, &painter)?,
        ..GridOptions::default()
    };
    paint_sheet(
        &painter,
        &samples(named),
        (&content.display().to_string(), &picture),
        &options,
        target,
        (arguments.paint.force, arguments.paint.json),
    )
}

fn paint_options(arguments: &TransferArguments) -> PaintOptions {
    PaintOptions {
        strength: arguments.strength,
        tile: arguments.paint.tile,
        octaves: arguments.paint.octaves.0,
    }
}

/// How to paint, but for styles of parts.
fn run_options(arguments: &TransferArguments) -> RunOptions {
    RunOptions {
        paint: paint_options(arguments),
        steady: arguments.steady,
        resume: arguments.resume,
        video: video_limits(arguments),
        ..RunOptions::default()
    }
}

fn video_limits(arguments: &TransferArguments) -> VideoLimits {
    VideoLimits {
        max_frames: arguments.max_frames,
        ..VideoLimits::default()
    }
}

/// Names the files of the given folders that call themselves pictures and are none and the folders
/// that cannot be looked into, and counts other files. True if there are some of the former two.
fn tell_what_is_left_out(plan: &Plan) -> bool {
    let (claimed, others): (Vec<_>, Vec<_>) = plan
        .not_pictures
        .iter()
        .partition(|path| Format::from_extension(path).is_some());
    for path in &claimed {
        crate::output::remark(format!(
            "skipped: {}: not a picture by its content",
            path.display()
        ));
    }
    if !others.is_empty() {
        let count = others.len();
        crate::output::remark(format!(
            "skipped: {}",
            crate::text::counted(count, "other file")
        ));
    }
    if !plan.kept.is_empty() {
        let count = plan.kept.len();
        crate::output::remark(format!(
            "unchanged: {}",
            crate::text::counted(count, "painting")
        ));
    }
    for (folder, reason) in &plan.not_listed {
        crate::output::remark(format!(
            "skipped: {}: the folder cannot be listed: {reason}",
            folder.display()
        ));
    }
    for link in &plan.linked_folders {
        crate::output::remark(format!(
            "note: {}: links to folders are not followed; name it to have it painted",
            link.display()
        ));
    }
    !claimed.is_empty() || !plan.not_listed.is_empty()
}
