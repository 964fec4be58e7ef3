//! Event files for TensorBoard: records with checksums, each of which has a protocol-buffer
//! message.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::logs_error::LogsError;

mod checksum;
mod histogram;
mod message;
mod record;

#[cfg(test)]
mod tests;

pub use histogram::Histogram;
use message::Message;

/// Version of the events' format, as TensorBoard names it.
const FILE_VERSION: &str = "brain.Event:2";

/// Step and time of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub step: u64,
    /// Time in seconds since 1970.
    pub wall_time: f64,
}

impl Moment {
    fn now(step: u64) -> Self {
        let wall_time = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            step,
            wall_time: wall_time.map_or(0.0, |time| time.as_secs_f64()),
        }
    }
}

/// An event file that grows. Each event is in the file when the call that adds it returns, so that
/// TensorBoard can show it at once; a killed process leaves at most an incomplete last record,
/// which readers skip.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    file: File,
    length: u64,
}

impl EventFile {
    /// Starts a new file in a folder, which is created if needed. `step` is the one from which a
    /// run is resumed, so that TensorBoard discards later steps of earlier files; 0 for a new run.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn start(folder: &Path, step: u64) -> Result<Self, LogsError> {
        fs::create_dir_all(folder).map_err(LogsError::io(folder, "make the folder"))?;
        let now = Moment::now(step);
        let mut seconds = now.wall_time as u64;
        let (path, file) = loop {
            let path = folder.join(file_name(seconds));
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => break (path, file),
                // Files are read in the order of their names, so the next second will do.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => seconds += 1,
                Err(error) => return Err(LogsError::io(&path, "write")(error)),
            }
        };
        let mut events = Self::new(path, file, now)?;
        if step > 0 {
            // SessionLog { status = START }
            let session = Message::new().number(1, 1);
            let later = Moment {
                step: step + 1,
                ..now
            };
            events.add(later, |event| event.message(7, &session))?;
        }
        Ok(events)
    }

    /// Creates a file of this name, which must not exist.
    pub(crate) fn create(path: &Path, start: f64) -> Result<Self, LogsError> {
        let file = File::create(path).map_err(LogsError::io(path, "write"))?;
        let (step, wall_time) = (0, start);
        Self::new(path.to_owned(), file, Moment { step, wall_time })
    }

    fn new(path: PathBuf, file: File, start: Moment) -> Result<Self, LogsError> {
        let mut events = Self {
            path,
            file,
            length: 0,
        };
        let start = Moment { step: 0, ..start };
        events.add(start, |event| event.text(3, FILE_VERSION))?;
        Ok(events)
    }

    /// Adds numbers with their tags. TensorBoard keeps them in single precision; those that are not
    /// finite are left out.
    ///
    /// # Errors
    /// The disk cannot be written to; the file then ends with the event before.
    pub fn scalars<'a>(
        &mut self,
        step: u64,
        values: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<(), LogsError> {
        self.scalars_at(Moment::now(step), values)
    }

    pub(crate) fn scalars_at<'a>(
        &mut self,
        moment: Moment,
        values: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<(), LogsError> {
        let mut summary = Message::new();
        for (tag, value) in values {
            if value.is_finite() {
                // Summary { value = { tag, simple_value } }
                let value = Message::new().text(1, tag).float(2, value as f32);
                summary = summary.message(1, &value);
            }
        }
        if summary.is_empty() {
            return Ok(());
        }
        self.add(moment, |event| event.message(5, &summary))
    }

    /// Adds a picture, given as the bytes of a PNG.
    ///
    /// # Errors
    /// The bytes are not a PNG, or the disk cannot be written to.
    pub fn picture(&mut self, step: u64, tag: &str, png: &[u8]) -> Result<(), LogsError> {
        self.picture_at(Moment::now(step), tag, png)
    }

    pub(crate) fn picture_at(
        &mut self,
        moment: Moment,
        tag: &str,
        png: &[u8],
    ) -> Result<(), LogsError> {
        let Some((width, height)) = png_size(png) else {
            let error = io::Error::new(ErrorKind::InvalidData, "the picture is no PNG");
            return Err(LogsError::io(&self.path, "add a picture")(error));
        };
        // Summary.Image { height, width, colorspace = RGB, encoded_image_string }
        let image = Message::new()
            .number(1, height)
            .number(2, width)
            .number(3, 3)
            .bytes(4, png);
        let value = Message::new().text(1, tag).message(4, &image);
        let summary = Message::new().message(1, &value);
        self.add(moment, |event| event.message(5, &summary))
    }

    /// Adds the distribution of some numbers.
    ///
    /// # Errors
    /// The disk cannot be written to.
    pub fn histogram(
        &mut self,
        step: u64,
        tag: &str,
        histogram: &Histogram,
    ) -> Result<(), LogsError> {
        let value = Message::new().text(1, tag).message(5, &histogram.message());
        let summary = Message::new().message(1, &value);
        self.add(Moment::now(step), |event| event.message(5, &summary))
    }

    fn add(
        &mut self,
        moment: Moment,
        content: impl FnOnce(Message) -> Message,
    ) -> Result<(), LogsError> {
        // Event { wall_time, step, … }
        let event = Message::new()
            .double(1, moment.wall_time)
            .number(2, moment.step);
        let record = record::framed(content(event).as_bytes());
        self.file.write_all(&record).map_err(|error| {
            // Half a record would hide all that come after it.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            LogsError::io(&self.path, "write")(error)
        })?;
        self.length += record.len() as u64;
        Ok(())
    }
}

/// Makes the name of an event file: readers look for `tfevents` and the time.
pub(crate) fn file_name(seconds: u64) -> String {
    format!("events.out.tfevents.{seconds:010}.utsushi")
}

/// The tag for a number of `stats.jsonl`. TensorBoard groups tags by the part before a slash; names
/// without one get `run/` for numbers of the run itself, and `losses/` for all others.
pub fn tag(name: &str) -> String {
    match name {
        "pictures" | "seconds" | "pictures_per_second" | "memory" => format!("run/{name}"),
        name if name.contains('/') => name.to_owned(),
        name => format!("losses/{name}"),
    }
}

/// Reads width and height from the header of a PNG.
fn png_size(png: &[u8]) -> Option<(u64, u64)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |from: usize| {
        let bytes = header.get(from..from + 4)?;
        Some(u64::from(u32::from_be_bytes(bytes.try_into().ok()?)))
    };
    Some((side(0)?, side(4)?))
}
