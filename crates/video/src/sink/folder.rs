//! One numbered PNG a frame.

use std::fs;
use std::path::{Path, PathBuf};

use utsushi_imaging::{Extras, Frame, WriteOptions, write_with};

use super::FrameSink;
use crate::FilmError;

/// A folder with a PNG for each frame, `frame-00001.png` first.
#[derive(Debug)]
pub struct FolderSink {
    folder: PathBuf,
    frames: u64,
    force: bool,
    extras: Extras,
}

impl FolderSink {
    /// Frames into a folder, which is made with the first of them.
    pub fn new(folder: &Path, force: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            frames: 0,
            force,
            extras: Extras::default(),
        }
    }

    /// With this beside the pixels of each frame.
    #[must_use]
    pub fn with_extras(self, extras: Extras) -> Self {
        Self { extras, ..self }
    }
}

impl FrameSink for FolderSink {
    fn push(&mut self, frame: &Frame, _: &dyn Fn() -> Vec<u8>) -> Result<(), FilmError> {
        fs::create_dir_all(&self.folder).map_err(|reason| FilmError::Parts {
            path: self.folder.clone(),
            reason,
        })?;
        self.frames += 1;
        let options = WriteOptions {
            force: self.force,
            ..WriteOptions::default()
        };
        let name = format!("frame-{:05}.png", self.frames);
        let path = self.folder.join(name);
        Ok(write_with(&path, &frame.picture, &options, &self.extras)?)
    }

    fn pause(
        self: Box<Self>,
        _: &dyn Fn() -> Vec<u8>,
    ) -> Result<Option<(u64, PathBuf)>, FilmError> {
        Ok(None)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(())
    }
}
