//! Frames on their way into a file or a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use utsushi_imaging::{
    AnimationFormat, AnimationWriter, Frame, Picture, WriteOptions, write, write_whole,
};

use crate::error::UsageError;

/// Where frames are written to.
pub enum Film {
    /// An animation, held in memory until it is whole.
    Animation(AnimationWriter, PathBuf),
    /// One numbered PNG a frame.
    Folder(PathBuf),
}

impl Film {
    /// Checks the target before the work: its ending, its folder, and whether it is there.
    pub fn open(target: &Path, force: bool) -> anyhow::Result<Self> {
        if let Some(format) = AnimationFormat::from_extension(target) {
            refuse_existing(target, force)?;
            return Ok(Self::Animation(
                AnimationWriter::new(format, 0),
                target.to_owned(),
            ));
        }
        if target.extension().is_some() && !target.is_dir() {
            return Err(UsageError::new(format!(
                "{}: frames are written as .gif, .webp, .png or .apng, or into a folder",
                target.display()
            ))
            .into());
        }
        if !force && target.is_dir() && std::fs::read_dir(target)?.next().is_some() {
            anyhow::bail!(
                "{}: there are files in this folder; choose another one, or --force to replace \
                 them",
                target.display()
            );
        }
        Ok(Self::Folder(target.to_owned()))
    }

    /// Takes the next frame.
    pub fn push(
        &mut self,
        index: usize,
        picture: &Picture,
        delay: Duration,
        force: bool,
    ) -> anyhow::Result<()> {
        match self {
            Self::Animation(writer, target) => {
                let frame = Frame {
                    picture: picture.clone(),
                    delay,
                };
                writer
                    .push(&frame)
                    .with_context(|| target.display().to_string())
            }
            Self::Folder(folder) => {
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("{}: cannot be made", folder.display()))?;
                let name = format!("frame-{:05}.png", index + 1);
                let options = WriteOptions {
                    force,
                    ..WriteOptions::default()
                };
                Ok(write(&folder.join(name), picture, &options)?)
            }
        }
    }

    /// Writes what was held back.
    pub fn finish(self, force: bool) -> anyhow::Result<()> {
        if let Self::Animation(writer, target) = self {
            let bytes = writer
                .finish()
                .with_context(|| target.display().to_string())?;
            write_whole(&target, &bytes, force)?;
        }
        Ok(())
    }
}

fn refuse_existing(target: &Path, force: bool) -> anyhow::Result<()> {
    // An ending that is written as a picture too, so that only the folder is complained about.
    let stand_in = target.with_extension("png");
    let folder_missing = target
        .parent()
        .is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    if folder_missing {
        utsushi_imaging::check_target(&stand_in, force)?;
    }
    if target.is_dir() || (!force && target.symlink_metadata().is_ok()) {
        anyhow::bail!(
            "{}: exists already; choose another name{}",
            target.display(),
            if target.is_dir() {
                ""
            } else {
                ", or --force to replace it"
            }
        );
    }
    Ok(())
}
