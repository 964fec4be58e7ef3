//! Targets for the frames of a morph.

use std::path::Path;

use anyhow::Context;
use utsushi_imaging::Extras;
use utsushi_video::{FilmError, FolderSink, FrameSink, Rate, SinkSettings, open_sink};

use crate::error::UsageError;

/// Checks the target before the work, and opens it: a file by its suffix, or a folder of numbered
/// pictures for a name without a suffix.
pub fn open(
    target: &Path,
    rate: Rate,
    force: bool,
    extras: Extras,
) -> anyhow::Result<Box<dyn FrameSink>> {
    let settings = SinkSettings {
        force,
        extras,
        ..SinkSettings::new(rate)
    };
    if utsushi_imaging::is_standard(target) {
        return Err(UsageError::new("a morph does not go to standard output; name a file").into());
    }
    let is_folder = target.extension().is_none() || target.is_dir();
    if !is_folder {
        return match open_sink(target, &settings) {
            Err(error @ FilmError::UnknownEnding { .. }) => Err(UsageError::new(error.to_string())
                .hint("a name without an ending makes a folder of numbered pictures")
                .into()),
            opened => Ok(opened?),
        };
    }
    let unlisted = || format!("{}: the folder cannot be listed", target.display());
    if !force
        && target.is_dir()
        && std::fs::read_dir(target)
            .with_context(unlisted)?
            .next()
            .is_some()
    {
        anyhow::bail!(
            "{}: there are files in this folder; choose another one, or --force to replace them",
            target.display()
        );
    }
    let sink = FolderSink::new(target, force);
    Ok(Box::new(sink.with_extras(settings.extras)))
}
