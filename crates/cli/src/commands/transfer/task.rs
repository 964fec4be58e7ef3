//! The task of `utsushi transfer`: planned before the model is built, and done afterwards.

use std::path::Path;

use anyhow::Context;
use serde_json::json;
use utsushi::creative::{GridOptions, samples};
use utsushi::jobs::{self, Existing, Plan, PlanOptions, RunOptions, StyleSource, read_frame};
use utsushi::{
    Model, PaintOptions, PaintRequest, Painter, Style, StyleCode, StyleError, StyleOptions,
};
use utsushi_imaging::{
    DecodeLimits, Decoded, Format, OtherFormat, OutputFormat, Picture, check_target, read,
};
use utsushi_video::VideoLimits;

use super::TransferArguments;
use super::report::Reporter;
use crate::args::{Colour, Depth, MaskedPart};
use crate::commands::saved_style::{self, Saving};
use crate::commands::{sheet::paint_sheet, style};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::{Finish, note_idle_quality};
use crate::progress::Live;
use crate::{interrupt, output, text};

/// The task that the arguments ask for.
pub struct Task<'a> {
    work: Work<'a>,
    /// Saving of the styles, if they are to be saved.
    saving: Option<Saving<'a>>,
}

enum Work<'a> {
    /// A task for one frame of a video or an animation, to try a style.
    Frame {
        content: &'a Path,
        /// Number of the frame, from 1.
        number: u64,
        style: (String, StyleSource),
    },
    /// A task for one picture in several styles, on a sheet.
    Sheet {
        content: &'a Path,
        picture: Decoded,
        styles: Vec<(String, StyleSource)>,
    },
    /// A task for pictures and films, each with a file of its own.
    Files {
        plan: Plan,
        /// The styles of the plan; empty for a list of jobs.
        styles: Vec<(String, StyleSource)>,
        /// Whether files were left out whose names are those of pictures.
        skipped: bool,
    },
}

impl<'a> Task<'a> {
    /// Plans the task that the arguments ask for, in these styles.
    ///
    /// # Errors
    /// Files do not exist, or cannot or must not be written.
    pub fn plan(
        arguments: &'a TransferArguments,
        styles: Vec<(String, StyleSource)>,
        saving: Option<Saving<'a>>,
    ) -> anyhow::Result<Self> {
        let work = Work::plan(arguments, styles)?;
        Ok(Self { work, saving })
    }

    /// Whether there is nothing to paint.
    pub fn is_empty(&self) -> bool {
        matches!(&self.work, Work::Files { plan, .. } if plan.jobs.is_empty())
    }

    /// Performs the task, with these options of the style.
    ///
    /// # Errors
    /// Styles cannot be made, or the only picture cannot be painted or written; of several
    /// pictures, each failure is reported and the others are painted.
    pub fn run(
        self,
        arguments: &TransferArguments,
        model: &Model,
        options: StyleOptions,
    ) -> anyhow::Result<ExitCode> {
        let paint = options.with_rest_of(PaintOptions {
            tile: arguments.paint.tile,
            networks_alone: arguments.style.networks_alone,
            ..PaintOptions::default()
        });
        let with = With {
            arguments,
            model,
            paint,
            saving: self.saving,
        };
        match self.work {
            Work::Frame {
                content,
                number,
                style: (name, source),
            } => with.paint_frame((content, number), (&name, &source)),
            Work::Sheet {
                content,
                picture,
                styles,
            } => with.paint_styles((content, picture), styles),
            Work::Files {
                plan,
                styles,
                skipped,
            } => with.paint_files(plan, &styles, skipped),
        }
    }
}

