//! A sink for a folder with one numbered PNG for each frame.

use std::fs;
use std::path::{Path, PathBuf};

use utsushi_imaging::{Extras, Frame, WriteOptions, write_with};

use super::FrameSink;
use crate::FilmError;

/// A sink for a folder with a PNG for each frame, the first one `frame-00001.png`.
#[derive(Debug)]
pub struct FolderSink {
    folder: PathBuf,
    frames: u64,
    force: bool,
    extras: Extras,
}

impl FolderSink {
    /// A sink for a folder, which is created with the first frame.
    pub fn new(folder: &Path, force: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            frames: 0,
            force,
            extras: Extras::default(),
        }
    }

    /// Adds metadata and a mark for each frame.
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
