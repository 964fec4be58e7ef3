//! `utsushi dataset export`

use utsushi_dataset::{DatasetError, ExportOptions, PreparedSet, export_shards};

use crate::args::ExportSetArguments;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

pub fn run(arguments: &ExportSetArguments) -> anyhow::Result<ExitCode> {
    let set = PreparedSet::open(&arguments.set)?;
    let options = ExportOptions {
        pictures: arguments.pictures as usize,
        force: arguments.force,
    };
    let stop = interrupt::stop_flag("stopping after this picture")?;
    let mut live = Live::new(set.entries().len() as u64);
    let outcome = export_shards(
        &set,
        &arguments.output,
        &options,
        &mut |done, total| live.update(done as u64, total as u64, String::new()),
        &stop,
    );
    live.finish();
    match outcome {
        Err(DatasetError::Stopped { done, total }) => {
            output::remark(format!("stopped after {done} of {total} pictures"));
            Ok(ExitCode::Interrupted)
        }
        Err(error) => Err(error.into()),
        Ok(tars) => {
            output::line(format!(
                "{} in {}: {}",
                text::counted(set.entries().len(), "picture"),
                text::counted(tars.len(), "tar"),
                arguments.output.display()
            ))?;
            Ok(ExitCode::Done)
        }
    }
}
