//! What the commands that train networks have in common.

use std::path::PathBuf;

use utsushi_backbone::default_path;
use utsushi_training::Progress;

use crate::error::UsageError;
use crate::progress::Live;
use crate::text;

/// The frozen network to train with: the one that was asked for, else the one where `utsushi
/// features import` puts it, else none.
///
/// # Errors
/// The one that was asked for is not there.
pub fn features(asked: Option<PathBuf>) -> Result<Option<PathBuf>, UsageError> {
    if let Some(file) = &asked
        && !file.exists()
    {
        let message = format!("--features {}: no such file", file.display());
        return Err(UsageError::new(message)
            .hint("`utsushi features import --help` says where the network comes from"));
    }
    Ok(asked.or_else(|| default_path().ok().filter(|path| path.is_file())))
}

/// Shows how far the training is, and what it has to say.
pub fn show(live: &mut Live, progress: &Progress) {
    if let Some(message) = &progress.message {
        live.remark(message);
    }
    let mut rate = format!("{:.1} pictures/s", progress.pictures_per_second);
    // Before the first step nothing is known.
    if progress.seconds_left.is_finite() {
        rate.push_str(&format!(", {} left", text::duration(progress.seconds_left)));
    }
    live.update(progress.step, progress.steps, rate);
}
