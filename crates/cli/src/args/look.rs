//! Arguments shared by the commands that analyse pictures.

use super::ThreadsArgument;
use clap::Args;
use utsushi_imaging::DecodeLimits;

/// Arguments shared by the commands that analyse pictures.
#[derive(Debug, Args)]
pub struct LookArguments {
    /// Print one JSON object a picture instead of text
    #[arg(long)]
    pub json: bool,

    /// Refuse pictures of more million pixels
    #[arg(long, value_name = "N", default_value_t = 250,
          value_parser = clap::value_parser!(u32).range(1..=4000))]
    pub max_megapixels: u32,

    #[command(flatten)]
    pub threads: ThreadsArgument,
}

impl LookArguments {
    /// Limits of pictures, whose memory for decoding grows with their pixels.
    pub fn limits(&self) -> DecodeLimits {
        let usual = DecodeLimits::default();
        let max_pixels = u64::from(self.max_megapixels) * 1_000_000;
        DecodeLimits {
            max_pixels,
            max_bytes: usual.max_bytes.max(max_pixels * 8),
        }
    }
}