impl<'a> Work<'a> {
    fn plan(
        arguments: &'a TransferArguments,
        styles: Vec<(String, StyleSource)>,
    ) -> anyhow::Result<Self> {
        let as_json = arguments.paint.json;
        if let Some(list) = &arguments.list {
            return Self::files(plan_list(list, arguments)?, styles, as_json);
        }
        let target = target(arguments);
        if let Some(number) = arguments.preview_frame {
            let ([content], [style]) = (&arguments.contents[..], &styles[..]) else {
                let message = "--preview-frame takes one video and one style";
                return Err(UsageError::new(message).into());
            };
            check_plain(arguments, "a frame")?;
            check_target(target, arguments.paint.force)?;
            return Ok(Self::Frame {
                content,
                number,
                style: style.clone(),
            });
        }
        if let [content] = &arguments.contents[..]
            && styles.len() > 1
            && !content.is_dir()
            && OutputFormat::from_extension(target).is_some()
        {
            check_plain(arguments, "a sheet")?;
            check_target(target, arguments.paint.force)?;
            let picture = read(content, &limits(arguments))?;
            return Ok(Self::Sheet {
                content,
                picture,
                styles,
            });
        }
        check_layers(arguments, target)?;
        let options = PlanOptions {
            existing: existing(arguments),
            format: None,
        };
        let contents = &arguments.contents;
        let plan = match &styles[..] {
            [(_, style)] => jobs::plan(contents, style, target, &options)?,
            _ => jobs::plan_styles(contents, &styles, target, &options)?,
        };
        Self::files(plan, styles, as_json)
    }

    fn files(
        plan: Plan,
        styles: Vec<(String, StyleSource)>,
        as_json: bool,
    ) -> anyhow::Result<Self> {
        let skipped = tell_what_is_left_out(&plan, as_json)?;
        Ok(Self::Files {
            plan,
            styles,
            skipped,
        })
    }
}

/// Refuses to keep layers in a file whose format has none.
fn check_layers(arguments: &TransferArguments, target: &Path) -> Result<(), UsageError> {
    let format = OutputFormat::from_extension(target);
    if !arguments.layers || target.is_dir() || format.is_none_or(|it| it.document().is_some()) {
        return Ok(());
    }
    let message = format!(
        "{}: --layers needs a file that holds layers",
        target.display()
    );
    Err(UsageError::new(message).hint("give the output a name that ends in .ora or .psd"))
}

/// Refuses options that do not apply to a composed picture: layers, 16 bits, and colours other than
/// sRGB.
fn check_plain(arguments: &TransferArguments, what: &str) -> Result<(), UsageError> {
    let message = if arguments.layers {
        format!("--layers: {what} is one picture")
    } else if arguments.writing.depth == Depth::Sixteen {
        format!("--depth 16: {what} has 8 bits a channel")
    } else if arguments.writing.colour == Colour::Keep {
        format!("--colour keep: {what} is in sRGB")
    } else {
        return Ok(());
    };
    Err(UsageError::new(message).hint("leave it out, or paint into files of their own"))
}

fn existing(arguments: &TransferArguments) -> Existing {
    // Not both can be given.
    if arguments.resume {
        Existing::Skip
    } else {
        Existing::replaced_if(arguments.paint.force)
    }
}

fn target(arguments: &TransferArguments) -> &Path {
    let target = arguments.output.as_deref();
    target.expect("an output is required unless there is a list")
}

fn plan_list(list: &Path, arguments: &TransferArguments) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(list)
        .with_context(|| format!("{}: the list cannot be read", list.display()))?;
    let base = list.parent().unwrap_or(Path::new(""));
    let mut jobs = jobs::parse_list(&text, list, base)?;
    for job in &mut jobs {
        job.style = job.style.clone().framed(arguments.style.align.into());
    }
    Ok(Plan::new(jobs, existing(arguments))?)
}

