//! One frame of a video or an animation.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde_json::json;
use utsushi_imaging::{DecodeLimits, WriteOptions, check_target, write};
use utsushi_transfer::jobs::read_frame;

use super::{output, paint_options, style, video_limits};
use crate::args::TransferArguments;
use crate::built_in::load_painter;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::text;

/// Paints the frame with that number, from 1, by itself.
pub fn run(arguments: &TransferArguments, number: u64) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let (target, force) = (output(arguments), arguments.paint.force);
    let ([content], [(_, source)]) = (
        &arguments.contents[..],
        &style::asked_for(&arguments.style)?[..],
    ) else {
        return Err(UsageError::new("--preview-frame takes one video and one style").into());
    };
    check_target(target, force)?;
    let limits = DecodeLimits::default();
    let picture = read_frame(content, number, &limits, video_limits(arguments))?;
    let device = arguments.paint.device.device.open()?;
    let painter = load_painter(arguments.paint.model.as_deref(), device)?;
    let painted = painter.paint_regions(
        &picture,
        &style::resolve(source, &painter)?,
        &style::regions(&arguments.style, &painter)?,
        &paint_options(arguments),
        &mut |_| {},
        &AtomicBool::new(false),
    )?;
    let options = WriteOptions {
        force,
        ..WriteOptions::default()
    };
    write(target, &painted, &options)?;
    let seconds = started.elapsed().as_secs_f64();
    crate::output::line(match arguments.paint.json {
        true => json!({
            "status": "painted",
            "content": content.display().to_string(),
            "output": target.display().to_string(),
            "frame": number,
            "seconds": (seconds * 1000.0).round() / 1000.0,
        })
        .to_string(),
        false => format!(
            "{} (frame {number}; {})",
            target.display(),
            text::duration(seconds)
        ),
    })?;
    Ok(ExitCode::Done)
}
