//! The command `utsushi dataset export`.

use std::path::PathBuf;

use clap::Args;
use utsushi_dataset::{DatasetError, PreparedSet, ShardOptions, export_shards};

use crate::commands::Run;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Write a training set as tars, as WebDataset reads them
///
/// For each picture there is a .png, a .cls with the number of its style, and a .json with its line
/// of the set's manifest. The same set gives the same bytes.
#[derive(Debug, Args)]
pub struct ExportSetArguments {
    /// A set made by `utsushi dataset prepare`
    #[arg(value_name = "SET")]
    pub set: PathBuf,

    /// The folder to write the tars to
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,

    /// Pictures in one tar
    #[arg(long, value_name = "N", default_value_t = 1000,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub pictures: u32,

    /// Write into a folder that has files in it, and replace tars of the same names
    #[arg(long)]
    pub force: bool,
}

impl Run for ExportSetArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let set = PreparedSet::open(&self.set)?;
        let options = ShardOptions {
            pictures: self.pictures as usize,
            force: self.force,
        };
        let stop = interrupt::stop_flag("stopping after this picture")?;
        let mut live = Live::new(set.entries().len() as u64);
        let outcome = export_shards(
            &set,
            &self.output,
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
                    self.output.display()
                ))?;
                Ok(ExitCode::Done)
            }
        }
    }
}