/// Reports what is left out of the given folders. It names files that are pictures of a kind that
/// is not read, or that have the name of a picture but are not one, and folders that cannot be
/// listed; other files are counted. Returns true if there are any of those named, which are
/// reported as JSON, too.
///
/// # Errors
/// Standard output is closed.
pub fn tell_what_is_left_out(plan: &Plan, as_json: bool) -> anyhow::Result<bool> {
    let skip = |path: &Path, reason: &str| {
        let path = path.display();
        if as_json {
            let object = json!({
                "status": "skipped",
                "content": path.to_string(),
                "error": text::explained(reason),
            });
            output::line(object.to_string())?;
        }
        output::remark(format!("skipped: {path}: {reason}"));
        anyhow::Ok(())
    };
    let (claimed, others): (Vec<_>, Vec<_>) = plan
        .not_pictures
        .iter()
        .partition(|path| Format::from_extension(path).is_some());
    let (unread, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|path| OtherFormat::picture_from_extension(path).is_some());
    for path in &unread {
        if let Some(other) = OtherFormat::picture_from_extension(path) {
            let (kind, advice) = (other.name, other.advice);
            let reason = format!("this is {kind}, which cannot be read; {advice}");
            skip(path, &reason)?;
        }
    }
    for path in &claimed {
        skip(path, "not a picture by its content")?;
    }
    if !others.is_empty() {
        let others = text::counted(others.len(), "other file");
        output::remark(format!("skipped: {others}"));
    }
    if !plan.kept.is_empty() {
        let kept = text::counted(plan.kept.len(), "painting");
        output::remark(format!("unchanged: {kept}"));
    }
    for (folder, reason) in &plan.not_listed {
        skip(folder, &format!("the folder cannot be listed: {reason}"))?;
    }
    for link in &plan.linked_folders {
        let link = link.display();
        output::note(format!(
            "{link}: links to folders are not followed; name one to have it looked into"
        ));
    }
    Ok(!claimed.is_empty() || !unread.is_empty() || !plan.not_listed.is_empty())
}

/// Everything that the painting of a task needs.
struct With<'a> {
    arguments: &'a TransferArguments,
    model: &'a Model,
    paint: PaintOptions,
    saving: Option<Saving<'a>>,
}

