//! One frame of a video or an animation.

use std::path::Path;
use std::time::Instant;

use serde_json::json;
use utsushi::jobs::read_frame;
use utsushi::{Model, PaintRequest, Style, StyleRegion};
use utsushi_imaging::{DecodeLimits, WriteOptions, check_target, write};

use super::{output, paint_options, video_limits};
use crate::args::TransferArguments;
use crate::exit_code::ExitCode;
use crate::text;

/// Refuses a target that cannot be written, before the work.
pub fn check(arguments: &TransferArguments) -> anyhow::Result<()> {
    check_target(output(arguments), arguments.paint.force)?;
    Ok(())
}

/// Paints the frame with that number, from 1, by itself.
pub fn run(
    arguments: &TransferArguments,
    (content, number): (&Path, u64),
    model: &Model,
    style: &Style,
    regions: &[StyleRegion],
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let (target, force) = (output(arguments), arguments.paint.force);
    let limits = DecodeLimits::default();
    let picture = read_frame(content, number, &limits, video_limits(arguments))?;
    let request = PaintRequest::new(&picture, style)
        .with_regions(regions)
        .with_options(paint_options(arguments));
    let painted = model.paint_one(&request, &mut ())?;
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
