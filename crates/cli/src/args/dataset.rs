//! Arguments of `utsushi dataset`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ThreadsArgument;

/// Look at pictures and make training sets of them
#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    Inspect(InspectArguments),
    Prepare(PrepareArguments),
    Pack(PackArguments),
    Export(ExportSetArguments),
}

/// Look through pictures without changing anything
///
/// Tells for each style how many pictures there are, their formats and sizes, which look alike,
/// which look blurred or enlarged and which cannot be read.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Zips, tars or folders of pictures, one style each, or folders of such zips and folders
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,

    /// Write a contact sheet with a row of pictures for each style (.png, .jpg or .webp)
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,

    /// Pictures of each style on the contact sheet
    #[arg(long, value_name = "N", default_value_t = 12, requires = "sheet",
          value_parser = clap::value_parser!(u16).range(1..=100))]
    pub sheet_pictures: u16,

    /// Bits, 0 to 15, in which the fingerprints of look-alikes may differ
    #[arg(long, value_name = "BITS", default_value_t = 4,
          value_parser = clap::value_parser!(u32).range(0..=15))]
    pub duplicate_distance: u32,

    #[command(flatten)]
    pub threads: ThreadsArgument,

    /// Name every look-alike, soft picture and unreadable file instead of the first few
    #[arg(long)]
    pub all: bool,

    /// Replace the contact sheet if it exists
    #[arg(long, requires = "sheet")]
    pub force: bool,
}

/// Cut, sort and split pictures into a training set
///
/// Takes a folder, a zip or a tar of pictures, which is one style; a folder of such folders and
/// zips, one style each; or a sets file, which says more of each source.
///
/// Leaves out pictures that are unreadable, too small, blank or look-alikes and says why for each
/// in SET/report.jsonl. Can be stopped and started again; pictures never change between training
/// and validation.
///
///   utsushi dataset prepare my-pictures --crop face -o set
///   utsushi dataset prepare sets.toml -o set
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PrepareArguments {
    /// Pictures, or the sets file: sources, styles, crops, licences; see docs/dataset.md
    #[arg(value_name = "PICTURES|SETS.toml")]
    pub sets: PathBuf,

    /// The folder to make, or to go on with
    #[arg(short, long, value_name = "SET")]
    pub output: PathBuf,

    /// Folder that a sets file's paths start from [default: $UTSUSHI_DATA, else the sets file's]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,

    /// Side of the prepared pictures in pixels, 16 to 1024, in place of the sets file's
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(16..=1024))]
    pub size: Option<u32>,

    /// How every picture is cut, in place of what the sets file says
    #[arg(long, value_enum, value_name = "CROP")]
    pub crop: Option<CropArgument>,

    /// Bits, 0 to 15, in which the fingerprints of look-alikes may differ, in place of what the sets
    /// file says: 0 leaves out only what looks just the same
    ///
    /// Pictures of one artist or crops of one painting can be alike enough to be taken for each
    /// other; a smaller number keeps more of them.
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(0..=15))]
    pub duplicate_distance: Option<u32>,

    /// Take only the first N pictures of each source, for a quick trial
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,

    #[command(flatten)]
    pub threads: ThreadsArgument,

    /// Change a set that was prepared with other settings
    #[arg(long)]
    pub force: bool,
}

/// How pictures are cut.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CropArgument {
    /// All of it, continued by its edges to a square
    None,
    /// The largest square in the middle
    Centre,
    /// The largest square at the top, for standing figures
    Top,
    /// The square around the face, or that at the top where none is found; the report names those
    Face,
    /// The square that a figure on an empty ground fills; that in the middle where there is none
    Figure,
}

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

/// `40M` as 40,000,000.
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