impl With<'_> {
    /// Paints one frame as a picture.
    fn paint_frame(
        &self,
        (content, number): (&Path, u64),
        (name, source): (&str, &StyleSource),
    ) -> anyhow::Result<ExitCode> {
        let Self {
            arguments, model, ..
        } = *self;
        let finish = self.finish();
        let picture = read_frame(content, number, &limits(arguments), video_limits(arguments))?;
        // As where all of it is painted, drawn styles are tried on the first frame.
        let first = self.tried_on([source], Some(content));
        let tried_on = first.as_ref().unwrap_or(&picture);
        let style: Style = match model.steered() {
            Some(painter) => {
                let code = style::resolve_for(Some(tried_on), source, painter)?;
                self.save(&[(name.to_owned(), code.clone())])?;
                code.into()
            }
            None => Style::Only,
        };
        let name = content.display().to_string();
        let regions = style::regions(&arguments.style, Some(tried_on), model.steered())?;
        let regions = style::regions_of(regions, (&name, &picture))?;
        let request = PaintRequest::new(&picture, style)
            .with_regions(&regions)
            .with_options(self.paint);
        let painted = model.paint_one(&request, &mut ());
        finish.write(&painted.with_context(|| content.display().to_string())?)?;
        let fields = json!({"content": content.display().to_string(), "frame": number});
        finish.say(fields, |time| format!("frame {number}; {time}"))?;
        Ok(ExitCode::Done)
    }

    /// Paints one picture in several styles, on a sheet.
    fn paint_styles(
        &self,
        (content, picture): (&Path, Decoded),
        styles: Vec<(String, StyleSource)>,
    ) -> anyhow::Result<ExitCode> {
        let finish = self.finish().with_metadata(picture.metadata);
        let painter = self.model.steered().ok_or(StyleError::OneStyle)?;
        let named = self.named(&styles, Some(&picture.picture), painter)?;
        let content = content.display().to_string();
        let parts = &self.arguments.style;
        let regions = style::regions(parts, Some(&picture.picture), Some(painter))?;
        let options = GridOptions {
            paint: self.paint,
            regions: style::regions_of(regions, (&content, &picture.picture))?,
            ..GridOptions::default()
        };
        paint_sheet(
            painter,
            &samples(named),
            (&content, &picture.picture),
            &options,
            &finish,
        )
    }

    /// Paints the files of a plan, and reports the outcome.
    fn paint_files(
        &self,
        mut plan: Plan,
        styles: &[(String, StyleSource)],
        skipped: bool,
    ) -> anyhow::Result<ExitCode> {
        let Self {
            arguments, model, ..
        } = *self;
        let outputs = plan.jobs.iter().map(|job| job.output.as_path());
        note_idle_quality(&arguments.writing.file, outputs);
        let first = plan.jobs.first().map(|job| job.content.clone());
        let content = self.tried_on(styles.iter().map(|(_, source)| source), first.as_deref());
        if arguments.list.is_none()
            && let Some(painter) = model.steered()
        {
            // Each style is read once, so that what is wrong with it is told once.
            let named = self.named(styles, content.as_ref(), painter)?;
            for job in &mut plan.jobs {
                let mut known = styles.iter().zip(&named);
                if let Some((_, (_, code))) = known.find(|((_, source), _)| *source == job.style) {
                    job.style = StyleSource::Code(code.clone());
                }
            }
        }
        let options = RunOptions {
            paint: self.paint,
            regions: style::regions(&arguments.style, content.as_ref(), model.steered())?,
            steady: arguments.steady,
            resume: arguments.resume,
            video: video_limits(arguments),
            limits: limits(arguments),
            layers: arguments.layers,
            output: (&arguments.writing).into(),
            mark: !arguments.paint.no_mark,
        };
        let stop = interrupt::stop_flag("stopping; pictures that are painted stay")?;
        let mut reporter = Reporter::new(plan.jobs.len(), arguments.paint.json);
        let mut observe = |event: jobs::Event<'_>| reporter.observe(&event);
        let report = jobs::run(model, &plan, &options, &mut observe, &stop);
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

    /// The picture on which drawn styles are tried, if there are any: the first one, for all
    /// pictures. Its faults are reported later, when it is read to be painted.
    fn tried_on<'b>(
        &self,
        styles: impl IntoIterator<Item = &'b StyleSource>,
        first: Option<&Path>,
    ) -> Option<Picture> {
        let drawn =
            |part: &MaskedPart| matches!(part, MaskedPart::Style(style) if style.is_drawn());
        let mut masks = self.arguments.style.masks.iter();
        let draws = styles.into_iter().any(StyleSource::is_drawn)
            || masks.any(|masked| drawn(&masked.part));
        let video = video_limits(self.arguments);
        let first = first.filter(|_| draws)?;
        jobs::first_picture(first, &limits(self.arguments), video).ok()
    }

    /// Makes the codes of the styles, and saves them if asked to.
    fn named(
        &self,
        styles: &[(String, StyleSource)],
        content: Option<&Picture>,
        painter: &Painter,
    ) -> anyhow::Result<Vec<(String, StyleCode)>> {
        let mut resolver = style::Resolver::of(content);
        let mut named = Vec::new();
        // Each that a seed draws is tried on the picture, which takes a moment.
        let mut live = Live::new(styles.len() as u64);
        for (index, (name, source)) in styles.iter().enumerate() {
            if styles.len() > 1 {
                live.update(index as u64, styles.len() as u64, format!("styles, {name}"));
            }
            named.push((name.clone(), resolver.resolve(source, painter)?));
        }
        live.finish();
        resolver.tell();
        self.save(&named)?;
        Ok(named)
    }

    /// Saves the styles, if asked to.
    fn save(&self, named: &[(String, StyleCode)]) -> anyhow::Result<()> {
        let (Some(saving), Some(painter)) = (&self.saving, self.model.steered()) else {
            return Ok(());
        };
        let styles = named.iter().map(|(name, code)| {
            let note = saved_style::note(&self.arguments.style, name);
            (name.clone(), note, code.clone())
        });
        saving.save(painter, &styles.collect::<Vec<_>>())
    }

    /// The output of a single picture. One painted at strength 0 is unchanged and not marked.
    fn finish(&self) -> Finish<'_> {
        let arguments = self.arguments;
        let finish =
            Finish::new(target(arguments), &arguments.paint).with_file(&arguments.writing.file);
        match self.paint.strength {
            0.0 => finish.unmarked(),
            _ => finish,
        }
    }
}

/// Limits of pictures, whose memory for decoding grows with their pixels.
fn limits(arguments: &TransferArguments) -> DecodeLimits {
    let usual = DecodeLimits::default();
    let max_pixels = u64::from(arguments.max_megapixels) * 1_000_000;
    DecodeLimits {
        max_pixels,
        max_bytes: usual.max_bytes.max(max_pixels * 8),
    }
}

fn video_limits(arguments: &TransferArguments) -> VideoLimits {
    VideoLimits {
        max_frames: arguments.max_frames,
        ..VideoLimits::default()
    }
}
