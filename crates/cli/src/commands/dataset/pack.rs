//! The command `utsushi dataset pack`.

use std::path::PathBuf;

use clap::Args;
use utsushi_dataset::{DatasetError, PackOptions, PreparedSet, pack};

use crate::args::ThreadsArgument;
use crate::commands::Run;
use crate::exit_code::ExitCode;
use crate::progress::Live;
use crate::{interrupt, output, text};

/// Make one file of a training set, of bounded size
///
/// For training where a set cannot be copied whole: `train --data` takes the file as it takes the
/// set, and so does bench/pytorch/train.py. Pictures are stored as JPEG, as many as fit, styles in
/// turn, so that each has about as many as the others; what is held out stays so. The same set and
/// options give the same bytes.
///
///   utsushi dataset pack set --max-bytes 40M --size 224 -o set.pack
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PackArguments {
    /// A set made by `utsushi dataset prepare`
    #[arg(value_name = "SET")]
    pub set: PathBuf,

    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,

    /// Largest size of the file in bytes, with k, M or G for thousands, millions or thousands of
    /// millions of them
    #[arg(long, value_name = "BYTES", default_value = "40M", value_parser = byte_count)]
    pub max_bytes: u64,

    /// Side of the pictures in pixels [default: the set's]
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(16..=1024))]
    pub size: Option<u32>,

    /// JPEG quality, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 85,
          value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: u8,

    /// Most held-out pictures of a style
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub held_out: u32,

    #[command(flatten)]
    pub threads: ThreadsArgument,

    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

impl Run for PackArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let set = PreparedSet::open(&self.set)?;
        let options = PackOptions {
            max_bytes: self.max_bytes,
            size: self.size,
            quality: self.quality,
            held_out: self.held_out as usize,
            force: self.force,
        };
        let stop = interrupt::stop_flag("stopping after these pictures")?;
        let mut live = Live::new(options.max_bytes);
        let outcome = pack(
            &set,
            &self.output,
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
            self.output.display()
        ))?;
        Ok(ExitCode::Done)
    }
}

/// Parses a number of bytes: `40M` is 40,000,000.
fn byte_count(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.trim_end_matches(['B', 'b']) {
        text if text.ends_with(['k', 'K']) => (&text[..text.len() - 1], 1_000),
        text if text.ends_with(['m', 'M']) => (&text[..text.len() - 1], 1_000_000),
        text if text.ends_with(['g', 'G']) => (&text[..text.len() - 1], 1_000_000_000),
        text => (text, 1),
    };
    let count = digits.trim().parse::<u64>().ok();
    let bytes = count.and_then(|count| count.checked_mul(factor));
    bytes.ok_or_else(|| "use a whole number such as 40000000, 40M or 1G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_counts_have_units() {
        for (text, bytes) in [
            ("40M", 40_000_000),
            ("7", 7),
            ("2kB", 2_000),
            ("1G", 1_000_000_000),
        ] {
            assert_eq!(byte_count(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "1.5M", "-1", "99999999999G", "4 0M"] {
            assert!(byte_count(text).is_err(), "{text}");
        }
    }
}
