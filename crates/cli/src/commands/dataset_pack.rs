//! `utsushi dataset pack`

use utsushi_dataset::{DatasetError, PackOptions, PreparedSet, pack};

use crate::args::PackArguments;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

pub fn run(arguments: &PackArguments) -> anyhow::Result<ExitCode> {
    let set = PreparedSet::open(&arguments.set)?;
    let options = PackOptions {
        max_bytes: arguments.max_bytes,
        size: arguments.size,
        quality: arguments.quality,
        held_out: arguments.held_out as usize,
        force: arguments.force,
    };
    let stop = interrupt::stop_flag("stopping after these pictures")?;
    let mut live = Live::new(options.max_bytes);
    let outcome = pack(
        &set,
        &arguments.output,
        &options,
        &mut |bytes| live.update(bytes, options.max_bytes, text::bytes(bytes)),
        &stop,
    );
    live.finish();
    let report = match outcome {
        Err(DatasetError::Stopped { done, .. }) => {
            output::remark(format!("stopped after {done} pictures; nothing is written"));
            return Ok(ExitCode::Interrupted);
        }
        outcome => outcome?,
    };
    let header = ["style", "training", "held out"].map(str::to_owned);
    let mut rows = vec![header.to_vec()];
    for (name, train, held_out) in report.styles {
        rows.push(vec![name, text::count(train), text::count(held_out)]);
    }
    output::line(format!(
        "{}\n{} in {}",
        text::table(&rows, &[1, 2]).trim_end(),
        text::bytes(report.bytes),
        arguments.output.display()
    ))?;
    Ok(ExitCode::Done)
}
