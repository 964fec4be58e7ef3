//! Functions shared by the commands that train networks.

use std::path::PathBuf;

use utsushi_backbone::default_path;
use utsushi_training::Progress;

use crate::error::FileError;
use crate::progress::Live;
use crate::{output, text};

/// The file of the frozen network to train with: the one that was asked for, else the one where
/// `utsushi features import` puts it, else `None`.
///
/// # Errors
/// The file that was asked for does not exist.
pub fn features(asked: Option<PathBuf>) -> Result<Option<PathBuf>, FileError> {
    if let Some(file) = &asked
        && !file.exists()
    {
        let message = format!("--features {}: no such file", file.display());
        let hint = "`utsushi features import --help` says where the network comes from";
        return Err(FileError::new(message, hint));
    }
    Ok(asked.or_else(|| default_path().ok().filter(|path| path.is_file())))
}

/// Number of pictures of a style below which it is not learned well; see docs/fine-tuning.md.
const FEW: usize = 50;

/// Warns of styles with few training pictures; `styles` has each name with its number.
pub fn warn_of_few<'a>(styles: impl Iterator<Item = (&'a str, usize)>) {
    let few = styles.filter(|(_, pictures)| *pictures < FEW);
    let few: Vec<String> = few
        .map(|(style, pictures)| format!("`{style}` {}", text::counted(pictures, "picture")))
        .collect();
    if !few.is_empty() {
        output::remark(format!(
            "note: few pictures to train on: {}. Below {FEW} of a style they are learned by heart \
             rather than their style; 50 to 300 do",
            few.join(", ")
        ));
    }
}

/// Shows the progress and the messages of a training.
pub fn show(live: &mut Live, progress: &Progress) {
    if let Some(message) = &progress.message {
        live.remark(message);
    }
    let mut rate = format!("{:.1} pictures/s", progress.pictures_per_second);
    // Before the first step nothing is known.
    if progress.seconds_left.is_finite() {
        rate.push_str(&format!(", {} left", text::duration(progress.seconds_left)));
    }
    live.update_timed(progress.step, progress.steps, rate);
}
