//! Analysis of one picture after the other, shared by `segment` and `landmarks`.

use std::sync::atomic::Ordering;

use burn::tensor::Device;
use serde_json::json;
use utsushi::anatomy::{Anatomy, AnatomyReader};
use utsushi::jobs::{Job, Plan};
use utsushi_imaging::{Decoded, Picture, read};

use super::transfer::tell_what_is_left_out;
use crate::args::LookArguments;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, text};

/// Analyses the pictures of a plan with `seen`, and prints the text that `told` makes for each. A
/// failure is reported, and the next picture follows.
///
/// # Errors
/// Standard output is closed.
pub fn at_each(
    plan: &Plan,
    arguments: &LookArguments,
    seen: fn(&AnatomyReader, &Picture) -> Anatomy,
    mut told: impl FnMut(&Job, &Decoded, &Anatomy) -> anyhow::Result<String>,
) -> anyhow::Result<ExitCode> {
    let skipped = tell_what_is_left_out(plan, arguments.json)?;
    let reader = AnatomyReader::builtin(&Device::flex())?;
    let stop = interrupt::stop_flag("stopping after this picture")?;
    let limits = arguments.limits();
    let total = plan.jobs.len();
    let mut live = Live::new(total as u64);
    let mut failed = 0;
    for (index, job) in plan.jobs.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Ok(ExitCode::Interrupted);
        }
        let name = job.content.display().to_string();
        live.update(index as u64, total as u64, name.clone());
        let decoded = read(&job.content, &limits).map_err(anyhow::Error::from);
        let outcome = decoded.and_then(|decoded| {
            let anatomy = seen(&reader, &decoded.picture);
            Ok((told(job, &decoded, &anatomy)?, decoded.more_frames))
        });
        match outcome {
            Ok((line, more_frames)) => {
                if more_frames {
                    live.remark(&format!(
                        "{name}: only the first of its frames or pages is looked at"
                    ));
                }
                live.line(&line)?;
            }
            Err(error) => {
                failed += 1;
                let reason = text::explained(&format!("{error:#}"));
                if arguments.json {
                    let object = json!({"status": "failed", "file": name, "error": reason});
                    live.line(&object.to_string())?;
                }
                // The only picture's failure is the command's; one of many is left out.
                let kind = if total == 1 { "error" } else { "skipped" };
                live.remark(&format!("{kind}: {reason}"));
            }
        }
    }
    live.finish();
    Ok(if failed == total {
        ExitCode::Failed
    } else if skipped || failed > 0 {
        ExitCode::SomeSkipped
    } else {
        ExitCode::Done
    })
}
