//! Arguments for the device and the number of threads.

use clap::Args;

use crate::device::DeviceChoice;

/// Arguments for the device and the number of threads.
#[derive(Debug, Args)]
pub struct ComputeArguments {
    /// Where to compute: `auto`, `cpu`, `vulkan`, or `vulkan:N` for the GPU with that number
    ///
    /// `auto` takes a GPU if this build knows Vulkan and finds one, else the CPU. Builds know
    /// Vulkan with `--features vulkan`.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,

    #[command(flatten)]
    pub threads: ThreadsArgument,
}

/// The argument for the number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ThreadsArgument {
    /// Threads to compute with; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub threads: u16,
}
