//! `utsushi features import`

use utsushi_features::{default_path, import};

use crate::args::ImportArguments;
use crate::exit_code::ExitCode;
use crate::output;

pub fn run(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let destination = default_path()?;
    import(&arguments.file, &destination, arguments.force)?;
    output::line(format!(
        "imported EfficientNet-Lite0 to {}; training finds it there",
        destination.display()
    ))?;
    Ok(ExitCode::Done)
}
