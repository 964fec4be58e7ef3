//! One frame of a video or an animation.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde_json::json;
use utsushi_imaging::{Extras, Mark, WriteOptions, check_target, write_with};
use utsushi_transfer::jobs::read_frame;
use utsushi_transfer::{StyleCode, StyleRegion, Stylizer};

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
    painter: &dyn Stylizer,
    style: &StyleCode,
    regions: &[StyleRegion],
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let (target, force) = (output(arguments), arguments.paint.force);
    let limits = super::limits(arguments);
    let picture = read_frame(content, number, &limits, video_limits(arguments))?;
    let painted = painter.paint_regions(
        &picture,
        style,
        regions,
        &paint_options(arguments),
        &mut |_| {},
        &AtomicBool::new(false),
    )?;
    let options = WriteOptions {
        force,
        jpeg_quality: arguments.writing.quality,
    };
    let extras = Extras {
        mark: (!arguments.writing.no_mark && arguments.strength > 0.0).then_some(Mark::Repainted),
        ..Extras::default()
    };
    write_with(target, &painted, &options, &extras)?;
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
