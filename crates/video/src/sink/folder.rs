//! One numbered PNG a frame.

use std::fs;
use std::path::{Path, PathBuf};

use utsushi_imaging::{Frame, WriteOptions, write};

use super::FrameSink;
use crate::FilmError;

/// A folder with a PNG for each frame, `frame-00001.png` first.
#[derive(Debug)]
pub struct FolderSink {
    folder: PathBuf,
    frames: u64,
    force: bool,
}

impl FolderSink {
    /// Frames into a folder, which is made with the first of them.
    pub fn new(folder: &Path, force: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            frames: 0,
            force,
        }
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
        Ok(write(&self.folder.join(name), &frame.picture, &options)?)
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
